"""Recovery (账号找回): access to the account was recovered."""

from django.utils.translation import gettext_noop

KIND = "recovery"
TITLE = gettext_noop("Access to your account was recovered")
TEXT = gettext_noop(
    "Somebody regained access by other means than a passkey. Nothing can be paid out until %(until)s. If "
    "it was not you, freeze your accounts now."
)
VALUES = ("until",)
IS_SENT = True
LINK = "client:freeze"
