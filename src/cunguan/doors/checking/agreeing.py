"""Agreeing (对账确认): what a platform says of a date is kept, compared with what was issued, and confirmed or refused.

When    the platform uploads its day, and confirms it
Does    a confirm compares the last word on each kind. What differs is a break; a break that is not found again is closed, for the
        line has come; one that two people have closed stays closed. Nothing open is left: the date is confirmed, once
Returns Outcome: confirmed, or the code of why not with the breaks that are open
Source  domain.md (e.2) CONFIRM_CHECKFILE, (e.3); domain.md (k.3) S-17
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Annotated, Any, Final, TypeAlias

import msgspec
import psycopg
from msgspec import Meta

from cunguan.doors.checking.files import among, compare_files, figures
from cunguan.doors.checking.making import LANMAO
from cunguan.formats.checkfile import CSV, KINDS
from cunguan.kernel.codes import Code
from cunguan.reconciliation.compare import Difference, Figures, compare_figures
from cunguan.store.checking import orders_named
from cunguan.store.history import History
from cunguan.store.sqlfiles import statement

#: so many breaks of one comparison are written down one by one; a file that is wrong throughout is known by then
BREAKS_MAX: Final = 1_000

FILE, FIGURES = "file", "figures"
#: the kind of an upload that says the figures of all kinds
ALL: Final = "all"

Connection = psycopg.Connection[Any]
TIMED_OUT = "the date was not confirmed by noon of the next working day"


#: beside a field of that name
Date: TypeAlias = date


class Issued(msgspec.Struct, frozen=True):
    """A date whose files are issued."""

    date: date
    first_seq: int
    last_seq: int
    issued_at: datetime
    issued_on: Date
    confirmed_at: datetime | None
    breaks_open: int

    @property
    def state(self) -> str:
        """Whether it is open, differs (a break is open), or is confirmed."""
        return "confirmed" if self.confirmed_at is not None else "differs" if self.breaks_open else "open"


class Head(msgspec.Struct, frozen=True):
    """One file as it was issued; `sha256` of all its bytes; `key_id` of the custodian's key that signed them."""

    name: str
    kind: str
    count: int
    debit_minor: int
    credit_minor: int
    bytes: int
    sha256: str
    key_id: str
    signature_name: Annotated[str, Meta(description="the same path with .sig: the detached signature, base64")]


class Sent(msgspec.Struct, frozen=True):
    """What a platform sends of a date."""

    instruction_id: str
    key_id: str
    kind: str
    form: str
    content: bytes


class Break(msgspec.Struct, frozen=True):
    """A difference, or a date nobody confirmed, and what became of it."""

    id: str
    business_date: date
    kind: str
    code: str
    key: str
    field: str
    ours: str
    theirs: str
    line: int
    opened_at: datetime
    state: str
    closed_at: datetime | None
    reason: str
    maker: str
    checker: str


class Outcome(msgspec.Struct, frozen=True):
    """What a confirm came to; `more` differences were found beside those that are breaks now."""

    code: Code
    why: str = ""
    confirmed_at: datetime | None = None
    breaks: list[Break] = []
    more: int = 0


# ── reading ──────────────────────────────────────────────────────────────────
def issued(connection: Connection, lane: int, after: date, upto: date, limit: int) -> list[Issued]:
    """Return the dates whose files are issued, oldest first."""
    rows = connection.execute(statement("check_days"), {"lane": lane, "after": after, "upto": upto, "limit": limit})
    return [Issued(*row) for row in rows]


def the_date(connection: Connection, lane: int, day: date) -> Issued | None:
    """Return one date; None when its files are not issued."""
    found = issued(connection, lane, day - timedelta(days=1), day, 1)
    return found[0] if found else None


def headers(connection: Connection, lane: int, day: date) -> list[Head]:
    """Return the files of a date without their bytes."""
    rows = connection.execute(statement("check_headers"), {"lane": lane, "business_date": day}).fetchall()
    return [
        Head(f"{kind}.{form}", kind, count, debit, credit, size, bytes(sha256).hex(), key_id, f"{kind}.{form}.sig")
        for kind, form, _, _, count, debit, credit, _, sha256, key_id, size in rows
    ]


