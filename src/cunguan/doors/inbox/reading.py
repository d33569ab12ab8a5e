"""Reading (读取回单): a kept file becomes statements and lines; nothing is told to the books here.

When    a file was kept; once, whole or not at all
Does    for each statement: what it comes to, whether it adds up, which of its movements nobody told of before
Returns what became of the file: read · flagged: a statement does not add up, or is of no account of ours, or a line could not be
        read; its movements are kept and never booked · unreadable: not one statement of it is sound. The reason in words
Errors  a reader that fails makes its file unreadable; the bytes stay, and a better reader reads them (`cunguan inbox again`)
Memory  of some thousand lines, whatever the file's size: those of a statement wait in a temporary table until it is known to be sound
Source  schema 0011; states/statement.py; domain.md (k.3) S-18
"""

import hashlib
import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

import msgspec
import psycopg

from cunguan.doors.inbox.lines import Account, Line, lines_of
from cunguan.doors.payees.details import remember_all
from cunguan.formats.statement import NO_HEAD, Balance, Entry, Foot, Head, Part, Summary, Wrong, minor, summaries
from cunguan.kernel.canonical import canonical_json
from cunguan.keys.sealed import Sealer, plain_account
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

Connection = psycopg.Connection[Any]

LINES_AT_ONCE: Final = 1_000
BAD_LINES_MAX: Final = 1_000
#: a file of gigabytes is one transaction
TIMEOUTS: Final = "SET LOCAL statement_timeout = '30min'; SET LOCAL idle_in_transaction_session_timeout = '30min'"
SOUND: Final = frozenset({"balanced", "no_balances"})

#: holder accounts by lane, and by id or number
Named = dict[tuple[int, str | int], str]

_COPY: Final = """COPY bank_entry_reading (statement, number, part, key, booked_on, value_on, credit, amount_minor, currency, status,
    reversal, code, reference, bank_reference, end_to_end_id, payer_hash, name_hash, holder, return_reason, instruction_id, outcome, cause)
    FROM STDIN"""


class Read(msgspec.Struct, frozen=True):
    """What became of a file."""

    state: str
    why: str
    statements: int


class Accounts:
    """The accounts of a channel, or of all, by their numbers as they are compared."""

    def __init__(self, connection: Connection, channel: str | None) -> None:
        rows = connection.execute(statement("bank_accounts_of"), {"channel": channel}).fetchall()
        self._known = {plain_account(row[5]): Account(*row) for row in rows}

    def find(self, number: str) -> Account | None:
        """Return the account of a number; None: it is no account of ours."""
        return self._known.get(plain_account(number))


def read_parts(
    connection: Connection, sealer: Sealer, file: int, channel: str, parts: Iterable[Part], at: datetime
) -> Read:
    """Keep what a reader yields; within the transaction of the caller."""
    connection.execute(TIMEOUTS)
    connection.execute(statement("bank_entries_reading"))
    keeping = _Keeping(connection, sealer, file, channel, at)
    for summary in summaries(keeping.through(parts)):
        keeping.summed(summary)
    return keeping.outcome()


class _Statement:
    """A statement while it is read."""

    def __init__(self, id: int, head: Head, account: Account | None) -> None:
        self.id, self.head, self.account = id, head, account
        self.balances: tuple[Balance, ...] = head.balances
        self.number, self.last_day = 0, None  # type: int, date | None
        self.digest = hashlib.sha256()
        self.not_whole = ""

    @property
    def day(self) -> date | None:
        """The day it is of: of its closing balance, else its last booking."""
        days = [one.day for one in self.balances if one.code == "CLBD" and one.day is not None]
        return days[-1] if days else self.last_day


