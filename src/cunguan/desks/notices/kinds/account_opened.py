"""Account opened (账户开立): an account of the client was opened."""

from django.utils.translation import gettext_noop

KIND = "account_opened"
TITLE = gettext_noop("Your account is open")
TEXT = gettext_noop("Your account with %(platform)s is open.")
VALUES = ("platform",)
IS_SENT = False
LINK = ""
