"""Cash (银行流水核对): R1, the lines of the bank's statements against the postings of 1010, then balance against balance.

Reads   of each bank account: its sound statements since the date it was last compared whole; the postings since then; the lines
        that were left open; and lines of the days after, so far as they are known: what stands there is a matter of timing
Does    matches them on an engine of `store/engines/`; a statement that is missing, or does not go on where the last
        one ended, is BRK15, and the account is compared when it comes
Memory  of some ten thousand lines, and of what does not match
Shape   a line's number is its place: sequence or movement, times PLACES, plus line or part
Source  domain.md (e.1) R1, (e.3); ADR 0031, 0032
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from cunguan.doors.reconciliation.ground import Connection, Found, Lane, ask, chunks
from cunguan.reconciliation.breaks import Words
from cunguan.reconciliation.daily import Evidence
from cunguan.reconciliation.lines import CAUSES, Line
from cunguan.reconciliation.lines import Found as Matched
from cunguan.store.engines import DUCKDB, opened
from cunguan.store.sqlfiles import statement

PLACES: Final = 2**16
#: so many days after the date are looked at for what is a matter of timing
LOOK_AHEAD: Final = timedelta(days=5)
LINES_KEPT: Final = 1_000
#: stands in the compiled matching where the date goes; no business date is this one
NO_DAY: Final = date(1, 2, 3)
SEQUENCES_AT_ONCE: Final = 50_000
MOVEMENTS_AT_ONCE: Final = 50_000

#: kinds of lines by the instruction that posted them, and by what a movement was found to be
_OF_INSTRUCTION: Final = {
    "adjustment": "reversal", "withdrawal_return": "return", "payout_returned": "return", "pool_loss": "charge",
    "pool_interest": "interest",
}  # fmt: skip
_OF_CAUSE: Final = {"charge": "charge", "interest": "interest", "return": "return"}

#: a side and a line
Sided = tuple[str, Line]


class Account(msgspec.Struct):
    """One bank account on the date: what the bank says, what the books say, and what was compared.

    after     the last date and sequence up to which it was compared whole
    missing   why it cannot be compared; "" when it can
    """

    id: str
    pool: str
    currency: str
    channel: str
    number: int
    ledger_minor: int
    after_day: date
    after: int
    missing: str = ""
    statement: str = ""
    opening_minor: int | None = None
    closing_minor: int | None = None
    credit_minor: int = 0
    debit_minor: int = 0
    statements: list[int] = []
    digests: list[str] = []
    days: list[date] = []
    ledger_count: int = 0
    bank_count: int = 0
    found: list[Found] = []


def look(connection: Connection, lane: Lane, day: date, engine: str = DUCKDB) -> list[Account]:
    """Compare every bank account of a lane."""
    accounts = [
        _account(connection, lane, day, row) for row in ask(connection, "recon_cash", lane=lane.lane, seq=lane.upto)
    ]
    for account in accounts:
        _statements(connection, lane, day, account)
    whole = [account for account in accounts if not account.missing]
    if whole:
        _compare(connection, lane, day, whole, engine)
    return accounts


def scope(accounts: Sequence[Account]) -> frozenset[str]:
    """Return the subjects whose earlier breaks end when they are not found again."""
    whole = [account for account in accounts if not account.missing]
    return frozenset(name for one in whole for name in (one.id, *(f"{one.id} {day}" for day in one.days)))


# ── what the bank sent ───────────────────────────────────────────────────────
def _account(connection: Connection, lane: Lane, day: date, row: tuple[Any, ...]) -> Account:
    name, pool, currency, channel, _, number, balance = row
    of = {"lane": lane.lane, "bank_account": name, "day": day}
    before = connection.execute(statement("recon_account_before"), of).fetchone()
    after_day, after = before or (day - timedelta(days=1), lane.after)
    return Account(name, pool, currency, channel, number, balance, after_day, after)


def _statements(connection: Connection, lane: Lane, day: date, account: Account) -> None:
    of = {"lane": lane.lane, "bank_account": account.id}
    rows = ask(connection, "recon_statements", **of, kinds=["statement"], after=account.after_day, upto=day)
    before = ask(connection, "recon_statement_before", **of, upto=account.after_day)
    closing, broken = (before[0][2] if before else None), None
    for number, _, opens, closes, credit, debit, identity, digest in rows:
        broken = broken or (None if closing in (None, opens) else (identity, closing, opens))
        account.opening_minor = opens if account.opening_minor is None else account.opening_minor
        closing = account.closing_minor = closes
        account.credit_minor += credit
        account.debit_minor += debit
        account.statement = identity
        account.statements.append(number)
        account.digests.append(digest)
    account.days = sorted({row[1] for row in rows})
    if account.closing_minor is None and not lane.is_working_day(day, account.currency):
        account.closing_minor = account.opening_minor = closing  # no bank writes a statement for every day
    account.missing = _missing(lane, day, account)
    if account.missing and lane.is_over(day):
        account.found.append(_no_file(lane, day, account))
    if broken is not None:
        account.found.append(_gap(lane, day, account, *broken))


def _missing(lane: Lane, day: date, account: Account) -> str:
    if account.closing_minor is None:
        return "statement"
    return "statement" if day not in account.days and lane.is_working_day(day, account.currency) else ""


def _no_file(lane: Lane, day: date, account: Account) -> Found:
    return Found("R1", "BRK15", lane.lane, account.pool, f"{account.id} {day}", "statement", day, field="file",
                 currency=account.currency)  # fmt: skip


def _gap(lane: Lane, day: date, account: Account, identity: str, closed: int, opens: int) -> Found:
    en = f"it opens with {opens}, the one before closed with {closed}: one between is missing"
    zh = f"期初 {opens}，上一份期末 {closed}：中间缺一份"
    return Found(
        "R1", "BRK15", lane.lane, account.pool, f"{account.id} {day}", "opening", day, "opening_minor", str(closed),
        str(opens), account.currency, abs(closed - opens),
        evidence=(Evidence("statement", identity, Words(en, zh)),),
    )  # fmt: skip


# ── line by line ─────────────────────────────────────────────────────────────
def _compare(connection: Connection, lane: Lane, day: date, accounts: Sequence[Account], by: str) -> None:
    """Land both sides as they are read, match them, and read back only the lines of what does not match."""
    from cunguan.store.engines.landing import land  # of the extra: loaded where there is something to match

    kept = _left_open(connection, lane, day, accounts)
    ours = _ledger(connection, lane, day, accounts, {line.line for side, line in kept if side == "ledger"})
    theirs = _bank(connection, lane, day, accounts, {line.line: line for side, line in kept if side == "bank"})
    with tempfile.TemporaryDirectory(prefix="cunguan-recon-") as name, opened(by, Path(name)) as engine:
        ledger, bank = (
            engine.named(side, land(Path(name) / f"{side}.parquet", lines))
            for side, lines in (("ledger", ours), ("bank", theirs))
        )
        ours_count, theirs_count = _counts(ledger, day), _counts(bank, day)
        for account in accounts:
            account.ledger_count, account.bank_count = ours_count.get(account.id, 0), theirs_count.get(account.id, 0)
        if ours_count or theirs_count:
            _match(engine, lane, day, {account.id: account for account in accounts}, ledger, bank)


def _match(engine: Any, lane: Lane, day: date, accounts: dict[str, Account], ledger: Any, bank: Any) -> None:
    found = list(_differences(engine, day, ledger, bank))
    if not found:
        return
    lines = _Lines(_of_breaks(ledger, found, "ledger"), _of_breaks(bank, found, "bank"))
    for one in found:
        account = accounts[one.account]
        account.found.append(_found(lane, account, one, lines.of(one)))


def _differences(engine: Any, day: date, ledger: Any, bank: Any) -> Iterator[Matched]:
    if engine.by_text:
        return iter(engine.asked(*_statement(day)))
    from cunguan.reconciliation.match import match

    return iter(engine.found(match(ledger, bank=bank, day=day, hold=engine.hold)))


def _statement(day: date) -> tuple[str, Any]:
    """Return the matching of a date as the engine's SQL over `ledger` and `bank`, and the types of its answer."""
    text, schema = _compiled()
    return text.replace(_written(NO_DAY), _written(day)), schema


