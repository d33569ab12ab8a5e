"""Known mistakes: what naive custody systems get wrong in their books (domain.md c.5), one test a mistake.

Where a guard can be taken away, it is: the next one must hold, or the mistake must show.
"""

import struct
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.doors.demo.amounts import cell
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Posting
from cunguan.kernel.money import parse_minor
from cunguan.kernel.rows import Hold, Withdrawal
from cunguan.ledger import claims
from cunguan.ledger.book import Book
from cunguan.store.batch import Refused
from cunguan.store.memory import MemoryStore
from tests.operations.cash import open_books, result, sent, withdraw
from tests.operations.driver import Books
from tests.operations.lending_case import LANE, Loan


def money(books: Books) -> dict[int, int]:
    """Return every balance of the lane."""
    return {account: balance for account, (balance, _) in books.store.balance[LANE].items()}


def raising(**money_minor: int) -> Loan:
    """Return a loan whose listing X of 1,000 is raising, and lenders with so much money."""
    loan = Loan()
    loan.listed(amount_minor=1_000)
    for lender, amount_minor in money_minor.items():
        loan.lender(lender, amount_minor)
    return loan


# ── no unique key on the request's number ───────────────────────────────────
def test_one_id_has_one_effect_whatever_comes_under_it_later() -> None:
    loan = raising(L1=1_000)
    first = loan.submit(LANE, "bid", "bid_hold", lender="L1", listing="X", amount_minor=300)
    before = money(loan)
    assert loan.submit(LANE, "bid", "bid_hold", lender="L1", listing="X", amount_minor=300) == first
    again = loan.submit(LANE, "bid", "bid_hold", lender="L1", listing="X", amount_minor=301)
    assert (first.code, again.code) == (Code.done, Code.exists_with_different_amount)
    assert money(loan) == before
    assert loan.held("L1") == 300


def test_store_refuses_an_id_that_nobody_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    loan = raising(L1=1_000)
    loan.done(LANE, "bid", "bid_hold", lender="L1", listing="X", amount_minor=300)
    before = money(loan)
    monkeypatch.setattr(MemoryStore, "seen", lambda self, lane, keys: {})
    with pytest.raises(Refused, match="bid is there already"):
        loan.submit(LANE, "bid", "bid_cancel", lender="L1", hold="bid", amount_minor=300)
    assert money(loan) == before


# ── a balance is read, then written, without a lock ─────────────────────────
def _two_bids(loan: Loan) -> list[Code]:
    asked = [loan.ask(LANE, f"bid:{n}", "bid_hold", lender="L1", listing="X", amount_minor=400) for n in (1, 2)]
    return [answer.code for answer in loan.batch(LANE, asked)]


def test_two_holds_do_not_pass_on_one_balance() -> None:
    loan = raising(L1=700)
    assert _two_bids(loan) == [Code.done, Code.insufficient_balance]
    assert (loan.available("L1"), loan.held("L1")) == (300, 400)


def test_hold_decided_on_a_balance_read_too_early_is_not_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    loan = raising(L1=700)
    monkeypatch.setattr(Book, "balance", lambda self, account: 700)
    with pytest.raises(AssertionError, match="quarantined"):
        _two_bids(loan)
    assert (loan.available("L1"), loan.held("L1")) == (300, 400)


# ── a repayment debits its amount and pays the sum of its details ───────────
def test_repayment_pays_exactly_what_it_debits() -> None:
    loan = Loan()
    loan.lent({"L1": 333, "L2": 333, "L3": 334})
    loan.give(LANE, "B", 1_000)
    before = loan.available("B")
    assert loan.repay(1, 334, 10).code is Code.done
    assert before - loan.available("B") == 344 == sum(loan.available(lender) for lender in ("L1", "L2", "L3"))
    assert loan.held("B") == 0


@pytest.mark.parametrize("off", [-1, 1])
def test_repayment_whose_details_are_another_sum_moves_nothing(monkeypatch: pytest.MonkeyPatch, off: int) -> None:
    loan = Loan()
    loan.lent({"L1": 333, "L2": 333, "L3": 334})
    loan.give(LANE, "B", 1_000)
    before, true_shares = money(loan), claims.shares

    def shares(*args: Any, **figures: Any) -> list[claims.Share]:
        first, *others = true_shares(*args, **figures)
        return [replace(first, principal_minor=first.principal_minor + off), *others]

    monkeypatch.setattr(claims, "shares", shares)
    with pytest.raises(AssertionError, match="quarantined"):
        loan.repay(1, 334, 10)
    assert money(loan) == before


