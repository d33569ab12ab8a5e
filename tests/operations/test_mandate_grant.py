"""Mandate grant and revoke: a standing authority with type, cap and last day, taken back at once."""

from datetime import date, timedelta
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Mandate
from tests.operations.driver import FRIDAY, Books

LAST = date(2024, 12, 31)
GRANT: dict[str, Any] = {"holder": "L1", "type": "bid", "cap_minor": 100, "until": LAST}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    books.client(1, "L1")
    books.client(1, "B1", "borrower")
    return books


def test_stores_the_mandate_with_the_clients_confirmation(books: Books) -> None:
    answer = books.done(1, "m", "mandate_grant", **GRANT)
    assert books.get(1, Mandate, "m") == Mandate("m", "L1", "bid", 100, 0, LAST, "", answer.seq, "active")  # type: ignore[arg-type]  # decided, so it has one
    authority = books.decision(1, "m").authority
    assert authority is not None
    text = authority.text
    assert (text.kind, text.type, text.amount_minor, text.until) == ("A", "bid", 100, "2024-12-31")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cap_minor": 0}, Code.amount_not_positive),
        ({"cap_minor": -1}, Code.amount_not_positive),
        ({"cap_minor": 1}, Code.done),
        ({"cap_minor": 2**62}, Code.amount_too_large),
        ({"cap_minor": 2**62 - 1}, Code.done),
        ({"holder": "L9"}, Code.account_not_found),
        ({"type": "withdrawal"}, Code.mandate_type_differs),
        ({"type": "assignment"}, Code.mandate_type_differs),
        ({"type": ""}, Code.mandate_type_differs),
        ({"until": FRIDAY - timedelta(days=1)}, Code.date_in_the_past),
        ({"until": FRIDAY}, Code.done),
        ({"until": date(2027, 3, 1)}, Code.done),
        ({"until": date(2027, 3, 2)}, Code.mandate_scope_exceeded),
        ({"type": "repayment"}, Code.account_role_differs),
        ({"holder": "B1"}, Code.account_role_differs),
        ({"holder": "B1", "type": "repayment"}, Code.done),
        ({"listing": "X9"}, Code.listing_not_found),
        ({"signed": False}, Code.authority_missing),
        ({"by": "B1:key"}, Code.authority_key_differs),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(1, "m", "mandate_grant", **{**GRANT, **change}).code is code
    assert len(books.rows(1, Mandate)) == (code is Code.done)


@pytest.mark.parametrize("change", [{"cap_minor": 101}, {"type": "repayment"}, {"until": date(2025, 1, 1)}])
def test_takes_no_confirmation_of_another_text(books: Books, change: dict[str, Any]) -> None:
    other = books.ask(1, "m", "mandate_grant", **{**GRANT, **change})
    answer = books.submit(1, "m", "mandate_grant", **GRANT, evidence=other.evidence)
    assert answer.code is Code.authority_evidence_invalid


def test_grants_nothing_from_a_locked_account(books: Books) -> None:
    _lock(books)
    assert books.submit(1, "m", "mandate_grant", **GRANT).code is Code.account_locked


# ── revocation ───────────────────────────────────────────────────────────────
def test_is_taken_back_at_once(books: Books) -> None:
    books.done(1, "m", "mandate_grant", **GRANT)
    books.done(1, "r", "mandate_revoke", holder="L1", mandate="m")
    assert books.get(1, Mandate, "m").state == "revoked"
    assert [(move.machine, move.event) for move in books.decision(1, "r").moves] == [("mandate", "revoked")]


def test_is_taken_back_also_from_a_locked_account_and_after_its_last_day(books: Books) -> None:
    books.done(1, "m", "mandate_grant", **GRANT)
    books.move_day(1, date(2025, 1, 1))
    _lock(books)
    books.done(1, "r", "mandate_revoke", holder="L1", mandate="m")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"holder": "L9"}, Code.account_not_found),
        ({"mandate": "m9"}, Code.mandate_not_found),
        ({"holder": "B1"}, Code.mandate_owner_differs),
        ({"signed": False}, Code.authority_missing),
        ({"by": "B1:key"}, Code.authority_key_differs),
    ],
)
def test_is_taken_back_by_nobody_else(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(1, "m", "mandate_grant", **GRANT)
    assert books.submit(1, "r", "mandate_revoke", **{"holder": "L1", "mandate": "m", **change}).code is code
    assert books.get(1, Mandate, "m").state == "active"


def test_is_taken_back_once(books: Books) -> None:
    books.done(1, "m", "mandate_grant", **GRANT)
    books.done(1, "r1", "mandate_revoke", holder="L1", mandate="m")
    assert books.submit(1, "r2", "mandate_revoke", holder="L1", mandate="m").code is Code.mandate_not_active


def _lock(books: Books) -> None:
    books.done(0, "lock", "person_lock", act="A1", person="person:L1", reason="stolen phone", maker="m1")
    books.deliver()
