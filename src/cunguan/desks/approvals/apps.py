"""The Django app of this desk."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Approvals, by its label."""

    name = "cunguan.desks.approvals"
    label = "approvals"