def breaks(connection: Connection, lane: int, day: date, after: str = "", limit: int = BREAKS_MAX) -> list[Break]:
    """Return the breaks of a date, by their ids."""
    of = {"lane": lane, "business_date": day, "after": after, "limit": limit}
    return [Break(*row) for row in connection.execute(statement("check_breaks"), of)]


def digest(content: bytes) -> bytes:
    """Return the hash under which bytes are kept."""
    return hashlib.sha256(content).digest()


# ── keeping ──────────────────────────────────────────────────────────────────
def receive(connection: Connection, lane: int, day: date, sent: Sent, now: datetime) -> datetime | None:
    """Keep what a platform sent, and return since when; None when the id was used for something else."""
    found = the_date(connection, lane, day)
    assert found is not None, "the door looks before it receives"
    sha256 = digest(sent.content)
    of = {"lane": lane, "instruction_id": sent.instruction_id}
    connection.execute(statement("check_receive"), of | {
        "business_date": day, "kind": sent.kind, "seq": found.last_seq, "form": sent.form, "key_id": sent.key_id,
        "received_at": now, "sha256": sha256, "content": sent.content,
    })  # fmt: skip
    kept = connection.execute(statement("check_received"), of).fetchone()
    assert kept is not None
    same = (kept[0], kept[1], kept[2], kept[3]) == (day, sent.kind, sent.form, sha256)
    return kept[4] if same else None


# ── confirming ───────────────────────────────────────────────────────────────
def confirm(connection: Connection, url: str, lane: int, day: date, asked: tuple[str, str], now: datetime) -> Outcome:
    """Compare and confirm a date; `asked`: the instruction's id and the key that signed it."""
    found = the_date(connection, lane, day)
    if found is None:
        return Outcome(Code.check_file_not_made, "the date is not over in the books, or had no business")
    before = connection.execute(statement("check_confirmed"), {"lane": lane, "business_date": day}).fetchone()
    if before is not None:
        return _again(before, asked[0])
    theirs = _theirs(connection, lane, day)
    missing = sorted(set(KINDS) - theirs.keys())
    if missing:
        why = f"the platform has said nothing of {', '.join(missing)}: upload its file, or at least figures"
        return Outcome(Code.check_upload_missing, why)
    differences = _compared(connection, url, lane, day, theirs)
    more = _note(connection, lane, found, differences, now)
    still = [one for one in breaks(connection, lane, day) if one.state != "closed" and one.code != "BRK17"]
    if still:
        why = f"{len(still) + more} differences: send files that match, or ask the custodian to close a break"
        return Outcome(Code.check_file_differs, why, breaks=still, more=more)
    return _confirmed(connection, lane, found, asked, now)


def _again(before: tuple[Any, ...], instruction_id: str) -> Outcome:
    if before[0] == instruction_id:
        return Outcome(Code.done, confirmed_at=before[1])
    return Outcome(Code.check_file_confirmed, "对账文件已确认，请勿重复确认: the date is confirmed already", before[1])


def _confirmed(connection: Connection, lane: int, found: Issued, asked: tuple[str, str], now: datetime) -> Outcome:
    connection.execute(statement("check_confirm"), {
        "lane": lane, "business_date": found.date, "seq": found.last_seq, "instruction_id": asked[0], "key_id": asked[1],
        "confirmed_at": now,
    })  # fmt: skip
    before = connection.execute(statement("check_confirmed"), {"lane": lane, "business_date": found.date}).fetchone()
    assert before is not None
    for late in breaks(connection, lane, found.date):
        if late.code == "BRK17" and late.state != "closed":
            end(connection, lane, late.id, "the date was confirmed", now)
    return _again(before, asked[0])


