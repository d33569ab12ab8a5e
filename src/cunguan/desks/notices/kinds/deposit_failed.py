"""Deposit failed (充值失败): a deposit did not arrive."""

from django.utils.translation import gettext_noop

KIND = "deposit_failed"
TITLE = gettext_noop("A deposit did not arrive")
TEXT = gettext_noop(
    "%(amount)s did not reach your account with %(platform)s. If your bank has taken it, it comes back to"
    " you from there."
)
VALUES = ("amount_minor", "currency", "platform")
IS_SENT = True
LINK = "client:deposits"
