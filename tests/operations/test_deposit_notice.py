"""Deposit notice: what the channel says is paid is on its way, and in nobody's reach."""

from datetime import date

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.kernel.rows import Clearing, Deposit, Holder, Pool
from cunguan.ledger.book import BALANCE_MAX
from cunguan.operations import deposit_notice
from cunguan.plane.runner import EPOCH, NO_DATE
from tests.operations.cash import LANE, open_books, set_state, withdraw
from tests.operations.driver import Books

MONDAY = date(2024, 3, 4)
CLEARING = "main:alipay:2024-03-04"


def notice(books: Books, deposit: str = "D1", **body: object) -> Answer:
    asked: dict[str, object] = {
        "holder": "L1", "channel": "alipay", "settle_date": MONDAY, "amount_minor": 60_000, "reference": "ch-1",
    }  # fmt: skip
    return books.submit(LANE, deposit, "deposit_notice", **(asked | body))


def test_credits_uncleared_money_against_what_the_channel_owes() -> None:
    books = open_books(money_minor=0)
    answer = notice(books)
    assert answer.code is Code.done
    assert books.postings(LANE, "D1") == [(f"{CLEARING}:1020", "L1:2015", 60_000)]
    assert books.decision(LANE, "D1").postings[0].opened == answer.seq
    assert books.decision(LANE, "D1").postings[0].authority is None
    assert books.get(LANE, Deposit, "D1") == Deposit(
        "D1", "L1", "alipay", CLEARING, 60_000, answer.seq or 0, "uncleared"
    )
    assert books.five(LANE, "L1") == (0, 60_000, 0, 0, 0)


def test_opens_one_clearing_account_a_pool_channel_and_date() -> None:
    books = open_books(money_minor=0)
    notice(books, "D1")
    notice(books, "D2", holder="L2", amount_minor=1)
    notice(books, "D3", channel="other")
    notice(books, "D4", settle_date=date(2024, 3, 5))
    rows = books.rows(LANE, Clearing)
    assert [(row.id, books.balance(LANE, row.id, "1020")) for row in rows] == [
        (CLEARING, 60_001),
        ("main:alipay:2024-03-05", 60_000),
        ("main:other:2024-03-04", 60_000),
    ]
    accounts = [row.account for row in rows]
    assert len(set(accounts)) == 3 and max(accounts) < 0


def test_opens_it_once_when_two_notices_stand_in_one_batch() -> None:
    books = open_books(money_minor=0)
    body = {"channel": "alipay", "settle_date": MONDAY, "amount_minor": 5, "reference": ""}
    asked = [books.ask(LANE, f"D{n}", "deposit_notice", holder=f"L{n}", **body) for n in (1, 2)]
    assert [answer.code for answer in books.batch(LANE, asked)] == [Code.done, Code.done]
    assert books.balance(LANE, CLEARING, "1020") == 10


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"channel": ""}, Code.details_missing),
        ({"channel": "a:b"}, Code.details_missing),
        ({"holder": "nobody"}, Code.account_not_found),
        ({"amount_minor": BALANCE_MAX}, Code.balance_too_large),
        ({"amount_minor": BALANCE_MAX - 1}, Code.done),
        ({"amount_minor": 1}, Code.done),
    ],
)
def test_checks_in_order(body: dict[str, object], code: Code) -> None:
    books = open_books(money_minor=0)
    assert notice(books, **body).code is code
    if code is not Code.done:
        assert books.five(LANE, "L1") == (0, 0, 0, 0, 0)
        assert books.rows(LANE, Deposit) == [] and books.rows(LANE, Clearing) == []


def test_counts_what_is_uncleared_already_towards_the_size_of_the_account() -> None:
    books = open_books(money_minor=0)
    notice(books, "D1", amount_minor=BALANCE_MAX - 2)
    assert notice(books, "D2", amount_minor=2, settle_date=date(2024, 3, 5)).code is Code.balance_too_large
    assert notice(books, "D3", amount_minor=1, settle_date=date(2024, 3, 5)).code is Code.done


def test_counts_what_the_channel_owes_already_towards_the_size_of_its_account() -> None:
    books = open_books(money_minor=0)
    notice(books, "D1", amount_minor=BALANCE_MAX - 2)
    assert notice(books, "D2", amount_minor=2, holder="L2").code is Code.balance_too_large
    assert notice(books, "D3", amount_minor=1, holder="L2").code is Code.done


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("active", Code.done),
        ("locked", Code.done),
        ("pending_review", Code.done),
        ("closed", Code.account_closed),
        ("refused", Code.account_not_active),
    ],
)
def test_goes_on_when_the_account_is_locked_and_not_when_it_is_closed(state: str, code: Code) -> None:
    books = open_books(money_minor=0)
    set_state(books, Holder, "L1", state)
    assert notice(books).code is code


@pytest.mark.parametrize(("state", "code"), [("short", Code.done), ("stopped", Code.pool_not_active)])
def test_needs_a_pool_that_takes_money_in(state: str, code: Code) -> None:
    books = open_books(money_minor=0)
    set_state(books, Pool, "main", state)
    assert notice(books).code is code


def test_is_refused_in_a_lane_that_was_never_opened() -> None:
    given = deposit_notice.Given(1, 1, NO_DATE, EPOCH, "", False)
    body = deposit_notice.Body("L1", "alipay", MONDAY, 1, "")
    facts = deposit_notice.Facts(None, None, None, (), None, (0,))
    decision = deposit_notice.decide(Instruction("D1", "deposit_notice", body), facts, given)
    assert decision.code is Code.lane_not_open


def test_gives_no_money_that_could_be_withdrawn_or_bid() -> None:
    books = open_books(money_minor=0)
    notice(books)
    assert withdraw(books, amount_minor=1).code is Code.insufficient_balance


def test_answers_a_replay_with_the_first_answer_and_names_another_amount() -> None:
    books = open_books(money_minor=0)
    first = notice(books)
    assert notice(books) == first
    assert notice(books, amount_minor=60_001).code is Code.exists_with_different_amount
    assert books.five(LANE, "L1") == (0, 60_000, 0, 0, 0)
