"""Acting (限制处理、加密粉碎): two people restrict a client's details, take that back, and, when the law lets them go, shred them.

When    `cunguan person restrict|resume|shred`; a client has asked, or a period is over
Does    restrict: not shown, not searched, not written; what is written on the books goes on. shred: every version of his key is
        destroyed, his drawer gets a new lock and the old one is destroyed, the fields and indexes are emptied. Each is a leaf of
        the log. Nothing of the books changes: they hold his reference, which says nothing without this
Order   names, reason, person, state; of a shredding also: his accounts are closed, no legal order names him, the law's period is over
Returns what was done; the state is held meanwhile
Errors  PersonRefused with its code
Source  states/subject.py; policy/personal.py; docs/runbooks/erasure-request.md
"""

from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec
import psycopg

from cunguan.doors.persons.keeping import PersonRefused, no_client, subject_of
from cunguan.kernel.codes import Code
from cunguan.keys.drawers import drawer_of
from cunguan.keys.subjects import StoredKey, SubjectKeys
from cunguan.operations.two_names import two_names
from cunguan.policy.personal import JurisdictionUnknown, binding, first_free_day, kept_until
from cunguan.states.subject import SUBJECT
from cunguan.store.sqlfiles import statement

Event = Literal["restrict", "resume", "shred"]
#: an account that never was, and one that is over; in lane 0 what the custodian had with somebody
_ENDED: Final = ("closed", "refused", "ended")
_LAST: Final = 2**31 - 1
#: what is emptied of a client, in this order; a card brought without his name lies under the installation's seal, and goes as well
_EMPTIED: Final = (
    "person_detail_empty", "person_documents_empty", "person_payees_take", "person_payees_gone", "person_payees_empty",
)  # fmt: skip


class Act(msgspec.Struct, frozen=True):
    """What two people do about a client's details."""

    lane: int
    person: str
    event: Event
    maker: str
    checker: str
    reason: str


class Standing(msgspec.Struct, frozen=True):
    """Whether the law lets a client's details go: `until` is the last day they are kept, None while he is a client."""

    until: date | None
    rule: str
    is_confirmed: bool
    open_accounts: tuple[str, ...]
    under_order: bool


class Moved(msgspec.Struct, frozen=True):
    """One move of a client's details."""

    event: str
    state: str
    maker: str
    checker: str
    reason: str
    kept_until: date | None
    at: datetime


def moves(connection: psycopg.Connection[Any], lane: int, person: str) -> list[Moved]:
    """Return what became of a client's details."""
    return [Moved(*row) for row in connection.execute(statement("person_moves"), {"lane": lane, "person": person})]


def standing(connection: psycopg.Connection[Any], lane: int, person: str, jurisdiction: str, today: date) -> Standing:
    """Return what keeps a client's details; JurisdictionUnknown where no period is written."""
    of = {"lane": lane, "person": person}
    accounts = connection.execute(statement("person_accounts"), of).fetchall()
    is_open = tuple(id for id, state, _ in accounts if state not in _ENDED)
    row = connection.execute(statement("person_under_order"), of).fetchone()
    ends = [ended for _, _, ended in accounts if ended is not None]
    ended = max(ends, default=None)
    if is_open or ended is None:
        return Standing(None, "", False, is_open, bool(row and row[0]))
    rule = binding(jurisdiction, ended, today)
    return Standing(kept_until(jurisdiction, ended, today), rule.source, rule.is_confirmed, (), bool(row and row[0]))


def act(connection: psycopg.Connection[Any], subjects: SubjectKeys, said: Act, now: datetime, today: date) -> Moved:
    """Do it, or raise why not."""
    _check_words(said)
    drawer = drawer_of(subject_of(said.lane, said.person))
    with connection.transaction():
        if said.event == "shred":  # before the row: whoever writes a person takes them in this order too
            connection.execute(statement("subject_drawer_alone"), {"drawer": drawer})
        state, jurisdiction = _held(connection, said)
        if not SUBJECT.may(state, said.event):
            raise PersonRefused(*_forbidden(state, said.event))
        until = _until(connection, said, jurisdiction, today)
        moved = Moved(said.event, SUBJECT.after(state, said.event), said.maker.strip(), said.checker.strip(),
                      said.reason.strip(), until, now)  # fmt: skip
        lock = _shred(connection, subjects, said, drawer, now) if said.event == "shred" else 0
        of = {"lane": said.lane, "person": said.person}
        connection.execute(statement("person_detail_set"), {**of, "state": moved.state, "kept_until": until})
        connection.execute(statement("person_move_add"), {**of, **msgspec.structs.asdict(moved)})
    if lock:
        destroy_locks(connection, subjects, drawer)
    return moved


