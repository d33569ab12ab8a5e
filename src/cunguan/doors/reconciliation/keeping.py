"""Keeping (差错登记): what a run found becomes breaks, what is gone ends, and the run is kept as it was.

When    a run over a date has looked at everything; one transaction
Does    a difference is one break, however often it is found; one that comes again after its line had come is a new one that names
        the old; one that two people have closed stays closed. What is not found again within what was compared whole has found
        its line: it ends by itself, but for a control account (BRK14), whose end two people write down
Source  states/break_.py; domain.md (e.3); invariant 31
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from cunguan.doors.reconciliation.ground import Connection, Found, Looked
from cunguan.reconciliation.breaks import CODES, Words, severity
from cunguan.reconciliation.daily import Break, Day, Evidence
from cunguan.states.break_ import BREAK
from cunguan.store.sqlfiles import statement

#: breaks a run shows one by one, those of severity 1 whatever their date before all others: of them it stops a platform
SHOWN_MAX: Final = 10_000
TIMING: Final = "BRK07"
SEEN_ELSEWHERE: Final = "line_seen_elsewhere"
#: what was closed, and is there again, is another one
ALWAYS_NEW: Final = "BRK14"


class At(msgspec.Struct, frozen=True):
    """The run that keeps: its number, date and moment."""

    run: int
    day: date
    now: datetime


def next_run(connection: Connection) -> int:
    """Draw the number of a run."""
    row = connection.execute("SELECT nextval('recon_run_id_seq')").fetchone()
    assert row is not None
    return int(row[0])


class Pen:
    """What is to be written, row by row under its statement; all of it goes to the database in a few round trips."""

    #: a break is there before its moves
    ORDER: Final = ("recon_break_open", "recon_break_again", "recon_break_matched", "break_set", "break_move_add")

    def __init__(self) -> None:
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in self.ORDER}

    def write(self, name: str, **row: object) -> None:
        """Take one row of a statement."""
        self._rows[name].append(row)

    def flush(self, connection: Connection) -> None:
        """Write them."""
        with connection.cursor() as cursor:
            for name, rows in self._rows.items():
                if rows:
                    cursor.executemany(statement(name), rows)


def keep(connection: Connection, at: At, lane: int, looked: Sequence[Looked]) -> None:
    """Write down what was found in a lane, and end what was not found again."""
    pen = Pen()
    found = {id_of(one): one for part in looked for one in part.found}
    before = _before(connection, lane, list(found))
    kept = {_note(pen, at, name, one, before.get(name)) for name, one in found.items()}
    for part in looked:
        for rule in {check.rule for check in part.checks} if part.scope else ():
            of = {"lane": lane, "rule": rule, "subjects": sorted(part.scope), "day": at.day}
            gone = connection.execute(statement("recon_break_gone"), of).fetchall()
            _end_gone(pen, at, lane, [row for row in gone if row[0] not in kept])
    pen.flush(connection)


def id_of(found: Found) -> str:
    """Return a break's id: the same difference is the same break."""
    told = f"{found.subject}\n{found.key}"
    return f"{found.rule}:{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _before(connection: Connection, lane: int, names: list[str]) -> dict[str, tuple[Any, ...]]:
    rows = connection.execute(statement("recon_break_like"), {"lane": lane, "ids": names}).fetchall()
    return {row[0].split("#")[0]: row for row in reversed(rows)}


def _note(pen: Pen, at: At, name: str, one: Found, before: tuple[Any, ...] | None) -> str:
    """Note one difference; return the id it stands under."""
    if before is None:
        return _open(pen, at, name, one, "")
    there, state, owner, code, matched = before
    if (matched and one.code != TIMING) or (state == "closed" and one.code == ALWAYS_NEW):
        number = int(there.partition("#")[2] or 1) + 1
        return _open(pen, at, f"{name}#{number}", one, there)
    if state != "closed":
        pen.write("recon_break_again", **_row(one), lane=one.lane, id=there, run=at.run)
        if code != one.code:
            _reclassified(pen, at, one, (there, state, owner, code))
    return str(there)


def _reclassified(pen: Pen, at: At, one: Found, stands: tuple[str, str, str, str]) -> None:
    """Write down that a break is another than it was taken for; one whose line is seen elsewhere is a matter of timing now."""
    there, state, owner, code = stands
    _move(pen, at, one.lane, there, ("found_as", state, owner), f"{code} is {one.code} now")
    if one.code == TIMING and BREAK.may(state, SEEN_ELSEWHERE):
        after = BREAK.after(state, SEEN_ELSEWHERE)
        _set(pen, at, one.lane, there, (after, owner))
        _move(pen, at, one.lane, there, (SEEN_ELSEWHERE, after, owner), "the same stands on another date")


