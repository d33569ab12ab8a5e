"""Migrate: bring a database to this code's schema.

When    `cunguan db upgrade`, the demo and the tests; run as the owner, also while a plane writes
Reads   the migrations of this app, which read store/schema; what is applied already stands in schema_step
        the tables of the jobs' queue by procrastinate's own migrations
Errors  SchemaUnknown: the database is newer than this code; PlaneRuns: a step would take away what a running plane uses;
        Busy: somebody holds a table for longer than a plane may be made to wait; nothing is half done, try again
Source  design/lanes.md rule 19: expand and contract only
"""

import os
import pkgutil
from collections.abc import Sequence

import django
import procrastinate.contrib.django.migrations
import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from procrastinate.schema import SchemaManager
from psycopg.conninfo import conninfo_to_dict

from cunguan.store.postgres import SchemaUnknown, applied_schema
from cunguan.store.sqlfiles import statement
from cunguan.store.steps import Step, steps

#: how long a step may wait for a table: everybody who comes after it waits behind it
LOCK_TIMEOUT = "2s"
TRIES = 5
QUEUE = "procrastinate"  # the label of its Django app
#: by name, as Django wants it: the desks are below the site that is made of them
SETTINGS = "cunguan.config.settings"


class PlaneRuns(RuntimeError):
    """A plane writes this database, and a step is not safe while it does."""


class Busy(RuntimeError):
    """A table was not free in time."""


def migrate(conninfo: str) -> list[Step]:
    """Apply what is missing and return it; do nothing on a database that is up to date."""
    found = applied_schema(conninfo)
    if found > steps()[-1].number:
        raise SchemaUnknown(
            f"the database has schema {found}, newer than {steps()[-1].number}: run the code that made it"
        )
    missing = [step for step in steps() if step.number > found]
    if found:  # nobody writes a database without tables
        _refuse_beside_a_plane(conninfo, missing)
    _configure()
    before = connections.databases.get("default")
    _point_to(_database(conninfo))
    try:
        _record(found)
        _call(TRIES)
    finally:
        connections["default"].close()
        _point_to(before)  # a process that serves pages goes on with its own database
    return missing


def _point_to(database: dict[str, object] | None) -> None:
    if database is not None:
        connections.databases["default"] = database
    if hasattr(connections._connections, "default"):
        del connections["default"]


def _refuse_beside_a_plane(conninfo: str, missing: Sequence[Step]) -> None:
    taking = [step.name for step in missing if step.is_contract]
    if taking and (written := writers(conninfo)):
        raise PlaneRuns(f"{', '.join(taking)} takes away what {', '.join(written)} may use: stop it first")


def writers(conninfo: str) -> list[str]:
    """Return the planes that write lanes of this database now."""
    with psycopg.connect(conninfo) as connection:
        return sorted({owner for _, owner in connection.execute(statement("lanes_written"))})


def _record(found: int) -> None:
    """Tell Django what stands already: a database that was loaded from a dump, or a step whose record was lost."""
    recorder = MigrationRecorder(connections["default"])
    if found:
        recorder.ensure_schema()
        known = {name for app, name in recorder.applied_migrations() if app == "ledger"}
        for step in steps()[:found]:
            if step.name not in known:
                recorder.record_applied("ledger", step.name)


def _call(tries: int) -> None:
    for left in reversed(range(tries)):
        try:
            call_command("migrate", "ledger", verbosity=0, interactive=False)
            _queue()
            call_command("migrate", verbosity=0, interactive=False)  # the desks' own tables
            return
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise
            if not left:
                raise Busy(f"a table is held by others for more than {LOCK_TIMEOUT}, {tries} times: {error}") from error


def _queue() -> None:
    """Bring the tables of the jobs' queue to the installed procrastinate: whole where there are none, else by its own steps."""
    recorder = MigrationRecorder(connections["default"])
    if any(app == QUEUE for app, _ in recorder.applied_migrations()):
        call_command("migrate", QUEUE, verbosity=0, interactive=False)
        return
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(SchemaManager.get_schema())
        for step in pkgutil.iter_modules(procrastinate.contrib.django.migrations.__path__):
            recorder.record_applied(QUEUE, step.name)


def _configure() -> None:
    """Have Django know every desk: by the site's own settings, which hold no address of a database yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if not apps.ready:
        django.setup()


def _database(conninfo: str) -> dict[str, object]:
    parts = conninfo_to_dict(conninfo)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: value for name, value in parts.items() if name not in known}
    options["options"] = f"{options.get('options', '')} -c lock_timeout={LOCK_TIMEOUT}".strip()
    settings_of = {django_name: parts.get(name) or "" for name, django_name in known.items()}
    blank = {
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
    }
    return {"ENGINE": "django.db.backends.postgresql", **blank, **settings_of, "OPTIONS": options, "TEST": {}}
