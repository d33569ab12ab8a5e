"""Across lanes: a crash between lane 0 and a platform's lane is made good, whichever half was done."""

from datetime import date, timedelta

import msgspec
import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import fan_out_id
from cunguan.operations import listing_registration
from cunguan.plane.process import Process
from tests.plane.harness import (
    DAY,
    LANE,
    NAMES,
    THREE,
    TWO,
    ask,
    books_hold,
    listing,
    one,
    running,
    stored,
    tidy,
    until,
)

AMOUNT_MINOR = 1_000_000
ASKED = listing(TWO, "N", amount_minor=AMOUNT_MINOR)
(RESERVE,) = listing_registration.prelude(ASKED, TWO)
(RELEASE,) = listing_registration.epilogue(ASKED, TWO)


def process(url: str) -> Process:
    return Process(url, owner="next", channels=lambda lane: {})


def reservation(url: str) -> str:
    return str(one(url, "SELECT state FROM reservation WHERE lane = 0 AND id = %s", RESERVE.id))


def reserved_minor(url: str) -> int:
    return int(one(url, "SELECT coalesce(sum(reserved_minor), 0)::int8 FROM exposure WHERE lane = 0"))


def reserve_only(url: str) -> date:
    """Do the first half only; return the day on which it is reviewed."""
    with running(url, 0) as lane:
        assert lane.submit(RESERVE).result().code is Code.done
    found: date = one(url, "SELECT review_date FROM reservation WHERE lane = 0 AND id = %s", RESERVE.id)
    return found


def test_an_instruction_whose_first_half_was_done_completes_when_sent_again(books: str) -> None:
    reserve_only(books)
    with process(books) as here:
        assert here.plane.ask(TWO, ASKED).code is Code.done
        assert here.plane.ask(TWO, ASKED).code is Code.done
        tidy(here, 0, DAY + timedelta(days=3_000))
    assert reservation(books) != "released" and reserved_minor(books) == AMOUNT_MINOR
    assert stored(books, TWO, ASKED.id)[ASKED.id][1] == "done"
    books_hold(books)


def test_a_reservation_that_nobody_came_for_is_given_back_under_a_barred_id(books: str) -> None:
    review = reserve_only(books)
    with process(books) as here:
        tidy(here, 0, review - timedelta(days=1))
        assert reservation(books) == "reserved" and stored(books, TWO, ASKED.id) == {}
        tidy(here, 0, review)
        tidy(here, 0, review)
        assert (reservation(books), reserved_minor(books)) == ("released", 0)
        assert stored(books, TWO, ASKED.id)[ASKED.id][1:] == ("refused", int(Code.barred))
        late = here.plane.ask(TWO, ASKED)
    assert late.code is Code.exists_with_different_kind, "what comes too late can never act"
    assert one(books, "SELECT count(*) FROM listing WHERE lane = %s AND id = 'N'", TWO) == 0
    assert len(stored(books, 0, RELEASE.id)) == 1 and reserved_minor(books) == 0
    books_hold(books)


def test_a_refusal_whose_epilogue_was_lost_gives_its_reservation_back(books: str) -> None:
    past = msgspec.structs.replace(ASKED, evidence=None)  # not confirmed: refused
    reserve_only(books)
    with running(books, TWO) as lane:  # the lane alone: nobody asks lane 0 after it
        refused = lane.submit(past).result()
    assert refused.seq is not None and refused.code is not Code.done
    assert reservation(books) == "reserved"
    with process(books) as here:
        until(lambda: reservation(books) == "released", "the reservation is given back at the start")
        tidy(here, 0, DAY)
    assert reserved_minor(books) == 0 and len(stored(books, 0, RELEASE.id)) == 1
    books_hold(books)


def test_a_refusal_gives_its_reservation_back_by_itself(books: str) -> None:
    with process(books) as here:
        assert here.plane.ask(TWO, msgspec.structs.replace(ASKED, evidence=None)).code is not Code.done
        until(lambda: reservation(books) == "released", "the epilogue is done")
    assert reserved_minor(books) == 0
    books_hold(books)


def here_state(url: str, lane: int) -> str:
    return str(
        one(url, "SELECT coalesce((SELECT state FROM person_here WHERE lane = %s AND id = 'person:B'), '')", lane)
    )


@pytest.mark.parametrize("delivered", [(), (TWO,)])
def test_a_lock_that_was_not_carried_out_is_carried_by_the_next_plane(books: str, delivered: tuple[int, ...]) -> None:
    lanes = (LANE, TWO, THREE)
    lock = ask(0, "lock:1", "person_lock", act="act1", person="person:B", reason="phone stolen", maker="m1")
    with running(books, 0) as lane:
        assert lane.submit(lock).result().code is Code.done
    for number in delivered:  # the lane decided, and its answer was lost
        with running(books, number) as lane:
            told = ask(number, fan_out_id("act1", number), "person_lock_here", person="person:B", act="act1")
            assert lane.submit(told).result().code is Code.done
    with process(books) as here:
        until(lambda: {here_state(books, number) for number in lanes} == {"locked"}, "locked in every lane")
        assert here.plane.ask(TWO, ASKED).code is Code.person_locked
        unlock = ask(
            0, "unlock:1", "person_unlock", act="act2", lock="act1", person="person:B", reason="found", **NAMES
        )
        assert here.plane.ask(0, unlock).code is Code.done
        until(lambda: {here_state(books, number) for number in lanes} == {"active"}, "unlocked in every lane")
        again = msgspec.structs.replace(ASKED, id="listing:again")
        assert here.plane.ask(TWO, again).code is not Code.person_locked
    for number in lanes:
        assert len(stored(books, number, "act:act1:")) == len(stored(books, number, "act:act2:")) == 1
    books_hold(books)