@cache
def _compiled() -> tuple[str, Any]:
    """Compile the expression for no date: that takes a second or two, and but for the date it is the same for every lane and day."""
    import ibis

    from cunguan.reconciliation.match import LINES, match

    breaks = match(ibis.table(LINES, name="ledger"), bank=ibis.table(LINES, name="bank"), day=NO_DAY)
    text = str(ibis.to_sql(breaks, dialect="duckdb"))
    assert _written(NO_DAY) in text, "the engine writes dates otherwise now"
    return text, breaks.schema().to_pyarrow()


def _written(day: date) -> str:
    return f"MAKE_DATE({day.year}, {day.month}, {day.day})"


def _counts(side: Any, day: date) -> dict[str, int]:
    """Return how many lines of the date or before each account has."""
    there = side.filter(side.booked_on <= day)
    found = there.group_by("account").agg(lines=there.count())
    return {row["account"]: row["lines"] for row in found.to_pyarrow().to_pylist()}


def _of_breaks(side: Any, found: Sequence[Matched], name: str) -> Iterator[Line]:
    """Yield the lines of a side that breaks are about."""
    import ibis

    numbers = [one.ledger_line if name == "ledger" else one.bank_line for one in found]
    named = ibis.memtable(
        {"reference": [one.reference for one in found if one.reference]}, schema={"reference": "string"}
    )
    placed = ibis.memtable({"line": [one for one in numbers if one is not None]}, schema={"line": "int64"})
    is_wanted = side.reference.isin(named.reference) | side.line.isin(
        placed.line
    )  # as tables: 100,000 literals take a minute
    wanted = side.filter(is_wanted).order_by("line")
    yield from (Line(**row) for row in wanted.to_pyarrow().to_pylist())


