"""Bid cancel: what a lender may take back, when, and what it leaves in the books."""

from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Hold, Holder
from cunguan.policy.evaluate import PACKS
from tests.operations.lending_case import LANE, Loan


def _raising() -> Loan:
    """Return X of 1,000.00 with L's bid of 600.00 and a red packet of 50.00."""
    books = Loan()
    books.lender("L", 80_000)
    books.give(LANE, "main", 5_000, code="2120")
    books.listed(amount_minor=100_000)
    books.bid("L", 60_000, marketing_minor=5_000)
    return books


def _cancel(books: Loan, name: str = "cancel", **body: Any) -> Code:
    values = {"lender": "L", "hold": "bid:L:X", "amount_minor": 60_000} | body
    return books.submit(LANE, name, "bid_cancel", **values).code


@pytest.mark.parametrize(
    ("amount", "code", "available", "held", "packet", "marketing", "raised"),
    [
        (0,      Code.amount_not_positive,     20_000,    60_000, 5_000,  0,         65_000),
        (-1,     Code.amount_not_positive,     20_000,    60_000, 5_000,  0,         65_000),
        (1,      Code.done,                    20_001,    59_999, 5_000,  0,         64_999),
        (59_999, Code.done,                    79_999,    1,      5_000,  0,         5_001),
        (60_000, Code.done,                    80_000,    0,      0,      5_000,     0),
        (60_001, Code.hold_remaining_exceeded, 20_000,    60_000, 5_000,  0,         65_000),
    ],
)  # fmt: skip
def test_gives_back_what_is_asked_and_the_red_packet_with_the_last_of_it(
    amount: int, code: Code, available: int, held: int, packet: int, marketing: int, raised: int
) -> None:
    books = _raising()
    assert _cancel(books, amount_minor=amount) is code
    assert (books.available("L"), books.held("L")) == (available, held)
    assert (books.of_pool("2125"), books.of_pool("2120")) == (packet, marketing)
    assert books.listing().held_minor == raised
    assert books.get(LANE, Hold, "bid:L:X").state == ("open" if held else "released")
    assert books.get(LANE, Hold, "bid:L:X:marketing").state == ("open" if packet else "released")


def test_may_be_asked_in_parts_and_returns_the_packet_with_the_last_one() -> None:
    books = _raising()
    assert [_cancel(books, f"c{part}", amount_minor=part) for part in (20_000, 40_000)] == [Code.done, Code.done]
    assert (books.available("L"), books.of_pool("2120"), books.listing().held_minor) == (80_000, 5_000, 0)
    assert _cancel(books, "c3", amount_minor=1) is Code.hold_not_open


def test_no_other_bid_can_stand_where_its_red_packet_would() -> None:
    books = _raising()
    books.lender("M", 300)
    books.done(LANE, "m", "bid_hold", lender="M", listing="X", amount_minor=100)
    taken = books.submit(LANE, "m:marketing", "bid_hold", lender="M", listing="X", amount_minor=100)
    assert taken.code is Code.id_malformed
    assert _cancel(books, lender="M", hold="m", amount_minor=100) is Code.done
    assert (books.held("M"), books.row(LANE, Hold, "m:marketing")) == (0, None)


def test_cites_the_bid_and_stores_the_lenders_word() -> None:
    books = _raising()
    _cancel(books)
    decision = books.decision(LANE, "cancel")
    hold = books.get(LANE, Hold, "bid:L:X")
    assert {(posting.authority, posting.opened) for posting in decision.postings} == {(None, hold.seq)}
    assert decision.authority is not None and decision.authority.text.type == "bid_cancel"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"lender": "nobody"},          Code.account_not_found),
        ({"lender": "B"},               Code.account_role_differs),
        ({"hold": "bid:none"},          Code.hold_not_found),
        ({"lender": "M"},               Code.hold_owner_differs),
        ({"hold": "bid:L:X:marketing"}, Code.hold_owner_differs),
        ({"signed": False},             Code.authority_missing),
        ({"by": "M:key"},               Code.authority_key_differs),
    ],
)  # fmt: skip
def test_is_refused(body: dict[str, Any], code: Code) -> None:
    books = _raising()
    books.lender("M", 1)
    assert _cancel(books, **body) is code
    assert (books.available("L"), books.held("L"), books.listing().held_minor) == (20_000, 60_000, 65_000)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("full",       Code.listing_not_raising),
        ("disbursing", Code.listing_disbursing),
        ("failing",    Code.raise_failing),
    ],
)  # fmt: skip
def test_is_refused_when_the_listing_is_past_raising(state: str, code: Code) -> None:
    books = _raising()
    books.put(replace(books.listing(), state=state))
    assert _cancel(books) is code


def test_is_refused_for_a_locked_lender() -> None:
    books = _raising()
    books.put(replace(books.get(LANE, Holder, "L"), state="locked"))
    assert _cancel(books) is Code.account_locked


def test_is_refused_for_a_hold_of_another_purpose() -> None:
    books = _raising()
    books.put(replace(books.get(LANE, Hold, "bid:L:X"), purpose="withdrawal_fee"))
    assert _cancel(books) is Code.hold_purpose_differs


def test_opens_a_full_raise_again_where_the_pack_gives_the_right(monkeypatch: pytest.MonkeyPatch) -> None:
    books = _raising()
    books.lender("M", 35_000)
    books.bid("M", 35_000)
    assert books.listing().state == "full" and books.listing().full_by is not None
    pack = PACKS["cn_p2p"]
    monkeypatch.setitem(PACKS, "cn_p2p", replace(pack, params={**pack.params, "withdraw_when_full": 1}))
    assert _cancel(books, amount_minor=1) is Code.done
    listing = books.listing()
    assert (listing.state, listing.full_by, listing.held_minor) == ("raising", None, 99_999)
    moves = books.decision(LANE, "cancel").moves
    assert [(move.event, move.state) for move in moves] == [("bid_withdrawn", "raising")]
    books.done(LANE, "again", "bid_hold", lender="L", listing="X", amount_minor=1)
    assert books.listing().state == "full"
