"""Timer: what the custodian owes on a business date happens by itself, once, and never in a day that is closed."""

import threading
from datetime import UTC, datetime, timedelta

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import close_id, expiry_id
from cunguan.kernel.instruction import Answer
from cunguan.plane.lane import VirtualClock
from cunguan.plane.process import Process
from tests.plane.harness import (
    DAY,
    LANE,
    LENDERS,
    LISTINGS,
    ask,
    balance,
    bid,
    books_hold,
    deposit,
    listing,
    one,
    stored,
    tidy,
    until,
)

LATER = DAY + timedelta(days=10)  # past raise_until of every listing
CLOCK = VirtualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
CLOSE = ask(LANE, close_id(DAY), "day_close", date=DAY, next_date=LATER)


def process(url: str) -> Process:
    return Process(url, owner="test", channels=lambda lane: {}, clock=CLOCK)


def raising(url: str) -> int:
    return int(one(url, "SELECT count(*) FROM listing WHERE lane = %s AND state <> 'failed'", LANE))


def test_a_raise_whose_time_is_over_fails_once_and_all_is_given_back(books: str) -> None:
    before = {name: balance(books, name, "2010") for name in LENDERS[:8]}
    with process(books) as here:
        assert {here.plane.ask(LANE, bid(n)).code for n in range(8)} == {Code.done}
        assert raising(books) == len(LISTINGS)
        assert here.plane.ask(LANE, CLOSE).code is Code.done
        until(lambda: raising(books) == 0, "every raise has failed")
        tidy(here, LANE, LATER)
    with process(books) as here:
        tidy(here, LANE, LATER)
    found = stored(books, LANE, "timer:")
    assert {(id, row[1]) for id, row in found.items()} == {
        (f"timer:{name}:{LATER.isoformat()}", "done") for name in LISTINGS
    }
    assert {name: balance(books, name, "2010") for name in before} == before
    assert one(books, "SELECT count(*) FROM hold WHERE lane = %s AND state <> 'released'", LANE) == 0
    books_hold(books)


def test_before_its_day_nothing_fails(books: str) -> None:
    with process(books) as here:
        assert here.plane.ask(LANE, bid(1)).code is Code.done
        tidy(here, LANE, DAY + timedelta(days=3))
    assert raising(books) == len(LISTINGS) and stored(books, LANE, "timer:") == {}


def test_an_expired_hold_of_a_bid_is_left_to_its_raise(books: str) -> None:
    with process(books) as here:
        taken = bid(1)
        assert here.plane.ask(LANE, taken).code is Code.done
        tidy(here, LANE, DAY + timedelta(days=300))
    assert stored(books, LANE, expiry_id(taken.id)) == {}


def test_an_offer_of_a_claim_ends_after_its_last_day(books: str) -> None:
    offer = ask(
        LANE, "sale", "claim_sale", seller=LENDERS[0], claim="b:000000", share_minor=100, floor_minor=90,
        accrued="included", until=DAY + timedelta(days=1),
    )  # fmt: skip
    with process(books) as here:
        for asked in (
            listing(LANE, "S", amount_minor=100), bid(0, tag="b", listing="S"),
            ask(LANE, "pay", "disbursement", listing="S"), offer,
        ):  # fmt: skip
            assert here.plane.ask(LANE, asked).code is Code.done
        tidy(here, LANE, DAY + timedelta(days=1))
        assert one(books, "SELECT state FROM claim_sale WHERE lane = %s", LANE) == "open"
        assert here.plane.ask(LANE, CLOSE).code is Code.done
        until(lambda: one(books, "SELECT state FROM claim_sale WHERE lane = %s", LANE) == "expired", "the offer ended")
        tidy(here, LANE, LATER)
    assert [row[1] for row in stored(books, LANE, expiry_id("sale")).values()] == ["done"]
    assert one(books, "SELECT state FROM claim WHERE lane = %s", LANE) == "active"
    books_hold(books)


def test_a_listing_that_never_opened_fails_by_the_timer(books: str) -> None:
    asked = listing(LANE, "S", amount_minor=100)
    asked = ask(LANE, asked.id, asked.kind, **msgspec.to_builtins(asked.body) | {"opens": False})
    with process(books) as here:
        assert here.plane.ask(LANE, asked).code is Code.done
        tidy(here, LANE, DAY + timedelta(days=3))
        assert one(books, "SELECT state FROM listing WHERE lane = %s AND id = 'S'", LANE) == "registered"
        assert here.plane.ask(LANE, CLOSE).code is Code.done
        until(
            lambda: one(books, "SELECT state FROM listing WHERE lane = %s AND id = 'S'", LANE) == "failed", "it failed"
        )


def test_nothing_is_posted_into_a_closed_day(books: str) -> None:
    answers: list[Answer] = []
    go_on = threading.Event()

    def load(here: Process, first: int) -> None:
        number = first
        while not go_on.is_set() or number < first + 200:
            answers.append(here.plane.ask(LANE, deposit(number)))
            number += 1

    with process(books) as here:
        callers = [threading.Thread(target=load, args=(here, first)) for first in (0, 100_000, 200_000)]
        for caller in callers:
            caller.start()
        until(lambda: len(answers) > 50, "a load")
        closed = here.plane.ask(LANE, CLOSE)
        target = len(answers) + 50
        until(lambda: len(answers) > target, "a load after the close")
        go_on.set()
        for caller in callers:
            caller.join()
    assert closed.code is Code.done and {answer.code for answer in answers} == {Code.done}
    stale = "SELECT count(*) FROM batch WHERE lane = %s AND first_seq > %s AND business_date < %s"
    assert one(books, stale, LANE, closed.seq, LATER) == 0
    early = "SELECT count(*) FROM batch WHERE lane = %s AND last_seq < %s AND business_date > %s"
    assert one(books, early, LANE, closed.seq, DAY) == 0
    mixed = "SELECT count(*) FROM batch WHERE lane = %s AND first_seq <= %s AND last_seq > %s"
    assert one(books, mixed, LANE, closed.seq, closed.seq) == 0, "the close ends its batch"
    assert one(books, "SELECT business_date FROM lane_day WHERE lane = %s", LANE) == LATER
    books_hold(books)
