"""Debit (资金支出): money left what the client may use, or left his account."""

from django.utils.translation import gettext_noop

KIND = "debit"
TITLE = gettext_noop("Money out: %(amount)s")
TEXT = gettext_noop("%(amount)s was taken from your account with %(platform)s for: %(what)s.")
VALUES = ("amount_minor", "currency", "platform", "what", "instruction")
IS_SENT = True
LINK = "client:movements"
