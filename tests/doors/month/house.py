"""House: a custodian with one platform, its plane and its demo bank, all real, whose days are driven by a clock that is set.

Shape   House: `morning` begins a date at the bank and works off what came of the one before; `goes_on` sends, fetches, reads and
        books until nothing is new; `types` is a person at the terminal; `evening` closes the date
        of the clock: the hour of the house, never the wall's
"""

import asyncio
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg
from msgspec.structs import replace
from psycopg_pool import AsyncConnectionPool

from cunguan.channels.base import Payee
from cunguan.channels.demobank.bank import DemoBank, customer_of
from cunguan.channels.iso20022 import profile
from cunguan.channels.iso20022.line import Line
from cunguan.config.wiring import Wiring
from cunguan.desks.ledger.migrate import migrate
from cunguan.doors.api.context import Clock, Context
from cunguan.doors.checking import agreeing
from cunguan.doors.checking.agreeing import Outcome, Sent
from cunguan.doors.cli import main as cli
from cunguan.doors.inbox.fetching import fetch
from cunguan.doors.inbox.outgoing import DatabaseDesk
from cunguan.doors.jobs import bank_inbox, check_files, reconciliation, safeguarding
from cunguan.doors.payees.details import remember
from cunguan.doors.reconciliation import keeping
from cunguan.formats.checkfile import KINDS
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.keys.sealed import Sealer
from cunguan.plane.across import Plane
from cunguan.plane.lane import Lane
from cunguan.plane.process import PostgresOutbox
from cunguan.plane.sender import Sender
from cunguan.plane.server import Server
from cunguan.reconciliation.daily import Day
from cunguan.store import roles
from cunguan.store.postgres import PostgresReader
from tests.channels.demobank.serving import serving
from tests.conftest import copied
from tests.plane.harness import KEYS, LANE, NAMES, as_role, ask

CHANNEL, ACCOUNT, BANK = "demobank", "r1", "bank"
ZONE = timezone(timedelta(hours=8))
CUSTOMER = customer_of(LANE)
#: a card that was bound cools for a working day; the month's first is the Monday after
OPENING = date(2026, 2, 28)
#: holder -> role, the name and the number of his own account
CLIENTS = {
    "anna": ("lender", "Anna Muster", "DE89370400440532013000"),
    "bert": ("lender", "Bert Beispiel", "DE02120300000000202051"),
    "carl": ("borrower", "Carl Credit GmbH", "AT611904300234573201"),
}
FIRM = Payee("The Custodian Ltd", "GB33BUKB20201555555555")
TWO = ("--maker", "m1", "--checker", "c1")


class At(Clock):
    """The clock of the house."""

    def __init__(self, day: date) -> None:
        self.day, self.hour = day, 9

    def now(self) -> datetime:
        """Return the instant, of a day in the custodian's zone."""
        return datetime.combine(self.day, time(self.hour), ZONE).astimezone(UTC)


