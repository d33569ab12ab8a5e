"""Withdrawal not paid (提现未付款): the bank rejected a withdrawal."""

from django.utils.translation import gettext_noop

KIND = "withdrawal_not_paid"
TITLE = gettext_noop("The bank did not pay your withdrawal")
TEXT = gettext_noop(
    "%(amount)s is available to you again on %(platform)s, with its fee. Check the card before you try again."
)
VALUES = ("amount_minor", "currency", "platform")
IS_SENT = True
LINK = "client:withdrawals"
