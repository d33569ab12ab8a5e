"""Trustee payee: named by the borrower, looked at by two people, taken back, and paid with the disbursement."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import TrusteePayee
from cunguan.operations import runs
from tests.operations.lending_case import LANE, Loan

SHARES = {"L1": 600_000, "L2": 400_000}


def _case(*, full: bool = True, **body: Any) -> Loan:
    books = Loan()
    if full:
        books.full(SHARES, **body)
    else:
        books.listed(amount_minor=1_000_000, **body)
    books.client(LANE, "T", "trustee")
    return books


def _named(*amounts: int, **body: Any) -> Loan:
    books = _case(**body)
    for number, amount in enumerate(amounts):
        assert books.name_payee("T", amount, id=f"p{number}").code is Code.done
        assert books.review_payee(f"p{number}").code is Code.done
    return books


def _state(books: Loan, payee: str = "p0") -> str:
    return books.get(LANE, TrusteePayee, payee).state


# ── naming ───────────────────────────────────────────────────────────────────
def test_waits_for_its_review() -> None:
    books = _case(full=False)
    assert books.name_payee("T", 1_000_000, id="p0").code is Code.done
    row = books.get(LANE, TrusteePayee, "p0")
    assert (row.listing, row.borrower, row.trustee, row.amount_minor, row.state) == (
        "X", "B", "T", 1_000_000, "pending_review",
    )  # fmt: skip
    assert books.name_payee("T", 1_000_000, id="p0").code is Code.done, "the same id is the same payee"


def test_naming_checks_in_order() -> None:
    books = _case()
    books.client(LANE, "B2", "borrower")
    books.client(LANE, "T2", "trustee", person="person:platform")
    books.related("person:platform")
    assert books.name_payee("T", 0, id="1").code is Code.amount_not_positive
    assert books.name_payee("T", 1, borrower="L1", id="2").code is Code.account_role_differs
    assert books.name_payee("T", 1, "Y", id="3").code is Code.listing_not_found
    assert books.name_payee("T", 1, borrower="B2", id="4").code is Code.borrower_differs
    assert books.name_payee("nobody", 1, id="5").code is Code.account_not_found
    assert books.name_payee("L1", 1, id="6").code is Code.account_role_differs
    assert books.name_payee("T2", 1, id="7").code is Code.related_party
    assert books.name_payee("T", 1_000_001, id="8").code is Code.details_differ
    assert books.name_payee("T", 1, signed=False, id="9").code is Code.authority_missing
    assert books.name_payee("T", 600_000, id="10").code is Code.done
    assert books.name_payee("T", 400_001, id="11").code is Code.details_differ
    assert books.name_payee("T", 400_000, id="12").code is Code.done


def test_names_nobody_after_the_loan_was_paid_out() -> None:
    books = _case()
    books.done(LANE, "pay", "disbursement", listing="X")
    assert books.name_payee("T", 1).code is Code.listing_has_captures


# ── review and revocation ────────────────────────────────────────────────────
def test_review_checks_in_order() -> None:
    books = _case()
    books.name_payee("T", 1, id="p0")
    assert books.review_payee("p0", checker="", id="1").code is Code.two_names_required
    assert books.review_payee("p0", checker="m1", id="2").code is Code.same_person_twice
    assert books.review_payee("p0", passed=False, reason="", id="3").code is Code.reason_missing
    assert books.review_payee("p9", id="4").code is Code.trustee_payee_not_found
    books.related("person:T")
    assert books.review_payee("p0", id="5").code is Code.related_party
    books.related("person:T", related=False)
    assert books.review_payee("p0", id="6").code is Code.done
    assert books.review_payee("p0", id="7").code is Code.state_forbids
    assert _state(books) == "active"


def test_a_refused_one_is_paid_nothing() -> None:
    books = _case()
    books.name_payee("T", 1, id="p0")
    assert books.review_payee("p0", passed=False).code is Code.done
    books.done(LANE, "pay", "disbursement", listing="X")
    assert (_state(books), books.available("T")) == ("refused", 0)


def test_the_borrower_takes_it_back_before_the_loan_is_paid_out() -> None:
    books = _named(300, 400)
    books.client(LANE, "B2", "borrower")

    def ask(name: str, payee: str = "p0", borrower: str = "B", **body: Any) -> Code:
        return books.submit(LANE, name, "trustee_payee_revoke", borrower=borrower, payee=payee, **body).code

    assert ask("1", borrower="nobody") is Code.account_not_found
    assert ask("2", payee="p9") is Code.trustee_payee_not_found
    assert ask("3", borrower="B2") is Code.borrower_differs
    assert ask("4", signed=False) is Code.authority_missing
    assert ask("5") is Code.done
    assert ask("6") is Code.state_forbids
    books.done(LANE, "pay", "disbursement", listing="X")
    assert (books.available("T"), books.available("B")) == (400, 999_600)
    assert ask("7", payee="p1") is Code.state_forbids
    assert (_state(books), _state(books, "p1")) == ("revoked", "paid")


# ── payment ──────────────────────────────────────────────────────────────────
def test_is_paid_in_the_journal_of_the_disbursement() -> None:
    books = _named(250_000, 50_000)
    books.done(LANE, "pay", "disbursement", listing="X")
    assert books.postings(LANE, "pay") == [
        ("L1:2020", "B:2010", 600_000), ("L2:2020", "B:2010", 400_000),
        ("B:2010", "T:2010", 250_000), ("B:2010", "T:2010", 50_000),
    ]  # fmt: skip
    named = [books.get(LANE, TrusteePayee, payee) for payee in ("p0", "p1")]
    assert [posting.authority for posting in books.decision(LANE, "pay").postings[2:]] == [p.authority for p in named]
    assert {payee.state for payee in named} == {"paid"}
    assert (books.available("B"), books.available("T")) == (700_000, 300_000)


@pytest.mark.parametrize(("amount", "code"), [(980_000, Code.done), (980_001, Code.details_differ)])
def test_gets_at_most_what_the_loan_brings_after_the_fee(amount: int, code: Code) -> None:
    books = Loan()
    books.fees(LANE)
    books.consent(LANE, "B")
    books.full(SHARES, fee_schedule="fees", fee_item="platform_fee")
    books.client(LANE, "T", "trustee")
    books.name_payee("T", amount, id="p0")
    books.review_payee("p0")
    answer = books.submit(LANE, "pay", "disbursement", listing="X")
    assert answer.code is code
    assert books.available("T") == (amount if code is Code.done else 0)
    assert books.available("B") == 0, "nothing goes to the borrower instead"


def test_the_loan_waits_while_a_payee_is_not_looked_at() -> None:
    books = _case()
    books.name_payee("T", 1, id="p0")
    answer = books.submit(LANE, "pay", "disbursement", listing="X")
    assert (answer.code, answer.detail) == (Code.trustee_payee_pending, {"payees": ["p0"]})
    books.review_payee("p0")
    assert books.submit(LANE, "pay:2", "disbursement", listing="X").code is Code.done


def test_the_loan_is_not_paid_to_what_became_the_platforms_own() -> None:
    books = _named(300)
    books.related("person:T")
    assert books.submit(LANE, "pay", "disbursement", listing="X").code is Code.related_party


def test_a_run_pays_the_payees_step_by_step_whatever_the_borrower_takes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", 4)
    monkeypatch.setattr(runs, "STEP_ITEMS", 3)
    shares = {f"L{n}": 100_000 + n for n in range(10)}
    total = sum(shares.values())
    books = Loan()
    books.fees(LANE)
    books.consent(LANE, "B")
    books.full(shares, fee_schedule="fees", fee_item="platform_fee")
    fee = total * 2 // 100 + 1
    for payee, amount in (("T", 400_000), ("U", total - fee - 400_000)):
        books.client(LANE, payee, "trustee")
        books.name_payee(payee, amount, id=payee)
        books.review_payee(payee)
    books.done(LANE, "pay", "disbursement", listing="X")
    while books.listing().state == "disbursing":
        books.run("pay", steps=1)
        assert books.available("B") <= 2, "what a step brings is paid on in it"
    assert (books.available("T"), books.available("U")) == (400_000, total - fee - 400_000)
    assert books.of_pool("2110") + books.available("B") == fee
    assert {row.state for row in books.rows(LANE, TrusteePayee)} == {"paid"}
