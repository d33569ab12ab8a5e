"""The ledger desk as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The books' schema."""

    name = "cunguan.desks.ledger"
    label = "ledger"
