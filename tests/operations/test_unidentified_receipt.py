"""Unidentified receipts and parked breaks: money that is here, with no owner yet."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import SuspenseItem
from tests.operations.cash import LANE
from tests.operations.driver import FRIDAY, Books
from tests.operations.pool_case import NAMES, WRONG_NAMES, open_pool

LINE = {"bank_account": "bank", "amount_minor": 60_000, "reference": "line 7", "payee_hash": "payee:source"}
PARK = {"break_id": "brk-1", **LINE, **NAMES}


@pytest.fixture
def books() -> Books:
    return open_pool(fees_minor=0)


@pytest.mark.parametrize(
    ("kind", "body", "code"), [("unidentified_receipt", LINE, "2210"), ("break_parking", PARK, "2230")]
)
def test_stands_in_suspense_as_an_item(books: Books, kind: str, body: dict[str, Any], code: str) -> None:
    answer = books.done(LANE, "R1", kind, **body)
    assert books.postings(LANE, "R1") == [("bank:1010", f"main:{code}", 60_000)]
    item = books.get(LANE, SuspenseItem, "R1")
    assert (item.pool, item.bank_account, item.code, item.owner) == ("main", "bank", code, "")
    assert (item.amount_minor, item.left_minor, item.state, item.received_date) == (60_000, 60_000, "open", FRIDAY)
    assert (item.reference, item.payee_hash, item.seq) == ("line 7", "payee:source", answer.seq)
    assert item.break_id == ("brk-1" if code == "2230" else "")
    assert books.submit(LANE, "R1", kind, **body) == answer
    assert books.balance(LANE, "main", code) == 60_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"reference": ""}, Code.details_missing),
        ({"bank_account": "third"}, Code.bank_account_not_found),
        ({"payee_hash": ""}, Code.done),
        ({"amount_minor": 2**62 - 1}, Code.done),
        ({"amount_minor": 2**62}, Code.balance_too_large),
    ],
)
def test_a_receipt_is_refused_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "R1", "unidentified_receipt", **{**LINE, **change}).code is code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"break_id": ""}, Code.details_missing),
        ({"reference": ""}, Code.details_missing),
        *WRONG_NAMES,
        ({"bank_account": "third"}, Code.bank_account_not_found),
        ({"amount_minor": 2**62}, Code.balance_too_large),
        ({}, Code.done),
    ],
)
def test_a_parking_is_refused_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "R1", "break_parking", **{**PARK, **change}).code is code
