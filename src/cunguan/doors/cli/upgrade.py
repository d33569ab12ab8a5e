"""`cunguan db upgrade` (升级): bring the books to this code's schema, while a plane writes or not.

When    new code is installed; `cunguan db migrate` is another name of it
Returns 0 the database has this code's schema (and, with --prove, its books hold) · 1 it has not
Units   --json prints one object
Source  design/lanes.md rule 19
"""

import argparse
import sys
from typing import Any

import msgspec

from cunguan.desks.ledger.migrate import Busy, PlaneRuns, migrate, writers
from cunguan.prove.report import prove
from cunguan.store import roles
from cunguan.store.embedded.server import Server
from cunguan.store.postgres import SCHEMA, SchemaUnknown


class Upgraded(msgspec.Struct, frozen=True):
    """What was done; the digest is that of the books after it."""

    schema: int
    applied: list[str]
    beside: list[str]  # the planes that wrote meanwhile
    digest: str = ""
    holds: bool = True


def add_act(acts: Any) -> None:
    """Register `upgrade`."""
    says = "bring it to this code's schema, and on the embedded one make the roles"
    act = acts.add_parser("upgrade", aliases=["migrate"], help=says, description=says)
    act.set_defaults(run=run)
    act.add_argument("--prove", action="store_true", help="prove the books afterwards")
    act.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Apply the steps that are missing as the owner."""
    database = wiring.database()
    url = database.start()
    try:
        applied = [step.name for step in migrate(url)]
    except (SchemaUnknown, PlaneRuns, Busy) as wrong:
        print(f"cunguan: {wrong}", file=sys.stderr)
        return 1
    if isinstance(database, Server):
        roles.create(url)
    elif applied:
        print("new tables need rights: run `cunguan db roles --sql` as a DBA", file=sys.stderr)
    beside = writers(url) if applied else []
    if beside:
        print(f"{', '.join(beside)}: it opens no new lane before it runs this code too", file=sys.stderr)
    report = prove(url) if arguments.prove else None
    found = Upgraded(SCHEMA, applied, beside)
    if report is not None:
        found = msgspec.structs.replace(found, digest=report.digest, holds=report.holds)
    print(msgspec.json.encode(found).decode() if arguments.json else "\n".join(_lines(found)))
    return 0 if found.holds else 1


def _lines(found: Upgraded) -> list[str]:
    proved = [f"{found.digest} {'holds' if found.holds else 'DOES NOT HOLD: cunguan prove'}"] if found.digest else []
    return [*(f"applied {name}" for name in found.applied), f"schema {found.schema}", *proved]
