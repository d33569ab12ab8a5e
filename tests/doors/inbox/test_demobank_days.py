"""Days with the demo bank and every way in which it misbehaves: files alone, a real lane, a real database, a real socket.

Everything that ends by itself ends right; what does not is named, and waits for two people; nothing is paid or credited twice.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace
from psycopg_pool import AsyncConnectionPool

from cunguan.channels.demobank.bank import (
    LATE,
    LATE_REJECT,
    NO_ANSWER,
    NOT_HEARD,
    REJECT,
    RETURNED,
    SUCCESS,
    Behaviour,
    DemoBank,
    Mishap,
    customer_of,
)
from cunguan.channels.iso20022 import profile
from cunguan.channels.iso20022.line import Line
from cunguan.doors.api.context import Context
from cunguan.doors.inbox.fetching import fetch
from cunguan.doors.inbox.outgoing import DatabaseDesk
from cunguan.doors.jobs import bank_inbox
from cunguan.kernel.ids import close_id, order_id
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.process import PostgresOutbox
from cunguan.plane.sender import Sender
from cunguan.prove.report import prove
from cunguan.store import roles
from cunguan.store.postgres import PostgresReader
from tests.channels.demobank.serving import serving
from tests.conftest import fresh_database
from tests.doors.inbox.house import ACCOUNT, ANNA, CHANNEL, NOW, Inbox, running
from tests.plane.harness import DAY, LANE, answers, as_role

CUSTOMER = customer_of(LANE)
#: what the bank is told of a payment, where it stands in the end, and what is left to people
ENDS = {
    "pays": (SUCCESS, "settled", ""),
    "rejects": (REJECT, "rejected", ""),
    "silent": (NO_ANSWER, "settled", ""),
    "mute": (Behaviour(answers=False, mute_days=40), "settled", ""),  # its statement alone tells
    "not-heard": (NOT_HEARD, "settled", ""),
    "late": (LATE, "settled", ""),
    "late-reject": (LATE_REJECT, "rejected", ""),
    "twice": (Behaviour(callbacks=2), "settled", ""),
    "returns": (RETURNED, "recredited", ""),
    "s-04": (Behaviour(answers=False, callbacks=2, returned_days=3, mute_days=1), "recredited", ""),
    "books-more": (Behaviour(more_minor=7), "settled", "amount_differs"),
    "paid-after-all": (Behaviour(pays=False, contradicted_days=4), "rejected", "paid_after_end"),
}
MISHAPS = (
    Mishap("statement", "twice"),
    Mishap("statement", "again"),
    Mishap("statement", "late", 2),
    Mishap("statement", "lost"),
)


class World:
    """The house and its bank, day by day."""

    def __init__(self, inbox: Inbox, bank: DemoBank, address: str) -> None:
        self.inbox, self.bank, self.address = inbox, bank, address
        self.profiles = profile.sandbox(address)
        desk = DatabaseDesk(lambda: self.door, lambda _: inbox.sealer, CHANNEL, LANE, lambda: NOW, UTC, is_sandbox=True)
        line = Line(LANE, replace(self.profiles[CHANNEL], look_seconds=0.0), desk)
        reader = PostgresReader(inbox.url)
        self.sender = Sender(LANE, PostgresOutbox(lambda: reader), {CHANNEL: line}, self.submit)

    @property
    def door(self) -> str:
        return as_role(self.inbox.url, roles.DOOR)

    def submit(self, lane: int, instruction: Instruction) -> Answer:
        return answers(self.inbox.lane, [instruction])[0]

    def goes_on(self) -> None:
        """Send, fetch, read and book until nothing is new."""
        is_new = True
        while is_new:
            self.sender.run()
            with psycopg.connect(self.door, autocommit=True) as door:
                fetched = [fetch(door, self.inbox.sealer, one, NOW) for one in self.profiles.values()]
            is_new = asyncio.run(self._booked()) or any(fetched)

    async def _booked(self) -> bool:
        async with AsyncConnectionPool(self.door, min_size=1, kwargs={"autocommit": True}) as pool:
            context = Context(self.inbox.asks, pool, "", self.inbox.home, True, bank=self.address)  # type: ignore[arg-type]
            return bool(await bank_inbox.run(context))

    def states(self) -> dict[str, str]:
        return dict(self.inbox.rows("SELECT id, state FROM withdrawal"))

    def to_people(self) -> list[tuple[str, str, int]]:
        """Return what waits for two people: why, of which reference, how much."""
        return sorted(self.inbox.rows(
            "SELECT DISTINCT cause, coalesce(nullif(end_to_end_id, ''), code), amount_minor FROM bank_entry WHERE outcome = 'person'"
        ))  # fmt: skip


@pytest.fixture(scope="module")
def world(wheel_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home: Path = tmp_path_factory.mktemp("days")
    for url in fresh_database(wheel_server_url):
        with running(url, home) as inbox, serving(home, DAY) as (bank, address):
            opening = inbox.balance("1010")
            bank.open(ACCOUNT, CUSTOMER, opening, "USD")
            yield World(inbox, bank, address)


def test_every_payment_ends_as_it_must(world: World) -> None:
    inbox, bank = world.inbox, world.bank
    inbox.do("bind", "card_binding", holder=ANNA, card="card", payee_hash="payee")
    inbox.do(close_id(DAY), "day_close", date=DAY.isoformat(), next_date=(DAY + timedelta(days=1)).isoformat())
    before = inbox.balance("2010", ANNA)
    for mishap in MISHAPS:
        bank.mishap(CUSTOMER, mishap)
    bank.mishap(CUSTOMER, Mishap("notification", "lost"))
    for name, (behaviour, _, _) in ENDS.items():
        bank.tell(CUSTOMER, order_id(LANE, name), behaviour)
        inbox.do(
            name, "withdrawal", holder=ANNA, card="card", bank_account="bank", amount_minor=1_000, payee_hash="payee"
        )
    bank.receive(ACCOUNT, 500, ANNA, payer=ANNA)  # its notification is lost
    bank.charge(ACCOUNT, 30, "fee")
    paid = [bank.pay_by_channel(f"order-{place}", ACCOUNT, 400, 4, is_net=True) for place in (1, 2)]
    for one in paid:
        inbox.do(
            one.order, "deposit_notice", holder=ANNA, channel="demopay", settle_date=one.settle_date.isoformat(),
            amount_minor=400, reference=one.order,
        )  # fmt: skip
    for day in range(1, 8):
        world.goes_on()
        bank.begin_day(DAY + timedelta(days=day))
    world.goes_on()

    assert world.states() == {name: state for name, (_, state, _) in ENDS.items()}
    settled = sum(1_000 for _, state, _ in ENDS.values() if state == "settled")
    assert inbox.balance("2010", ANNA) == before - settled + 500 + 800
    assert inbox.balance("2015", ANNA) == 0
    assert world.to_people() == sorted([
        ("amount_differs", order_id(LANE, "books-more"), 1_007), ("charge", "ACMT/MDOP/CHRG", 30),
        ("paid_after_end", order_id(LANE, "paid-after-all"), 1_000),
    ])  # fmt: skip
    # the books and the bank differ by exactly what waits for people
    assert inbox.balance("1010") - bank.balance(ACCOUNT) == 7 + 30 + 1_000
    assert len([line for line in bank.lines if line.booking == "payment" and line.reference.endswith("-pays")]) == 1
    assert inbox.rows("SELECT count(*) FROM bank_file_again WHERE name LIKE '%%camt.053%%'") == [(1,)]
    assert inbox.rows("SELECT count(*) FROM bank_statement WHERE same_as IS NOT NULL") == [(1,)]
    report = prove(inbox.url)
    assert report.first is None, report.first
