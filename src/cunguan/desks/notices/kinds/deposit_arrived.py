"""Deposit arrived (充值到账): a deposit was settled."""

from django.utils.translation import gettext_noop

KIND = "deposit_arrived"
TITLE = gettext_noop("Your deposit has arrived")
TEXT = gettext_noop("%(amount)s is available to you on %(platform)s.")
VALUES = ("amount_minor", "currency", "platform")
IS_SENT = False
LINK = "client:deposits"
