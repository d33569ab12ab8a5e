"""Keeping (测算留痕): runs as they were made, who signed them off, what they found against their rules, and who was told.

When    a run was made; a reviewer has looked at it; an authority was told
Does    one transaction a run: with its breaches. The same read by the same rules and code is the same run, whoever asks again.
        Nothing is changed afterwards; the tables refuse it
Errors  SamePerson: the reviewer made the run; NoSuchRun; SignedAlready
Source  domain-decisions.md 1; CASS 15.8.50R
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import psycopg

from cunguan.doors.safeguarding.outcome import Outcome
from cunguan.doors.safeguarding.top_up import Proposed
from cunguan.kernel.canonical import canonical_json
from cunguan.policy.safeguarding.pack import Pack
from cunguan.policy.safeguarding.rules import RULES
from cunguan.store.safeguarding import Loans, Moved
from cunguan.store.sqlfiles import statement

Connection = psycopg.Connection[Any]


class NoSuchRun(ValueError):
    """No run has this number."""


class SamePerson(ValueError):
    """Who made a run cannot sign it off."""


class SignedAlready(ValueError):
    """A run is signed off once."""


class Activity(msgspec.Struct, frozen=True):
    """What was done in the pool on the date, and what is lent at its end."""

    moved: tuple[Moved, ...]
    loans: Loans


class SignOff(msgspec.Struct, frozen=True):
    """Who looked at a run, when, and what was noted."""

    reviewer: str
    at: datetime
    note: str


class Run(msgspec.Struct, frozen=True):
    """A run as it is kept; `activity` is None of a firm's own file."""

    id: int
    at: datetime
    outcome: Outcome
    activity: Activity | None
    proposed: tuple[Proposed, ...]
    preparer: str
    sign_off: SignOff | None


class Breach(msgspec.Struct, frozen=True):
    """What a run found against its rule; `good_run` is the first later one that found it no more."""

    run: int
    kind: str
    amount_minor: int
    due: date
    whom: str
    notify: str
    clause: str
    good_run: int | None
    good_day: date | None
    told_at: datetime | None
    told_reference: str | None

    @property
    def is_late(self) -> bool:
        """Test that it was not made good on its day: the authority must hear of it, whatever the rest."""
        return self.good_day is None or self.good_day > self.due

    @property
    def must_be_told(self) -> bool:
        """Test that the authority must still be told."""
        return self.told_at is None and (self.notify == "without_delay" or self.is_late)


def keep(
    connection: Connection,
    outcome: Outcome,
    activity: Activity | None,
    proposed: tuple[Proposed, ...],
    preparer: str,
    at: datetime,
    *,
    due: date,
) -> int:
    """Keep a run with what it found, to be made good by `due`; return its number, that of the same one where it was made before."""
    inputs, now, then = outcome.inputs, outcome.figures.now, outcome.figures.next_day
    row = {
        "at": at, "lane": inputs.lane, "platform": inputs.platform, "pool": inputs.pool, "currency": inputs.currency,
        "rule": outcome.rule, "rule_hash": outcome.rule_hash, "day": outcome.date, "code_version": outcome.code_version,
        "inputs_sha256": outcome.inputs_sha256, "outcome": canonical_json(outcome).decode(),
        "activity": canonical_json(activity).decode(), "proposed": canonical_json(proposed).decode(),
        "requirement_minor": now.requirement_minor,
        "resource_minor": now.resource_minor, "next_requirement_minor": then.requirement_minor if then else None,
        "next_resource_minor": then.resource_minor if then else None, "external": outcome.external,
        "is_sound": outcome.figures.is_sound, "preparer": preparer.strip(),
    }  # fmt: skip
    with connection.transaction():
        added = connection.execute(statement("safeguard_run_add"), row).fetchone()
        if added is None:
            same = connection.execute(statement("safeguard_run_same"), row).fetchone()
            assert same is not None, "what is there already can be found"
            return int(same[0])
        for breach in _found(int(added[0]), outcome, RULES[outcome.rule], due):
            connection.execute(statement("safeguard_breach_add"), breach)
        return int(added[0])


def _found(run: int, outcome: Outcome, pack: Pack, due: date) -> Iterator[dict[str, object]]:
    figures = outcome.figures
    apart_minor = sum(
        abs(one.record_minor - one.statement_minor) for one in outcome.inputs.records if one.statement_minor is not None
    )
    found = {
        "shortfall": figures.missing_minor,
        "not_placed": figures.to_place_minor,
        "excess": max(figures.now.excess_minor - figures.own_minor, 0) if pack.is_equal else 0,
        "records_differ": apart_minor,
    }
    for kind, amount_minor in found.items():
        if amount_minor:
            yield {
                "run": run, "kind": kind, "amount_minor": amount_minor, "due": due, "whom": pack.notice.whom,
                "notify": pack.notice.when, "clause": pack.notice.clause,
            }  # fmt: skip


def sign(connection: Connection, run: int, reviewer: str, note: str, at: datetime) -> None:
    """Sign a run off; not by who made it, and once."""
    made = one(connection, run)
    if made.preparer == reviewer.strip():
        raise SamePerson(f"{made.preparer} made run {run}; somebody else signs it off")
    of = {"run": run, "reviewer": reviewer.strip(), "note": note, "at": at}
    if connection.execute(statement("safeguard_sign"), of).fetchone() is None:
        raise SignedAlready(f"run {run} is signed off by {made.sign_off.reviewer if made.sign_off else 'another'}")


def tell(connection: Connection, run: int, text: str, whom: str, reference: str, by: str, at: datetime) -> None:
    """Keep that an authority was told of a run's breaches, and the hash of what it was told."""
    connection.execute(statement("safeguard_notice_add"), {
        "run": run, "whom": whom, "reference": reference, "sent_by": by, "sent_at": at,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
    })  # fmt: skip


def one(connection: Connection, run: int) -> Run:
    """Return a run."""
    row = connection.execute(statement("safeguard_run"), {"id": run}).fetchone()
    if row is None:
        raise NoSuchRun(f"there is no run {run}; `cunguan safeguard list` names them")
    return _run(row)


def runs(
    connection: Connection, first: date, last: date, rule: str | None = None, platform: str | None = None
) -> list[Run]:
    """Return the runs of some days, of each pool the newest of a day last."""
    of = {"first": first, "last": last, "rule": rule, "platform": platform}
    return [_run(row) for row in connection.execute(statement("safeguard_runs"), of)]


def breaches(connection: Connection, runs: Sequence[int]) -> list[Breach]:
    """Return what some runs found against their rules, and what became of it."""
    return [Breach(*row) for row in connection.execute(statement("safeguard_breaches"), {"runs": list(runs)})]


def _run(row: Sequence[Any]) -> Run:
    number, at, outcome, activity, proposed, preparer, reviewer, signed_at, note = row
    return Run(
        number, at, msgspec.json.decode(outcome, type=Outcome), msgspec.json.decode(activity, type=Activity | None),
        msgspec.json.decode(proposed, type=tuple[Proposed, ...]), preparer,
        None if reviewer is None else SignOff(reviewer, signed_at, note),
    )  # fmt: skip
