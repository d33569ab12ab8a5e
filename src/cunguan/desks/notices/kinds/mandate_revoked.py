"""Mandate revoked (撤销授权): the client took a standing authority back."""

from django.utils.translation import gettext_noop

KIND = "mandate_revoked"
TITLE = gettext_noop("A standing authority was revoked")
TEXT = gettext_noop("%(platform)s can no longer use it. Bids made before stay as they are.")
VALUES = ("platform",)
IS_SENT = True
LINK = "client:mandates"
