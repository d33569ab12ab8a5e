"""The Django app of these pages."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Signing, by its label."""

    name = "cunguan.doors.portals.signing"
    label = "portal_signing"
