"""General-ledger voucher (总账凭证): the subject totals of one business date, for the custodian's general ledger.

When    a day is over, or while it is open (then it says so, and grows)
Reads   every posting of the day; balances as of the sequence before it and of its last one
Shape   Voucher: a line a pool, currency and code; opening, debits, credits, closing; a line more for each earlier value date:
        the part of the day's debits and credits that is about that day. The same day gives the same bytes
Units   minor units; a balance stands on its account's own side, by the chart
Errors  AssertionError: debits and credits do not lead from opening to closing, or are not even: the books are wrong
Source  domain.md (d), invariant 1; domain-decisions.md 7; S-24
"""

import hashlib
from datetime import date

import msgspec

from cunguan.doors.papers.layout import csv_text
from cunguan.ledger.chart import CHART
from cunguan.store.history import CodeSums, History, LaneSeen

HEAD = ("pool", "currency", "code", "name", "side", "value_date", "opening_minor", "debit_minor", "credit_minor",
        "closing_minor", "postings")  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    """The totals of one code; `value_date` is empty for all of the day, a date for the part that is about an earlier one."""

    pool: str
    currency: str
    code: str
    name: str
    side: str
    value_date: str
    opening_minor: int | None
    debit_minor: int
    credit_minor: int
    closing_minor: int | None
    postings: int


class Voucher(msgspec.Struct, frozen=True):
    """The file: its header, then its lines; `sha256` is of the lines as they stand in the CSV."""

    platform: str
    date: date
    is_open: bool  # the day is not over: more may come
    first_seq: int
    last_seq: int
    count: int
    debit_minor: int
    credit_minor: int
    sha256: str
    lines: list[Line]


def voucher(history: History, lane: LaneSeen, day: date) -> Voucher:
    """Return the voucher of a business date."""
    before, last = history.seq_on(lane.lane, date.fromordinal(day.toordinal() - 1)), history.seq_on(lane.lane, day)
    opening = {
        (one.pool, one.currency, one.code): one.balance_minor for one in history.trial_balance(lane.lane, before)
    }
    closing = {(one.pool, one.currency, one.code): one.balance_minor for one in history.trial_balance(lane.lane, last)}
    sums = history.sums(lane.lane, before + 1, last)
    lines = [
        line for place in sorted(opening.keys() | closing.keys())
        for line in _lines(day, place, opening.get(place, 0), closing.get(place, 0), [one for one in sums if _place(one) == place])
    ]  # fmt: skip
    whole = [line for line in lines if not line.value_date]
    debit, credit = sum(line.debit_minor for line in whole), sum(line.credit_minor for line in whole)
    assert debit == credit, f"the debits of {day} are {debit}, its credits {credit}"
    sha256 = hashlib.sha256(_csv(lines).encode()).hexdigest()
    return Voucher(
        lane.platform, day, lane.business_date <= day, before + 1 if last > before else 0, last if last > before else 0,
        len(lines), debit, credit, sha256, lines,
    )  # fmt: skip


def _place(sums: CodeSums) -> tuple[str, str, str]:
    return sums.pool, sums.currency, sums.code


def _lines(day: date, place: tuple[str, str, str], opening: int, closing: int, sums: list[CodeSums]) -> list[Line]:
    entry = CHART[place[2]]
    debit, credit = sum(one.debit_minor for one in sums), sum(one.credit_minor for one in sums)
    moved = debit - credit if entry.side == "debit" else credit - debit
    assert opening + moved == closing, f"{' '.join(place)}: {opening} and {moved} are not {closing}"
    named = (*place, entry.name, entry.side)
    return [
        Line(*named, "", opening, debit, credit, closing, sum(one.postings for one in sums)),
        *(Line(*named, one.value_date.isoformat(), None, one.debit_minor, one.credit_minor, None, one.postings)
          for one in sums if one.value_date is not None and one.value_date < day),
    ]  # fmt: skip


def _csv(lines: list[Line]) -> str:
    return csv_text(HEAD, (msgspec.structs.astuple(line) for line in lines))


def csv_file(paper: Voucher) -> str:
    """Return the file as CSV: header lines that begin with #, then the table."""
    fields = msgspec.to_builtins(paper)
    header = "".join(f"# {name}: {fields[name]}\r\n" for name in Voucher.__struct_fields__ if name != "lines")
    return header + _csv(paper.lines)
