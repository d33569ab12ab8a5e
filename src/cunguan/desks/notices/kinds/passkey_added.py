"""Passkey added (添加通行密钥): a passkey was added."""

from django.utils.translation import gettext_noop

KIND = "passkey_added"
TITLE = gettext_noop("A passkey was added")
TEXT = gettext_noop("“%(name)s” can now sign in and confirm for you. If it was not you, freeze your accounts now.")
VALUES = ("name",)
IS_SENT = True
LINK = "client:freeze"
