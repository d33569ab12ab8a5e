"""Legal lift: the issuing authority lets go of a part or of all, and the order that waits moves up."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Holder, LegalOrder, OrderHere
from tests.operations.order_case import Orders


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0, "checker": ""},           Code.amount_not_positive),
        ({"checker": "", "instrument": ""},            Code.two_names_required),
        ({"checker": "m1", "instrument": ""},          Code.same_person_twice),
        ({"instrument": "", "order": "O9"},            Code.legal_instrument_missing),
        ({"order": "O9"},                              Code.order_not_found),
        ({"issuer": "court:2", "amount_minor": 99**5}, Code.issuer_differs),
        ({"amount_minor": 10_001},                     Code.order_remaining_exceeded),
        ({"amount_minor": 10_000},                     Code.done),
    ],
)  # fmt: skip
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = Orders()
    books.ordered()
    assert books.lift(**change).code is code


def test_the_whole_goes_back_to_its_owner_in_every_lane() -> None:
    books = Orders()
    books.ordered()
    books.lift()
    assert books.frozen() == [6_000, 4_000]  # not before the lanes have it
    books.settle_messages()
    assert [books.five(lane, "L1") for lane in (1, 2)] == [(6_000, 0, 0, 0, 0)] * 2
    assert (books.stands(), books.events()[-1], books.events(lane=1)) == ((0, "lifted"), "lifted", ["lifted"])
    assert [books.get(lane, OrderHere, "O1").state for lane in (1, 2)] == ["ended", "ended"]
    assert [books.get(lane, Holder, "L1").legal_orders for lane in (1, 2)] == [0, 0]
    assert books.lift().code is Code.order_not_in_force
    books.give(1, "L1", 5)
    assert books.five(1, "L1")[0] == 6_005


@pytest.mark.parametrize(
    ("asked", "lifted", "frozen", "state"),
    [
        (20_000, 7_999, [6_000, 6_000], "partly_filled"),  # only what is missing anyhow
        (20_000, 8_000, [6_000, 6_000], "in_force"),
        (20_000, 8_001, [6_000, 5_999], "in_force"),       # then from the last lane on
        (20_000, 15_000, [5_000, 0],    "in_force"),
        (10_000, 1,     [6_000, 3_999], "in_force"),
        (10_000, 9_999, [1, 0],         "in_force"),
    ],
)  # fmt: skip
def test_a_part_is_taken_first_from_what_is_missing(asked: int, lifted: int, frozen: list[int], state: str) -> None:
    books = Orders()
    books.ordered(amount_minor=asked)
    assert books.lift(amount_minor=lifted).detail == {"state": state}
    books.settle_messages()
    assert (books.frozen(), books.stands()) == (frozen, (sum(frozen), state))
    assert sum(books.five(lane, "L1")[0] for lane in (1, 2)) == 12_000 - sum(frozen)
    assert books.get(0, LegalOrder, "O1").lifted_minor == lifted


def test_a_part_of_an_order_that_has_nothing_yet() -> None:
    books = Orders()
    books.order()
    assert books.lift(amount_minor=1_000).detail == {"state": "waiting"}
    books.settle_messages()
    assert (books.frozen(), books.stands()) == ([6_000, 3_000], (9_000, "in_force"))


def test_an_order_lifted_before_it_arrives_freezes_nothing_for_long() -> None:
    books = Orders()
    books.order()
    books.lift()
    books.settle_messages()
    assert (books.frozen(), books.stands()) == ([0, 0], (0, "lifted"))
    assert books.row(2, OrderHere, "O1") is None
    books.ordered("O2", instrument="next")
    assert books.stands("O2") == (10_000, "in_force")
