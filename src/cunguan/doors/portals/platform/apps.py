"""The Django app of these pages."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Platform, by its label."""

    name = "cunguan.doors.portals.platform"
    label = "portal_platform"
