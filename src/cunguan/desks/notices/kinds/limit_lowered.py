"""Limit lowered (限额调低): a limit of the client was lowered."""

from django.utils.translation import gettext_noop

KIND = "limit_lowered"
TITLE = gettext_noop("Your limit is lower now")
TEXT = gettext_noop("%(what)s: %(limit)s from now on.")
VALUES = ("what", "limit_minor", "currency")
IS_SENT = True
LINK = "client:limits"
