"""Handling (差错处理): people take a break, explain it and close it; each move is written down with its names, never rewritten.

When    `cunguan break`; a break of a bank line and one of a check file are handled alike
Does    assign: it has an owner. explain: a timing item with its evidence, which counts in the first equation until its line comes.
        close: by a journal that two people had posted, or by an evidence note of two people. Nothing closes by age
Returns a code and why; the row is held meanwhile
Order   names, note, break, state, journal
Source  states/break_.py; invariants 31 and 34
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from cunguan.doors.reconciliation.ground import Connection
from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import Code
from cunguan.operations.two_names import two_names
from cunguan.states.break_ import BREAK
from cunguan.store.sqlfiles import statement

Event = Literal["owner_named", "timing_explained", "entry_posted", "evidence_noted"]
Said = tuple[Code, str]
DONE: Said = (Code.done, "")


class Act(msgspec.Struct, frozen=True):
    """What somebody does about a break; `reference` finds the evidence, or is the id of the journal's instruction."""

    lane: int
    id: str
    event: Event
    owner: str = ""
    maker: str = ""
    checker: str = ""
    note: str = ""
    reference: str = ""


class Moved(msgspec.Struct, frozen=True):
    """One move of a break."""

    number: int
    at: datetime
    event: str
    state: str
    owner: str
    maker: str
    checker: str
    note: str
    reference: str
    run: int | None


def moves(connection: Connection, lane: int, name: str) -> list[Moved]:
    """Return what became of a break."""
    return [Moved(*row) for row in connection.execute(statement("break_moves"), {"lane": lane, "id": name})]


def act(connection: Connection, said: Act, now: datetime) -> Said:
    """Do it, or say why not."""
    wrong = _names(said) or _words(said)
    if wrong is not None:
        return wrong
    with connection.transaction():
        stands = _held(connection, said)
        if stands is None:
            return Code.break_not_found, f"no break is called {said.lane}:{said.id}"
        table, state, owner = stands
        if not BREAK.may(state, said.event):
            return Code.state_forbids, _forbidden(state, said.event)
        if said.event == "entry_posted" and not _is_posted(connection, said):
            return Code.journal_not_found, f"{said.reference} has posted nothing in lane {said.lane}"
        _write(connection, said, table, BREAK.after(state, said.event), said.owner.strip() or owner, now)
    return DONE


def _names(said: Act) -> Said | None:
    if said.event in ("entry_posted", "evidence_noted"):
        refused = two_names(said.maker, said.checker)
        return None if refused is None else (refused, "two people close a break: say --maker and --checker")
    if not said.maker.strip() or (said.event == "owner_named" and not said.owner.strip()):
        return Code.details_missing, "say who does it, and whose it is to be"
    return None


def _words(said: Act) -> Said | None:
    if said.event != "owner_named" and not said.note.strip():
        return Code.reason_missing, "say what explains it"
    if said.event in ("timing_explained", "entry_posted", "evidence_noted") and not said.reference.strip():
        return Code.details_missing, "name the evidence, or the instruction that posted the entry"
    return None


def _forbidden(state: str, event: str) -> str:
    if state == "closed":
        return "the break is closed"
    return (
        f"the break is {state}: name its owner first"
        if state == "open"
        else f"a break that is {state} takes no {event}"
    )


def _held(connection: Connection, said: Act) -> tuple[str, str, str] | None:
    for table in ("", "_check"):
        row = connection.execute(statement(f"break_hold{table}"), {"lane": said.lane, "id": said.id}).fetchone()
        if row is not None:
            return table, str(row[0]), str(row[1])
    return None


def _is_posted(connection: Connection, said: Act) -> bool:
    of = {"lane": said.lane, "key": key16(said.reference)}
    return connection.execute(statement("break_journal"), of).fetchone() is not None


def _write(connection: Connection, said: Act, table: str, state: str, owner: str, now: datetime) -> None:
    names: dict[str, Any] = {"maker": said.maker.strip(), "checker": said.checker.strip()}
    of = {"lane": said.lane, "id": said.id, "state": state, "owner": owner}
    closed = {"closed_at": now if state == "closed" else None, "reason": said.note if state == "closed" else ""}
    connection.execute(statement(f"break_set{table}"), {**of, **closed, **names})
    connection.execute(statement("break_move_add"), {
        **of, **names, "at": now, "event": said.event, "note": said.note, "reference": said.reference, "run": None,
    })  # fmt: skip