def relock(connection: psycopg.Connection[Any], subjects: SubjectKeys, drawer: int) -> int:
    """Put what is in a drawer under a new lock; within a transaction that holds the drawer alone. Return the lock."""
    lock = subjects.drawers.change(drawer)
    rows = connection.execute(statement("subject_keys_in_drawer"), {"drawer": drawer, "lock": lock}).fetchall()
    for row in rows:
        again = subjects.relocked(StoredKey(*row))
        connection.execute(statement("subject_key_set"), msgspec.structs.asdict(again))
    return lock


def destroy_locks(connection: psycopg.Connection[Any], subjects: SubjectKeys, drawer: int) -> int:
    """Destroy the locks of a drawer that no row is under; return how many."""
    with connection.transaction():
        connection.execute(statement("subject_drawer_alone"), {"drawer": drawer})
        newest = subjects.drawers.newest(drawer)
        if connection.execute(statement("subject_keys_in_drawer"), {"drawer": drawer, "lock": newest}).fetchone():
            return 0
        return subjects.drawers.destroy(drawer, newest)


# ── the ladder ───────────────────────────────────────────────────────────────
def _check_words(said: Act) -> None:
    refused = two_names(said.maker, said.checker)
    if refused is not None:
        raise PersonRefused(refused, "two people do this: say --maker and --checker")
    if not said.reason.strip():
        raise PersonRefused(Code.reason_missing, "say why: who asked, and where that is found")


def _held(connection: psycopg.Connection[Any], said: Act) -> tuple[str, str]:
    of = {"lane": said.lane, "person": said.person}
    held = connection.execute(statement("person_detail_hold"), of).fetchone()
    if held is None:
        raise no_client()
    row = connection.execute(statement("person_detail_of"), of).fetchone()
    assert row is not None, "it is held"
    return str(held[0]), str(row[-4])


def _forbidden(state: str, event: str) -> tuple[Code, str]:
    if state == "shredded":
        return Code.person_shredded, "the client's details were shredded already"
    if event == "shred":
        return Code.state_forbids, "restrict the client's details first: cunguan person restrict"
    return Code.state_forbids, f"the client's details are {state}: they take no {event}"


def _until(connection: psycopg.Connection[Any], said: Act, jurisdiction: str, today: date) -> date | None:
    """Return until when the law keeps a client's details; of a shredding, refuse what it does not let go yet."""
    try:
        found = standing(connection, said.lane, said.person, jurisdiction, today)
    except JurisdictionUnknown as unknown:
        if said.event != "shred":
            return None
        raise PersonRefused(Code.jurisdiction_unknown, f"{unknown}; bring the details with --jurisdiction") from unknown
    if said.event == "shred":
        _check_standing(found, today)
    return found.until


def _check_standing(found: Standing, today: date) -> None:
    if found.until is None:
        raise PersonRefused(
            Code.person_is_client,
            f"he is a client still: close {', '.join(found.open_accounts) or 'his account'} first",
        )
    if found.under_order:
        raise PersonRefused(Code.person_under_order, "a legal order that is not over names him: his details stay")
    if today <= found.until:
        raise PersonRefused(
            Code.retention_not_over,
            f"the law keeps his details until {found.until}, they may go from {first_free_day(found.until)} on: {found.rule}",
        )


def _shred(connection: psycopg.Connection[Any], subjects: SubjectKeys, said: Act, drawer: int, now: datetime) -> int:
    subject, of = subject_of(said.lane, said.person), {"lane": said.lane, "person": said.person}
    connection.execute(statement("subject_keys_destroy"), {"subject": subject, "version": _LAST, "at": now})
    for name in _EMPTIED:
        connection.execute(statement(name), of)
    subjects.forget(subject)
    return relock(connection, subjects, drawer)
