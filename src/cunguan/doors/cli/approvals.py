"""`cunguan approvals` (审批办理): do what makers and checkers have signed in the console and only an operator may do.

When    a proposal to restrict or shred a client's details, to set how a platform may speak, or about a key of an attester or bank,
        has its signatures
Does    list: what waits. do: verifies every signature again, over the fingerprint of what is about to be done, then does it, and notes
        what came of it. The operator adds no name of his own: maker and checkers are those who signed
Returns 0 done, nothing waits · 1 refused, something waits · 2 wrong usage
Source  ADR 0049; docs/approvals.md
"""

import argparse
import base64
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import psycopg

from cunguan.doors.approvals.signed import Signed, Unsigned, signed
from cunguan.doors.cli.database import running
from cunguan.doors.liabilities.recorded import key_id
from cunguan.doors.persons import acting
from cunguan.doors.persons.keeping import PersonRefused
from cunguan.doors.persons.opening import opened
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.keys.algorithms import algorithm
from cunguan.store.sqlfiles import statement


def add_parser(subparsers: Any) -> None:
    """Register `approvals` and its acts."""
    says = "acts that were signed in the console and an operator does: list, do"
    acts = subparsers.add_parser("approvals", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    listing = acts.add_parser("list", help="what waits for an operator")
    listing.set_defaults(run=run_list)
    do = acts.add_parser("do", help="verify the signatures again, and do it")
    do.add_argument("id", help="as the console shows it")
    do.set_defaults(run=run_do)
    for one in (listing, do):
        one.add_argument("--json", action="store_true", help="print one JSON value")


def run_list(arguments: argparse.Namespace, wiring: Any) -> int:
    """List what waits."""
    with psycopg.connect(running(wiring).start()) as owner:
        rows = owner.execute(statement("proposals_for_operator"), {"kinds": list(_DO), "id": ""}).fetchall()
        owner.rollback()
    found = [{"id": row[0], "kind": row[1], "lane": row[2], "maker": row[3]} for row in rows]
    lines = [f"{one['id']}  {one['kind']}  lane {one['lane']}  {one['maker']}" for one in found]
    print(canonical_json(found).decode() if arguments.json else "\n".join(lines) or "nothing waits for an operator")
    return 1 if found else 0


def run_do(arguments: argparse.Namespace, wiring: Any) -> int:
    """Do one."""
    now = datetime.now(UTC)
    with psycopg.connect(running(wiring).start(), autocommit=True) as owner, owner.transaction():
        row = owner.execute(statement("proposals_for_operator"), {"kinds": list(_DO), "id": arguments.id}).fetchone()
        if row is None:
            print(f"cunguan approvals: nothing approved is called {arguments.id}", file=sys.stderr)
            return 1
        try:
            found = owner.execute(statement("proposal_signatures"), {"id": row[0], "version": row[4]}).fetchall()
            stands = signed(row, found)
        except Unsigned as wrong:
            print(f"cunguan approvals: {wrong}", file=sys.stderr)
            return 1
        code, why = _DO[row[1]](owner, wiring, stands, now)
        owner.execute(statement("proposal_done"), {
            "id": stands.id, "state": "done" if code is Code.done else "refused", "code": int(code), "now": now,
            "answer": canonical_json({"why": why, "detail": {}}).decode(),
        })  # fmt: skip
    told = {"id": stands.id, "code": code.name, "why": why}
    print(canonical_json(told).decode() if arguments.json else f"{stands.id}  {code.name}  {why}".rstrip())
    return 0 if code is Code.done else 1


# ── what is done ─────────────────────────────────────────────────────────────
Said = tuple[Code, str]


def _person(owner: psycopg.Connection[Any], wiring: Any, one: Signed, now: datetime) -> Said:
    body = one.body
    reason = f"{body['reason']} ({one.id})"
    said = acting.Act(one.lane, body["person"], body["event"], one.maker, one.checkers[0], reason)
    try:
        with owner.transaction():
            acting.act(owner, opened(wiring.keys, owner).subjects, said, now, now.astimezone(wiring.zone).date())
    except PersonRefused as wrong:
        return wrong.code, str(wrong)
    return Code.done, ""


def _profile(owner: psycopg.Connection[Any], wiring: Any, one: Signed, now: datetime) -> Said:
    if min(one.body["rate_per_second"], one.body["burst"]) < 1:
        return Code.amount_not_positive, "rate and burst are 1 or more"
    owner.execute(statement("door_profile_set"), {**one.body, "lane": one.lane})
    return Code.done, ""


def _liability_key(owner: psycopg.Connection[Any], wiring: Any, one: Signed, now: datetime) -> Said:
    name, public = one.body["name"].strip(), algorithm(one.body["algorithm"]).read(one.body["public_key"])
    row = {
        "id": key_id(name, public), "name": name, "role": one.body["role"], "algorithm": one.body["algorithm"],
        "public_key": base64.b64encode(public).decode(), "maker": one.maker, "checker": one.checkers[0], "at": now,
    }  # fmt: skip
    added = owner.execute(statement("liability_key_add"), row).fetchone()
    return (Code.done, "") if added is not None else (Code.key_exists, row["id"])


def _liability_key_end(owner: psycopg.Connection[Any], wiring: Any, one: Signed, now: datetime) -> Said:
    row = {**one.body, "maker": one.maker, "checker": one.checkers[0], "at": now}
    ended = owner.execute(statement("liability_key_end_add"), row).fetchone()
    return (Code.done, "") if ended is not None else (Code.key_not_found, one.body["key"])


#: kind of a proposal -> what does it
_DO: Final[dict[str, Callable[[psycopg.Connection[Any], Any, Signed, datetime], Said]]] = {
    "liability_key": _liability_key,
    "liability_key_end": _liability_key_end,
    "person_restriction": _person,
    "person_shredding": _person,
    "platform_profile": _profile,
}
