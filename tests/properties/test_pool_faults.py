"""Faults planted in the pool's chapter: payouts, suspense, fees, red packets; each stands in the books and is found."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import FeeItem, Holder, Pool
from cunguan.ledger.chart import pool_account
from cunguan.operations import (
    fee_charge,
    fee_refund,
    payout_result,
    payouts,
    red_packet,
    suspense_allocation,
    unidentified_receipt,
)
from tests.properties.invariants import check
from tests.scenarios.world import World
from tests.store.twins import MemoryTwin

LANE = 1
NAMES = {"maker": "m1", "checker": "c1"}
PAYOUT = {"pool": "main", "bank_account": "bank", "amount_minor": 300, "payee_hash": "payee:own", **NAMES}
CHARGE = {"holder": "L1", "fee_schedule": "fees", "fee_item": "service", "base_minor": 100_000, "fee_minor": 1_000}


class House:
    """A lane with two pools, fees that were earned, marketing money and an item of suspense."""

    def __init__(self) -> None:
        self.world = World(MemoryTwin())
        self.world.platform(LANE)
        self.done(
            "pool_opening", "open:other", pools=[{"id": "other", "currency": "CNY", "regime": "lending"}], **NAMES,
            bank_accounts=[{"id": "other_bank", "pool": "other", "channel": "demobank", "reference": "ref:other"}],
        )  # fmt: skip
        self.world.client(LANE, "L1")
        self.world.client(LANE, "O1", pool="other")
        self.world.fees(LANE, "fees", 1, FeeItem("service", "bp", 100, 0, 0, 0))
        self.world.consent(LANE, "L1")
        self.world.payee(LANE)
        line = {"bank_account": "bank", "amount_minor": 100_000, "reference": "line"}
        self.done("deposit_direct", "in", holder="L1", payer_matches=True, **line)
        self.done("platform_money_in", "own", pool="main", account="2120", **line)
        self.done("unidentified_receipt", "R1", payee_hash="payee:source", **line)
        self.done("fee_charge", "c0", **CHARGE)

    def done(self, kind: str, name: str, **body: Any) -> None:
        self.world.done(LANE, name, kind, **body)

    def pay(self) -> None:
        self.done("fee_payout", "F1", **PAYOUT)
        self.done("payout_sent", "send:F1", payout="F1")
        self.done("payout_result", "bank:1", payout="F1", status="settled", amount_minor=300)

    def reject(self) -> None:
        self.done("fee_payout", "F1", **PAYOUT)
        self.done("payout_sent", "send:F1", payout="F1")
        self.done("payout_result", "bank:1", payout="F1", status="rejected", amount_minor=300)

    def receive(self) -> None:
        self.done("unidentified_receipt", "R2", bank_account="bank", amount_minor=600, reference="line")

    def allocate(self) -> None:
        self.done("suspense_allocation", "A1", item="R1", holder="L1", amount_minor=600, reason="his", **NAMES)

    def give_back(self) -> None:
        self.done(
            "suspense_return", "S1", item="R1", bank_account="bank", amount_minor=100_000, payee_hash="payee:source",
            reason="nobody's", **NAMES,
        )  # fmt: skip
        self.done("payout_sent", "send:S1", payout="S1")
        self.done("payout_result", "bank:1", payout="S1", status="settled", amount_minor=100_000)

    def charge(self) -> None:
        self.done("fee_charge", "c1", **CHARGE)

    def refund(self) -> None:
        self.done("fee_refund", "r1", charge="c0", amount_minor=1_000, reason="not owed", **NAMES)

    def give(self) -> None:
        self.done("red_packet", "p1", holder="L1", amount_minor=300, reference="spring")
        self.done("red_packet", "p2", holder="L1", amount_minor=300, reference="spring")

    def platforms(self, code: str, pool: str = "main") -> int:
        return pool_account(self.world.get(LANE, Pool, pool).base, code)

    def available(self, holder: str) -> int:
        return self.world.get(LANE, Holder, holder).available


Fault = tuple[str, Callable[[House, pytest.MonkeyPatch], None]]


def _posting(deed: str, module: Any, name: str, other: Callable[[House], dict[str, Any]]) -> Fault:
    """Plant a fault in a posting template."""

    def plant(house: House, patch: pytest.MonkeyPatch) -> None:
        true, wrong = getattr(module, name), other(house)
        patch.setattr(module, name, lambda **of: tuple(replace(posting, **wrong) for posting in true(**of)))

    return deed, plant


def _code(deed: str, module: Any, name: str, other: Callable[[Any], Any]) -> Fault:
    """Plant a fault in a function."""
    return deed, lambda house, patch: patch.setattr(module, name, other(getattr(module, name)))


def _row(field: str, by: int) -> Callable[[Any], Any]:
    return lambda true: lambda *of, **named: replace(made := true(*of, **named), **{field: getattr(made, field) + by})


FAULTS: dict[str, Fault] = {
    # 8: exits
    "a payout a cent short":             _posting("pay", payout_result, "payout_paid", lambda h: {"amount_minor": 299}),
    "fees that leave from 2110 itself":  _posting("pay", payout_result, "payout_paid", lambda h: {"debit": h.platforms("2110")}),
    "a payout of nothing set aside":     _posting("pay", payout_result, "payout_paid", lambda h: {"opened": 1}),
    "a return that names no item":       _posting("give_back", payout_result, "payout_paid", lambda h: {"opened": 1}),
    "a rejection that pays a client":    _posting("reject", payout_result, "payout_given_back",
                                                  lambda h: {"debit": h.platforms("2110"), "credit": h.available("L1")}),
    # 13, 44: fees
    "a fee without authority":           _posting("charge", fee_charge, "fee_charged", lambda h: {"authority": None}),
    "a fee on another's authority":      _posting("charge", fee_charge, "fee_charged", lambda h: {"authority": 1}),
    "a fee that was not disclosed":      _posting("charge", fee_charge, "fee_charged", lambda h: {"amount_minor": 1_001}),
    "a fee that pays for marketing":     _posting("charge", fee_charge, "fee_charged", lambda h: {"credit": h.platforms("2120")}),
    "a fee nobody writes down":          _code("charge", fee_charge, "FeeCharge", _row("fee_minor", -1)),
    "a refund a cent short":             _posting("refund", fee_refund, "fee_refunded", lambda h: {"amount_minor": 999}),
    # 14 and 31: suspense
    "an item of another pool's money":   _posting("allocate", suspense_allocation, "suspense_allocated",
                                                  lambda h: {"credit": h.available("O1")}),
    "an item that is larger":            _posting("receive", unidentified_receipt, "money_in_suspense",
                                                  lambda h: {"amount_minor": 599}),
    "an item on another account":        _posting("receive", unidentified_receipt, "money_in_suspense",
                                                  lambda h: {"credit": h.platforms("2220")}),
    "an allocation a cent short":        _posting("allocate", suspense_allocation, "suspense_allocated",
                                                  lambda h: {"amount_minor": 599}),
    "an item given twice":               _code("give_back", payouts, "moved", lambda true: lambda item, *of, left_minor:
                                               true(item, *of, left_minor=item.left_minor)),
    # red packets
    "a red packet nobody counts":        _code("give", red_packet, "replace", lambda true: lambda total, **more: total),
    "a red packet out of the fees":      _posting("give", red_packet, "red_packet", lambda h: {"debit": h.platforms("2110")}),
}  # fmt: skip


def test_the_house_is_in_order() -> None:
    for deed in ("pay", "receive", "allocate", "charge", "refund", "give"):
        house = House()
        getattr(house, deed)()
        check(house.world.store)


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_that_stands_in_the_books_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    deed, plant = FAULTS[name]
    plant(house, monkeypatch)
    getattr(house, deed)()
    with pytest.raises((AssertionError, KeyError)):
        check(house.world.store)


def test_a_payout_that_looks_at_no_binding_pays_a_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """8: the last look compares the payee with the binding of the moment; without it the old account is paid."""
    house = House()
    house.done("fee_payout", "F1", **PAYOUT)
    house.world.payee(LANE, payee_hash="payee:new")
    assert house.world.submit(LANE, "send:F1", "payout_sent", payout="F1").code is Code.payee_not_allowed
