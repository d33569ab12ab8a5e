"""Legal order: one order over the lanes of a person, frozen exactly, by rank, whatever way messages take."""

import logging
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Freeze, Holder, LegalOrder, Message, OrderHere, OrderShare
from tests.operations.driver import FRIDAY, Books
from tests.operations.order_case import Orders


@pytest.fixture
def books() -> Orders:
    return Orders()


# ── codes ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0, "currency": "XXX"},               Code.amount_not_positive),
        ({"amount_minor": 2**62, "currency": "XXX"},           Code.amount_too_large),
        ({"currency": "XXX", "expires": date(2024, 2, 29)},    Code.currency_differs),
        ({"expires": date(2024, 2, 29), "issuer": ""},         Code.date_in_the_past),
        ({"issuer": "", "checker": ""},                        Code.details_missing),
        ({"checker": "", "instrument": ""},                    Code.two_names_required),
        ({"checker": "m1", "instrument": ""},                  Code.same_person_twice),
        ({"instrument": "", "pool": "main"},                   Code.legal_instrument_missing),
        ({"platform": "P1", "pool": "main", "person": "no"},   Code.pool_named_by_order),
        ({"pool": "main"},                                     Code.pool_named_by_order),
        ({"platform": "P1"},                                   Code.pool_named_by_order),
        ({"person": "no"},                                     Code.person_not_found),
        ({"expires": FRIDAY},                                  Code.done),
    ],
)  # fmt: skip
def test_refuses_in_this_order(books: Orders, change: dict[str, Any], code: Code) -> None:
    assert books.order(**change).code is code


def test_is_refused_before_lane_0_is_open() -> None:
    assert Orders.order(Books()).code is Code.lane_not_open  # type: ignore[arg-type]  # the driver is enough


def test_the_same_instrument_is_one_order(books: Orders) -> None:
    first = books.order()
    assert books.order() == first
    again = books.order("O2")
    assert (again.code, again.detail) == (Code.order_exists, {"order": "O1"})
    assert books.order("O3", instrument="other").code is Code.done


