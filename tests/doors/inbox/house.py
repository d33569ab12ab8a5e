"""Books with a lane of clients, and an inbox before them: statements are read and booked without a bank.

Shape   Inbox: `read` keeps the parts of a file as if a reader had yielded them, `book` tells the books; both on one database
        credit, debit: entries of a statement; statement: its parts, with balances that add up unless told otherwise
        pay: a client's withdrawal that has left, and is under way
"""

import asyncio
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from msgspec.structs import replace
from psycopg_pool import AsyncConnectionPool

from cunguan.channels.base import Payee
from cunguan.doors.api.context import Context
from cunguan.doors.inbox.booking import book
from cunguan.doors.inbox.keep import keep, mark
from cunguan.doors.inbox.reading import Read, read_parts
from cunguan.doors.payees.details import remember
from cunguan.formats.statement import Balance, Detail, Entry, Foot, Head, Part
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.keys.sealed import Sealer
from cunguan.store import roles
from tests.plane import harness as plane
from tests.plane.harness import DAY, LANE, LENDERS, as_role, ask

CHANNEL, ACCOUNT = "demobank", "r1"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA, BERT = LENDERS[:2]
NAMES = {"maker": "m1", "checker": "c1"}


class Asks:
    """The plane, in this process."""

    def __init__(self, lane: Any) -> None:
        self.lane, self.is_there = lane, True

    async def ask_all(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand in instructions, as a lane that is there, or one that is not."""
        if not self.is_there:
            return [Answer(one.id, plane.Code.lane_busy) for one in instructions]
        assert lane == LANE
        return plane.answers(self.lane, instructions)


class Inbox:
    """What is read and booked, on one database."""

    def __init__(self, url: str, lane: Any, home: Path) -> None:
        self.url, self.lane, self.home = url, lane, home
        self.sealer, self.asks = Sealer.open(home / "sealing-key"), Asks(lane)
        self._files = 0

    def read(self, *parts: Part, channel: str = CHANNEL) -> Read:
        """Read parts as a file of their own."""
        self._files += 1
        with psycopg.connect(as_role(self.url, roles.DOOR), autocommit=True) as connection:
            content = io.BytesIO(str(self._files).encode())
            file = keep(connection, self.sealer, content, channel=channel, name=f"{self._files}.xml", at=NOW).id
            with connection.transaction():
                read = read_parts(connection, self.sealer, file, channel, iter(parts), NOW)
                mark(connection, file, read.state, read.why)  # type: ignore[arg-type]  # a state of a file that came in
        return read

    def book(self) -> bool:
        """Tell the books."""

        async def run() -> bool:
            async with AsyncConnectionPool(
                as_role(self.url, roles.DOOR), kwargs={"autocommit": True}, open=False
            ) as pool:
                return await book(Context(self.asks, pool, "", self.home, True), self.sealer)  # type: ignore[arg-type]  # it asks for all alone

        return asyncio.run(run())

    def told(self, *parts: Part) -> list[tuple[str, str]]:
        """Read parts, book them, and return what became of their entries."""
        self.read(*parts)
        self.book()
        return self.rows(
            "SELECT outcome, cause FROM bank_entry WHERE statement = (SELECT max(id) FROM bank_statement) ORDER BY number, part"
        )

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return rows, read as the owner."""
        with psycopg.connect(self.url) as connection:
            return list(connection.execute(query.encode(), values))

    def balance(self, code: str, owner: str = "") -> int:
        """Return a balance by the code of its account, and its owner's name if it has one."""
        query = "SELECT coalesce(sum(b.balance), 0)::int8 FROM account a JOIN balance b USING (lane, account) WHERE lane = %s AND code = %s"
        return int(self.rows(f"{query} AND (%s = '' OR owner = %s)", LANE, code, owner, owner)[0][0])

    def ask(self, name: str, kind: str, **body: Any) -> Answer:
        """Ask the books for something."""
        return plane.answers(self.lane, [ask(LANE, name, kind, **body)])[0]

    def do(self, name: str, kind: str, **body: Any) -> Answer:
        """Ask the books for something, which must be done."""
        answer = self.ask(name, kind, **body)
        assert answer.code is plane.Code.done, answer
        return answer

    def bind(self, holder: str, name: str, account: str) -> str:
        """Bind a client's card whose name and number are known; return its hash."""
        with psycopg.connect(as_role(self.url, roles.DOOR), autocommit=True) as connection:
            payee_hash = remember(connection, self.sealer, Payee(name, account), NOW)
        self.do(f"card:{holder}", "card_binding", holder=holder, card=f"card:{holder}", payee_hash=payee_hash)
        return payee_hash


@contextmanager
def running(url: str, home: Path) -> Iterator[Inbox]:
    """Run a lane over the books, with an inbox before it."""
    plane.ground(url)
    with plane.running(url) as lane:
        yield Inbox(url, lane, home)


# ── what a bank says ─────────────────────────────────────────────────────────
def credit(amount: str, reference: str = "", **detail: Any) -> Entry:
    """Return money that came; `detail`: what the bank says of it."""
    return _entry(amount, True, reference, detail)


def debit(amount: str, reference: str = "", **detail: Any) -> Entry:
    """Return money that went."""
    return _entry(amount, False, reference, detail)


def _entry(amount: str, is_credit: bool, reference: str, detail: dict[str, Any]) -> Entry:
    own = {
        name: detail.pop(name) for name in ("code", "reversal", "status", "booked_on", "information") if name in detail
    }
    entry = Entry(
        Decimal(amount), "USD", is_credit, booked_on=DAY, bank_reference=reference, details=(Detail(**detail),)
    )
    return replace(entry, **own)


def statement(*entries: Entry, identity: str = "S1", opening: str = "0", off: str = "0", **head: Any) -> list[Part]:
    """Return a day's statement; `off`: by how much its closing balance is wrong."""
    net = sum(
        (one.amount if one.credit else -one.amount for one in entries if one.status == "booked"), Decimal(opening)
    )
    balances = (_balance("OPBD", Decimal(opening)), _balance("CLBD", net + Decimal(off)))
    made = Head("camt", "camt.053.001.08", "statement", identity, ACCOUNT, "USD", balances=balances)
    return [replace(made, **head), *entries, Foot()]


def notification(*entries: Entry, identity: str = "N1") -> list[Part]:
    """Return what a bank tells as it happens."""
    return [Head("camt", "camt.054.001.08", "notification", identity, ACCOUNT, "USD"), *entries, Foot()]


def _balance(code: str, amount: Decimal) -> Balance:
    return Balance(code, abs(amount), "USD", amount >= 0, DAY)


# ── payments ─────────────────────────────────────────────────────────────────
def pay(inbox: Inbox, name: str, amount_minor: int, holder: str = ANNA, state: str = "sent") -> None:
    """Let a client withdraw, and bring the payment into a state before its end."""
    card = inbox.rows("SELECT id, payee_hash FROM card WHERE holder = %s", holder)[0]
    inbox.do(
        name, "withdrawal", holder=holder, card=card[0], bank_account="bank", amount_minor=amount_minor, payee_hash=card[1],
    )  # fmt: skip
    if state == "held":
        return
    inbox.do(f"send:{name}", "withdrawal_sent", withdrawal=name)
    if state == "in_doubt":
        inbox.do(f"bank:{CHANNEL}:{name}:timed_out", "withdrawal_result", withdrawal=name, status="timed_out")


def state_of(inbox: Inbox, withdrawal: str) -> str:
    """Return where a withdrawal stands."""
    return str(inbox.rows("SELECT state FROM withdrawal WHERE id = %s", withdrawal)[0][0])


def yesterday() -> date:
    """Return the day before the books' own."""
    return DAY - timedelta(days=1)
