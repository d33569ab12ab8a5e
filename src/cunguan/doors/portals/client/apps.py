"""The Django app of these pages."""

from django.apps import AppConfig


class ClientConfig(AppConfig):
    """Client, by its label."""

    name = "cunguan.doors.portals.client"
    label = "portal_client"
