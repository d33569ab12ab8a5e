"""Mandate used (授权被使用): a standing authority of the client was used."""

from django.utils.translation import gettext_noop

KIND = "mandate_used"
TITLE = gettext_noop("Money out under your standing authority: %(amount)s")
TEXT = gettext_noop(
    "%(platform)s used a standing authority of yours: %(amount)s for: %(what)s. You can revoke the "
    "authority at any time."
)
VALUES = ("amount_minor", "currency", "platform", "what", "instruction")
IS_SENT = True
LINK = "client:mandates"