def test_an_order_that_names_a_pool_is_alarmed(books: Orders, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        answer = books.order(platform="P1", pool="main", person="")
    assert (answer.code, answer.detail) == (Code.pool_named_by_order, {"alarm": True})
    assert any(record.message.startswith("alarm: lane 0: legal_order O1") for record in caplog.records)
    assert books.rows(0, LegalOrder) == []


# ── over lanes ───────────────────────────────────────────────────────────────
def test_a_hundred_over_sixty_and_sixty_freezes_sixty_and_forty(books: Orders) -> None:
    answer = books.order()
    assert (answer.code, answer.detail["lanes"]) == (Code.done, [1, 2])
    assert books.stands() == (0, "waiting")
    assert [message.channel for message in books.rows(0, Message)] == ["lane:1"]  # one lane after the other
    books.settle_messages()
    assert books.frozen() == [6_000, 4_000]
    assert (books.five(1, "L1"), books.five(2, "L1")) == ((0, 0, 0, 0, 6_000), (2_000, 0, 0, 0, 4_000))
    assert books.five(1, "L2") == (10_000, 0, 0, 0, 0)
    assert books.stands() == (10_000, "in_force")
    assert books.events() == ["moved_up", "filled"]
    assert [books.get(lane, Holder, "L1").waiting_orders for lane in (1, 2)] == [0, 0]
    assert [books.get(lane, Holder, "L1").legal_orders for lane in (1, 2)] == [1, 1]
    assert books.rows(1, Freeze) == [
        Freeze("O1:L1", "O1", "L1", books.account(1, "L1", "2040"), 6_000, 0, 0, books.get(1, OrderHere, "O1").seq)
    ]


@pytest.mark.parametrize(
    ("amount_minor", "frozen", "state"),
    [
        (5_999,  [5_999, 0],     "in_force"),
        (6_000,  [6_000, 0],     "in_force"),
        (6_001,  [6_000, 1],     "in_force"),
        (12_000, [6_000, 6_000], "in_force"),
        (12_001, [6_000, 6_000], "partly_filled"),
    ],
)  # fmt: skip
def test_takes_what_is_there_and_no_more_than_it_asks(
    books: Orders, amount_minor: int, frozen: list[int], state: str
) -> None:
    books.ordered(amount_minor=amount_minor)
    assert (books.frozen(), books.stands()) == (frozen, (sum(frozen), state))


def test_waits_for_a_person_who_has_nothing(books: Orders) -> None:
    books.client(3, "L7", person="carl")
    books.ordered(person="carl")
    assert books.stands() == (0, "waiting")
    books.give(3, "L7", 4)
    books.settle_messages()
    assert (books.five(3, "L7"), books.stands()) == ((0, 0, 0, 0, 4), (4, "partly_filled"))


def test_what_is_missing_is_frozen_from_later_credits_in_any_lane(books: Orders) -> None:
    books.ordered(amount_minor=20_000)
    assert books.stands() == (12_000, "partly_filled")
    books.client(2, "B1", "borrower", person="anna")
    books.give(2, "B1", 3_000)
    assert books.five(2, "B1") == (0, 0, 0, 0, 3_000)
    books.give(1, "L1", 7_000)
    assert books.five(1, "L1") == (0, 0, 0, 0, 13_000)
    books.settle_messages()
    assert (books.frozen(), books.stands()) == ([13_000, 7_000], (20_000, "in_force"))
    assert (books.five(2, "L1"), books.five(2, "B1")) == ((0, 0, 0, 0, 6_000), (2_000, 0, 0, 0, 1_000))  # a lost race
    books.give(2, "L1", 1)
    assert books.five(2, "L1") == (1, 0, 0, 0, 6_000)


def test_freezes_money_of_its_own_currency_only(books: Orders) -> None:
    books.platform(4, pack="none_recorded", currency="USD")
    books.client(4, "L4", person="anna")
    books.give(4, "L4", 700)
    books.ordered(amount_minor=99_000)
    assert books.five(4, "L4") == (700, 0, 0, 0, 0)
    assert books.get(4, Holder, "L4").waiting_orders == 0
    books.give(4, "L4", 1)
    assert books.five(4, "L4") == (701, 0, 0, 0, 0)
    assert books.frozen() == [6_000, 6_000]


def test_passes_locks_and_leaves_what_is_held(books: Orders) -> None:
    books.done(0, "lock", "person_lock", act="A", person="anna", reason="r", maker="m1")
    books.settle_messages()
    books.done(
        1, "held", "general_hold", holder="L1", amount_minor=1_000, reason="r", until=FRIDAY, authority="M",
        maker="m1", checker="c1",
    )  # fmt: skip
    books.ordered()
    assert books.five(1, "L1") == (0, 0, 1_000, 0, 5_000)


def test_reaches_a_lane_where_the_person_comes_later(books: Orders) -> None:
    books.ordered(amount_minor=20_000)
    books.client(3, "L9", person="anna")
    books.give(3, "L9", 500)
    assert books.five(3, "L9") == (500, 0, 0, 0, 0)  # the word is not there yet
    books.settle_messages()
    assert books.five(3, "L9") == (0, 0, 0, 0, 500)
    assert books.stands() == (12_500, "partly_filled")


def test_a_lane_linked_while_others_are_asked_is_asked_after_them(books: Orders) -> None:
    books.order(amount_minor=20_000)
    books.client(3, "L9", person="anna")
    assert books.get(0, LegalOrder, "O1").next_lane == 1
    books.settle_messages()
    assert [books.get(0, OrderShare, f"O1:{lane}").heard_seq > 0 for lane in (1, 2, 3)] == [True] * 3


def test_a_filled_order_reaches_no_further_lane(books: Orders) -> None:
    books.ordered(amount_minor=5_000)
    assert books.row(2, OrderHere, "O1") is None
    books.client(3, "L9", person="anna")
    books.settle_messages()
    assert books.row(0, OrderShare, "O1:3") is None


def test_a_holder_opened_later_in_a_lane_is_under_its_orders(books: Orders) -> None:
    books.ordered(amount_minor=20_000)
    books.client(1, "B1", "borrower", person="anna")
    holder = books.get(1, Holder, "B1")
    assert (holder.waiting_orders, holder.legal_orders) == (1, 1)


# ── by rank ──────────────────────────────────────────────────────────────────
def test_two_orders_are_filled_by_rank(books: Orders) -> None:
    books.order(amount_minor=15_000)
    assert books.order("O2", instrument="2024-99", amount_minor=4_000).detail["after"] == ["O1"]
    books.settle_messages()
    assert (books.frozen(), books.frozen("O2")) == ([6_000, 6_000], [0, 0])
    assert [books.get(lane, Holder, "L1").waiting_orders for lane in (1, 2)] == [2, 2]
    books.give(2, "L1", 5_000)
    assert books.five(2, "L1") == (0, 0, 0, 0, 11_000)  # 30.00 to the first, 20.00 to the second, in one journal
    books.settle_messages()
    assert (books.frozen(), books.frozen("O2")) == ([6_000, 9_000], [0, 2_000])
    books.lift()
    books.settle_messages()
    assert (books.frozen(), books.frozen("O2")) == ([0, 0], [2_000, 2_000])
    assert (books.five(1, "L1")[0], books.five(2, "L1")[0]) == (4_000, 9_000)
    assert (books.stands(), books.stands("O2")) == ((0, "lifted"), (4_000, "in_force"))


def test_a_later_order_is_not_asked_for_before_the_earlier_one(books: Orders) -> None:
    books.order(amount_minor=20_000)
    books.order("O2", instrument="other", amount_minor=20_000)
    assert {message.id for message in books.rows(0, Message)} == {"legal:O1:1:1"}
    books.settle_messages()
    words = [message.id for message in sorted(books.rows(0, Message), key=lambda m: m.seq) if m_is_first(message.id)]
    assert words == ["legal:O1:1:1", "legal:O1:2:1", "legal:O2:1:1", "legal:O2:2:1"]


def m_is_first(message: str) -> bool:
    return message.endswith(":1")


# ── messages ─────────────────────────────────────────────────────────────────
def test_messages_that_come_twice_change_nothing(books: Orders) -> None:
    books.ordered()
    before = {lane: books.store.head(lane).head for lane in (0, 1, 2)}
    books.deliver(again=True)
    assert {lane: books.store.head(lane).head for lane in (0, 1, 2)} == before
    assert books.frozen() == [6_000, 4_000]


@pytest.mark.parametrize("turn", list(permutations(range(3))))
def test_any_order_of_messages_ends_the_same(books: Orders, turn: tuple[int, ...]) -> None:
    """Two credits race for what is left of the order, a lift shrinks it, and lane after lane falls behind."""
    books.ordered(amount_minor=20_000)
    books.give(1, "L1", 5_000)
    books.give(2, "L1", 7_000)
    assert books.lift(amount_minor=3_000).code is Code.done
    for _ in range(20):
        waiting = [
            (origin, message) for origin in (0, 1, 2) for message in books.rows(origin, Message)
            if message.state == "waiting"
        ]  # fmt: skip
        if not waiting:
            break
        origin, message = sorted(waiting, key=lambda found: (turn[found[0]], -found[1].seq))[0]
        books._handed_over(origin, message)
    books.settle_messages()
    assert sum(books.frozen()) == 17_000
    assert books.stands() == (17_000, "in_force")
    assert sum(books.five(lane, "L1")[0] for lane in (1, 2)) == 12_000 + 12_000 - 17_000
