"""Pool loss: what the bank took is the firm's debt, the pool is short, and what may be paid out depends on the gap."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Pool, Shortfall
from cunguan.ledger.book import BALANCE_MAX
from tests.operations.cash import LANE, set_state
from tests.operations.driver import Books
from tests.operations.firm_case import (
    MONEY,
    VALUE_DATES,
    WRONG_NAMES,
    WRONG_PLACES,
    figures,
    lose,
    open_firm,
    prudent,
    state,
    top_up,
)


def test_is_owed_by_the_firm_and_by_nobody_else() -> None:
    books = open_firm()
    answer = lose(books, value_date=date(2024, 2, 29))
    assert (answer.code, answer.detail) == (Code.done, {"pool": "payouts_stopped", "missing_minor": 3_000})
    assert books.postings(LANE, "X1") == [("main:1030", "bank:1010", 3_000)]
    assert figures(books) == (2 * MONEY - 3_000, 3_000, 0)
    assert [books.five(LANE, holder)[0] for holder in ("L1", "L2")] == [MONEY, MONEY]
    row = books.get(LANE, Shortfall, "X1")
    assert (row.cause, row.found_date, row.state) == ("bank_charge", date(2024, 3, 1), "found")
    decision = books.decision(LANE, "X1")
    assert decision.value_date == date(2024, 2, 29)
    assert [posting.opened for posting in decision.postings] == [row.seq]
    assert [move.event for move in decision.moves] == ["shortfall_found", "payouts_stopped"]


@pytest.mark.parametrize(
    ("line_minor", "cause", "pool"),
    [
        (3_000, "bank_charge", "short"),
        (2_999, "bank_charge", "payouts_stopped"),  # above the line
        (3_000, "unexplained", "payouts_stopped"),  # whatever the line
    ],
)
def test_stops_clients_payouts_when_it_is_unexplained_or_above_the_line(line_minor: int, cause: str, pool: str) -> None:
    books = open_firm(line_minor=line_minor)
    lose(books, cause=cause)
    assert state(books)[0] == pool


def test_leaves_the_pool_open_as_far_as_own_money_covers_it() -> None:
    books = open_firm()
    prudent(books, amount_minor=3_000)
    assert lose(books).detail == {"pool": "open", "missing_minor": 0}
    assert lose(books, "X2", amount_minor=1).detail == {"pool": "payouts_stopped", "missing_minor": 1}


def test_stops_payouts_and_nothing_else() -> None:
    books = open_firm()
    for holder in ("L1", "L2"):
        books.card(LANE, holder)
    books.payee(LANE)
    books.give(LANE, "main", 5_000, code="2110")
    books.done(LANE, "line", "pool_line", pool="main", line_minor=3_000, reason="rule", maker="m1", checker="c1")
    lose(books)  # short, within the line
    assert withdraw(books, "W1") is Code.done
    assert fees(books, "F1") is Code.pool_cover_failed
    lose(books, "X2", amount_minor=1)
    assert withdraw(books, "W2") is Code.pool_cover_failed
    assert fees(books, "F2") is Code.pool_cover_failed
    books.client(LANE, "L3")  # business goes on
    for name in ("X1", "X2"):
        top_up(books, f"T{name}", shortfall=name, amount_minor=3_000 if name == "X1" else 1)
    assert withdraw(books, "W3") is Code.done
    assert fees(books, "F3") is Code.done


def withdraw(books: Books, id: str) -> Code:
    return books.submit(
        LANE,
        id,
        "withdrawal",
        holder="L1",
        card="L1:card",
        bank_account="bank",
        amount_minor=100,
        payee_hash="payee:L1",
    ).code


def fees(books: Books, id: str) -> Code:
    return books.submit(
        LANE, id, "fee_payout", pool="main", bank_account="bank", amount_minor=100, payee_hash="payee:own", maker="m1",
        checker="c1",
    ).code  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"reason": " "}, Code.reason_missing),
        ({"reference": ""}, Code.reason_missing),
        *WRONG_NAMES,
        *VALUE_DATES,
        *WRONG_PLACES,
        ({"amount_minor": 2 * MONEY + 1}, Code.insufficient_pool_cash),
    ],
)
def test_checks_in_order_and_posts_nothing(body: dict[str, Any], code: Code) -> None:
    books = open_firm()
    assert lose(books, **body).code is code
    assert figures(books) == (2 * MONEY, 0, 0)
    assert books.get(LANE, Pool, "main").state == "open"


def test_is_refused_in_a_pool_that_takes_no_posting() -> None:
    books = open_firm()
    set_state(books, Pool, "main", "stopped")
    assert lose(books).code is Code.pool_not_active


@pytest.mark.parametrize("amount_minor", [1, 2 * MONEY])
def test_takes_the_least_and_all_there_is(amount_minor: int) -> None:
    books = open_firm()
    assert lose(books, amount_minor=amount_minor).code is Code.done
    assert figures(books)[:2] == (2 * MONEY - amount_minor, amount_minor)


def test_refuses_what_an_account_cannot_hold() -> None:
    books = open_firm()
    books.done(
        LANE, "open:second", "pool_opening", pools=[], maker="m1", checker="c1",
        bank_accounts=[{"id": "second", "pool": "main", "channel": "demobank", "reference": "ref:second"}],
    )  # fmt: skip
    books.give(LANE, "L1", BALANCE_MAX - 2 * MONEY, bank_account="second")
    assert lose(books, amount_minor=BALANCE_MAX - 2 * MONEY, bank_account="second").code is Code.done
    assert lose(books, "X2", amount_minor=2 * MONEY).code is Code.balance_too_large
    assert lose(books, "X3", amount_minor=2 * MONEY - 1).code is Code.done


def test_answers_a_replay_with_the_first_answer() -> None:
    books = open_firm()
    assert lose(books) == lose(books)
    assert lose(books, amount_minor=1).code is Code.exists_with_different_amount
    assert figures(books)[1] == 3_000