def _left_open(connection: Connection, lane: Lane, day: date, accounts: Sequence[Account]) -> list[Sided]:
    """Return the lines that earlier dates left open, each once."""
    names = [account.id for account in accounts]
    rows = ask(connection, "recon_open_lines", lane=lane.lane, subjects=names, day=day)
    found = [one for _, kept in rows for one in msgspec.convert(kept, list[Sided])]
    return list({(side, line.line): (side, line) for side, line in found}.values())


def _ledger(
    connection: Connection, lane: Lane, day: date, accounts: Sequence[Account], kept: set[int]
) -> Iterator[Line]:
    """Yield the postings since an account was compared whole, and anew those left open: the bank may name them by now."""
    after, upto = min(account.after for account in accounts), _ahead(connection, lane, day)
    since = {account.id: account.after for account in accounts}
    numbers = [account.number for account in accounts]
    seqs = sorted({line // PLACES for line in kept})
    for first, last in chunks(after + 1, upto, SEQUENCES_AT_ONCE):
        of = {"after": first - 1, "upto": last, "accounts": numbers, "seqs": []}
        for row in ask(connection, "recon_ledger_lines", lane=lane.lane, **of):
            line = _posting(row)
            if row[0] > since.get(line.account, upto) and line.line not in kept:
                yield line
    of = {"after": 0, "upto": 0, "accounts": numbers, "seqs": seqs}
    rows = ask(connection, "recon_ledger_lines", lane=lane.lane, **of) if seqs else []
    yield from (line for row in rows if (line := _posting(row)).line in kept)


def _ahead(connection: Connection, lane: Lane, day: date) -> int:
    rows = ask(connection, "recon_lanes", day=day + LOOK_AHEAD, lane=lane.lane)
    return rows[0][5] if rows else lane.upto


def _posting(row: tuple[Any, ...]) -> Line:
    seq, line, account, amount, currency, booked_on, value_on, _, kind, reference, batch = row
    return Line(
        line=seq * PLACES + line, amount_minor=amount, currency=currency, booked_on=booked_on,
        reference=reference, batch=batch, account=account, kind=_OF_INSTRUCTION.get(kind, ""), value_on=value_on, at_platform=False,
    )  # fmt: skip


def _bank(
    connection: Connection, lane: Lane, day: date, accounts: Sequence[Account], kept: dict[int, Line]
) -> Iterator[Line]:
    """Yield the movements of the statements, those of the days after, and those left open, each once."""
    left = dict(kept)
    for account in accounts:
        of = {"lane": lane.lane, "bank_account": account.id, "after": day, "upto": day + LOOK_AHEAD}
        later = ask(connection, "recon_statements", **of, kinds=["statement", "report", "notification"])
        seen: dict[str, Any] = {"now": account.statements, "later": [row[0] for row in later], "day": day}
        ((least, most),) = ask(connection, "recon_bank_ends", ids=[*seen["now"], *seen["later"]])
        for first, last in chunks(least, most, MOVEMENTS_AT_ONCE):
            for row in ask(connection, "recon_bank_lines", **seen, first=first, last=last):
                line = _movement(row, account.id)
                left.pop(line.line, None)
                yield line
    yield from left.values()


def _movement(row: tuple[Any, ...], account: str) -> Line:
    movement, part, day, value_on, amount, currency, cause, reversal, reason, reference = row
    kind = "reversal" if reversal else _OF_CAUSE.get(cause, "return" if reason and amount > 0 else "")
    return Line(
        line=movement * PLACES + part, amount_minor=amount, currency=currency, booked_on=day, reference=reference, account=account,
        kind=kind, value_on=value_on, at_platform=False,
    )  # fmt: skip


class _Lines:
    """The lines of both sides, found by what a break names."""

    def __init__(self, ledger: Iterable[Line], bank: Iterable[Line]) -> None:
        self._by_line: dict[tuple[str, int], Line] = {}
        self._by_reference: dict[str, list[Sided]] = {}
        for side, lines in (("ledger", ledger), ("bank", bank)):
            for line in lines:
                self._by_line[side, line.line] = line
                if line.reference:
                    self._by_reference.setdefault(line.reference, []).append((side, line))

    def of(self, one: Matched) -> tuple[Sided, ...]:
        """Return the lines of a break."""
        if one.reference:
            return tuple(self._by_reference[one.reference][:LINES_KEPT])
        numbers = (("ledger", one.ledger_line), ("bank", one.bank_line))
        return tuple((side, self._by_line[side, line]) for side, line in numbers if line is not None)


# ── what is said of a break ──────────────────────────────────────────────────
def _found(lane: Lane, account: Account, one: Matched, lines: tuple[Sided, ...]) -> Found:
    _, _, _, key = min(
        (line.booked_on, side == "bank", line.line, f"{side} {_place(line.line)}") for side, line in lines
    )
    ours = one.ledger_said or ("" if one.ledger_minor is None else str(one.ledger_minor))
    theirs = one.bank_said or ("" if one.bank_minor is None else str(one.bank_minor))
    return Found(
        rule="R1", code=one.code, lane=lane.lane, pool=account.pool, subject=account.id, key=key, since=one.since, field=one.field,
        ours=ours, theirs=theirs, currency=one.currency, at_risk_minor=one.at_risk_minor,
        unordered=one.cause == "unordered_debit", cause=CAUSES[one.cause], evidence=tuple(_evidence(one, lines)), lines=lines,
    )  # fmt: skip


def _evidence(one: Matched, lines: tuple[Sided, ...]) -> Iterator[Evidence]:
    for side, line in lines[:4]:
        kind, name = ("posting", "账上分录") if side == "ledger" else ("movement", "银行流水")
        said = f"{line.booked_on}: {line.amount_minor} {line.currency}"
        yield Evidence(kind, _place(line.line), Words(said, f"{name} {said}"))
    if one.perhaps_line is not None:
        en = f"the only line of the {one.perhaps_side} that would fit but for its date or party"
        yield Evidence("perhaps", _place(one.perhaps_line), Words(en, "唯一除日期或对方外相符的行"))


def _place(line: int) -> str:
    """Return where a line stands: sequence or movement, and line or part."""
    place, part = divmod(line, PLACES)
    return f"{place}/{part}"
