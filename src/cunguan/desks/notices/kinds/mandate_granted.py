"""Mandate granted (授予授权): the client granted a standing authority."""

from django.utils.translation import gettext_noop

KIND = "mandate_granted"
TITLE = gettext_noop("You granted a standing authority")
TEXT = gettext_noop("%(platform)s may ask in your name, at most %(cap)s. You can revoke it at any time.")
VALUES = ("cap_minor", "currency", "platform")
IS_SENT = True
LINK = "client:mandates"
