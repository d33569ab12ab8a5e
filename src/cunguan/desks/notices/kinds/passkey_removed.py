"""Passkey removed (移除通行密钥): a passkey was removed."""

from django.utils.translation import gettext_noop

KIND = "passkey_removed"
TITLE = gettext_noop("A passkey was removed")
TEXT = gettext_noop("“%(name)s” can no longer sign in or confirm for you.")
VALUES = ("name",)
IS_SENT = True
LINK = "client:freeze"
