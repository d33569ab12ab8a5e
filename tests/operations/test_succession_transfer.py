"""Succession: balance in parts and claims pass to heirs under an instrument; the account ends when nothing is left."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Claim, Guarantee, Holder
from tests.operations.driver import Books
from tests.operations.lending_case import LANE, Loan

TWO = {"maker": "m1", "checker": "c1"}
ASK = {
    "holder": "L1", "heir": "H1", "amount_minor": 100, "instrument": "deed 7", "method": "family register",
    "source": "sandbox", **TWO,
}  # fmt: skip


def die(loan: Loan, holder: str = "L1") -> None:
    person = loan.get(LANE, Holder, holder).person
    loan.done(0, f"death:{holder}", "death_record", act=f"death:{holder}", person=person, instrument="cert", **TWO)
    loan.deliver()
    assert loan.get(LANE, Holder, holder).state == "succession"


@pytest.fixture
def loan() -> Loan:
    """A loan of 60,000.00 of L1 and 40,000.00 of L2, L1 with 5.00 besides; L1 has died, H1 and H2 are his heirs."""
    loan = Loan()
    loan.lent({"L1": 6_000_000, "L2": 4_000_000})
    loan.give(LANE, "L1", 500)
    for heir in ("H1", "H2"):
        loan.client(LANE, heir)
    die(loan)
    return loan


def transfer(loan: Loan, name: str = "t", **body: Any) -> Any:
    return loan.submit(LANE, name, "succession_transfer", **{**ASK, **body})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"instrument": " "}, Code.legal_instrument_missing),
        ({"method": ""}, Code.details_missing),
        ({"source": ""}, Code.details_missing),
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"claims": ["bid:L1:X", "bid:L1:X"]}, Code.duplicate_detail),
        ({"holder": "L9"}, Code.account_not_found),
        ({"holder": "L2"}, Code.account_not_in_succession),
        ({"heir": "H9"}, Code.account_not_found),
        ({"claims": ["none"]}, Code.claim_not_found),
        ({"claims": ["bid:L2:X"]}, Code.claim_not_found),
        ({"heir": "B", "claims": ["bid:L1:X"]}, Code.account_role_differs),
        ({"amount_minor": 501}, Code.insufficient_balance),
        ({"amount_minor": 500}, Code.done),
    ],
)
def test_refuses_in_this_order(loan: Loan, change: dict[str, Any], code: Code) -> None:
    before = loan.claims()
    assert transfer(loan, **change).code is code
    assert loan.claims() == before
    assert loan.available("L1") == (500 if code is not Code.done else 0)


def test_takes_no_identification_of_a_sandbox_outside_it() -> None:
    books = Books(sandbox=False)
    books.platform(LANE)
    assert books.submit(LANE, "t", "succession_transfer", **ASK).code is Code.source_not_allowed


def test_pays_several_heirs_their_parts_under_the_instrument(loan: Loan) -> None:
    answer = transfer(loan, "t1", amount_minor=300)
    assert loan.postings(LANE, "t1") == [("L1:2010", "H1:2010", 300)]
    authority = loan.decision(LANE, "t1").authority
    assert authority is not None
    text = authority.text
    assert (text.kind, text.owner, text.type, text.amount_minor, text.payee) == ("L", "L1", "succession", 300, "H1")
    assert transfer(loan, "t2", heir="H2", amount_minor=200).code is Code.done
    assert [loan.available(holder) for holder in ("L1", "H1", "H2")] == [0, 300, 200]
    assert transfer(loan, "t1", amount_minor=300) == answer
    assert transfer(loan, "t3", amount_minor=1).code is Code.insufficient_balance


def test_passes_a_claim_with_all_its_weight_and_what_comes_later_is_the_heirs(loan: Loan) -> None:
    loan.repay(1, loan.plan()[0].principal_minor, loan.plan()[0].interest_minor)
    first = loan.get(LANE, Claim, "bid:L1:X")
    assert first.interest_minor > 0
    answer = transfer(loan, amount_minor=0, claims=["bid:L1:X"])
    assert (answer.code, answer.detail) == (Code.done, {"claims": ["t:1"]})
    old, new = loan.get(LANE, Claim, "bid:L1:X"), loan.get(LANE, Claim, "t:1")
    assert (old.state, old.principal_minor, old.weight_minor, old.interest_minor) == (
        "assigned", 0, 0, first.interest_minor,
    )  # fmt: skip
    assert (new.holder, new.state, new.principal_minor, new.weight_minor, new.interest_minor) == (
        "H1", "active", first.principal_minor, first.weight_minor, 0,
    )  # fmt: skip
    moves = loan.decision(LANE, "t").claim_moves
    assert [(m.claim, m.principal_minor, m.interest_minor) for m in moves] == [
        ("bid:L1:X", -first.principal_minor, 0),
        ("t:1", first.principal_minor, 0),
    ]
    before = loan.available("H1")
    row = loan.plan()[1]
    assert loan.repay(2, row.principal_minor, row.interest_minor).code is Code.done
    assert loan.available("H1") - before == pytest.approx((row.principal_minor + row.interest_minor) * 0.6, abs=2)
    assert loan.get(LANE, Claim, "bid:L1:X") == old


def test_passes_no_claim_to_the_borrower_or_a_guarantor_by_whatever_account(loan: Loan) -> None:
    loan.client(LANE, "HB", person="person:B")
    assert transfer(loan, heir="HB", claims=["bid:L1:X"]).code is Code.borrower_is_lender
    loan.put(Guarantee("G", "X", "G", "person:H1", 1, 1))
    assert transfer(loan, "t2", claims=["bid:L1:X"]).code is Code.guarantor_is_party
    assert transfer(loan, "t3", heir="H2", claims=["bid:L1:X"]).code is Code.done


def test_a_claim_on_sale_waits_for_its_end() -> None:
    loan = Loan()
    loan.lent({"L1": 6_000_000, "L2": 4_000_000})
    loan.client(LANE, "H1")
    loan.move_day(LANE, date(2024, 4, 1))
    until = loan.business_date(LANE) + timedelta(days=5)
    loan.done(
        LANE, "S", "claim_sale", seller="L1", claim="bid:L1:X", share_minor=1_000_000, floor_minor=900_000,
        accrued="included", until=until,
    )  # fmt: skip
    die(loan)
    assert transfer(loan, amount_minor=0, claims=["bid:L1:X"]).code is Code.claim_on_sale
    loan.move_day(LANE, until + timedelta(days=1))
    loan.done(LANE, "expire:S", "claim_sale_expiry", sale="S")
    assert transfer(loan, "t2", amount_minor=0, claims=["bid:L1:X"]).code is Code.done


def test_an_heir_must_live_and_be_another(loan: Loan) -> None:
    loan.client(LANE, "L1b", "borrower", person="another")
    loan.put(replace(loan.get(LANE, Holder, "L1b"), person="person:L1"))
    assert transfer(loan, heir="L1b").code is Code.heir_is_deceased
    loan.done(0, "d", "death_record", act="d2", person="person:H1", instrument="cert", **TWO)
    assert transfer(loan, "t2").code is Code.heir_is_deceased  # lane 0 knows it before this lane does
    loan.deliver()
    assert transfer(loan, "t3").code is Code.account_not_active


# ── the end ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"holder": "L9"}, Code.account_not_found),
        ({"holder": "L2"}, Code.account_not_in_succession),
        ({}, Code.account_not_empty),
    ],
)
def test_an_end_is_refused_in_this_order(loan: Loan, change: dict[str, Any], code: Code) -> None:
    answer = loan.submit(LANE, "e", "succession_end", **{"holder": "L1", **TWO, **change})
    assert answer.code is code
    if not change:
        assert answer.detail == {"left": {"available": 500, "claims": 6_000_000}}


def test_is_closed_when_the_heirs_have_everything(loan: Loan) -> None:
    transfer(loan, amount_minor=500, claims=["bid:L1:X"])
    answer = loan.done(LANE, "e", "succession_end", holder="L1", **TWO)
    assert loan.get(LANE, Holder, "L1").state == "closed"
    assert loan.done(LANE, "e", "succession_end", holder="L1", **TWO) == answer
    assert transfer(loan, "t2").code is Code.account_not_in_succession


def test_a_claim_that_waits_for_interest_alone_keeps_the_account_open_and_passes() -> None:
    loan = Loan()
    loan.lent({"L1": 6_000_000, "L2": 4_000_000}, early=True)
    loan.client(LANE, "H1")
    loan.give(LANE, "B", 1_000_000)
    for row in loan.plan():
        loan.repay(row.number, row.principal_minor, 0)
    assert loan.get(LANE, Claim, "bid:L1:X").state == "settled"
    die(loan)
    transfer(loan, "t1", amount_minor=loan.available("L1"))
    left = loan.submit(LANE, "e", "succession_end", holder="L1", **TWO)
    assert (left.code, left.detail) == (Code.account_not_empty, {"left": {"claims": 1}})
    assert transfer(loan, "t2", amount_minor=0, claims=["bid:L1:X"]).code is Code.done
    assert loan.get(LANE, Claim, "t2:1").state == "settled"
    loan.done(LANE, "e2", "succession_end", holder="L1", **TWO)
    before = loan.available("H1")
    loan.repay(1, 0, loan.plan()[0].interest_minor, id="late")
    assert loan.available("H1") > before
