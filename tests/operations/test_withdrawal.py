"""Withdrawal: to his own card, by his own word, of money he has."""

from datetime import date, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Card, FeeConsent, FeeItem, Hold, Holder, Mandate, Message, Pool, Withdrawal
from cunguan.operations.withdrawal import CreditTransfer
from tests.operations.cash import LANE, open_books, put, set_state, with_fees, withdraw

FEES = {"fee_schedule": "fees", "fee_item": "withdrawal_fee"}


def test_sets_amount_and_fee_aside_and_writes_the_message() -> None:
    books = with_fees(open_books())
    consent = books.get(LANE, FeeConsent, "L1:fees")
    answer = withdraw(books, **FEES)
    assert (answer.code, answer.detail) == (Code.done, {"fee_minor": 60})
    seq = answer.seq or 0
    assert books.postings(LANE, "W1") == [("L1:2010", "L1:2030", 60_000), ("L1:2010", "L1:2020", 60)]
    cited = [(posting.authority, posting.opened) for posting in books.decision(LANE, "W1").postings]
    assert cited == [(seq, seq), (consent.authority, seq)]
    assert books.five(LANE, "L1") == (939_940, 0, 60, 60_000, 0)
    assert books.get(LANE, Withdrawal, "W1") == Withdrawal(
        "W1", "L1", "L1:card", "payee:L1", "bank", 60_000, 60, "W1", seq, consent.authority, seq, "held"
    )
    hold = books.get(LANE, Hold, "W1:fee")
    held = books.account(LANE, "L1", "2020")
    assert (hold.owner, hold.account, hold.purpose, hold.amount_minor) == ("L1", held, "withdrawal_fee", 60)
    assert (hold.remaining_minor, hold.authority, hold.seq, hold.state) == (60, consent.authority, seq, "open")
    assert hold.release_by > books.business_date(LANE)
    message = books.get(LANE, Message, "W1")
    assert (message.channel, message.kind) == ("demobank", "credit_transfer")
    assert (message.seq, message.state) == (seq, "waiting")
    transfer = msgspec.json.decode(message.payload, type=CreditTransfer)
    assert transfer == CreditTransfer("W1", "payee:L1", 60_000, "CNY", "ref:1")


def test_stores_what_the_client_confirmed() -> None:
    books = open_books()
    withdraw(books)
    confirmation = books.decision(LANE, "W1").authority
    assert confirmation is not None and confirmation.holds
    text = confirmation.text
    assert (text.kind, text.type, text.owner, text.amount_minor, text.payee) == (
        "P", "withdrawal", "L1", 60_000, "payee:L1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"holder": "nobody"}, Code.account_not_found),
        ({"bank_account": "nowhere"}, Code.bank_account_not_found),
        ({"bank_account": "elsewhere"}, Code.pool_differs),
        ({"card": "nothing"}, Code.card_not_found),
        ({"card": "L2:card"}, Code.card_not_own),
        ({"fee_item": "withdrawal_fee"}, Code.fee_consent_missing),
        ({"fee_item": "withdrawal_fee", "fee_schedule": "unheard"}, Code.fee_consent_missing),
        ({"fee_item": "other", "fee_schedule": "fees"}, Code.fee_item_not_found),
        ({"payee_hash": ""}, Code.confirmation_text_differs),
        ({"payee_hash": "payee:L2"}, Code.confirmation_text_differs),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
        ({"mandate": "unheard"}, Code.mandate_not_found),
        ({"amount_minor": 1_000_001}, Code.insufficient_balance),
        ({"amount_minor": 1_000_000}, Code.done),
        ({"amount_minor": 1_000_000, **FEES}, Code.insufficient_balance),
        ({"amount_minor": 999_500, **FEES}, Code.done),  # the fee is at its cap of 500
        ({"amount_minor": 999_501, **FEES}, Code.insufficient_balance),
    ],
)
def test_checks_in_order(body: dict[str, object], code: Code) -> None:
    books = with_fees(open_books())
    books.done(
        LANE, "pool:2", "pool_opening", pools=[{"id": "other", "currency": "CNY", "regime": "lending"}],
        bank_accounts=[{"id": "elsewhere", "pool": "other", "channel": "demobank", "reference": "r2"}],
        maker="m1", checker="c1",
    )  # fmt: skip
    assert withdraw(books, **body).code is code
    if code is not Code.done:
        assert books.five(LANE, "L1") == (1_000_000, 0, 0, 0, 0)
        assert books.rows(LANE, Message) == [] and books.rows(LANE, Withdrawal) == []


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("locked", Code.account_locked),
        ("closed", Code.account_closed),
        ("pending_review", Code.account_under_review),
        ("suspended", Code.account_not_active),
    ],
)
def test_is_declined_when_the_account_is_not_active(state: str, code: Code) -> None:
    books = open_books()
    set_state(books, Holder, "L1", state)
    assert withdraw(books).code is code


@pytest.mark.parametrize(
    ("state", "code"), [("short", Code.done), ("closing", Code.done), ("stopped", Code.pool_not_active)]
)
def test_goes_on_from_a_pool_that_is_short_or_closing(state: str, code: Code) -> None:
    books = open_books()
    set_state(books, Pool, "main", state)
    assert withdraw(books).code is code


def test_is_declined_when_the_card_is_not_active() -> None:
    books = open_books()
    set_state(books, Card, "L1:card", "unbound")
    assert withdraw(books).code is Code.card_not_active