def _open(pen: Pen, at: At, name: str, one: Found, earlier: str) -> str:
    is_timing = one.code == TIMING
    state = BREAK.after(BREAK.initial, SEEN_ELSEWHERE) if is_timing else BREAK.initial
    pen.write(
        "recon_break_open", **_row(one), lane=one.lane, id=name, rule=one.rule, pool=one.pool, subject=one.subject, key=one.key,
        field=one.field, currency=one.currency, since=one.since, of_earlier=earlier, at=at.now, run=at.run, state=state,
    )  # fmt: skip
    _move(pen, at, one.lane, name, ("found", BREAK.initial, ""), f"again after {earlier}" if earlier else "")
    if is_timing:
        _move(pen, at, one.lane, name, (SEEN_ELSEWHERE, state, ""), "the same stands on another date")
    return name


def _row(one: Found) -> dict[str, Any]:
    return {
        "code": one.code, "ours": _text(one.ours), "theirs": _text(one.theirs), "at_risk_minor": one.at_risk_minor,
        "unordered": one.unordered, "cause": Jsonb(msgspec.to_builtins(one.said_cause)),
        "evidence": Jsonb(msgspec.to_builtins(one.evidence)), "lines": Jsonb(msgspec.to_builtins(one.lines)),
    }  # fmt: skip


def _text(said: str) -> str:
    return said[:500].replace("\0", "")


def _end_gone(pen: Pen, at: At, lane: int, gone: Sequence[tuple[str, str, str]]) -> None:
    """End breaks whose line has come: of what was compared whole they were not found again."""
    for name, state, owner in gone:
        pen.write("recon_break_matched", lane=lane, id=name, run=at.run)
        if state != "closed":
            after = BREAK.after(state, "line_matched")
            _set(pen, at, lane, name, (after, owner))
            _move(pen, at, lane, name, ("line_matched", after, owner), f"matched on {at.day}")


def _set(pen: Pen, at: At, lane: int, name: str, to: tuple[str, str]) -> None:
    state, owner = to
    pen.write(
        "break_set", lane=lane, id=name, state=state, owner=owner, closed_at=at.now if state == "closed" else None
    )


def _move(pen: Pen, at: At, lane: int, name: str, to: tuple[str, str, str], note: str) -> None:
    event, state, owner = to
    pen.write(
        "break_move_add", lane=lane, id=name, at=at.now, event=event, state=state, owner=owner, maker="", checker="", note=note,
        reference="", run=at.run,
    )  # fmt: skip


# ── reading ──────────────────────────────────────────────────────────────────
def breaks(
    connection: Connection, upto: date, *, lane: int | None = None, name: str | None = None, ended: bool = False,
    run: int = -1, limit: int = SHOWN_MAX,
) -> list[Break]:  # fmt: skip
    """Return breaks of a date or before, as old as they were on it; with `ended` those that are closed, too."""
    of = {"upto": upto, "lane": lane, "id": name, "ended": ended, "run": run, "limit": limit}
    return [_break(row, upto) for row in connection.execute(statement("breaks_list"), of)]


def _break(row: tuple[Any, ...], day: date) -> Break:
    (lane, name, rule, code, platform, pool, subject, key, field, ours, theirs, currency, at_risk, unordered, since, cause, evidence,
     earlier, _, state, owner, _) = row  # fmt: skip
    age = max((day - since).days, 0)
    bad = severity(code, at_risk, currency, age, unordered=unordered) if currency else severity(code, 0, "CNY", age)
    return Break(
        id=f"{lane}:{name}", code=code, rule=rule, lane=lane, platform=platform, pool=pool,
        subject=f"{subject} {key}".strip(), field=field, ours=ours, theirs=theirs, currency=currency, at_risk_minor=at_risk,
        severity=bad, since=since, age_days=age, state=state, owner=owner,
        cause=msgspec.convert(cause, Words) if cause else CODES[code].cause,
        evidence=msgspec.convert(evidence, tuple[Evidence, ...]), of_earlier=f"{lane}:{earlier}" if earlier else "",
    )  # fmt: skip


def store(connection: Connection, day: Day) -> None:
    """Keep a run as it was."""
    connection.execute(statement("recon_run_add"), {
        "id": day.run, "day": day.date, "at": day.made_at, "code_version": day.code_version,
        "inputs_hash": bytes.fromhex(day.inputs_hash), "seen": seen(connection, day.date), "verdict": day.verdict,
        "result": msgspec.json.encode(day),
    })  # fmt: skip


def seen(connection: Connection, day: date) -> str:
    """Return how much there is to read of a date."""
    row = connection.execute(statement("recon_seen"), {"day": day}).fetchone()
    assert row is not None
    return str(row[0])


def stored(connection: Connection, day: date) -> Day | None:
    """Return the last run of a date, as it was; None when it was never run."""
    row = connection.execute(statement("recon_run_of"), {"day": day}).fetchone()
    return None if row is None else msgspec.json.decode(bytes(row[0]), type=Day)
