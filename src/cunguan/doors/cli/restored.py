"""`cunguan db declare-restore`, `db held-payments` (灾后恢复): an older copy goes on, and no payment leaves twice for it.

When    the plane has refused a database that is behind its high-water mark, and the newer one is gone
Returns declare-restore: 0 it is declared, 1 it is not · held-payments: 0 nothing is held, 1 something is
Units   --json prints one object; amounts in minor units
Source  design/lanes.md rule 20; docs/runbooks/database-behind-high-water-mark.md
"""

import argparse
import sys
from typing import Any

import msgspec
import psycopg

from cunguan.doors.cli.database import running
from cunguan.plane.restore import Held, NotDeclared, declare, held
from cunguan.store.embedded.errors import DatabaseError
from cunguan.store.postgres import SchemaUnknown


def add_acts(acts: Any) -> None:
    """Register both."""
    says = "let an older copy go on: a new epoch above all that was acknowledged; its payments are held"
    act = acts.add_parser("declare-restore", help=says, description=says)
    act.set_defaults(run=run_declare)
    act.add_argument("--reason", required=True, help="what happened, and why the newer database cannot go on")
    act.add_argument("--by", required=True, metavar="NAME", help="who declares it")
    act.add_argument("--and", required=True, metavar="NAME", dest="and_by", help="who answers for it beside him")
    act.add_argument("--json", action="store_true", help="print one JSON object")
    says = "list the payments that a restore holds, and those that banks have and the books do not"
    act = acts.add_parser("held-payments", help=says, description=says)
    act.set_defaults(run=run_held)
    act.add_argument("--json", action="store_true", help="print one JSON object")


def run_declare(arguments: argparse.Namespace, wiring: Any) -> int:
    """Declare a restore as the owner."""
    url = wiring.database().start()
    try:
        found = declare(url, wiring.high_water, reason=arguments.reason, by=arguments.by, and_by=arguments.and_by)
    except (NotDeclared, SchemaUnknown) as wrong:
        print(f"cunguan: {wrong}", file=sys.stderr)
        return 1
    if arguments.json:
        print(msgspec.json.encode(found).decode())
        return 0
    print(f"epoch {found.epoch}")
    for lane, head in found.heads.items():
        print(f"lane {lane}: {found.restored.get(lane, 0) + 1} to {head} are a declared gap")
    print(f"{found.held} payments are held: cunguan db held-payments")
    return 0


def run_held(arguments: argparse.Namespace, wiring: Any) -> int:
    """List what is held."""
    try:
        found = held(wiring.audit_url(running(wiring).start()))
    except psycopg.errors.UndefinedTable:
        raise DatabaseError("this database holds no books of this schema.\nType: cunguan db upgrade") from None
    print(msgspec.json.encode(found).decode() if arguments.json else "\n".join(_lines(found)))
    return 1 if found.held or found.unmatched else 0


def _lines(found: Held) -> list[str]:
    return [
        *(f"held: lane {one.lane} payment {one.payment}, {one.amount_minor} by {one.channel}, {one.state}" for one in found.held),
        *(f"not in the books: lane {one.lane}, {one.channel} has {one.end_to_end_id}, {one.amount_minor}, {one.status}"
          for one in found.unmatched),
        f"{len(found.held)} held, {len(found.unmatched)} not in the books",
    ]  # fmt: skip
