"""Planted faults of claims: each mistake in the code is found by the invariant that is there for it, and by no other."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.rows import Claim
from cunguan.ledger import claims
from cunguan.operations import claim_purchase, compensation, lending, trustees
from tests.operations import driver
from tests.operations.lending_case import LANE, Loan
from tests.properties.invariants import INVARIANTS, Lane
from tests.store.twins import MemoryTwin

SHARES = {"L1": 600_000, "L2": 400_000}
CLAIM = "bid:L2:X"

Patch = pytest.MonkeyPatch


def _off(module: Any, name: str, other: Callable[[Any], Any]) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(module, name, other(getattr(module, name)))


def _bought(**other: Any) -> Callable[[Any], Any]:
    def changed(true: Any) -> Any:
        def sold(*of: Any, **named: Any) -> tuple[Claim, Claim]:
            left, bought = true(*of, **named)
            return left, replace(bought, **other)

        return sold

    return changed


# ── what is done: each takes every part a little further ─────────────────────
def _lend(books: Loan) -> None:
    books.full(SHARES)
    books.guarantor("G", 2_000_000)
    books.client(LANE, "T", "trustee")
    books.name_payee("T", 100_000, id="p")
    books.review_payee("p")
    books.done(LANE, "pay", "disbursement", listing="X")
    books.client(LANE, "GL", "lender", person="person:G")
    books.give(LANE, "GL", 1_000_000)
    books.lender("L9", 1_000_000)


def _compensate(books: Loan, interest_minor: int = 10_000) -> None:
    _lend(books)
    books.move_day(LANE, date(2024, 4, 4))
    assert books.compensate(1, 333_334, interest_minor).code.name == "done"


def _sell(books: Loan, buyer: str = "L9") -> None:
    _lend(books)
    books.move_day(LANE, date(2024, 4, 1))
    books.repay(1, 333_334, 10_000)
    books.offer(CLAIM, 200_000, 1)
    assert books.buy(f"sale:{CLAIM}", buyer, 100_000, 100_000).code.name == "done"


def _offer_and_repay(books: Loan) -> None:
    _lend(books)
    books.move_day(LANE, date(2024, 4, 1))
    books.offer(CLAIM, 400_000, 1)
    books.repay(1, 333_334, 10_000)


def _trustee_elsewhere(true: Any) -> Any:
    return lambda *, borrower, trustee, **of: true(
        borrower=borrower, trustee=replace(trustee, base=trustee.base + 100), **of
    )


FAULTS: dict[str, tuple[Callable[[Patch], None], Callable[[Loan], None], str]] = {
    "a row that forgets who paid": (
        _off(compensation, "compensated", lambda true: lambda row, **_: row), _compensate,
        "guarantors_have_what_they_paid_for"),
    "the place of a lender taken by nobody's guarantor": (
        _off(compensation, "recourse_claim", lambda true: lambda name, listing, who, given: true(name, listing, "T", given)),
        _compensate, "guarantors_have_what_they_paid_for"),
    "more compensated than is due": (
        _off(compensation, "above_due", lambda true: lambda *of, **named: None),
        lambda books: _compensate(books, 20_000), "plan_rows_are_never_overpaid"),
    "a share sold without its weight": (
        _off(claims, "sold", _bought(weight_minor=0)), _sell, "parts_of_a_loan_are_all_there"),
    "a share sold without what was received for it": (
        _off(claims, "sold", _bought(carried_interest_minor=0)), _sell, "parts_of_a_loan_are_all_there"),
    "a share that grows when it is sold": (
        _off(claims, "sold", _bought(principal_minor=100_001)), _sell, "claims_are_what_was_lent_and_not_repaid"),
    "an offer of what is not there any more": (
        _off(lending, "ended", lambda true: lambda sale, claim, event: (sale, claim, true(sale, claim, event)[2])),
        _offer_and_repay, "parts_of_a_loan_are_all_there"),
    "a guarantor who buys a part of the loan": (
        _off(claim_purchase, "_persons", lambda true: lambda *of: None), lambda books: _sell(books, "GL"),
        "nobody_lends_to_himself"),
    "a trustee payee's money for another": (
        _off(trustees, "trustee_payment", lambda true: lambda *, borrower, trustee, **of: replace(
            true(borrower=borrower, trustee=trustee, **of), credit=_OTHER[0])), _lend,
        "trustee_payees_get_what_was_named"),
}  # fmt: skip

#: whose available money the fault above pays to
_OTHER = [0]


@pytest.fixture
def books(monkeypatch: Patch) -> Loan:
    """A platform on a store whose lines can be read, and without the driver's own checks."""
    monkeypatch.setattr(driver, "MemoryStore", MemoryTwin)
    monkeypatch.setattr(Loan, "check", lambda self, lane: None)
    made = Loan()
    made.client(LANE, "Z")
    _OTHER[0] = made.account(LANE, "Z", "2010")
    return made


def _broken(books: Loan) -> set[str]:
    found = set()
    stored = Lane(books.store, LANE)  # type: ignore[arg-type]  # the fixture has put a twin there
    for holds in INVARIANTS:
        try:
            holds(stored)
        except AssertionError:
            found.add(holds.__name__)
    return found


@pytest.mark.parametrize("deed", [_compensate, _sell, _offer_and_repay])
def test_without_a_fault_everything_holds(books: Loan, deed: Callable[[Loan], None]) -> None:
    deed(books)
    assert _broken(books) == set()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_its_invariant_alone(name: str, books: Loan, monkeypatch: Patch) -> None:
    plant, deed, invariant = FAULTS[name]
    plant(monkeypatch)
    deed(books)
    assert _broken(books) == {invariant}
