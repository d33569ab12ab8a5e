"""The Django app of these pages."""

from django.apps import AppConfig


class CustodianConfig(AppConfig):
    """Custodian, by its label."""

    name = "cunguan.doors.portals.custodian"
    label = "portal_custodian"
