"""Locked out (登录受限): too many tries to sign in failed."""

from django.utils.translation import gettext_noop

KIND = "locked_out"
TITLE = gettext_noop("Too many tries to sign in")
TEXT = gettext_noop("Signing in was stopped for a while after too many wrong tries.")
VALUES = ()
IS_SENT = True
LINK = "client:freeze"
