"""Payouts under way: the last look, the bank's word, the return days later, and the giving up before it left."""

from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Message, Payee, Payout, SuspenseItem
from cunguan.operations.withdrawal import CreditTransfer
from tests.operations.cash import LANE, put
from tests.operations.driver import Books
from tests.operations.pool_case import (
    FEES,
    NAMES,
    WRONG_NAMES,
    came_back,
    cash,
    open_pool,
    pay_fees,
    receipt,
    send,
    send_back,
    set_pool,
    told,
)


def asked() -> Books:
    books = open_pool()
    assert pay_fees(books).code is Code.done
    return books


def on_its_way() -> Books:
    books = asked()
    assert send(books).code is Code.done
    return books


def figures(books: Books) -> tuple[int, int, int]:
    """Return 1010, 2110 and 2155."""
    return (
        books.balance(LANE, "bank", "1010"),
        books.balance(LANE, "main", "2110"),
        books.balance(LANE, "main", "2155"),
    )


UNDER_WAY = (FEES, FEES - 60_000, 60_000)
PAID = (FEES - 60_000, FEES - 60_000, 0)
BACK = (FEES, FEES, 0)


# ── the last look ────────────────────────────────────────────────────────────
def states(books: Books, payout: str = "F1") -> tuple[str, str]:
    return books.get(LANE, Payout, payout).state, books.get(LANE, Message, payout).state


def test_sending_marks_the_message_as_taken_and_moves_no_money() -> None:
    books = asked()
    assert send(books).code is Code.done
    assert states(books) == ("sent", "sending")
    assert books.postings(LANE, "send:F1") == []
    assert send(books, id="send:F1:again").code is Code.payout_not_open


@pytest.mark.parametrize(
    ("transfer", "code"),
    [
        (CreditTransfer("F1", "payee:own", 60_001, "CNY", "ref:1"), Code.payout_differs),
        (CreditTransfer("F2", "payee:own", 60_000, "CNY", "ref:1"), Code.payout_differs),
        (CreditTransfer("F1", "payee:thief", 60_000, "CNY", "ref:1"), Code.payee_not_allowed),
    ],
)
def test_lets_no_message_leave_that_is_not_the_payouts(transfer: CreditTransfer, code: Code) -> None:
    books = asked()
    put(books, replace(books.get(LANE, Message, "F1"), payload=canonical_json(transfer)))
    assert send(books).code is code
    assert states(books) == ("held", "waiting")


def test_lets_nothing_leave_to_an_account_that_is_not_bound_now() -> None:
    books = asked()
    books.payee(LANE, payee_hash="payee:new")
    assert send(books).code is Code.payee_not_allowed


def test_lets_nothing_leave_to_a_binding_that_was_changed() -> None:
    books = asked()
    payee = books.rows(LANE, Payee)[0]
    put(books, replace(payee, payee_hash="payee:thief"))
    assert send(books).code is Code.payee_not_allowed


@pytest.mark.parametrize(("state", "code"), [("short", Code.pool_cover_failed), ("open", Code.done)])
def test_lets_no_platform_money_leave_while_cover_fails(state: str, code: Code) -> None:
    books = asked()
    set_pool(books, state)
    assert send(books).code is code


def test_lets_clients_money_leave_while_cover_fails() -> None:
    books = open_pool()
    receipt(books)
    assert send_back(books).code is Code.done
    set_pool(books, "short")
    assert send(books, "S1").code is Code.done


def test_needs_a_payout() -> None:
    books = open_pool()
    assert send(books).code is Code.payout_not_found
    assert told(books, "settled").code is Code.payout_not_found
    assert came_back(books).code is Code.payout_not_found