# ── a debit lowers the frozen figure alone, below zero ──────────────────────
def test_no_posting_lowers_a_bucket_below_zero() -> None:
    loan = raising(L1=1_000)
    loan.bid("L1", 300)
    held, borrower = loan.account(LANE, "L1", "2020"), loan.account(LANE, "B", "2010")
    book = Book()
    book._balances |= money(loan)
    with pytest.raises(AssertionError, match="would stand at -1"):
        book.post([Posting(held, borrower, 300), Posting(held, borrower, 1)])
    assert book._balances == money(loan)  # nor does the first half of a journal stay
    last = loan.store.batches[-1]
    forged = replace_batch(loan, balances={held: (-1, last.last_seq + 1)})
    with pytest.raises(Refused, match="below_its_floor"):
        loan.store.write(forged)


def replace_batch(books: Books, **parts: Any) -> Any:
    """Return the batch that would come next, with nothing in it but what is given."""
    head = books.store.head(LANE)
    empty = {"entries": [], "adds": {}, "changes": {}, "accounts": [], "balances": {}}
    return replace(
        books.store.batches[-1], token=head.token, first_seq=head.head + 1, last_seq=head.head + 1, lane=LANE,
        **(empty | parts),
    )  # fmt: skip


# ── one-sided balances without a journal ────────────────────────────────────
def test_every_balance_is_the_sum_of_two_sided_postings() -> None:
    loan = Loan()
    loan.lent({"L1": 600, "L2": 400})
    loan.give(LANE, "B", 1_000)
    assert loan.repay(1, 334, 10).code is Code.done
    replayed = dict.fromkeys(money(loan), 0)
    for entry in loan.store.entries[LANE]:
        for posting in entry.decision.postings:
            for account, side in ((posting.debit, -1), (posting.credit, 1)):
                replayed[account] += posting.amount_minor * (-side if account < 0 else side)
    assert replayed == money(loan)
    assert sum(-balance if account < 0 else balance for account, balance in replayed.items()) == 0


@pytest.mark.parametrize("posting", [Posting(100, 100, 5), Posting(100, 101, 0), Posting(100, 101, -5)])
def test_posting_without_two_sides_is_not_taken(posting: Posting) -> None:
    book = Book()
    book._balances |= {100: 10, 101: 10}
    with pytest.raises(AssertionError, match="between two accounts"):
        book.post([posting])
    assert book._balances == {100: 10, 101: 10}


# ── a capture without its hold ──────────────────────────────────────────────
def test_capture_names_its_hold_and_serves_its_listing_once() -> None:
    loan = Loan()
    loan.full({"L1": 600, "L2": 400})
    loan.listed("Y", amount_minor=500)
    loan.bid(loan.lender("L3", 500), 500, "Y")
    other = loan.submit(LANE, "other", "disbursement", listing="X", holds=["bid:L1:X", "bid:L3:Y"])
    assert other.code is Code.hold_listing_differs
    loan.done(LANE, "disburse", "disbursement", listing="X")
    assert loan.submit(LANE, "twice", "disbursement", listing="X").code is Code.listing_has_captures
    cited = [(posting.opened, posting.authority) for posting in loan.decision(LANE, "disburse").postings]
    holds = [loan.get(LANE, Hold, f"bid:{lender}:X") for lender in ("L1", "L2")]
    assert cited == [(hold.seq, hold.authority) for hold in holds]
    assert (loan.held("L3"), loan.get(LANE, Hold, "bid:L3:Y").captured_minor) == (500, 0)


def test_store_refuses_a_hold_that_is_captured_twice() -> None:
    loan = Loan()
    loan.lent({"L1": 600, "L2": 400})
    hold = loan.get(LANE, Hold, "bid:L1:X")
    twice = replace(hold, captured_minor=hold.captured_minor + 600)
    with pytest.raises(Refused, match="hold_is_never_used_twice"):
        loan.store.write(replace_batch(loan, changes={(Hold, hold.id): twice}))
    assert loan.get(LANE, Hold, hold.id) == hold