def _theirs(connection: Connection, lane: int, day: date) -> dict[str, bytes | Figures]:
    """Return the platform's last word on each kind: a file of it, or figures, whichever came later."""
    rows = connection.execute(statement("check_theirs"), {"lane": lane, "business_date": day}).fetchall()
    found: dict[str, bytes | Figures] = {}
    for kind, form, _, _, content in sorted(rows, key=lambda row: row[2]):
        if form == FILE:
            found[kind] = bytes(content)
        else:
            found.update({one.kind: one for one in msgspec.json.decode(content, type=list[Figures])})
    return found


def _compared(
    connection: Connection, url: str, lane: int, day: date, theirs: Mapping[str, bytes | Figures]
) -> Iterator[Difference]:
    for kind in KINDS:
        said, ours = theirs[kind], _content(connection, lane, day, kind)
        if isinstance(said, Figures):
            yield from compare_figures(figures(ours), said)
        elif kind != "orders":
            yield from compare_files(ours, said, is_as_issued=True)
        else:
            beside = [_theirs(connection, lane, day + timedelta(days=n)).get(kind) for n in (-1, 1)]
            with History(url) as history:
                yield from compare_files(
                    ours, said, is_as_issued=True,
                    ours_elsewhere=partial(orders_named, history, lane),
                    theirs_elsewhere=among([raw for raw in beside if isinstance(raw, bytes)]),
                )  # fmt: skip


def _content(connection: Connection, lane: int, day: date, kind: str, form: str = CSV) -> bytes:
    of = {"lane": lane, "business_date": day, "kind": kind, "form": form}
    row = connection.execute(statement("check_content"), of).fetchone()
    assert row is not None, f"a date with its {LANMAO} has every file"
    return bytes(row[0])


def _note(connection: Connection, lane: int, found: Issued, differences: Iterator[Difference], now: datetime) -> int:
    """Write the differences down as breaks, close those that are gone; return how many were too many to write."""
    noted = list(islice(differences, BREAKS_MAX))
    more = sum(1 for _ in differences)
    with connection.transaction():
        kept = {_id(found.date, one): one for one in noted}
        for name, one in kept.items():
            connection.execute(statement("check_break_open"), _break(lane, found, name, one, now))
        for before in [] if more else breaks(connection, lane, found.date):
            if before.state != "closed" and before.code != "BRK17" and before.id not in kept:
                end(connection, lane, before.id, "the line has come: it is not found any more", now)
    return more


def _break(lane: int, found: Issued, name: str, one: Difference, now: datetime) -> dict[str, Any]:
    is_timing = one.code == "BRK07"  # both sides have it, alike, on either side of the cut-off: nothing is left to do
    return {
        "lane": lane, "id": name, "business_date": found.date, "seq": found.last_seq, "kind": one.kind, "code": one.code,
        "key": one.key, "field": one.field, "ours": _text(one.ours), "theirs": _text(one.theirs), "line": one.line,
        "opened_at": now, "state": "closed" if is_timing else "open", "closed_at": now if is_timing else None,
        "reason": "the same stands on another date" if is_timing else "", "currency": one.currency,
        "at_risk_minor": one.at_risk_minor,
    }  # fmt: skip


def _text(said: str) -> str:
    return said[:500].replace("\0", "")


def _id(day: date, one: Difference) -> str:
    """Return a break's id: the same difference of the same date is the same break, however often it is found."""
    told = "\n".join((one.kind, one.code, one.key, one.field, one.theirs, str(one.line if one.code == "BRK15" else 0)))
    return f"{day.isoformat()}:{one.code}:{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def end(
    connection: Connection, lane: int, name: str, reason: str, now: datetime, maker: str = "", checker: str = ""
) -> bool:
    """Close a break; False when it is not open."""
    of = {"lane": lane, "id": name, "reason": reason, "maker": maker, "checker": checker, "closed_at": now}
    return connection.execute(statement("check_break_end"), of).rowcount == 1


def open_late(connection: Connection, lane: int, found: Issued, now: datetime) -> None:
    """Note that a date was not confirmed in time."""
    one = Difference("BRK17", "", found.date.isoformat(), "confirm", "", TIMED_OUT)
    connection.execute(statement("check_break_open"), _break(lane, found, _id(found.date, one), one, now))
