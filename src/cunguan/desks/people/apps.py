"""The Django app of this desk."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, by its label."""

    name = "cunguan.desks.people"
    label = "people"
