"""Withdrawal paid (提现到账): the bank says that it paid a withdrawal; that it left the account was told when it did."""

from django.utils.translation import gettext_noop

KIND = "withdrawal_paid"
TITLE = gettext_noop("Your withdrawal was paid")
TEXT = gettext_noop("%(amount)s from your account with %(platform)s was paid to your bank card.")
VALUES = ("amount_minor", "currency", "platform")
IS_SENT = True
LINK = "client:withdrawals"
