"""The Django app of these pages."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, by its label."""

    name = "cunguan.doors.portals.people"
    label = "portal_people"
