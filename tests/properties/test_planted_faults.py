"""Planted faults: code is put out of order on purpose, and the checks of this folder must find it.

A check that no fault fails is no check. The first half plants what only the reference model can tell; the second what
the invariants must find in what is stored, on the memory store and on PostgreSQL; the third looks for floats.
"""

import ast
import types
import typing
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

import cunguan
from cunguan.kernel.instruction import AuthorityText, Posting
from cunguan.kernel.rows import ROWS, Account, BankAccount, ClaimMove, Holder, Move
from cunguan.ledger import claims, schedule
from cunguan.operations import (
    authority,
    bid_cancel,
    bid_hold,
    disbursement,
    fees,
    lending,
    limit_release,
    repayment,
    runs,
    unpaid,
    withdrawal,
    withdrawal_result,
)
from cunguan.operations.catalogue import operations
from cunguan.store.batch import Refused
from tests.properties.instructions import Instructions, Seeded, beginnings
from tests.properties.invariants import check
from tests.properties.test_small_book import groups
from tests.properties.triple import Triple
from tests.scenarios import world
from tests.scenarios.world import World
from tests.store.twins import MemoryTwin, PostgresTwin, Twin

LANE = 1
SMALL_RUNS: dict[str, Any] = {"atomic_items": 2, "step_items": 2}


# ── what only another account of the same rules can tell ─────────────────────
def work(seeds: tuple[int, ...] = (12, 11)) -> None:
    """Ask some thousand instructions of the model and the memory store; raise where they differ or an invariant breaks."""
    for seed in seeds:
        _work(seed)


def _work(seed: int) -> None:
    both = Triple([MemoryTwin()], **SMALL_RUNS)
    pick = Seeded(seed)
    callers = Instructions(both.model, pick)
    for asked in beginnings(callers, 4):
        both.together([asked])
    for number, group in enumerate(groups(callers, pick, 8_000)):
        both.together(group)
        if number % 50 == 49:
            both.deliver()
        if number % 500 == 499:
            both.check()
    both.check()
    both.compare_all()


def _more(given: Callable[..., int], by: int = 1) -> Callable[..., int]:
    return lambda *of, **named: given(*of, **named) + by