# ── the bank's word ──────────────────────────────────────────────────────────
def test_settles() -> None:
    books = on_its_way()
    answer = told(books, "settled")
    assert (answer.code, answer.detail) == (Code.done, {"state": "settled"})
    assert books.postings(LANE, answer.id) == [("main:2155", "bank:1010", 60_000)]
    payout = books.get(LANE, Payout, "F1")
    cited = [(posting.authority, posting.opened) for posting in books.decision(LANE, answer.id).postings]
    assert cited == [(payout.authority, payout.seq)]
    assert states(books) == ("settled", "answered")
    assert figures(books) == PAID


def test_gives_back_what_the_bank_rejects() -> None:
    books = on_its_way()
    answer = told(books, "rejected", reason="AC04")
    assert books.postings(LANE, answer.id) == [("main:2155", "main:2110", 60_000)]
    assert states(books) == ("rejected", "answered")
    assert figures(books) == BACK


def test_posts_nothing_when_the_bank_does_not_answer() -> None:
    books = on_its_way()
    answer = told(books, "timed_out", amount_minor=0)
    assert (answer.code, answer.detail) == (Code.done, {"state": "in_doubt"})
    assert (states(books), figures(books)) == (("in_doubt", "in_doubt"), UNDER_WAY)


@pytest.mark.parametrize(
    ("words", "codes", "state", "after"),
    [
        # what is told, in order                  codes                                                state      figures
        (["settled", "settled"],                  [Code.done, Code.payout_not_open],                   "settled",  PAID),
        (["settled", "rejected"],                 [Code.done, Code.payout_not_open],                   "settled",  PAID),
        (["settled", "timed_out"],                [Code.done, Code.payout_not_open],                   "settled",  PAID),
        (["rejected", "settled"],                 [Code.done, Code.payout_not_open],                   "rejected", BACK),
        (["timed_out", "settled"],                [Code.done, Code.done],                              "settled",  PAID),
        (["timed_out", "rejected"],               [Code.done, Code.state_forbids],                     "in_doubt", UNDER_WAY),
        (["timed_out", "final"],                  [Code.done, Code.done],                              "rejected", BACK),
        (["timed_out", "rejected", "settled"],    [Code.done, Code.state_forbids, Code.done],          "settled",  PAID),
        (["timed_out", "timed_out"],              [Code.done, Code.state_forbids],                     "in_doubt", UNDER_WAY),
        (["final"],                               [Code.done],                                         "rejected", BACK),
    ],
)  # fmt: skip
def test_ends_by_evidence_and_once(words: list[str], codes: list[Code], state: str, after: tuple[int, ...]) -> None:
    books = on_its_way()
    answers = [
        told(books, "rejected" if word == "final" else word, id=f"bank:demobank:F1:{place}", finality=word == "final")
        for place, word in enumerate(words)
    ]
    assert [answer.code for answer in answers] == codes
    assert books.get(LANE, Payout, "F1").state == state
    assert figures(books) == after


@pytest.mark.parametrize("amount_minor", [59_999, 60_001])
@pytest.mark.parametrize("status", ["settled", "rejected"])
def test_posts_nothing_for_another_amount(status: str, amount_minor: int) -> None:
    books = on_its_way()
    assert told(books, status, amount_minor=amount_minor).code is Code.payout_differs
    assert figures(books) == UNDER_WAY


@pytest.mark.parametrize("status", ["settled", "rejected", "timed_out"])
def test_is_refused_before_the_message_was_sent(status: str) -> None:
    assert told(asked(), status).code is Code.payout_not_open


def test_refuses_what_the_bank_account_never_held() -> None:
    books = open_pool(fees_minor=60_000)
    bank = {"id": "second", "pool": "main", "channel": "demobank", "reference": "ref:second"}
    books.done(LANE, "open:second", "pool_opening", pools=[], bank_accounts=[bank], **NAMES)
    books.give(LANE, "L1", 59_999, bank_account="second")
    pay_fees(books, bank_account="second")
    send(books)
    assert told(books, "settled").code is Code.insufficient_pool_cash
    books.give(LANE, "L1", 1, bank_account="second")
    assert told(books, "settled", id="bank:demobank:F1:again").code is Code.done
    assert books.balance(LANE, "second", "1010") == 0


