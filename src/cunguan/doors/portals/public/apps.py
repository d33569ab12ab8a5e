"""The Django app of these pages."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Public, by its label."""

    name = "cunguan.doors.portals.public"
    label = "portal_public"
