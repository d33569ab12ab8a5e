"""Limits across platforms: reserved in lane 0 first, given back as principal returns, never by time."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Exposure, Reservation
from tests.operations.driver import Books

CAP = 100_000_000  # of a person, all platforms together; a company's is five times as much
RESERVE: dict[str, Any] = {
    "person": "anna", "lane": 1, "instruction_id": "X1", "currency": "CNY", "amount_minor": CAP, "pack": "cn_p2p"
}  # fmt: skip


@pytest.fixture
def books() -> Books:
    books = Books()
    books.custodian()
    for person, kind in (("anna", "person"), ("acme", "company")):
        books.done(
            0, f"register:{person}", "person_registration", person=person, kind=kind, method="m", source="sandbox",
            reference="check",
        )  # fmt: skip
    return books


def reserve(books: Books, lane: int, amount_minor: int, name: str = "X1") -> Code:
    body = {**RESERVE, "lane": lane, "amount_minor": amount_minor, "instruction_id": name}
    return books.submit(0, f"{name}:limit:{lane}", "limit_reserve", **body).code


def reserved(books: Books, person: str = "anna") -> int:
    return books.get(0, Exposure, f"{person}:CNY").reserved_minor


def test_reserves_up_to_the_cap_and_not_one_fen_more(books: Books) -> None:
    assert reserve(books, 1, CAP - 1) is Code.done
    assert reserve(books, 2, 2) is Code.cross_platform_cap_exceeded
    assert reserve(books, 3, 1) is Code.done
    assert reserved(books) == CAP
    assert reserve(books, 4, 1) is Code.cross_platform_cap_exceeded
    assert books.get(0, Reservation, "X1:limit:1") == Reservation(
        "X1:limit:1", "anna", 1, "X1", "CNY", CAP - 1, date(2025, 3, 1), "reserved"
    )


def test_knows_the_cap_of_a_company_and_says_which_rule_spoke(books: Books) -> None:
    books.done(0, "X1:limit", "limit_reserve", **{**RESERVE, "person": "acme", "amount_minor": 5 * CAP})
    answer = books.submit(0, "X2:limit", "limit_reserve", **{**RESERVE, "person": "acme", "instruction_id": "X2"})
    assert answer.code is Code.cross_platform_cap_exceeded
    assert answer.detail == {"rule": "cn_p2p.cap_across_platforms", "reserved_minor": 5 * CAP}


def test_counts_two_reservations_of_one_batch_together(books: Books) -> None:
    asked = [
        books.ask(0, f"X1:limit:{lane}", "limit_reserve", **{**RESERVE, "lane": lane, "amount_minor": CAP // 2 + 1})
        for lane in (1, 2)
    ]
    assert [answer.code for answer in books.batch(0, asked)] == [Code.done, Code.cross_platform_cap_exceeded]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -5}, Code.amount_not_positive),
        ({"instruction_id": "X2"}, Code.id_malformed),
        ({"lane": 2}, Code.id_malformed),
        ({"pack": ""}, Code.pack_unknown),
        ({"currency": "USD"}, Code.currency_differs),
        ({"currency": "CNN", "pack": "none_recorded"}, Code.currency_differs),
        ({"currency": "USD", "pack": "none_recorded"}, Code.done),
        ({"person": "nobody"}, Code.person_not_found),
        ({"amount_minor": 2**62, "pack": "none_recorded"}, Code.amount_too_large),
        ({"amount_minor": 2**62 - 1, "pack": "none_recorded"}, Code.done),
        ({"amount_minor": CAP + 1}, Code.cross_platform_cap_exceeded),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(0, "X1:limit:1", "limit_reserve", **{**RESERVE, **change}).code is code
    assert bool(books.rows(0, Reservation)) == (code is Code.done)


def test_reserves_nothing_for_a_locked_person(books: Books) -> None:
    books.done(0, "lock", "person_lock", act="A1", person="anna", reason="stolen phone", maker="m1")
    assert reserve(books, 1, 1) is Code.person_locked


def test_is_refused_before_lane_0_is_open() -> None:
    assert reserve(Books(), 1, 1) is Code.lane_not_open


# ── release ──────────────────────────────────────────────────────────────────
def test_gives_back_a_part_and_then_the_rest(books: Books) -> None:
    reserve(books, 1, 100)
    reserve(books, 2, 11)
    answer = books.done(0, "r1", "limit_release", reservation="X1:limit:1", amount_minor=40)
    assert answer.detail == {"remaining_minor": 60}
    kept = books.get(0, Reservation, "X1:limit:1")
    assert (kept.amount_minor, kept.state, reserved(books)) == (60, "confirmed", 71)
    assert [move.event for move in books.decision(0, "r1").moves] == ["listing_registered", "given_back_in_part"]
    books.done(0, "r2", "limit_release", reservation="X1:limit:1", amount_minor=59)
    assert [move.event for move in books.decision(0, "r2").moves] == ["given_back_in_part"]
    books.done(0, "r3", "limit_release", reservation="X1:limit:1", amount_minor=1)
    kept = books.get(0, Reservation, "X1:limit:1")
    assert (kept.amount_minor, kept.state, reserved(books)) == (0, "released", 11)
    assert books.get(0, Reservation, "X1:limit:2").amount_minor == 11


def test_gives_back_the_whole_at_once_and_makes_room(books: Books) -> None:
    reserve(books, 1, CAP)
    books.done(0, "r", "limit_release", reservation="X1:limit:1")
    assert (books.get(0, Reservation, "X1:limit:1").state, reserved(books)) == ("released", 0)
    assert reserve(books, 2, CAP) is Code.done


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reservation": "X9:limit:1"}, Code.reservation_missing),
        ({"reservation": "X2:limit:1"}, Code.reservation_not_open),
        ({"reservation": "X1:limit:1", "amount_minor": 0}, Code.amount_not_positive),
        ({"reservation": "X1:limit:1", "amount_minor": -1}, Code.amount_not_positive),
        ({"reservation": "X1:limit:1", "amount_minor": 101}, Code.limit_exceeded),
        ({"reservation": "X1:limit:1", "amount_minor": 100}, Code.done),
    ],
)
def test_gives_back_no_more_than_is_reserved(books: Books, body: dict[str, Any], code: Code) -> None:
    reserve(books, 1, 100)
    reserve(books, 1, 100, "X2")
    books.done(0, "r", "limit_release", reservation="X2:limit:1")
    assert books.submit(0, "r1", "limit_release", **body).code is code
    assert reserved(books) == (0 if code is Code.done else 100)


def test_stands_after_its_review_date(books: Books) -> None:
    reserve(books, 1, CAP)
    books.move_day(0, date(2030, 1, 2))
    assert reserve(books, 2, 1) is Code.cross_platform_cap_exceeded
    books.done(0, "r", "limit_release", reservation="X1:limit:1")