def test_answers_a_replay_with_the_first_answer() -> None:
    books = on_its_way()
    assert told(books, "settled") == told(books, "settled")
    assert figures(books) == PAID


def test_has_ids_of_its_own() -> None:
    books = open_pool()
    for name in ("bank:demobank:F1:settled", "send:F1", "return:bank:demobank:F1:returned"):
        assert pay_fees(books, name).code is Code.id_malformed


# ── sent back days later ─────────────────────────────────────────────────────
def test_stands_again_where_it_stood() -> None:
    books = on_its_way()
    told(books, "settled")
    answer = came_back(books)
    assert (answer.code, answer.detail) == (Code.done, {"state": "returned"})
    assert books.postings(LANE, answer.id) == [("bank:1010", "main:2110", 60_000)]
    assert figures(books) == BACK
    assert came_back(books) == answer
    assert told(books, "settled", id="bank:demobank:F1:late").code is Code.payout_not_open


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("rejected",  {},                       Code.payout_not_open),
        ("timed_out", {},                       Code.payout_not_open),
        ("settled",   {"amount_minor": 59_999}, Code.payout_differs),
        ("settled",   {"amount_minor": 60_001}, Code.payout_differs),
        ("settled",   {},                       Code.done),
    ],
)  # fmt: skip
def test_comes_back_only_after_it_was_paid(status: str, body: dict[str, Any], code: Code) -> None:
    books = on_its_way()
    told(books, status)
    assert came_back(books, **body).code is code


def test_a_return_that_comes_back_is_suspended_again() -> None:
    books = open_pool()
    receipt(books)
    send_back(books)
    send(books, "S1")
    told(books, "settled", "S1")
    answer = came_back(books, "S1")
    assert books.postings(LANE, answer.id) == [("bank:1010", "main:2220", 60_000)]
    first, second = books.get(LANE, SuspenseItem, "R1"), books.get(LANE, SuspenseItem, "S1")
    assert (first.state, first.left_minor) == ("returned_to_source", 0)
    assert (second.state, second.code, second.left_minor) == ("open", "2220", 60_000)
    assert (second.payee_hash, second.reference) == ("payee:source", "AC04")
    assert send_back(books, "S2", item="S1").code is Code.done


# ── given up before it left ──────────────────────────────────────────────────
def cancel(books: Books, payout: str = "F1", **body: object) -> Code:
    asked: dict[str, object] = {"payout": payout, "reason": "another account is bound", **NAMES}
    return books.submit(LANE, f"cancel:{payout}", "payout_cancel", **(asked | body)).code


def test_gives_back_what_never_left() -> None:
    books = asked()
    assert cancel(books) is Code.done
    assert books.postings(LANE, "cancel:F1") == [("main:2155", "main:2110", 60_000)]
    assert (states(books), figures(books)) == (("cancelled", "withdrawn"), BACK)
    assert send(books).code is Code.payout_not_open


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": ""}, Code.reason_missing),
        *WRONG_NAMES,
        ({"payout": "F9"}, Code.payout_not_found),
        ({}, Code.done),
    ],
)
def test_a_cancellation_is_refused_in_this_order(body: dict[str, Any], code: Code) -> None:
    assert cancel(asked(), **body) is code


def test_nothing_that_was_sent_is_given_up() -> None:
    books = on_its_way()
    assert cancel(books) is Code.payout_not_open
    assert figures(books) == UNDER_WAY


def test_an_item_is_open_again_when_its_return_is_given_up() -> None:
    books = open_pool()
    receipt(books)
    send_back(books)
    assert cancel(books, "S1") is Code.done
    assert books.postings(LANE, "cancel:S1") == []
    assert books.get(LANE, SuspenseItem, "R1").state == "open"
    assert cash(books) == FEES + 60_000
