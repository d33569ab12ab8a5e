"""Channel net settlement: one credit of the bank clears every deposit at its gross; the fee is the firm's."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Deposit, Pool, Shortfall
from cunguan.ledger.book import BALANCE_MAX
from tests.operations.cash import LANE, set_state
from tests.operations.driver import Books
from tests.operations.firm_case import MONEY, SETTLES, VALUE_DATES, figures, open_firm, prudent, state, top_up

CLEARING = "main:fastpay:2024-03-04"


def owed() -> Books:
    """Return books in which a channel owes 100.00 of L1, 50.00 of L2 and 7.00 of L1 for a date."""
    books = open_firm()
    for name, holder, amount_minor in (("D1", "L1", 10_000), ("D2", "L2", 5_000), ("D3", "L1", 700)):
        notice(books, name, holder, amount_minor)
    return books


def notice(books: Books, name: str, holder: str, amount_minor: int, settle_date: date = SETTLES) -> None:
    books.done(
        LANE, name, "deposit_notice", holder=holder, channel="fastpay", settle_date=settle_date,
        amount_minor=amount_minor, reference=name,
    )  # fmt: skip


def net(books: Books, id: str = "net:1", **body: Any) -> Answer:
    asked: dict[str, Any] = {
        "pool": "main", "channel": "fastpay", "settle_date": SETTLES, "bank_account": "bank", "net_minor": 15_610,
        "fee_minor": 90, "deposits": ["D1", "D2", "D3"], "reference": "line 12",
    }  # fmt: skip
    return books.submit(LANE, id, "channel_net_settlement", **(asked | body))


def test_gives_each_client_the_gross_and_the_firm_the_fee() -> None:
    books = owed()
    answer = net(books, value_date=date(2024, 2, 29))
    assert (answer.code, answer.detail) == (Code.done, {"left_minor": 0, "pool": "payouts_stopped"})
    assert books.postings(LANE, "net:1") == [
        ("bank:1010", f"{CLEARING}:1020", 15_610),
        ("main:1030", f"{CLEARING}:1020", 90),
        ("L1:2015", "L1:2010", 10_000),
        ("L2:2015", "L2:2010", 5_000),
        ("L1:2015", "L1:2010", 700),
    ]
    seqs = [books.get(LANE, Deposit, name).seq for name in ("D1", "D2", "D3")]
    decision = books.decision(LANE, "net:1")
    row = books.get(LANE, Shortfall, "net:1")
    assert [posting.opened for posting in decision.postings] == [None, row.seq, *seqs]
    assert decision.value_date == date(2024, 2, 29)
    assert (row.cause, row.amount_minor) == ("channel_fee", 90)
    assert books.five(LANE, "L1")[:2] == (MONEY + 10_700, 0)
    assert books.five(LANE, "L2")[:2] == (MONEY + 5_000, 0)
    assert books.balance(LANE, CLEARING, "1020") == 0
    assert figures(books) == (2 * MONEY + 15_610, 90, 0)
    top_up(books, shortfall="net:1", amount_minor=90)
    assert state(books, "net:1") == ("open", "made_good")


def test_leaves_the_pool_open_where_own_money_is_there_for_fees() -> None:
    books = owed()
    prudent(books, amount_minor=90)
    assert net(books).detail == {"left_minor": 0, "pool": "open"}


def test_takes_a_channel_without_a_fee() -> None:
    books = owed()
    assert net(books, net_minor=15_700, fee_minor=0).detail == {"left_minor": 0, "pool": "open"}
    assert books.rows(LANE, Shortfall) == []


def test_tells_what_the_channel_still_owes() -> None:
    books = owed()
    assert net(books, deposits=["D1", "D3"], net_minor=10_700, fee_minor=0).detail["left_minor"] == 5_000
    assert net(books, "net:2", deposits=["D2"], net_minor=5_000, fee_minor=0).detail["left_minor"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"net_minor": 0}, Code.amount_not_positive),
        ({"fee_minor": -1}, Code.amount_not_positive),
        ({"reference": " "}, Code.details_missing),
        *VALUE_DATES,
        ({"deposits": []}, Code.details_missing),
        ({"deposits": [f"D{n}" for n in range(2_001)]}, Code.limit_exceeded),
        ({"deposits": ["D1", "D2", "D2"]}, Code.duplicate_detail),
        ({"pool": "nowhere"}, Code.pool_not_found),
        ({"bank_account": "nowhere"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
        ({"settle_date": date(2024, 3, 5)}, Code.deposit_not_found),
        ({"channel": "slowpay"}, Code.deposit_not_found),
        ({"deposits": ["D1", "D9"]}, Code.deposit_not_uncleared),
        ({"net_minor": 15_609}, Code.details_differ),
        ({"net_minor": 15_611}, Code.details_differ),
        ({"fee_minor": 91}, Code.details_differ),
        ({"deposits": ["D1", "D2"]}, Code.details_differ),
    ],
)
def test_checks_in_order_and_posts_nothing(body: dict[str, Any], code: Code) -> None:
    books = owed()
    assert net(books, **body).code is code
    assert figures(books) == (2 * MONEY, 0, 0)
    assert books.balance(LANE, CLEARING, "1020") == 15_700


def test_names_what_is_not_due_by_this_channel_and_date() -> None:
    books = owed()
    notice(books, "D4", "L1", 100, date(2024, 3, 5))
    books.done(
        LANE,
        "settle:D2:failed",
        "deposit_settlement",
        deposit="D2",
        bank_account="",
        outcome="failed",
        amount_minor=5_000,
    )
    answer = net(books, deposits=["D1", "D2", "D4", "in:L1"])
    assert (answer.code, answer.detail) == (Code.deposit_not_uncleared, {"deposits": ["D2", "D4", "in:L1"]})


def test_is_refused_in_a_pool_that_takes_no_posting() -> None:
    books = owed()
    set_state(books, Pool, "main", "stopped")
    assert net(books).code is Code.pool_not_active


def test_refuses_what_an_account_cannot_hold() -> None:
    books = open_firm()
    notice(books, "D1", "L1", BALANCE_MAX - 2 * MONEY)
    body = {"deposits": ["D1"], "fee_minor": 0}
    assert net(books, net_minor=BALANCE_MAX - 2 * MONEY, **body).code is Code.balance_too_large
    notice(books, "D2", "L2", BALANCE_MAX - 2 * MONEY - 1, date(2024, 3, 5))
    body = {"deposits": ["D2"], "fee_minor": 0, "settle_date": date(2024, 3, 5)}
    assert net(books, "net:2", net_minor=BALANCE_MAX - 2 * MONEY - 1, **body).code is Code.done


def test_answers_a_replay_with_the_first_answer() -> None:
    books = owed()
    assert net(books) == net(books)
    assert net(books, "net:2").code is Code.deposit_not_uncleared
    assert figures(books)[1] == 90
