"""Migrate: bring a database to this code's schema.

When    `cunguan db migrate`, the demo and the tests; run as the owner
Reads   the migrations of this app, which read store/schema
Source  design/lanes.md rule 19: expand and contract only
"""

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg.conninfo import conninfo_to_dict


def migrate(conninfo: str) -> None:
    """Apply what is missing; do nothing on a database that is up to date."""
    _configure()
    connections.databases["default"] = _database(conninfo)
    if hasattr(connections._connections, "default"):
        del connections["default"]
    try:
        call_command("migrate", "ledger", verbosity=0, interactive=False)
    finally:
        connections["default"].close()


def _configure() -> None:
    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=["cunguan.desks.ledger.apps.LedgerConfig"],
            DATABASES={},
            USE_TZ=True,
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        )
        django.setup()


def _database(conninfo: str) -> dict[str, object]:
    parts = conninfo_to_dict(conninfo)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: value for name, value in parts.items() if name not in known}
    settings_of = {django_name: parts.get(name) or "" for name, django_name in known.items()}
    blank = {
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
    }
    return {"ENGINE": "django.db.backends.postgresql", **blank, **settings_of, "OPTIONS": options, "TEST": {}}
