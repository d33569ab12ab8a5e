"""Fee payout: what the platform has earned leaves for its own account, and for no other."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import FurtherAccount, Message, Payee, Payout
from tests.operations.cash import LANE
from tests.operations.pool_case import FEES, WRONG_NAMES, open_pool, pay_fees, second_pool, set_pool


def test_sets_the_money_aside_and_asks_the_bank() -> None:
    books = open_pool()
    assert pay_fees(books).code is Code.done
    assert books.postings(LANE, "F1") == [("main:2110", "main:2155", 60_000)]
    assert books.balance(LANE, "main", "2110") == FEES - 60_000
    payout, message = books.get(LANE, Payout, "F1"), books.get(LANE, Message, "F1")
    assert (payout.kind, payout.owner, payout.payee_hash, payout.state) == (
        "platform_money", "P1", "payee:own", "held",
    )  # fmt: skip
    assert payout.subject == books.rows(LANE, Payee)[0].id
    assert (message.kind, message.channel, message.state) == ("credit_transfer", "demobank", "waiting")
    authority = books.decision(LANE, "F1").authority
    assert authority is not None and authority.text.kind == "M"
    assert (authority.text.owner, authority.text.amount_minor, authority.text.payee) == ("main", 60_000, "payee:own")


def test_opens_2155_once() -> None:
    books = open_pool()
    pay_fees(books, amount_minor=1)
    pay_fees(books, "F2", amount_minor=2)
    assert [row.id for row in books.rows(LANE, FurtherAccount)] == ["main:2155"]
    assert books.balance(LANE, "main", "2155") == 3


def test_answers_a_replay_with_the_first_answer() -> None:
    books = open_pool()
    assert pay_fees(books) == pay_fees(books)
    assert books.balance(LANE, "main", "2155") == 60_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -1}, Code.amount_not_positive),
        *WRONG_NAMES,
        ({"pool": "third"}, Code.pool_not_found),
        ({"bank_account": "third"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
        ({"payee_hash": "payee:other"}, Code.payee_not_allowed),
        ({"amount_minor": FEES + 1}, Code.insufficient_fee_money),
        ({"amount_minor": FEES}, Code.done),
        ({"pool": "other", "bank_account": "other_bank"}, Code.insufficient_fee_money),
    ],
)
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = open_pool()
    second_pool(books)
    assert pay_fees(books, **change).code is code


def test_needs_a_bound_account() -> None:
    books = open_pool(bound=False)
    books.payee(LANE, "custodian")
    assert pay_fees(books).code is Code.payee_not_allowed


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("open", Code.done),
        ("closing", Code.done),
        ("short", Code.pool_cover_failed),
        ("stopped", Code.pool_not_active),
        ("opening", Code.pool_not_active),
    ],
)
def test_waits_while_the_pool_is_short(state: str, code: Code) -> None:
    books = open_pool()
    set_pool(books, state)
    assert pay_fees(books).code is code
