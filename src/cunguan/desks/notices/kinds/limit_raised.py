"""Limit raised (限额调高): a higher limit was asked for."""

from django.utils.translation import gettext_noop

KIND = "limit_raised"
TITLE = gettext_noop("A higher limit was asked for")
TEXT = gettext_noop("%(what)s: %(limit)s from %(at)s on. Until then you can take it back.")
VALUES = ("what", "limit_minor", "currency", "at")
IS_SENT = True
LINK = "client:limits"