class _Keeping:
    def __init__(self, connection: Connection, sealer: Sealer, file: int, channel: str, at: datetime) -> None:
        self._connection, self._sealer, self._file, self._channel, self._at = connection, sealer, file, channel, at
        self._accounts = Accounts(connection, channel)
        self._open: deque[_Statement] = deque()
        self._lines: list[tuple[_Statement, Line]] = []
        self._bad, self._place, self._sound = 0, 0, 0
        self._why: list[str] = []

    # ── part by part ─────────────────────────────────────────────────────────
    def through(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Keep each part, and hand it on to be added up."""
        try:
            for part in parts:
                self._keep(part)
                yield part
        except Wrong as wrong:
            self._bad_line(wrong)
            raise
        finally:
            self._flush()

    def _keep(self, part: Part) -> None:
        if isinstance(part, Head):
            (id,) = self._one("SELECT nextval('bank_statement_id_seq')", {})
            self._open.append(_Statement(id, part, self._accounts.find(part.account)))
        elif isinstance(part, Wrong):
            self._bad_line(part)
        elif self._open and isinstance(part, Entry):
            self._entry(self._open[-1], part)
        elif self._open and isinstance(part, Foot):
            self._open[-1].balances += part.balances

    def _entry(self, into: _Statement, entry: Entry) -> None:
        into.number += 1
        if entry.booked_on is not None and (into.last_day is None or entry.booked_on > into.last_day):
            into.last_day = entry.booked_on
        try:
            lines = list(lines_of(into.number, entry, _currency(into), into.account, self._sealer))
        except ValueError as wrong:
            into.not_whole = into.not_whole or str(wrong)
            self._bad_line(Wrong(f"entry {into.number}", str(wrong)))
            return
        for line in lines:
            into.digest.update(canonical_json([line.key.hex(), line.part, line.amount_minor, line.status]))
            self._lines.append((into, line))
        if len(self._lines) >= LINES_AT_ONCE:
            self._flush()

    def _bad_line(self, wrong: Wrong) -> None:
        self._bad += 1
        if self._bad <= BAD_LINES_MAX:
            row = {"file": self._file, "number": self._bad, "place": _text(wrong.where), "why": _text(wrong.why)}
            self._connection.execute(statement("bank_bad_line_add"), row)

    def _flush(self) -> None:
        if not self._lines or self._connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            return
        holders = self._holders()
        self._remember()
        with self._connection.cursor().copy(_COPY) as copy:
            for into, line in self._lines:
                copy.write_row(_row(into, line, holders))
        self._lines.clear()

    def _remember(self) -> None:
        """Seal who paid, so that money nobody here owns can go back to him."""
        payers = {
            line.payer_hash: line.payer
            for _, line in self._lines
            if line.payer is not None and line.payer_hash and line.status == "booked"
        }
        remember_all(self._connection, self._sealer, payers, self._at)

    def _holders(self) -> Named:
        """Return the holder accounts that the lines name, by lane and by id or number."""
        words: dict[int, set[str]] = {}
        numbers: dict[int, set[int]] = {}
        for into, line in self._lines:
            if into.account is not None and (line.naming.words or line.naming.numbers):
                words.setdefault(into.account.lane, set()).update(line.naming.words)
                numbers.setdefault(into.account.lane, set()).update(line.naming.numbers)
        found: Named = {}
        for lane in words:
            given = {"lane": lane, "ids": sorted(words[lane]), "numbers": sorted(numbers[lane])}
            for id, number in self._connection.execute(statement("bank_holders_named"), given):
                found[lane, id] = found[lane, number] = id
        return found

    # ── statement by statement ───────────────────────────────────────────────
    def summed(self, summary: Summary) -> None:
        """Keep what a statement comes to, and claim its movements when it is sound."""
        self._flush()
        if summary.head is NO_HEAD:
            self._why.append(_wrongs(summary) or "no statement begins in it")
            return
        one = self._open.popleft()
        self._place += 1
        row = self._row(one, summary)
        why = "" if row["verdict"] in SOUND else f"{row['verdict']}: {row['difference']}"
        if not why and one.account is None:
            why = "it is of no account of ours on this channel"
        if not why and row["currency"] != one.account.currency:  # type: ignore[union-attr]  # it is one of ours
            why = f"it is in {row['currency'] or 'no currency'}, and its account is kept in {one.account.currency}"  # type: ignore[union-attr]
        row["state"] = "unreadable" if row["verdict"] == "invalid" else "read"
        if why:
            self._why.append(f"statement {self._place}: {why}")
        else:
            self._sound += 1
            row["same_as"] = self._same_as(row)
        self._connection.execute(statement("bank_statement_add"), row)
        self._settle({**row, "is_sound": not why})

    def _row(self, one: _Statement, summary: Summary) -> dict[str, Any]:
        currency, account = summary.currency or _currency(one), one.account
        verdict, difference = ("invalid", one.not_whole) if one.not_whole else (summary.verdict, _difference(summary))
        sums = {"opening_minor": summary.opening, "closing_minor": summary.closing,
                "credit_minor": summary.credit_sum, "debit_minor": summary.debit_sum}  # fmt: skip
        figures: dict[str, int | None] = {}
        for name, amount in sums.items():
            try:
                figures[name] = None if amount is None else minor(amount, currency)
            except ValueError as wrong:
                figures[name], verdict, difference = 0, "invalid", str(wrong)
        one.digest.update(canonical_json([figures, currency]))
        return {
            "id": one.id, "file": self._file, "place": self._place, "channel": self._channel, "format": one.head.message or one.head.format,
            "kind": one.head.kind, "identity": _identity(one), "lane": account and account.lane,
            "bank_account": account.id if account else "", "account": account.reference if account else _masked(one.head.account),
            "currency": currency, "day": one.day, **figures, "entry_count": summary.entry_count, "verdict": verdict,
            "difference": difference, "state": "read", "digest": one.digest.digest(), "same_as": None,
        }  # fmt: skip

    def _same_as(self, row: dict[str, Any]) -> int | None:
        """Return the statement that came before in other bytes; those that the bank has told anew are replaced."""
        if not row["identity"]:
            return None
        before = self._connection.execute(statement("bank_statements_like"), row).fetchall()
        same = next((int(id) for id, digest in before if digest == row["digest"]), None)
        if same is None and before:
            self._connection.execute(statement("bank_statements_replace"), {"ids": [id for id, _ in before]})
        return same

    def _settle(self, row: dict[str, Any]) -> None:
        """Keep the entries of a statement, and let those of a sound one claim their movements."""
        if row["is_sound"]:
            self._connection.execute(statement("bank_lines_claim"), row)
        self._connection.execute(statement("bank_entries_keep"), row)
        self._connection.execute("TRUNCATE bank_entry_reading")

    # ── in the end ───────────────────────────────────────────────────────────
    def outcome(self) -> Read:
        """Return what became of the file."""
        why = "; ".join(self._why[:20])
        if not self._place and not why:
            why = "no statement is in it"
        state = "unreadable" if not self._sound else "flagged" if why or self._bad else "read"
        return Read(state, _text(why) or ("lines could not be read" if self._bad else ""), self._place)

    def _one(self, text: Any, given: Mapping[str, Any]) -> Any:
        row = self._connection.execute(text, given).fetchone()
        assert row is not None, "it has one row"
        return row


# ── small pieces ─────────────────────────────────────────────────────────────
def _row(into: _Statement, line: Line, holders: Named) -> tuple[Any, ...]:
    holder = _holder(line, into.account.lane, holders) if into.account is not None else ""
    cause = line.status if line.status != "booked" else "" if line.booked_on else "no_booking_date"
    return (
        into.id, line.number, line.part, line.key, line.booked_on, line.value_on, line.credit, line.amount_minor, line.currency,
        line.status, line.reversal, line.code, line.reference, line.bank_reference, line.end_to_end_id, line.payer_hash,
        line.name_hash, holder, line.return_reason, "", "nothing", cause or "not_sound",
    )  # fmt: skip


def _holder(line: Line, lane: int, holders: Named) -> str:
    """Return the one holder account a line names, by its number before by its id; "" for none or several."""
    for said in (line.naming.numbers, line.naming.words):
        named = {holders[lane, one] for one in said if (lane, one) in holders}
        if named:
            return named.pop() if len(named) == 1 else ""
    return ""


def _currency(one: _Statement) -> str:
    return (
        one.head.currency
        or (one.balances[0].currency if one.balances else "")
        or (one.account.currency if one.account else "")
    )


def _identity(one: _Statement) -> str:
    """Return by what a statement is known again in other bytes; "" when it says nothing of itself."""
    head = one.head
    if not head.identity and not head.number:
        return ""
    told = [head.kind, plain_account(head.account), head.identity, head.number, head.page, head.begins]
    return hashlib.sha256(canonical_json(told)).hexdigest()


def _text(said: str) -> str:
    return said.replace("\0", "")  # the one letter PostgreSQL keeps in no text


def _masked(account: str) -> str:
    return f"…{plain_account(account)[-4:]}" if account else ""


def _difference(summary: Summary) -> str:
    differs = [f"{one.what} by {one.by}: {one.stated} stated, {one.computed} computed" for one in summary.differences]
    return _text(_wrongs(summary) or "; ".join(differs))


def _wrongs(summary: Summary) -> str:
    return "; ".join(f"{one.where}: {one.why}" for one in summary.wrongs[:5])
