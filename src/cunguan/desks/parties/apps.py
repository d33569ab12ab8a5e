"""The Django app of this desk."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Parties, by its label."""

    name = "cunguan.desks.parties"
    label = "parties"
