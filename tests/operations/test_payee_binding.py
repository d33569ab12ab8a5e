"""Payee binding: one account outside the pool for each owner, by two names."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Payee
from tests.operations.cash import LANE
from tests.operations.driver import Books
from tests.operations.pool_case import NAMES, WRONG_NAMES, open_pool

BIND = {"owner": "P1", "payee_hash": "payee:own", "reason": "letter of the bank", **NAMES}


@pytest.fixture
def books() -> Books:
    return open_pool(bound=False)


def active(books: Books) -> list[tuple[str, str]]:
    return [(payee.owner, payee.payee_hash) for payee in books.rows(LANE, Payee) if payee.state == "active"]


@pytest.mark.parametrize("owner", ["P1", "custodian"])
def test_binds_an_account_of_the_owners_own(books: Books, owner: str) -> None:
    books.done(LANE, "b1", "payee_binding", **{**BIND, "owner": owner})
    assert active(books) == [(owner, "payee:own")]


def test_replaces_the_one_before_it_and_leaves_those_of_others(books: Books) -> None:
    books.done(LANE, "b1", "payee_binding", **BIND)
    books.done(LANE, "b2", "payee_binding", **{**BIND, "owner": "custodian"})
    books.done(LANE, "b3", "payee_binding", **{**BIND, "payee_hash": "payee:new"})
    assert active(books) == [("custodian", "payee:own"), ("P1", "payee:new")]
    assert books.get(LANE, Payee, "b1").state == "ended"
    moves = [(move.machine, move.subject, move.event) for move in books.decision(LANE, "b3").moves]
    assert moves == [("payee", "b1", "replaced")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"payee_hash": ""}, Code.details_missing),
        ({"reason": ""}, Code.reason_missing),
        *WRONG_NAMES,
        ({"owner": "P2"}, Code.partner_not_found),
        ({"owner": "L1"}, Code.partner_not_found),
        ({"owner": "main"}, Code.partner_not_found),
        ({}, Code.done),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "b1", "payee_binding", **{**BIND, **change}).code is code


def test_needs_an_open_lane() -> None:
    books = Books()
    books.custodian()
    assert books.submit(5, "b1", "payee_binding", **BIND).code is Code.lane_not_open
