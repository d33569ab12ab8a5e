"""The Django app of this desk."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Signing, by its label."""

    name = "cunguan.desks.signing"
    label = "signing"
