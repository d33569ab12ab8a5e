"""The Django app of these pages."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Shell, by its label."""

    name = "cunguan.doors.portals.shell"
    label = "portal_shell"
