"""Cash (银行流水核对): R1, the lines of the bank's statements against the postings of 1010, then balance against balance.

Reads   of each bank account: its sound statements since the date it was last compared whole; the postings since then; the lines
        that were left open; and lines of the days after, so far as they are known: what stands there is a matter of timing
Does    matches them on the local engine (`store/engines/duck.py`); a statement that is missing, or does not go on where the last
        one ended, is BRK15, and the account is compared when it comes
Shape   a line's number is its place: sequence or movement, times PLACES, plus line or part
Source  domain.md (e.1) R1, (e.3); ADR 0031, 0032
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from cunguan.doors.reconciliation.ground import Connection, Found, Lane, ask
from cunguan.reconciliation.breaks import Words
from cunguan.reconciliation.daily import Evidence
from cunguan.reconciliation.lines import CAUSES, Line
from cunguan.reconciliation.lines import Found as Matched
from cunguan.store.sqlfiles import statement

PLACES: Final = 2**16
#: so many days after the date are looked at for what is a matter of timing
LOOK_AHEAD: Final = timedelta(days=5)
LINES_KEPT: Final = 1_000

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


def look(connection: Connection, lane: Lane, day: date) -> list[Account]:
    """Compare every bank account of a lane."""
    accounts = [
        _account(connection, lane, day, row) for row in ask(connection, "recon_cash", lane=lane.lane, seq=lane.upto)
    ]
    for account in accounts:
        _statements(connection, lane, day, account)
    whole = [account for account in accounts if not account.missing]
    if whole:
        _compare(connection, lane, day, whole)
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
    if account.closing_minor is None and not lane.is_working_day(day):
        account.closing_minor = account.opening_minor = closing  # no bank writes a statement for every day
    account.missing = _missing(lane, day, account)
    if account.missing and lane.is_over(day):
        account.found.append(_no_file(lane, day, account))
    if broken is not None:
        account.found.append(_gap(lane, day, account, *broken))


def _missing(lane: Lane, day: date, account: Account) -> str:
    if account.closing_minor is None:
        return "statement"
    return "statement" if day not in account.days and lane.is_working_day(day) else ""


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
def _compare(connection: Connection, lane: Lane, day: date, accounts: Sequence[Account]) -> None:
    kept = _left_open(connection, lane, day, accounts)
    ledger = _ledger(connection, lane, day, accounts, {line.line for side, line in kept if side == "ledger"})
    bank = _bank(connection, lane, day, accounts)
    for account in accounts:
        account.ledger_count = sum(1 for line in ledger if line.account == account.id and line.booked_on <= day)
        account.bank_count = sum(1 for line in bank if line.account == account.id and line.booked_on <= day)
    there = {line.line for line in bank}
    bank += [line for side, line in kept if side == "bank" and line.line not in there]
    by_name, lines = {account.id: account for account in accounts}, _Lines(ledger, bank)
    for one in matched(ledger, bank, day):
        account = by_name[one.account]
        account.found.append(_found(lane, account, one, lines.of(one)))


def _left_open(connection: Connection, lane: Lane, day: date, accounts: Sequence[Account]) -> list[Sided]:
    """Return the lines that earlier dates left open, each once."""
    names = [account.id for account in accounts]
    rows = ask(connection, "recon_open_lines", lane=lane.lane, subjects=names, day=day)
    found = [one for _, kept in rows for one in msgspec.convert(kept, list[Sided])]
    return list({(side, line.line): (side, line) for side, line in found}.values())


def matched(ledger: Sequence[Line], bank: Sequence[Line], day: date) -> list[Matched]:
    """Return what does not match, on the local engine."""
    if not any(line.booked_on <= day for side in (ledger, bank) for line in side):
        return []
    from cunguan.reconciliation.match import match
    from cunguan.store.engines.duck import Duck  # a columnar engine: loaded where there is something to match
    from cunguan.store.engines.landing import land

    with tempfile.TemporaryDirectory(prefix="cunguan-recon-") as name:
        folder = Path(name)
        sides = [land(folder / f"{side}.parquet", lines) for side, lines in (("ledger", ledger), ("bank", bank))]
        with Duck(folder) as engine:
            ours, theirs = map(engine.table, sides)
            return list(engine.found(match(ours, bank=theirs, day=day)))


def _ledger(connection: Connection, lane: Lane, day: date, accounts: Sequence[Account], kept: set[int]) -> list[Line]:
    """Read the postings since an account was compared whole, and anew those left open: the bank may name them by now."""
    after, upto = min(account.after for account in accounts), _ahead(connection, lane, day)
    since = {account.id: account.after for account in accounts}
    of = {"after": after, "upto": upto, "accounts": [account.number for account in accounts]}
    seqs = sorted({line // PLACES for line in kept})
    rows = ask(connection, "recon_ledger_lines", lane=lane.lane, **of, seqs=seqs)
    found = [(row[0], _posting(row)) for row in rows]
    return [line for seq, line in found if seq > since.get(line.account, upto) or line.line in kept]


def _ahead(connection: Connection, lane: Lane, day: date) -> int:
    rows = ask(connection, "recon_lanes", day=day + LOOK_AHEAD)
    return next((row[5] for row in rows if row[0] == lane.lane), lane.upto)


def _posting(row: tuple[Any, ...]) -> Line:
    seq, line, account, amount, currency, booked_on, value_on, _, kind, reference, batch = row
    return Line(
        line=seq * PLACES + line, amount_minor=amount, currency=currency, booked_on=booked_on,
        reference=reference, batch=batch, account=account, kind=_OF_INSTRUCTION.get(kind, ""), value_on=value_on, at_platform=False,
    )  # fmt: skip


def _bank(connection: Connection, lane: Lane, day: date, accounts: Sequence[Account]) -> list[Line]:
    found: dict[int, Line] = {}
    for account in accounts:
        of = {"lane": lane.lane, "bank_account": account.id, "after": day, "upto": day + LOOK_AHEAD}
        later = ask(connection, "recon_statements", **of, kinds=["statement", "report", "notification"])
        for ids, is_later in ((account.statements, False), ([row[0] for row in later], True)):
            for row in ask(connection, "recon_bank_lines", ids=ids):
                line = _movement(row, account.id)
                if not is_later or line.booked_on > day:
                    found.setdefault(line.line, line)
    return list(found.values())


def _movement(row: tuple[Any, ...], account: str) -> Line:
    movement, part, _, _, day, value_on, amount, currency, cause, reversal, reason, reference = row
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
