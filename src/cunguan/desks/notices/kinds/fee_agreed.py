"""Fee agreed (确认收费标准): the client agreed to a fee schedule."""

from django.utils.translation import gettext_noop

KIND = "fee_agreed"
TITLE = gettext_noop("You agreed to a fee schedule")
TEXT = gettext_noop("The fees of %(platform)s that you agreed to apply from now on.")
VALUES = ("platform",)
IS_SENT = False
LINK = "client:fees"
