"""Adjustment: the linked mirror of a wrong credit, by two people, within a business day; the rest is the firm's."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Adjustment, Deposit, Holder, Pool, Shortfall, SuspenseItem
from cunguan.ledger.book import BALANCE_MAX
from tests.operations.cash import LANE, set_state
from tests.operations.driver import Books
from tests.operations.firm_case import MONEY, NAMES, SETTLES, WRONG_NAMES, deposit, figures, lose, open_firm, state

WRONG = 10_000


def wrong() -> Books:
    """Return books in which 100.00 were credited to L1 that are not his."""
    books = open_firm()
    deposit(books, "L1", WRONG, "T1")
    return books


def ask(books: Books, id: str = "Q1", **body: Any) -> Answer:
    asked: dict[str, Any] = {
        "of": "T1", "line": 0, "holder": "L1", "amount_minor": WRONG, "reason": "another's", "asked_by": "platform:p1",
    }  # fmt: skip
    return books.submit(LANE, id, "adjustment_request", **(asked | body))


def adjust(books: Books, id: str = "J1", **body: Any) -> Answer:
    asked: dict[str, Any] = {
        "request": "Q1", "of": "T1", "holder": "L1", "finding": "of_another", "client_minor": WRONG, "firm_minor": 0,
        "bank_account": "bank", "document": "letter", "notice": "post", **NAMES,
    }  # fmt: skip
    return books.submit(LANE, id, "adjustment", **(asked | body))


def refuse(books: Books, outcome: str, by: str, id: str = "N1", **body: Any) -> Answer:
    asked = {"request": "Q1", "outcome": outcome, "answered_by": by, "reason": "right after all"}
    return books.submit(LANE, id, "adjustment_refusal", **(asked | body))


def asked() -> Books:
    books = wrong()
    assert ask(books).detail == {"from_the_client_until": "2024-03-04"}
    return books


# ── the request ──────────────────────────────────────────────────────────────
def test_moves_nothing_when_it_is_asked_for() -> None:
    books = asked()
    assert books.postings(LANE, "Q1") == []
    row = books.get(LANE, Adjustment, "Q1")
    assert (row.of, row.of_seq, row.line, row.state) == ("T1", books.get(LANE, Deposit, "T1").seq, 0, "asked")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"reason": " "}, Code.reason_missing),
        ({"asked_by": ""}, Code.details_missing),
        ({"holder": "L9"}, Code.account_not_found),
        ({"of": "nothing"}, Code.journal_not_found),
        ({"line": 1}, Code.journal_not_found),
        ({"holder": "L2"}, Code.journal_not_found),
        ({"amount_minor": WRONG + 1}, Code.correction_exceeds_credit),
    ],
)
def test_checks_a_request(body: dict[str, Any], code: Code) -> None:
    books = wrong()
    assert ask(books, **body).code is code
    assert books.rows(LANE, Adjustment) == []


def test_is_asked_for_no_more_than_was_credited() -> None:
    books = wrong()
    ask(books, amount_minor=WRONG - 1)
    assert ask(books, "Q2", amount_minor=2).detail == {"left_minor": 1}
    assert ask(books, "Q3", amount_minor=1).code is Code.done
    refuse(books, "refused", "c1")
    assert ask(books, "Q4", amount_minor=WRONG - 1).code is Code.done  # what was refused counts no longer


@pytest.mark.parametrize(
    ("outcome", "by", "code"),
    [
        ("refused",   "c1",          Code.done),
        ("withdrawn", "platform:p1", Code.done),
        ("refused",   "platform:p1", Code.approver_is_maker),
        ("withdrawn", "c1",          Code.approver_is_maker),
        ("refused",   " ",           Code.reason_missing),
    ],
)  # fmt: skip
def test_ends_without_a_posting(outcome: str, by: str, code: Code) -> None:
    books = asked()
    assert refuse(books, outcome, by).code is code
    assert books.get(LANE, Adjustment, "Q1").state == (outcome if code is Code.done else "asked")
    if code is Code.done:
        assert refuse(books, outcome, by, "N2").code is Code.state_forbids
        assert adjust(books).code is Code.state_forbids
    assert refuse(books, outcome, "c1", "N3", request="Q9").code is Code.adjustment_not_found
    assert refuse(books, outcome, "c1", "N4", reason="").code is Code.reason_missing


# ── the adjustment ───────────────────────────────────────────────────────────
def test_mirrors_a_credit_of_anothers_money_into_suspense() -> None:
    books = asked()
    assert adjust(books, value_date=date(2024, 3, 1)).detail == {"pool": "open"}
    assert books.postings(LANE, "J1") == [("L1:2010", "main:2210", WRONG)]
    decision = books.decision(LANE, "J1")
    assert decision.value_date == date(2024, 3, 1)
    assert decision.authority is not None
    text = decision.authority.text
    assert (text.kind, text.owner, text.type, text.amount_minor, text.payee) == ("M", "L1", "adjustment", WRONG, "T1")
    assert books.get(LANE, Adjustment, "Q1").state == "posted"
    assert books.get(LANE, Deposit, "T1").state == "corrected"
    item = books.get(LANE, SuspenseItem, "J1")
    assert (item.left_minor, item.reference, item.received_date) == (WRONG, "T1", date(2024, 3, 1))
    books.done(LANE, "A1", "suspense_allocation", item="J1", holder="L2", amount_minor=WRONG, reason="his", **NAMES)
    assert [books.five(LANE, name)[0] for name in ("L1", "L2")] == [MONEY, MONEY + WRONG]
    charge = books.submit(
        LANE, "CB", "charge_back", deposit="T1", holder="L1", bank_account="bank", amount_minor=WRONG, reference="r"
    )
    assert charge.code is Code.state_forbids


def test_mirrors_a_credit_of_money_that_never_came() -> None:
    books = asked()
    assert adjust(books, finding="never_came").code is Code.done
    assert books.postings(LANE, "J1") == [("L1:2010", "bank:1010", WRONG)]
    assert figures(books) == (2 * MONEY, 0, 0)
    assert books.rows(LANE, SuspenseItem) == []


@pytest.mark.parametrize(("finding", "against"), [("of_another", "main:2210"), ("never_came", "bank:1010")])
def test_leaves_what_the_client_has_used_to_the_firm(finding: str, against: str) -> None:
    books = asked()
    spend(books, MONEY + 4_000)
    assert adjust(books, finding=finding, client_minor=6_001, firm_minor=3_999).code is Code.insufficient_balance
    answer = adjust(books, "J2", finding=finding, client_minor=6_000, firm_minor=4_000)
    assert answer.detail == {"pool": "payouts_stopped"}
    assert books.postings(LANE, "J2") == [("L1:2010", against, 6_000), ("main:1030", against, 4_000)]
    row = books.get(LANE, Shortfall, "J2")
    assert (row.cause, row.amount_minor, row.reason) == ("correction", 4_000, "Q1")
    books.done(
        LANE, "top", "pool_top_up", shortfall="J2", source="own_money", amount_minor=4_000, bank_account="bank",
        reference="r", **NAMES,
    )  # fmt: skip
    assert state(books, "J2") == ("open", "made_good")


def spend(books: Books, amount_minor: int) -> None:
    """Let L1 withdraw, so that less is available; the next business day is still in time."""
    books.card(LANE, "L1", cooled=False)
    books.move_day(LANE, date(2024, 3, 4))
    books.done(
        LANE, "W1", "withdrawal", holder="L1", card="L1:card", bank_account="bank", amount_minor=amount_minor,
        payee_hash="payee:L1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("today", "code"), [(date(2024, 3, 4), Code.done), (date(2024, 3, 5), Code.correction_too_late)]
)
def test_takes_from_the_client_within_one_business_day_only(today: date, code: Code) -> None:
    books = asked()
    books.move_day(LANE, today)
    assert adjust(books).code is code
    if code is not Code.done:  # then the firm makes it good, and claims outside
        assert adjust(books, "J2", client_minor=0, firm_minor=WRONG).code is Code.done
        assert books.postings(LANE, "J2") == [("main:1030", "main:2210", WRONG)]
        assert books.five(LANE, "L1")[0] == MONEY + WRONG


def test_is_checked_by_another_than_who_asked() -> None:
    """S-26: a maker approves his own adjustment."""
    books = wrong()
    ask(books, asked_by="c1")
    assert adjust(books).code is Code.approver_is_maker
    assert adjust(books, "J2", checker="c2").code is Code.done


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"client_minor": 0}, Code.amount_not_positive),
        ({"client_minor": WRONG + 1, "firm_minor": -1}, Code.amount_not_positive),
        ({"document": " "}, Code.details_missing),
        ({"notice": ""}, Code.details_missing),
        *WRONG_NAMES,
        ({"request": "Q9"}, Code.adjustment_not_found),
        ({"of": "in:L1"}, Code.details_differ),
        ({"holder": "L2"}, Code.details_differ),
        ({"client_minor": WRONG - 1}, Code.details_differ),
        ({"value_date": date(2024, 3, 2)}, Code.date_not_next),
        ({"value_date": date(2024, 2, 29)}, Code.value_date_closed),  # before the wrong credit
        ({"bank_account": "nowhere"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
    ],
)
def test_checks_in_order_and_posts_nothing(body: dict[str, Any], code: Code) -> None:
    books = asked()
    assert adjust(books, **body).code is code
    assert books.five(LANE, "L1")[0] == MONEY + WRONG
    assert books.get(LANE, Adjustment, "Q1").state == "asked"


def test_is_not_the_way_to_undo_other_credits() -> None:
    books = open_firm()
    books.done(
        LANE,
        "D1",
        "deposit_notice",
        holder="L1",
        channel="fastpay",
        settle_date=SETTLES,
        amount_minor=WRONG,
        reference="r",
    )
    books.done(
        LANE, "settle:D1:settled", "deposit_settlement", deposit="D1", bank_account="bank", outcome="settled",
        amount_minor=WRONG,
    )  # fmt: skip
    assert ask(books, of="settle:D1:settled", line=1).code is Code.done
    answer = adjust(books, of="settle:D1:settled")
    assert answer.code is Code.payee_not_allowed  # a channel's deposit is charged back


def test_mirrors_an_allocation_to_the_wrong_client() -> None:
    books = open_firm()
    books.done(
        LANE, "R1", "unidentified_receipt", bank_account="bank", amount_minor=WRONG, reference="r", payee_hash=""
    )
    books.done(LANE, "A1", "suspense_allocation", item="R1", holder="L1", amount_minor=WRONG, reason="his", **NAMES)
    ask(books, of="A1")
    assert adjust(books, of="A1", finding="never_came").code is Code.payee_not_allowed
    assert adjust(books, "J2", of="A1").code is Code.done
    assert books.postings(LANE, "J2") == [("L1:2010", "main:2210", WRONG)]
    assert books.get(LANE, SuspenseItem, "J2").left_minor == WRONG


def test_needs_the_cash_that_was_never_there() -> None:
    books = asked()
    lose(books, amount_minor=2 * MONEY + 1)
    assert adjust(books, finding="never_came").code is Code.insufficient_pool_cash


def test_is_refused_in_a_pool_that_takes_no_posting() -> None:
    books = asked()
    set_state(books, Pool, "main", "stopped")
    assert adjust(books).code is Code.pool_not_active


def test_corrects_a_locked_account() -> None:
    books = asked()
    set_state(books, Holder, "L1", "locked")
    assert adjust(books).code is Code.done


def test_refuses_what_an_account_cannot_hold() -> None:
    books = asked()
    books.done(
        LANE, "open:second", "pool_opening", pools=[], **NAMES,
        bank_accounts=[{"id": "second", "pool": "main", "channel": "demobank", "reference": "ref:second"}],
    )  # fmt: skip
    books.give(LANE, "main", BALANCE_MAX - WRONG, code="2210", bank_account="second")
    assert adjust(books).code is Code.balance_too_large


def test_answers_a_replay_with_the_first_answer() -> None:
    books = asked()
    assert ask(books) == ask(books)
    assert adjust(books) == adjust(books)
    assert adjust(books, "J2").code is Code.state_forbids
    assert books.five(LANE, "L1")[0] == MONEY
