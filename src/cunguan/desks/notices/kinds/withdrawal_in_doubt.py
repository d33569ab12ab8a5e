"""Withdrawal in doubt (提现待查证): the bank has not said whether it paid."""

from django.utils.translation import gettext_noop

KIND = "withdrawal_in_doubt"
TITLE = gettext_noop("We are asking the bank about your withdrawal")
TEXT = gettext_noop(
    "The bank has not yet told us whether it paid %(amount)s from %(platform)s. The money is safe: it is "
    "either with your bank or comes back. Please do not withdraw it again."
)
VALUES = ("amount_minor", "currency", "platform")
IS_SENT = True
LINK = "client:withdrawals"
