"""Withdrawal returned (提现退汇): the bank sent a paid withdrawal back."""

from django.utils.translation import gettext_noop

KIND = "withdrawal_returned"
TITLE = gettext_noop("Your bank sent a withdrawal back")
TEXT = gettext_noop(
    "%(amount)s came back from your bank and is credited to your account with %(platform)s. Check the "
    "card before you try again."
)
VALUES = ("amount_minor", "currency", "platform")
IS_SENT = True
LINK = "client:withdrawals"