def test_is_declined_until_the_card_has_cooled() -> None:
    books = open_books()
    today = books.business_date(LANE)
    tomorrow = today + timedelta(days=1)
    put(books, replace(books.get(LANE, Card, "L1:card"), cooling_until=tomorrow))
    answer = withdraw(books)
    assert (answer.code, answer.detail) == (Code.card_cooling, {"cooling_until": tomorrow.isoformat()})
    put(books, replace(books.get(LANE, Card, "L1:card"), cooling_until=today))
    assert withdraw(books, "W2").code is Code.done


def test_is_declined_with_sandbox_evidence_outside_a_sandbox() -> None:
    books = open_books()
    day = books.runners[LANE].book.day()
    assert day is not None
    put(books, replace(day, sandbox=False))
    assert withdraw(books).code is Code.source_not_allowed


@pytest.mark.parametrize(
    ("item", "amount_minor", "fee_minor"),
    [
        (FeeItem("withdrawal_fee", "fixed", 0, 200, 0, 0), 60_000, 200),
        (FeeItem("withdrawal_fee", "bp", 10, 0, 0, 0), 500, 0),  # half a unit, to even
        (FeeItem("withdrawal_fee", "bp", 10, 0, 0, 0), 1_500, 2),
        (FeeItem("withdrawal_fee", "bp", 10, 5, 0, 0), 60_000, 65),
        (FeeItem("withdrawal_fee", "bp", 10, 5, 64, 0), 60_000, 64),
        (FeeItem("withdrawal_fee", "bp", 10, 0, 0, 59), 60_000, 59),
    ],
)
def test_takes_the_fee_of_the_schedule(item: FeeItem, amount_minor: int, fee_minor: int) -> None:
    books = with_fees(open_books(), item)
    assert withdraw(books, amount_minor=amount_minor, **FEES).detail == {"fee_minor": fee_minor}
    assert books.five(LANE, "L1") == (1_000_000 - amount_minor - fee_minor, 0, fee_minor, amount_minor, 0)
    assert [hold.amount_minor for hold in books.rows(LANE, Hold)] == [fee_minor] * bool(fee_minor)
    assert (books.get(LANE, Withdrawal, "W1").fee_authority > 0) == bool(fee_minor)


def test_takes_no_more_than_the_cap_of_a_month_and_begins_anew_in_the_next() -> None:
    books = with_fees(open_books(), FeeItem("withdrawal_fee", "fixed", 0, 200, 0, 300))
    fees = [withdraw(books, f"W{n}", **FEES).detail["fee_minor"] for n in range(3)]
    assert fees == [200, 100, 0]
    assert books.get(LANE, FeeConsent, "L1:fees").used_month_minor == 300
    books.move_day(LANE, date(2024, 4, 1))
    assert withdraw(books, "W9", **FEES).detail == {"fee_minor": 200}
    consent = books.get(LANE, FeeConsent, "L1:fees")
    assert (consent.month, consent.used_month_minor) == ("2024-04", 200)


def test_takes_the_fee_of_the_version_the_client_confirmed() -> None:
    books = with_fees(open_books())
    books.fees(LANE, "fees", 2, FeeItem("withdrawal_fee", "fixed", 0, 9_999, 0, 0))
    assert withdraw(books, **FEES).detail == {"fee_minor": 60}


def mandate(**changes: object) -> Mandate:
    granted = Mandate("M1", "L1", "withdrawal", 100_000, 0, date(2024, 12, 31), "", 7, "active")
    return replace(granted, **changes)


@pytest.mark.parametrize(
    ("changes", "amount_minor", "code"),
    [
        ({}, 100_000, Code.done),
        ({}, 100_001, Code.mandate_cap_exceeded),
        ({"used_minor": 40_000}, 60_000, Code.done),
        ({"used_minor": 40_000}, 60_001, Code.mandate_cap_exceeded),
        ({"type": "bid"}, 1, Code.mandate_type_differs),
        ({"holder": "L2"}, 1, Code.mandate_owner_differs),
        ({"state": "revoked"}, 1, Code.mandate_not_active),
        ({"until": date(2024, 3, 1)}, 1, Code.mandate_expired),
        ({"listing": "A"}, 1, Code.mandate_scope_exceeded),
    ],
)
def test_may_cite_a_mandate(changes: dict[str, object], amount_minor: int, code: Code) -> None:
    books = open_books()
    granted = mandate(**changes)
    put(books, granted)
    answer = withdraw(books, amount_minor=amount_minor, mandate="M1", payee_hash="")
    assert answer.code is code
    if code is Code.done:
        assert books.get(LANE, Mandate, "M1").used_minor == granted.used_minor + amount_minor
        assert [posting.authority for posting in books.decision(LANE, "W1").postings] == [7]
        assert books.decision(LANE, "W1").authority is None
        assert books.get(LANE, Withdrawal, "W1").payee_hash == "payee:L1"


def test_is_limited_by_what_earlier_ones_left() -> None:
    books = open_books()
    assert withdraw(books, "W1", amount_minor=999_999).code is Code.done
    assert withdraw(books, "W2", amount_minor=2).code is Code.insufficient_balance
    assert withdraw(books, "W3", amount_minor=1).code is Code.done


def test_answers_a_replay_with_the_first_answer() -> None:
    books = open_books()
    assert withdraw(books) == withdraw(books)
    assert withdraw(books, amount_minor=1).code is Code.exists_with_different_amount
    assert books.five(LANE, "L1") == (940_000, 0, 0, 60_000, 0)