class House:
    """The custodian's house."""

    def __init__(self, url: str, home: Path, plane: Plane, bank: DemoBank, address: str) -> None:
        self.url, self.home, self.plane, self.bank, self.address = url, home, plane, bank, address
        self.door, self.clock, self.sealer = as_role(url, roles.DOOR), At(OPENING), Sealer.open(home / "sealing-key")
        self.wiring = Wiring({"DATABASE_URL": url, "CUNGUAN_HOME": str(home), "CUNGUAN_BANK": address, "LANG": "C"})
        self.profiles = profile.sandbox(address)
        self._reader = PostgresReader(url)
        desk = DatabaseDesk(
            lambda: self.door, lambda _: self.sealer, CHANNEL, LANE, self.clock.now, ZONE, is_sandbox=True
        )
        line = Line(LANE, replace(self.profiles[CHANNEL], look_seconds=0.0), desk)
        self._sender = Sender(LANE, PostgresOutbox(lambda: self._reader), {CHANNEL: line}, self._submit)
        self.connection = psycopg.connect(self.door, autocommit=True)

    # ── asking ───────────────────────────────────────────────────────────────
    def _submit(self, lane: int, instruction: Instruction) -> Answer:
        return self.plane.submit(lane, instruction).result()

    def do(self, name: str, kind: str, **body: Any) -> Answer:
        """Ask the books for something, which must be done."""
        answer = self._submit(LANE, ask(LANE, name, kind, **body))
        assert answer.code is Code.done, answer
        return answer

    def types(self, *argv: str) -> Any:
        """Type a verb; return what it printed as JSON."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.main([*argv, "--json"], self.wiring)
        assert code in (0, 1), (argv, code, err.getvalue())
        return json.loads(out.getvalue() or "null")

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return rows, read as the owner."""
        with psycopg.connect(self.url) as owner:
            return list(owner.execute(query.encode(), values))

    def balance(self, code: str, owner: str = "") -> int:
        """Return what stands on a code, of one owner or of all."""
        query = "SELECT coalesce(sum(b.balance), 0)::int8 FROM account a JOIN balance b USING (lane, account) WHERE lane = %s AND code = %s"
        return int(self.rows(f"{query} AND (%s = '' OR owner = %s)", LANE, code, owner, owner)[0][0])

    def is_done(self, answer: Any) -> None:
        """Assert that what was typed was done."""
        assert answer["code"] == "done", answer

    # ── the rounds of the jobs ───────────────────────────────────────────────
    def goes_on(self) -> None:
        """Send, fetch, read and book until nothing is new."""
        is_new = True
        while is_new:
            self._sender.run()
            fetched = [fetch(self.connection, self.sealer, one, self.clock.now()) for one in self.profiles.values()]
            is_new = asyncio.run(self._booked()) or any(fetched)

    async def _booked(self) -> bool:
        async with AsyncConnectionPool(self.door, min_size=1, kwargs={"autocommit": True}) as pool:
            return bool(await bank_inbox.run(self._context(pool)))

    def _context(self, pool: Any) -> Context:
        return Context(Asks(self), pool, "", self.home, True, self.clock, zone=ZONE, bank=self.address)  # type: ignore[arg-type]  # it asks for all alone

    def swept(self) -> None:
        """Let the other jobs look once: check files, safeguarding, reconciliation."""
        pool: AsyncConnectionPool[Any] = AsyncConnectionPool(self.door, open=False)
        context = self._context(pool)
        assert check_files.sweep(context) == []
        safeguarding.sweep(self.door, self.clock.now())

    def reconciled(self, day: date) -> Day:
        """Let the job run what is due; return a date as it was run last."""
        pool: AsyncConnectionPool[Any] = AsyncConnectionPool(self.door, open=False)
        assert reconciliation.sweep(self._context(pool)) == [], "nothing stops a platform here"
        found = keeping.stored(self.connection, day)
        assert found is not None
        return found

    # ── days ─────────────────────────────────────────────────────────────────
    def begins(self, day: date) -> None:
        """Begin a date: at the bank, which ends the one before, and by the clock."""
        self.clock.day = day
        self.bank.begin_day(day)
        self.goes_on()

    def closes(self, day: date, following: date) -> None:
        """Close the date of the books."""
        told = self.types("close-day", str(day), "--next", str(following), "--early")
        assert {one["outcome"] for one in told["lanes"]} <= {"closed", "closed_before"}, told

    # ── the platform's own books ─────────────────────────────────────────────
    def issued(self, day: date, kind: str) -> bytes:
        """Return a check file as it was issued."""
        return bytes(self.rows(
            "SELECT content FROM check_file WHERE lane = %s AND business_date = %s AND kind = %s AND form = 'csv'", LANE, day, kind
        )[0][0])  # fmt: skip

    def confirms(self, day: date, name: str, **theirs: bytes) -> Outcome:
        """Let the platform send its day, as it was issued but for `theirs`, and confirm it."""
        for kind in KINDS:
            content = theirs.get(kind) or self.issued(day, kind)
            sent = Sent(f"{name}:{day}:{kind}", "platform:key", kind, agreeing.FILE, content)
            assert agreeing.receive(self.connection, LANE, day, sent, self.clock.now()) is not None
        return agreeing.confirm(
            self.connection, self.door, LANE, day, (f"{name}:{day}", "platform:key"), self.clock.now()
        )


