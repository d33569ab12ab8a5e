"""Unfrozen (账户解锁): a lock of the client's account was lifted."""

from django.utils.translation import gettext_noop

KIND = "unfrozen"
TITLE = gettext_noop("Your account is unlocked")
TEXT = gettext_noop("Your account with %(platform)s can be used again.")
VALUES = ("platform",)
IS_SENT = True
LINK = "client:freeze"
