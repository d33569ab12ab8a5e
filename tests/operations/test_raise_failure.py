"""Failed raise: everything goes back to its owner, once, at once or step by step."""

from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Hold, Message, Reservation, RunItem
from cunguan.operations import runs
from tests.operations.lending_case import LANE, MONDAY, Loan, later


def _raising() -> Loan:
    books = Loan()
    books.lender("L1", 60_000)
    books.lender("L2", 60_000)
    books.give(LANE, "main", 5_000, code="2120")
    books.listed(amount_minor=200_000)
    books.bid("L1", 60_000)
    books.bid("L2", 20_000, marketing_minor=5_000)
    return books


def _fail(books: Loan, name: str = "fail", **body: Any) -> Code:
    return books.submit(LANE, name, "raise_failure", **({"listing": "X"} | body)).code


def test_returns_every_hold_to_its_owner_and_the_packet_to_the_platform() -> None:
    books = _raising()
    assert books.submit(LANE, "fail", "raise_failure", listing="X").detail == {"released_minor": 85_000}
    assert books.postings(LANE, "fail") == [
        ("L1:2020", "L1:2010", 60_000),
        ("L2:2020", "L2:2010", 20_000),
        ("main:2125", "main:2120", 5_000),
    ]
    assert (books.available("L1"), books.available("L2"), books.of_pool("2120")) == (60_000, 60_000, 5_000)
    assert {hold.state for hold in books.rows(LANE, Hold)} == {"released"}
    assert (books.listing().state, books.listing().held_minor, books.listing().lent_minor) == ("failed", 0, 0)
    assert [move.state for move in books.decision(LANE, "fail").moves] == ["failing", "failed"]


def test_cites_what_opened_each_hold_and_needs_no_authority() -> None:
    books = _raising()
    _fail(books)
    opened = [hold.seq for hold in books.rows(LANE, Hold)]
    postings = books.decision(LANE, "fail").postings
    assert [(posting.authority, posting.opened) for posting in postings] == [(None, seq) for seq in opened]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("registered", Code.done),
        ("raising",    Code.done),
        ("full",       Code.done),
        ("disbursing", Code.listing_disbursing),
        ("disbursed",  Code.listing_has_captures),
        ("repaid",     Code.listing_has_captures),
        ("failing",    Code.raise_failing),
        ("failed",     Code.listing_not_raising),
    ],
)  # fmt: skip
def test_is_for_the_platform_to_ask_before_the_disbursement(state: str, code: Code) -> None:
    books = Loan()
    books.listed()
    books.put(replace(books.listing(), state=state))
    assert _fail(books) is code


def test_names_a_listing_that_is_there() -> None:
    assert _fail(_raising(), listing="Y") is Code.listing_not_found


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (0, Code.raise_not_ended),
        (3, Code.raise_not_ended),  # Monday is the last day of the raise
        (4, Code.done),
    ],
)  # fmt: skip
def test_is_found_by_the_timer_only_after_the_raise_ended(days: int, code: Code) -> None:
    books = _raising()
    if days:
        books.move_day(LANE, later(days))
    assert _fail(books, timer=True) is code


@pytest.mark.parametrize(("days", "code"), [(7, Code.raise_not_ended), (10, Code.done)])
def test_is_found_by_the_timer_of_a_full_listing_five_working_days_later(days: int, code: Code) -> None:
    books = Loan()
    books.full({"L": 100})
    assert books.listing().full_by == later(7)  # Friday a week later; the raise itself ended on Monday
    books.move_day(LANE, later(days))
    assert _fail(books, timer=True) is code


def test_gives_the_reservation_across_platforms_back() -> None:
    books = _raising()
    _fail(books)
    message = books.get(LANE, Message, "reg:X:limit:1:release")
    assert (message.channel, message.kind, message.state) == ("lane:0", "limit_release", "waiting")
    assert message.payload == (
        b'{"id":"reg:X:limit:1:release","kind":"limit_release","body":{"reservation":"reg:X:limit:1","amount_minor":null}}'
    )
    books.done(0, message.id, message.kind, reservation="reg:X:limit:1")
    assert books.get(0, Reservation, "reg:X:limit:1").state == "released"


def test_sends_lane_0_nothing_where_nothing_was_reserved() -> None:
    books = Loan(pack="none_recorded")
    books.listed()
    assert _fail(books) is Code.done
    assert books.rows(LANE, Message) == []


# ── runs ─────────────────────────────────────────────────────────────────────
def test_is_one_journal_up_to_the_bound_and_a_run_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", 3)
    books = _raising()
    assert _fail(books) is Code.done and books.listing().state == "failed"
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", 2)
    books = _raising()
    assert _fail(books) is Code.done and books.listing().state == "failing"
    assert books.postings(LANE, "fail") == []


def test_keeps_a_bid_and_its_packet_in_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", 2)
    monkeypatch.setattr(runs, "STEP_ITEMS", 2)
    books = _raising()
    _fail(books)
    assert [(item.subject, item.step) for item in books.rows(LANE, RunItem)] == [
        ("bid:L1:X", "step:fail:1"), ("bid:L2:X", "step:fail:2"), ("bid:L2:X:marketing", "step:fail:2"),
    ]  # fmt: skip
    assert books.run("fail", steps=1) == 1
    assert (books.listing().state, books.listing().held_minor) == ("failing", 25_000)
    assert books.run("fail") == 1
    assert (books.listing().state, books.of_pool("2120")) == ("failed", 5_000)


def test_refuses_everything_else_on_the_listing_while_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", 2)
    books = _raising()
    _fail(books)
    books.give(LANE, "L1", 100)
    ask = [
        ("bid_hold", {"lender": "L1", "listing": "X", "amount_minor": 100}, Code.listing_not_raising),
        ("bid_cancel", {"lender": "L1", "hold": "bid:L1:X", "amount_minor": 1}, Code.raise_failing),
        ("disbursement", {"listing": "X"}, Code.raise_failing),
        ("raise_failure", {"listing": "X"}, Code.raise_failing),
        ("repayment", {"listing": "X", "borrower": "B", "plan_row": 1, "principal_minor": 1, "interest_minor": 0},
         Code.listing_not_disbursed),
    ]  # fmt: skip
    assert [books.submit(LANE, f"try:{kind}", kind, **body).code for kind, body, _ in ask] == [code for *_, code in ask]


def test_releases_ten_thousand_holds_once_each_across_a_restart() -> None:
    books = Loan(pack="none_recorded")
    books.crowd(10_000, raise_until=MONDAY)
    assert _fail(books) is Code.done
    assert len(books.rows(LANE, RunItem)) == 10_000
    assert books.run("fail", steps=17) == 17
    assert books.listing().held_minor == (10_000 - 17 * 250) * 100
    books.runners.clear()  # the writer dies; another reads what is stored
    assert books.run("fail") == 23
    assert {hold.state for hold in books.rows(LANE, Hold)} == {"released"}
    assert all(books.available(f"L{n:03}") == 1_000_000 for n in range(20))
    assert books.listing().state == "failed"
