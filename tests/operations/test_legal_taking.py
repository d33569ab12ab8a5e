"""Legal taking: frozen money goes to the authority, and what the bank does with it is known in lane 0."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Freeze, LegalOrder, OrderHere, OrderShare, Payout, Pool
from tests.operations.cash import put
from tests.operations.order_case import EXPIRES, INSTRUMENT, Orders


@pytest.fixture
def books() -> Orders:
    """60.00 and 40.00 are frozen on the two platforms."""
    books = Orders()
    books.ordered()
    return books


def take(books: Orders, name: str = "T1", lane: int = 1, **other: Any) -> Answer:
    body: dict[str, Any] = {
        "order": "O1", "holder": "L1", "bank_account": "bank", "amount_minor": 6_000, "payee_hash": "payee:court"
    } | INSTRUMENT  # fmt: skip
    return books.submit(lane, name, "legal_taking", **(body | other))


def told(books: Orders, status: str, name: str = "T1", lane: int = 1, **other: Any) -> Answer:
    if books.get(lane, Payout, name).state == "held":
        books.done(lane, f"send:{name}", "payout_sent", payout=name)
    body = {"payout": name, "status": status, "amount_minor": books.get(lane, Payout, name).amount_minor} | other
    answer = books.submit(lane, f"bank:demobank:{name}:{status}", "payout_result", **body)
    books.settle_messages()
    return answer


def taken(books: Orders) -> tuple[int, str]:
    row = books.get(0, LegalOrder, "O1")
    return row.taken_minor, row.state


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0, "checker": ""},              Code.amount_not_positive),
        ({"checker": "", "instrument": ""},               Code.two_names_required),
        ({"checker": "m1", "instrument": ""},             Code.same_person_twice),
        ({"instrument": "", "payee_hash": ""},            Code.legal_instrument_missing),
        ({"payee_hash": "", "bank_account": "no"},        Code.details_missing),
        ({"bank_account": "no", "order": "O9"},           Code.bank_account_not_found),
        ({"order": "O9", "issuer": "court:2"},            Code.order_not_found),
        ({"issuer": "court:2", "holder": "L2"},           Code.issuer_differs),
        ({"holder": "L2", "bank_account": "other_bank"},  Code.account_not_found),
        ({"bank_account": "other_bank", "amount_minor": 6_001}, Code.pool_differs),
        ({"amount_minor": 6_001},                         Code.order_remaining_exceeded),
        ({"amount_minor": 6_000},                         Code.done),
    ],
)  # fmt: skip
def test_refuses_in_this_order(books: Orders, change: dict[str, Any], code: Code) -> None:
    books.done(
        1, "open:other", "pool_opening", pools=[{"id": "other", "currency": "CNY", "regime": "lending"}], maker="m1",
        checker="c1",
        bank_accounts=[{"id": "other_bank", "pool": "other", "channel": "demobank", "reference": "ref:other"}],
    )  # fmt: skip
    assert take(books, **change).code is code


def test_an_order_that_lane_0_has_ended_takes_nothing(books: Orders) -> None:
    books.lift()
    assert take(books).code is Code.order_not_in_force
    books.settle_messages()
    assert take(books, "T2").code is Code.order_not_in_force


def test_takes_all_of_it_lane_by_lane(books: Orders) -> None:
    take(books)
    assert books.five(1, "L1") == (0, 0, 0, 6_000, 0)
    assert books.postings(1, "T1") == [("L1:2040", "L1:2030", 6_000)]
    books.settle_messages()
    assert taken(books) == (0, "taking")
    assert books.lift(amount_minor=1).code is Code.state_forbids
    told(books, "settled")
    assert books.postings(1, "bank:demobank:T1:settled") == [("L1:2030", "bank:1010", 6_000)]
    assert taken(books) == (6_000, "in_force")
    take(books, "T2", 2, amount_minor=4_000)
    told(books, "settled", "T2", 2)
    assert taken(books) == (10_000, "taken")
    assert [books.five(lane, "L1") for lane in (1, 2)] == [(0, 0, 0, 0, 0), (2_000, 0, 0, 0, 0)]
    assert [books.get(lane, OrderHere, "O1").state for lane in (1, 2)] == ["ended", "ended"]
    assert books.events() == [
        "moved_up", "filled", "taking_sent", "confirmed_in_part", "filled", "taking_sent", "bank_confirmed"
    ]  # fmt: skip


def test_what_the_bank_rejects_is_frozen_again(books: Orders) -> None:
    take(books, amount_minor=2_500)
    assert told(books, "rejected").code is Code.done
    assert books.five(1, "L1") == (0, 0, 0, 0, 6_000)
    freeze = books.get(1, Freeze, "O1:L1")
    assert (freeze.frozen_minor, freeze.taking_minor, freeze.taken_minor) == (6_000, 0, 0)
    assert taken(books) == (0, "in_force")
    assert books.events()[-1] == "bank_rejected"


def test_doubt_is_known_in_lane_0_and_ends_by_evidence(books: Orders) -> None:
    take(books)
    told(books, "timed_out")
    assert taken(books) == (0, "taking_in_doubt")
    assert books.get(0, OrderShare, "O1:1").doubtful_minor == 6_000
    assert told(books, "rejected").code is Code.state_forbids
    assert told(books, "settled").code is Code.done
    assert (taken(books), books.get(1, OrderHere, "O1").doubtful_minor) == ((6_000, "in_force"), 0)


def test_an_order_lifted_while_money_is_on_its_way_gives_a_rejected_taking_to_the_client(books: Orders) -> None:
    take(books)
    books.done(1, "send:T1", "payout_sent", payout="T1")
    assert books.lift().code is Code.done  # lane 0 has not heard of the taking
    books.settle_messages()
    assert (books.five(1, "L1"), taken(books)) == ((0, 0, 0, 6_000, 0), (0, "lifted"))
    told(books, "rejected")
    assert books.five(1, "L1") == (6_000, 0, 0, 0, 0)
    assert books.get(1, OrderHere, "O1").frozen_minor == 0


def test_an_order_lifted_while_money_is_on_its_way_says_what_was_taken(books: Orders) -> None:
    take(books)
    books.done(1, "send:T1", "payout_sent", payout="T1")
    books.lift(amount_minor=9_000)
    books.settle_messages()
    told(books, "settled")
    assert taken(books) == (6_000, "taken")
    assert books.get(0, OrderShare, "O1:1").filled_minor == 6_000
    assert books.five(2, "L1") == (6_000, 0, 0, 0, 0)


def test_a_taking_that_overtook_a_lift_and_was_rejected_leaves_what_the_order_still_asks_for(books: Orders) -> None:
    take(books)
    books.done(1, "send:T1", "payout_sent", payout="T1")
    books.lift(amount_minor=9_000)
    books.settle_messages()
    assert (books.stands(), books.frozen()) == ((6_000, "taking"), [6_000, 0])
    told(books, "rejected")
    assert (books.stands(), books.frozen()) == ((1_000, "in_force"), [1_000, 0])
    assert books.five(1, "L1") == (5_000, 0, 0, 0, 1_000)


def test_an_order_lifted_before_the_message_leaves_pays_nobody(books: Orders) -> None:
    take(books)
    books.lift()
    books.settle_messages()
    assert books.submit(1, "send:T1", "payout_sent", payout="T1").code is Code.payee_not_allowed
    books.done(1, "stop", "payout_cancel", payout="T1", reason="lifted", maker="m1", checker="c1")
    assert books.five(1, "L1") == (6_000, 0, 0, 0, 0)


def test_takes_only_what_lane_0_has_confirmed(books: Orders) -> None:
    books.ordered("O2", instrument="next", amount_minor=5_000)
    books.give(1, "L1", 3_000)
    assert books.five(1, "L1") == (0, 0, 0, 0, 9_000)
    assert take(books, order="O2", amount_minor=3_000).detail == {"left_minor": 0}
    books.settle_messages()
    assert take(books, "T2", order="O2", amount_minor=3_000).code is Code.done


def test_an_order_does_not_lapse_while_money_of_it_is_taken(books: Orders) -> None:
    take(books)
    books.settle_messages()
    books.move_day(0, EXPIRES + timedelta(days=1))
    expiry: dict[str, Any] = {"order": "O1"}
    assert books.submit(0, "lapse:O1:2024-09-03", "legal_expiry", **expiry).code is Code.state_forbids


def test_money_is_taken_out_of_a_short_pool(books: Orders) -> None:
    put(books, replace(books.get(1, Pool, "main"), state="short"), 1)
    take(books)
    assert told(books, "settled").code is Code.done
