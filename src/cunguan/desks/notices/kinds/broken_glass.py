"""Broken glass (应急授权): something was done past the usual way by two people of the staff; somebody else is to look at it."""

from django.utils.translation import gettext_noop

KIND = "broken_glass"
TITLE = gettext_noop("The glass was broken")
TEXT = gettext_noop("%(maker)s and %(checker)s acted past the usual way: %(subject)s. Somebody else is to review it.")
VALUES = ("subject", "maker", "checker")
IS_SENT = True
LINK = ""