# ── callbacks that work twice ───────────────────────────────────────────────
@pytest.mark.parametrize("status", ["settled", "rejected"])
def test_bank_that_answers_twice_is_heard_once(status: str) -> None:
    books = open_books()
    sent(books)
    first = result(books, status)
    before = money(books)
    assert result(books, status) == first
    assert result(books, status, id="again").code is Code.withdrawal_final
    assert money(books) == before


# ── withdrawals that are final before the bank answers ──────────────────────
def test_withdrawal_is_final_only_by_the_banks_word() -> None:
    books = open_books()
    assert withdraw(books).code is Code.done
    for step in ("held", "sent", "in_doubt"):
        assert books.get(LANE, Withdrawal, "W1").state == step
        assert (books.balance(LANE, "L1", "2030"), books.balance(LANE, "bank", "1010")) == (60_000, 1_000_000)
        if step == "held":
            assert result(books, "settled", id="early").code is Code.withdrawal_not_sent
            books.done(LANE, "send:W1", "withdrawal_sent", withdrawal="W1")
        elif step == "sent":
            assert result(books, "timed_out", amount_minor=0).code is Code.done
    assert result(books, "rejected").code is Code.state_forbids  # no answer is not a failure either
    assert result(books, "settled").code is Code.done
    assert (books.balance(LANE, "L1", "2030"), books.balance(LANE, "bank", "1010")) == (0, 940_000)


# ── no link from what is undone to what it undoes ───────────────────────────
def test_what_comes_back_names_what_it_undoes() -> None:
    books = open_books()
    sent(books)
    result(books, "settled")
    name = "return:bank:demobank:W1:1"
    books.done(LANE, name, "withdrawal_return", withdrawal="W1", amount_minor=60_000, reason="AC04")
    moves = [(move.machine, move.subject, move.event) for move in books.decision(LANE, name).moves]
    assert moves == [("withdrawal", "W1", "bank_returned"), ("withdrawal", "W1", "recredited")]
    twice = books.submit(LANE, f"{name}:b", "withdrawal_return", withdrawal="W1", amount_minor=60_000)
    assert twice.code is Code.withdrawal_final


def test_what_is_given_back_cites_the_instruction_that_set_it_aside() -> None:
    books = open_books()
    sent(books)
    rejected = result(books, "rejected")
    first = books.get(LANE, Withdrawal, "W1").seq
    assert [posting.opened for posting in books.decision(LANE, rejected.id).postings] == [first]
    loan = raising(L1=1_000)
    loan.bid("L1", 300)
    loan.done(LANE, "cancel", "bid_cancel", lender="L1", hold="bid:L1:X", amount_minor=300)
    opened = loan.get(LANE, Hold, "bid:L1:X").seq
    assert [posting.opened for posting in loan.decision(LANE, "cancel").postings] == [opened]


# ── amounts as floating point ───────────────────────────────────────────────
AMOUNTS = ("0.29", "4.35", "1.15", "1234567.89", "167772.17", "20000000.01", "90071992547409.93")


def _single(text: str) -> int:
    """Return the minor units as a reader in single precision finds them."""
    return int(struct.unpack("f", struct.pack("f", float(text)))[0] * 100)


@pytest.mark.parametrize("text", AMOUNTS)
def test_amount_is_read_exactly(text: str) -> None:
    minor = int(text.replace(".", ""))
    assert parse_minor(text, "CNY") == cell(text, 2).minor == minor


def test_amounts_above_are_those_that_floating_point_gets_wrong() -> None:
    wrong = [text for text in AMOUNTS if _single(text) != int(text.replace(".", ""))]
    assert {"1234567.89", "20000000.01", "90071992547409.93"} <= set(wrong)


def test_amount_that_is_no_whole_number_is_never_posted() -> None:
    for wrong in ("0.001", "1e3", "NaN", "1,00"):
        with pytest.raises(ValueError, match=r"is no amount|decimals"):
            parse_minor(wrong, "CNY")
    with pytest.raises(Exception, match="Expected `int`"):
        Books().ask(LANE, "bid", "bid_hold", signed=False, lender="L1", listing="X", amount_minor=0.5)
