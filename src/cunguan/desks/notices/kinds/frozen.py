"""Frozen (账户锁定): the client's account was locked."""

from django.utils.translation import gettext_noop

KIND = "frozen"
TITLE = gettext_noop("Your account is locked")
TEXT = gettext_noop(
    "Nothing you ask for can leave your account with %(platform)s. Money still comes in, and due "
    "repayments are still made."
)
VALUES = ("platform",)
IS_SENT = True
LINK = "client:freeze"
