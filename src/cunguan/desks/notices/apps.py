"""The Django app of this desk."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices, by its label."""

    name = "cunguan.desks.notices"
    label = "notices"
