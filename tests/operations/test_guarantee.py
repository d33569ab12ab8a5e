"""Guarantee: who may give his word for a listing, until when; and who may not lend to it any more."""

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Guarantee
from tests.operations.lending_case import LANE, Loan, later


def _case() -> Loan:
    books = Loan()
    books.listed(amount_minor=1_000_000)
    books.client(LANE, "G", "guarantor")
    books.lender("L", 2_000_000)
    return books


def _ask(books: Loan, guarantor: str = "G", listing: str = "X", **body: object) -> Code:
    name = str(body.pop("id", "g"))
    return books.submit(LANE, name, "guarantee", guarantor=guarantor, listing=listing, **body).code


def test_writes_the_guarantors_word_and_moves_nothing() -> None:
    books = _case()
    assert _ask(books) is Code.done
    [row] = books.rows(LANE, Guarantee)
    assert (row.id, row.listing, row.guarantor, row.person) == ("g", "X", "G", "person:G")
    assert books.postings(LANE, "g") == []
    assert _ask(books) is Code.done, "the same id is the same guarantee"
    assert len(books.rows(LANE, Guarantee)) == 1


def test_checks_in_order() -> None:
    books = _case()
    books.client(LANE, "F", "guarantor", person="person:B")
    books.client(LANE, "H", "guarantor", person="person:L")
    books.bid("L", 400_000)
    assert _ask(books, "nobody", id="1") is Code.account_not_found
    assert _ask(books, "L", id="2") is Code.account_role_differs
    assert _ask(books, listing="Y", id="3") is Code.listing_not_found
    assert _ask(books, "F", id="4") is Code.guarantor_is_party  # the borrower under another account
    assert _ask(books, "H", id="5") is Code.guarantor_is_party  # who has bid
    books.done(LANE, "back", "bid_cancel", lender="L", hold="bid:L:X", amount_minor=400_000)
    assert _ask(books, "H", id="5b") is Code.done  # and has taken it back
    assert _ask(books, signed=False, id="6") is Code.authority_missing
    assert _ask(books, by="L:key", id="7") is Code.authority_key_differs
    assert _ask(books, id="8") is Code.done
    assert _ask(books, id="9") is Code.guarantee_exists


@pytest.mark.parametrize("related", [True, False])
def test_refuses_the_platform_and_its_affiliates(related: bool) -> None:
    books = _case()
    books.related("person:G")
    if not related:
        books.related("person:G", related=False)
    assert _ask(books) is (Code.platform_may_not_guarantee if related else Code.done)


def test_takes_no_guarantee_once_the_loan_is_paid_out() -> None:
    books = Loan()
    books.lent({"L": 1_000_000})
    books.client(LANE, "G", "guarantor")
    assert _ask(books) is Code.listing_has_captures


def test_takes_no_guarantee_for_a_raise_that_failed() -> None:
    books = _case()
    books.done(LANE, "fail", "raise_failure", listing="X")
    assert _ask(books) is Code.listing_not_raising


def test_takes_no_bid_of_a_guarantor() -> None:
    books = _case()
    books.client(LANE, "G2", "lender", person="person:G")
    books.give(LANE, "G2", 1_000)
    _ask(books)
    assert books.submit(LANE, "b", "bid_hold", lender="G2", listing="X", amount_minor=1_000).code is (
        Code.guarantor_is_party
    )
    assert books.business_date(LANE) < later(1)