def _off(module: Any, name: str, other: Callable[[Any], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(module, name, other(getattr(module, name)))


def _refund_of_nothing(decide: Any) -> Any:
    return lambda reservation, rest: (reservation.state, ())


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a fee one cent too high":            _off(fees, "fee_of", _more),
    "a mandate beyond its cap":           _off(bid_hold, "mandated", lambda true: lambda mandate, *of, **named: true(
        mandate and replace(mandate, cap_minor=mandate.cap_minor + 1), *of, **named)),
    "a mandate after its last day":       _off(bid_hold, "mandated", lambda true: lambda mandate, *of, **named: true(
        mandate and replace(mandate, until=date.max), *of, **named)),
    "a confirmation nobody verified":     _off(bid_hold, "confirmed", lambda true: lambda *of: None),
    "a locked lender who may bid":        _off(bid_hold, "usable", lambda true: lambda holder, *of: true(
        holder and replace(holder, state="active"), *of)),
    "shares by what is outstanding":      _off(claims, "split_cumulative", lambda true: lambda amount, weights, received,
        start: true(amount, weights, [0] * len(received), start)),
    "ties that always begin at the first": _off(claims, "shares", lambda true: lambda *of, **named: true(
        *of, **(named | {"plan_row": 1}))),
    "grace that is not counted":          _off(schedule, "late_charge", lambda true: lambda owed, rate, days, grace: true(
        owed, rate, days, 0)),
    "a late charge for a day too many":   _off(schedule, "late_charge", lambda true: lambda owed, rate, days, grace: true(
        owed, rate, days + 1, grace)),
    "a plan of actual days":              _off(schedule, "_interest", lambda true: lambda owed, rate: true(owed, rate) + 1),
    "a first answer that is forgotten":   _off(world, "replay", lambda true: lambda item, stored: replace(
        true(item, stored), code=true(item, stored).code.done)),
    "a rest that is released twice":      _off(limit_release, "_moved", _refund_of_nothing),
    "red packets left behind":            _off(bid_cancel, "marketing_release", lambda true: lambda hold, pool, amount_minor:
        true(hold=hold, pool=pool, amount_minor=max(amount_minor - 1, 1))),
    "a fee that is held a day longer":    _off(withdrawal, "timedelta", lambda true: lambda days: timedelta(days=days + 1)),
    "a capture from a locked lender":     lambda patch: patch.setattr(
        disbursement, "CAPTURED_FROM", disbursement.CAPTURED_FROM | {"locked"}),
    "a final answer that is not final":   lambda patch: patch.setattr(
        withdrawal_result, "ENDED", withdrawal_result.ENDED - {"settled"}),
    "an account that is anybody's":       _off(authority, "usable", lambda true: true),
}  # fmt: skip
#: patched where nobody looks it up: it must not be found, or the test itself finds everything
HARMLESS = frozenset({"an account that is anybody's"})


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_by_the_model(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", SMALL_RUNS["atomic_items"])
    monkeypatch.setattr(runs, "STEP_ITEMS", SMALL_RUNS["step_items"])
    FAULTS[name](monkeypatch)
    if name in HARMLESS:
        work((12,))
        return
    with pytest.raises((AssertionError, Refused)):
        work()


# ── what stands in the books and should not ──────────────────────────────────
@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Twin:
    """Give an empty store, of each kind."""
    if request.param == "memory":
        return MemoryTwin()
    make: Callable[[], PostgresTwin] = request.getfixturevalue("postgres_twin")
    return make()


class House:
    """A lender of 50,000.00 with a card, a listing of 600.00 of the borrower B, and somebody else."""

    def __init__(self, store: Twin) -> None:
        self.world = World(store)
        self.world.platform(LANE)
        for holder, role in (("L1", "lender"), ("B", "borrower"), ("C", "borrower")):
            self.world.client(LANE, holder, role)
        self.done("card_binding", holder="L1", card="L1:card", payee_hash="L1")
        self.done(
            "deposit_direct",
            holder="L1",
            bank_account="bank",
            amount_minor=5_000_000,
            payer_matches=True,
            reference="1",
        )
        self.world.move_day(LANE, self.world.day + timedelta(days=3))
        self.done(
            "listing_registration", listing="X", pool="main", borrower="B", person="person:B", currency="CNY", pack="cn_p2p",
            amount_minor=60_000, rate_e6=120_000, rule="bullet", months=1, raise_until=self.world.day + timedelta(days=20),
        )  # fmt: skip

    def done(self, kind: str, id: str = "", **body: Any) -> None:
        self.world.done(LANE, id or f"{kind}:1", kind, **body)

    def bid(self) -> None:
        self.done("bid_hold", "b1", lender="L1", listing="X", amount_minor=60_000)

    def lend(self) -> None:
        self.bid()
        self.done("disbursement", listing="X")

    def repay(self) -> None:
        self.lend()
        self.done(
            "deposit_direct",
            "more",
            holder="B",
            bank_account="bank",
            amount_minor=600,
            payer_matches=True,
            reference="2",
        )
        self.done("repayment", listing="X", borrower="B", plan_row=1, principal_minor=60_000, interest_minor=600)

    def send(self) -> None:
        body = {"holder": "L1", "card": "L1:card", "bank_account": "bank", "amount_minor": 60_000, "payee_hash": "L1"}
        self.done("withdrawal", "W1", **body)
        self.done("withdrawal_sent", "send:W1", withdrawal="W1")

    def reject(self) -> None:
        self.send()
        self.done("withdrawal_result", "bank:1", withdrawal="W1", status="rejected", amount_minor=60_000)

    def settle(self) -> None:
        self.send()
        self.done("withdrawal_result", "bank:1", withdrawal="W1", status="settled", amount_minor=60_000)

    def account(self, holder: str) -> int:
        return self.world.get(LANE, Holder, holder).available


def _replaced(posting: Posting | tuple[Posting, ...], **other: Any) -> Any:
    return tuple(replace(p, **other) for p in posting) if isinstance(posting, tuple) else replace(posting, **other)


def _posting(module: Any, name: str, deed: str, other: Callable[[House], dict[str, Any]]) -> Any:
    """Plant a fault in a posting template, and do what uses it."""

    def plant(house: House, patch: pytest.MonkeyPatch) -> None:
        true, wrong = getattr(module, name), other(house)
        patch.setattr(module, name, lambda **of: _replaced(true(**of), **wrong))
        getattr(house, deed)()

    return plant


def _bank(house: House) -> int:
    return house.world.get(LANE, BankAccount, "bank").account


def _cent_short(house: House, patch: pytest.MonkeyPatch) -> None:
    pays = vars(repayment)["paid_out"]

    def claims_to_be_whole(shares: Any, *given: Any) -> lending.Effect:
        short = [replace(share, interest_minor=share.interest_minor - 1) for share in shares]
        effect: lending.Effect = pays(short, *given)
        effect.amount_minor += 1
        return effect

    patch.setattr(repayment, "paid_out", claims_to_be_whole)
    house.repay()


def _balance_alone(house: House, patch: pytest.MonkeyPatch) -> None:
    store, account = house.world.store, house.account("L1")
    if isinstance(store, MemoryTwin):
        store.balance[LANE][account] = (store.balance[LANE][account][0] + 1, store.balance[LANE][account][1])
    else:
        store.run(f"UPDATE balance SET balance = balance + 1 WHERE account = {account}")


STANDING: dict[str, Callable[[House, pytest.MonkeyPatch], None]] = {
    "a balance without a posting":       _balance_alone,
    "a repayment a cent short":          _cent_short,
    "a capture for somebody else":       _posting(lending, "capture", "lend", lambda h: {"credit": h.account("C")}),
    "a capture without authority":       _posting(lending, "capture", "lend", lambda h: {"authority": None}),
    "a capture on another's authority":  _posting(lending, "capture", "lend", lambda h: {"authority": 2}),
    "a capture of no hold":              _posting(lending, "capture", "lend", lambda h: {"opened": None}),
    "a hold without authority":          _posting(bid_hold, "bid_hold", "bid", lambda h: {"authority": None}),
    "a hold that holds less":            _posting(bid_hold, "bid_hold", "bid", lambda h: {"amount_minor": 59_999}),
    "a withdrawal final at once":        _posting(withdrawal, "withdrawal_hold", "send", lambda h: {"credit": _bank(h)}),
    "a withdrawal without authority":    _posting(withdrawal, "withdrawal_hold", "send", lambda h: {"authority": None}),
    "a payment of no withdrawal":        _posting(withdrawal_result, "withdrawal_paid", "settle", lambda h: {"opened": 1}),
    "a payment a cent short":            _posting(withdrawal_result, "withdrawal_paid", "settle", lambda h: {"amount_minor": 1}),
    "a refund that names no withdrawal": _posting(unpaid, "withdrawal_refused", "reject", lambda h: {"opened": None}),
    "a refund a cent short":             _posting(unpaid, "withdrawal_refused", "reject",
                                                  lambda h: {"amount_minor": 59_999}),
}  # fmt: skip


@pytest.mark.parametrize("name", STANDING)
def test_a_wrong_that_stands_in_the_books_is_found(name: str, store: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(store)
    check(store)
    STANDING[name](house, monkeypatch)
    with pytest.raises((AssertionError, KeyError)) as found:
        check(store)
    assert "quarantined" not in str(found.value)


@pytest.mark.parametrize("deed", ["repay", "reject", "settle"])
def test_nothing_is_found_where_nothing_was_planted(deed: str, store: Twin) -> None:
    house = House(store)
    getattr(house, deed)()
    check(store)


# ── amounts that are floats ──────────────────────────────────────────────────
def _leaves(annotation: Any) -> Iterator[Any]:
    """Yield every plain type that an annotation can hold."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        for hint in typing.get_type_hints(annotation).values():
            yield from _leaves(hint)
    elif typing.get_origin(annotation) is typing.Literal:
        yield from map(type, typing.get_args(annotation))
    elif typing.get_origin(annotation) is typing.ClassVar:
        return
    elif isinstance(annotation, types.UnionType) or typing.get_args(annotation):
        for part in typing.get_args(annotation):
            yield from _leaves(part)
    else:
        yield annotation


WHOLE = {str, int, bool, date, bytes, type(None), Ellipsis}
STORED = [op.body for op in operations().values()] + [*ROWS, Account, AuthorityText, ClaimMove, Move, Posting]


@pytest.mark.parametrize("struct", STORED, ids=lambda s: f"{s.__module__.rpartition('.')[2]}.{s.__name__}")
def test_no_message_and_no_row_has_room_for_a_float(struct: type[msgspec.Struct]) -> None:
    assert set(_leaves(struct)) <= WHOLE


def test_a_float_is_seen_wherever_it_hides() -> None:
    class Hidden(msgspec.Struct):
        parts: tuple[int | None, ...]
        more: dict[str, float]

    assert set(_leaves(Hidden)) - WHOLE == {float}


SHELVES = ("kernel", "ledger", "states", "policy", "operations")
FILES = sorted(file for shelf in SHELVES for file in (Path(cunguan.__file__).parent / shelf).rglob("*.py"))


def _floats(source: str) -> list[str]:
    """Return what makes a float or a Decimal: the word, a literal, a true division."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Name) and node.id in ("float", "Decimal"))
        or (isinstance(node, ast.Constant) and type(node.value) is float)
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_shelf_and_no_operation_computes_with_floats(file: Path) -> None:
    assert _floats(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("source", ["amount / 100", "float(amount)", "fee = amount * 0.02", "Decimal('0.1')"])
def test_a_float_in_the_source_is_seen(source: str) -> None:
    assert _floats(source)