class Asks:
    """The plane, in this process."""

    def __init__(self, house: House) -> None:
        self._plane = house.plane

    async def ask_all(self, lane: int, instructions: Any) -> list[Answer]:
        """Hand in instructions."""
        return [one.result() for one in [self._plane.submit(lane, asked) for asked in instructions]]


@contextmanager
def housed(url: str, home: Path) -> Iterator[House]:
    """Run the house over a fresh database."""
    copied(url, "month", _ground)
    lanes = {number: Lane(number, url, owner="test").start(5.0) for number in (0, LANE)}
    plane, server = Plane(lanes), None
    try:
        with serving(home, OPENING) as (bank, address):
            bank.open(ACCOUNT, CUSTOMER)
            server = Server(plane, home / "plane.sock")
            house = House(url, home, plane, bank, address)
            _clients(house)
            yield house
            house.connection.close()
    finally:
        if server is not None:
            server.stop()
        for lane in reversed(lanes.values()):
            lane.stop()


def _ground(url: str) -> None:
    """Open the books: one platform in China, with one pool."""
    migrate(url)
    roles.create(url)
    lanes = {0: Lane(0, url, owner="ground").start()}
    plane = Plane(lanes)

    def done(lane: int, *asked: Instruction) -> None:
        found = [plane.submit(lane, one).result() for one in asked]
        assert {answer.code for answer in found} == {Code.done}, found

    try:
        opened: dict[str, Any] = {"sandbox": True, "business_date": OPENING, **NAMES}
        pool = {"id": "main", "currency": "CNY", "regime": "lending"}
        account = {"id": BANK, "pool": "main", "channel": CHANNEL, "reference": ACCOUNT}
        done(
            0, ask(0, "open:0", "lane_opening", platform="custodian", pack="", pools=[], bank_accounts=[], **opened),
            ask(0, "platform:1", "platform_registration", platform="P1", lane=LANE, sandbox=True, pack="cn_p2p", **NAMES),
            *(ask(0, f"register:{name}", "person_registration", person=f"person:{name}", kind="person", method="four_elements",
                  source="sandbox", reference="r") for name in CLIENTS),
        )  # fmt: skip
        lanes[LANE] = Lane(LANE, url, owner="ground").start()
        done(
            LANE, ask(LANE, "open:1", "lane_opening", platform="P1", pack="cn_p2p", pools=[pool], bank_accounts=[account], **opened),
            *(ask(LANE, f"account:{name}", "account_opening", holder=name, person=f"person:{name}", pool="main", role=role,
                  kind="person", method="four_elements", source="sandbox", key_id=f"{name}:key", evidence_kind="sandbox_ed25519",
                  public_key=KEYS.public_key(f"{name}:key")) for name, (role, *_) in CLIENTS.items()),
        )  # fmt: skip
    finally:
        for lane in reversed(lanes.values()):
            lane.stop()


def _clients(house: House) -> None:
    """Bind the cards of the clients, and the firm's own account."""
    for holder, (_, name, number) in CLIENTS.items():
        payee_hash = remember(house.connection, house.sealer, Payee(name, number), house.clock.now())
        house.do(f"card:{holder}", "card_binding", holder=holder, card=f"card:{holder}", payee_hash=payee_hash)
    firm = remember(house.connection, house.sealer, FIRM, house.clock.now())
    house.do(
        "bind:firm", "payee_binding", owner="custodian", payee_hash=firm, reason="letter", maker="m1", checker="c1"
    )
