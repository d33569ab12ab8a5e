"""Soak: the whole house under mixed load for ten minutes, its processes killed at random and its bank misbehaving; then the proof.

When    `make soak`; CUNGUAN_SOAK_SECONDS shortens it, CUNGUAN_SOAK_SEED gives another course of events
Asserts what was acknowledged is there exactly once; what stayed pending is decided when it is asked for again; `prove` holds
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from cunguan.client import Client, CunguanError, Item, Pending, Refused
from cunguan.operations import bid_hold
from cunguan.store.shown import Deposit, Hold, Withdrawal
from tests.conftest import make_home, remove_home
from tests.doors.supervisor.house import Up, cunguan, until

SECONDS = float(os.environ.get("CUNGUAN_SOAK_SECONDS", "600"))
SEED = int(os.environ.get("CUNGUAN_SOAK_SEED", "1"))
LENDERS = [f"lender-{n}" for n in range(6)]
MISBEHAVIOURS = ("pays", "pays", "no_answer", "not_heard", "late", "rejects", "answers_twice")
PATIENCE = 120.0

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def house() -> Iterator[Up]:
    home = make_home()
    up = Up(home, "--planes", "2", "--workers", "2")
    try:
        yield up
    finally:
        up.end()
        remove_home(home)


class Load:
    """One client's business: what it was told is kept, to be held against the books."""

    def __init__(self, house: Up, number: int, stop: threading.Event) -> None:
        self._house, self._stop, self._chance = house, stop, random.Random(f"{SEED}:{number}")
        self._number, self._count = number, 0
        self.done: set[str] = set()
        self.pending: list[tuple[str, str, dict[str, Any]]] = []
        self.wrong: list[str] = []
        self._thread = threading.Thread(target=self._run, name=f"load-{number}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        with Client.open(self._house.credentials, patience=PATIENCE) as door:
            while not self._stop.is_set():
                try:
                    self._one(door)
                except Refused as refused:
                    if refused.code not in ("insufficient_balance", "listing_remaining_exceeded", "rejected"):
                        self.wrong.append(str(refused))
                except CunguanError as error:
                    self.wrong.append(f"{type(error).__name__}: {error}")

    def _one(self, door: Client) -> None:
        act = self._chance.choices((self._bid, self._batch, self._pay_in, self._withdraw), (10, 3, 2, 2))[0]
        act(door, self._chance.choice(LENDERS))

    def _name(self, what: str) -> str:
        self._count += 1
        return f"{what}:{self._number}:{self._count}"

    def _bid(self, door: Client, lender: str) -> None:
        self._submit(door, self._name("bid"), "bid_hold", self._fields(lender))

    def _submit(self, door: Client, name: str, kind: str, fields: dict[str, Any]) -> None:
        try:
            door.submit(name, kind, **fields)
            self.done.add(name)
        except Pending:
            self.pending.append((name, kind, fields))

    def _fields(self, lender: str) -> dict[str, Any]:
        return {
            "lender": lender, "listing": "loan-1", "amount_minor": self._chance.randint(1, 50), "mandate": f"mandate:{lender}",
        }  # fmt: skip

    def _batch(self, door: Client, lender: str) -> None:
        items = [Item(self._name("bid"), "bid_hold", bid_hold.Body(**self._fields(lender))) for _ in range(20)]
        answers = door.batch(self._name("batch"), items, atomic=self._chance.random() < 0.5)
        self.done |= {one.id for one in answers if one.status == "done"}

    def _pay_in(self, door: Client, lender: str) -> None:
        self.done.add(door.sandbox.receive(self._name("pay-in"), lender, self._chance.randint(100, 5_000)).id)

    def _withdraw(self, door: Client, lender: str) -> None:
        name = self._name("out")
        door.sandbox.bank(self._chance.choice(MISBEHAVIOURS), payment=name)
        fields = {
            "holder": lender,
            "card": f"card:{lender}",
            "bank_account": "bank:main",
            "payee_hash": f"payee:{lender}",
        }
        door.sandbox.confirmed(name, "withdrawal", **fields, amount_minor=self._chance.randint(1, 500))
        self.done.add(name)


def prepare(door: Client) -> None:
    """Let clients in, give them money, cards and mandates, and open a listing that never fills."""
    for name, role in (*((lender, "lender") for lender in LENDERS), ("borrower-1", "borrower")):
        door.open_account(f"open:{name}", holder=name, person=f"person:{name}", role=role, pool="main")
        door.sandbox.confirm(f"open:{name}")
    today = door.platform().business_date
    for lender in LENDERS:
        door.sandbox.receive(f"start:{lender}", lender, 10_000_000)
        door.sandbox.confirmed(
            f"bind:{lender}", "card_binding", holder=lender, card=f"card:{lender}", payee_hash=f"payee:{lender}"
        )
        until_day = today + timedelta(days=300)
        door.sandbox.confirmed(
            f"mandate:{lender}", "mandate_grant", holder=lender, type="bid", cap_minor=10_000_000, until=until_day
        )
    door.sandbox.confirmed(
        "list:loan-1", "listing_registration", listing="loan-1", pool="main", borrower="borrower-1",
        person="person:borrower-1", currency="CNY", pack="cn_p2p", amount_minor=20_000_000, rate_e6=120_000, rule="bullet",
        months=1, raise_until=today + timedelta(days=20), late_rate_e6=0,
    )  # fmt: skip
    door.sandbox.move_to(next_day(today, 2))  # new cards have cooled


def next_day(day: date, days: int) -> date:
    return day + timedelta(days=days)


def kill_at_random(house: Up, chance: random.Random, until_at: float) -> list[str]:
    """Kill a process every few seconds; return whom."""
    killed = []
    while time.monotonic() < until_at:
        time.sleep(chance.uniform(3, 12))
        name, pid = chance.choice(sorted(house.pids().items()))
        try:
            os.kill(pid, signal.SIGKILL)
            killed.append(name)
        except ProcessLookupError:
            continue  # it is being started again
    return killed


def test_what_was_acknowledged_is_there_after_all_that(house: Up) -> None:
    with Client.open(house.credentials, patience=PATIENCE) as door:
        prepare(door)
        stop = threading.Event()
        loads = [Load(house, number, stop) for number in range(4)]
        for load in loads:
            load.start()
        killed = kill_at_random(house, random.Random(SEED), time.monotonic() + SECONDS)
        stop.set()
        for load in loads:
            load.join()
        assert killed, "somebody was killed"
        assert not [wrong for load in loads for wrong in load.wrong]
        house.well()
        for name, kind, fields in (one for load in loads for one in load.pending):
            door.submit(name, kind, **fields)
        settle(door)
        told = set().union(*(load.done for load in loads))
        held = [hold.id for hold in door.each(Hold, listing="loan-1", limit=500)]
        assert len(held) == len(set(held)), "each once"
        assert {name for name in told if name.startswith("bid:")} <= set(held)
        paid_in = [one.id for one in door.each(Deposit, limit=500)]
        assert len(paid_in) == len(set(paid_in))
        assert {name for name in told if not name.startswith(("bid:", "out:"))} <= set(paid_in)
        assert all(door.find(Withdrawal, name) is not None for name in told if name.startswith("out:"))
    proof = cunguan(house.home, "prove")
    assert proof.returncode == 0, proof.stdout + proof.stderr


def settle(door: Client) -> None:
    """Let days go by until no payment is on its way any more: the bank answers in the end."""
    for _ in range(6):
        door.sandbox.move_to(next_day(door.platform().business_date, 1))

    def is_over() -> bool:
        return not [one for one in door.each(Withdrawal) if one.state in ("held", "sending", "sent", "in_doubt")]

    until(is_over, "every withdrawal comes to an end")
