"""General hold: set aside for no payee, back to its owner and to nobody else."""

from datetime import date, timedelta
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Hold
from tests.operations.cash import LANE, open_books
from tests.operations.driver import FRIDAY, Books

UNTIL = date(2024, 6, 1)


def hold(books: Books, name: str = "H1", **other: Any) -> Answer:
    body: dict[str, Any] = {
        "holder": "L1", "amount_minor": 700, "reason": "earnest money", "until": UNTIL, "authority": "P"
    }  # fmt: skip
    return books.submit(LANE, name, "general_hold", **(body | other))


ORDERED: dict[str, Any] = {"authority": "L", "instrument": "2024-3", "maker": "m1", "checker": "c1"}
DECIDED: dict[str, Any] = {"authority": "M", "maker": "m1", "checker": "c1"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0, "reason": ""},                                 Code.amount_not_positive),
        ({"name": "H1:marketing", "reason": ""},                            Code.id_malformed),
        ({"name": "H1:fee", "reason": ""},                                  Code.id_malformed),
        ({"reason": "", "until": date(2024, 2, 29)},                        Code.reason_missing),
        ({"until": date(2024, 2, 29), "maker": "m1"},                       Code.date_in_the_past),
        ({"maker": "m1", "holder": "no"},                                   Code.details_differ),
        (ORDERED | {"instrument": "", "checker": "", "holder": "no"},       Code.legal_instrument_missing),
        (ORDERED | {"checker": "", "holder": "no"},                         Code.two_names_required),
        (DECIDED | {"checker": "m1", "holder": "no"},                       Code.same_person_twice),
        ({"holder": "no"},                                                  Code.account_not_found),
        (DECIDED | {"holder": "no"},                                        Code.account_not_found),
        ({"signed": False, "amount_minor": 99**9},                          Code.authority_missing),
        ({"by": "L2:key", "amount_minor": 99**9},                           Code.authority_key_differs),
        ({"amount_minor": 1_000_001},                                       Code.insufficient_balance),
        ({"amount_minor": 1_000_000},                                       Code.done),
    ],
)  # fmt: skip
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    change = dict(change)
    assert hold(open_books(), change.pop("name", "H1"), **change).code is code


@pytest.mark.parametrize(
    ("given", "kind", "payee"), [({}, "P", ""), (ORDERED, "L", "2024-3"), (DECIDED, "M", "")], ids=["P", "L", "M"]
)
def test_holds_by_one_of_three_authorities(given: dict[str, Any], kind: str, payee: str) -> None:
    books = open_books()
    assert hold(books, **given).code is Code.done
    assert books.five(LANE, "L1") == (999_300, 0, 700, 0, 0)
    row = books.get(LANE, Hold, "H1")
    assert (row.purpose, row.owner, row.amount_minor, row.release_by, row.state) == (
        "general",
        "L1",
        700,
        UNTIL,
        "open",
    )
    decision = books.decision(LANE, "H1")
    assert decision.authority is not None
    text = decision.authority.text
    assert (text.kind, text.type, text.owner, text.amount_minor, text.payee) == (kind, "general_hold", "L1", 700, payee)
    assert {(posting.authority, posting.opened) for posting in decision.postings} == {(row.seq, row.seq)}


def test_append_is_a_second_hold() -> None:
    books = open_books()
    hold(books)
    first = hold(books)
    assert hold(books, amount_minor=800).code is Code.exists_with_different_amount
    assert hold(books, "H2", amount_minor=800).code is Code.done
    assert (first.code, books.five(LANE, "L1")[2]) == (Code.done, 1_500)


def test_a_lock_stops_the_client_and_not_who_orders_it() -> None:
    books = open_books()
    books.done(0, "l", "person_lock", act="A", person="person:L1", reason="r", maker="m1")
    books.deliver()
    assert hold(books).code is Code.account_locked
    assert hold(books, "H2", **DECIDED).code is Code.done


@pytest.mark.parametrize(("days", "code"), [(0, Code.hold_not_expired), (1, Code.done)])
def test_the_timer_gives_it_back_after_its_last_day(days: int, code: Code) -> None:
    books = open_books()
    hold(books)
    books.move_day(LANE, UNTIL + timedelta(days=days))
    assert books.submit(LANE, "expire:H1", "hold_expiry", hold="H1").code is code
    assert books.five(LANE, "L1")[2] == (0 if days else 700)


def test_no_disbursement_captures_it() -> None:
    books = open_books()
    books.client(LANE, "B", "borrower")
    hold(books)
    books.done(
        LANE, "reg", "listing_registration", listing="X", pool="main", borrower="B", person="person:B", currency="CNY",
        pack="cn_p2p", amount_minor=100, rate_e6=120_000, rule="bullet", months=1, raise_until=FRIDAY + timedelta(days=9),
        late_rate_e6=0, grace_days=0,
    )  # fmt: skip
    books.done(LANE, "bid", "bid_hold", lender="L1", listing="X", amount_minor=100)
    answer = books.submit(LANE, "d", "disbursement", listing="X", holds=["bid", "H1"])
    assert answer.code is Code.hold_purpose_differs
    assert (
        books.submit(LANE, "c", "bid_cancel", lender="L1", hold="H1", amount_minor=1).code is Code.hold_purpose_differs
    )
    assert books.get(LANE, Hold, "H1").captured_minor == 0
