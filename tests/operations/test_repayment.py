"""Repayment: what may be paid, by whom it was allowed, who gets it, and the same by a run."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Hold, Holder, Mandate, Message, Pool, Reservation, RunItem
from cunguan.operations import runs
from tests.operations.lending_case import LANE, Loan, later

# The plan of 1,000,000 at 12 % from March 1st: 333,334 + 10,000 on April 1st; 333,333 + 6,667; 333,333 + 3,333.


def _lent(shares: dict[str, int] | None = None, *, money: int = 2_000_000, **body: Any) -> Loan:
    books = Loan()
    shares = shares or {"L1": 600_000, "L2": 400_000}
    books.lent(shares, **body)
    spare = books.available("B")
    if money > spare:
        books.give(LANE, "B", money - spare)
    return books


def _paid(books: Loan) -> tuple[int, int, int]:
    listing = books.listing()
    return listing.repaid_minor, listing.interest_minor, listing.late_minor


# ── amounts ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("principal", "interest", "late", "code"),
    [
        (0,       0,      0,  Code.amount_not_positive),
        (-1,      2,      0,  Code.amount_not_positive),
        (2,       -1,     0,  Code.amount_not_positive),
        (2,       0,      -1, Code.amount_not_positive),
        (1,       0,      0,  Code.done),
        (0,       1,      0,  Code.done),
        (333_334, 10_000, 0,  Code.done),
        (333_335, 10_000, 0,  Code.principal_exceeds_due),
        (333_334, 10_001, 0,  Code.interest_exceeds_due),
        (333_334, 10_000, 1,  Code.late_charge_exceeds_due),  # nothing is late yet
    ],
)  # fmt: skip
def test_takes_at_most_what_the_row_owes(principal: int, interest: int, late: int, code: Code) -> None:
    books = _lent()
    assert books.repay(1, principal, interest, late).code is code
    assert _paid(books) == ((principal, interest, late) if code is Code.done else (0, 0, 0))


def test_counts_what_was_paid_of_the_row_before() -> None:
    books = _lent()
    assert books.repay(1, 333_333, 9_999, id="a").code is Code.done
    assert books.plan()[0].state == "partly_paid"
    assert books.repay(1, 2, 0, id="b").code is Code.principal_exceeds_due
    assert books.repay(1, 0, 2, id="c").code is Code.interest_exceeds_due
    assert books.repay(1, 1, 1, id="d").code is Code.done
    assert books.plan()[0].state == "paid"
    assert books.repay(1, 1, 0, id="e").code is Code.plan_row_paid


@pytest.mark.parametrize(
    ("days", "late", "code"),
    [
        (0, 1,   Code.late_charge_exceeds_due),
        (2, 1,   Code.late_charge_exceeds_due),  # grace
        (3, 172, Code.done),  # one day of 0.05 % on 343,334
        (3, 173, Code.late_charge_exceeds_due),
        (4, 343, Code.done),
        (4, 344, Code.late_charge_exceeds_due),
    ],
)  # fmt: skip
def test_takes_late_charge_for_the_days_after_grace(days: int, late: int, code: Code) -> None:
    books = _lent()
    books.move_day(LANE, date(2024, 4, 1 + days))
    assert books.repay(1, 333_334, 10_000, late).code is code


def test_never_takes_late_charge_twice_for_one_day() -> None:
    books = _lent()
    books.move_day(LANE, date(2024, 4, 4))
    assert books.repay(1, 0, 0, 172, id="a").code is Code.done
    assert books.repay(1, 0, 0, 1, id="b").code is Code.late_charge_exceeds_due
    books.move_day(LANE, date(2024, 4, 5))
    assert books.repay(1, 0, 0, 172, id="c").code is Code.late_charge_exceeds_due
    assert books.repay(1, 333_334, 10_000, 171, id="d").code is Code.done
    assert books.plan()[0].paid_late_minor == 343


def test_does_not_limit_the_late_charge_of_a_recorded_book() -> None:
    books = _lent(late_rate_e6=None)
    assert books.repay(1, 1, 0, 5_000).code is Code.done
    assert _paid(books) == (1, 0, 5_000)


@pytest.mark.parametrize(("money", "code"), [(343_333, Code.insufficient_balance), (343_334, Code.done)])
def test_needs_the_whole_amount_available(money: int, code: Code) -> None:
    books = _lent()
    _leave(books, money)
    assert books.repay(1, 333_334, 10_000).code is code
    assert books.available("B") == (0 if code is Code.done else money)


def _leave(books: Loan, money: int) -> None:
    """Let all but so much of the borrower's money leave by the bank."""
    account, bank = books.account(LANE, "B", "2010"), books.account(LANE, "bank", "1010")
    table = books.store.balance[LANE]
    gone = table[account][0] - money
    table[account], table[bank] = (money, table[account][1]), (table[bank][0] - gone, table[bank][1])
    books.runners.clear()


# ── rows ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("early", "row", "code"),
    [
        (False, 0, Code.plan_row_not_found),
        (False, 4, Code.plan_row_not_found),
        (False, 2, Code.plan_row_not_next),
        (False, 3, Code.plan_row_not_next),
        (True,  3, Code.done),
    ],
)  # fmt: skip
def test_pays_the_rows_in_order_unless_the_listing_takes_early_ones(early: bool, row: int, code: Code) -> None:
    books = _lent(early=early)
    assert books.repay(row, 1, 0).code is code


def test_asks_for_the_whole_row_before_the_next_one() -> None:
    books = _lent()
    books.repay(1, 333_334, 9_999, id="a")
    assert books.repay(2, 1, 0, id="b").code is Code.plan_row_not_next
    books.repay(1, 0, 1, id="c")
    assert books.repay(2, 1, 0, id="d").code is Code.done


# ── the listing and the borrower ─────────────────────────────────────────────
@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("full",       Code.listing_not_disbursed),
        ("repaid",     Code.listing_not_disbursed),
        ("disbursing", Code.listing_disbursing),
    ],
)  # fmt: skip
def test_is_for_a_disbursed_listing(state: str, code: Code) -> None:
    books = Loan()
    books.listed()
    books.put(replace(books.listing(), state=state))
    assert books.repay(1, 1, 0).code is code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"listing": "none"},    Code.listing_not_found),
        ({"borrower": "L1"},     Code.borrower_differs),
        ({"borrower": "nobody"}, Code.borrower_differs),
        ({"signed": False},      Code.authority_missing),
        ({"by": "L1:key"},       Code.authority_key_differs),
    ],
)  # fmt: skip
def test_is_refused(body: dict[str, Any], code: Code) -> None:
    books = _lent()
    assert books.repay(1, 1, 0, **body).code is code
    assert _paid(books) == (0, 0, 0)


@pytest.mark.parametrize(
    ("state", "by_mandate", "code"),
    [
        ("locked",    False, Code.account_locked),
        ("locked",    True,  Code.done),
        ("closed",    True,  Code.account_closed),
        ("suspended", True,  Code.account_not_active),
    ],
)  # fmt: skip
def test_goes_on_by_mandate_while_the_account_is_locked(state: str, by_mandate: bool, code: Code) -> None:
    books = _lent()
    mandate = books.mandate(LANE, "B", "repayment", 100) if by_mandate else ""
    books.put(replace(books.get(LANE, Holder, "B"), state=state))
    assert books.repay(1, 100, 0, mandate=mandate).code is code


def test_is_refused_while_the_pool_is_stopped() -> None:
    books = _lent()
    books.put(replace(books.get(LANE, Pool, "main"), state="stopped"))
    assert books.repay(1, 1, 0).code is Code.pool_not_active


# ── authority ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("amount", "code"), [(100, Code.done), (101, Code.mandate_cap_exceeded)])
def test_stays_within_the_mandate(amount: int, code: Code) -> None:
    books = _lent()
    mandate = books.mandate(LANE, "B", "repayment", 100)
    assert books.repay(1, amount, 0, mandate=mandate).code is code
    row = books.get(LANE, Mandate, mandate)
    assert row.used_minor == (amount if code is Code.done else 0)
    if code is Code.done:
        decision = books.decision(LANE, "repay:1")
        assert {posting.authority for posting in decision.postings} == {row.authority}
        assert decision.authority is None


def test_does_not_take_a_mandate_for_another_type() -> None:
    books = _lent()
    mandate = books.mandate(LANE, "B", "repayment", 100)
    books.put(replace(books.get(LANE, Mandate, mandate), type="withdrawal"))
    assert books.repay(1, 100, 0, mandate=mandate).code is Code.mandate_type_differs


def test_cites_the_borrowers_word_on_every_posting() -> None:
    books = _lent()
    answer = books.repay(1, 333_334, 10_000)
    decision = books.decision(LANE, "repay:1")
    assert {(posting.authority, posting.opened) for posting in decision.postings} == {(answer.seq, answer.seq)}
    assert decision.authority is not None
    text = decision.authority.text
    assert (text.kind, text.owner, text.type, text.amount_minor, text.listing) == ("P", "B", "repayment", 343_334, "X")


# ── who gets it ──────────────────────────────────────────────────────────────
def test_pays_every_claim_its_share_of_all_three_parts() -> None:
    books = _lent({"L1": 600_000, "L2": 300_000, "L3": 100_000})
    books.move_day(LANE, date(2024, 4, 4))
    books.repay(1, 333_334, 10_000, 171)
    assert books.claims() == {
        "bid:L1:X": ("L1", 399_999, 6_000, 103, "active"),
        "bid:L2:X": ("L2", 200_000, 3_000, 51, "active"),
        "bid:L3:X": ("L3", 66_667, 1_000, 17, "active"),
    }
    assert books.available("L1") == 200_001 + 6_000 + 103
    assert books.held("B") == 0


def test_pays_two_claims_of_one_lender_each_by_its_own_posting() -> None:
    books = Loan()
    books.lender("L", 1_000)
    books.listed(amount_minor=1_000)
    for number, amount_minor in enumerate((700, 300)):
        books.done(LANE, f"b{number}", "bid_hold", lender="L", listing="X", amount_minor=amount_minor)
    books.done(LANE, "pay", "disbursement", listing="X")
    books.repay(1, 334, 0)
    assert [amount for _, _, amount in books.postings(LANE, "repay:1")] == [334, 234, 100]


# ── the end ──────────────────────────────────────────────────────────────────
def test_ends_the_listing_with_the_last_unit_and_gives_the_reservation_back() -> None:
    books = _lent()
    for row in books.plan()[:2]:
        books.repay(row.number, row.principal_minor, row.interest_minor)
    books.repay(3, 333_333, 3_332, id="short")
    assert books.listing().state == "disbursed"
    assert {claim[1] for claim in books.claims().values()} == {0}
    assert books.rows(LANE, Message) == []
    books.repay(3, 0, 1, id="rest")
    assert books.listing().state == "repaid"
    assert _paid(books) == (1_000_000, 20_000, 0)
    assert [(move.machine, move.state) for move in books.decision(LANE, "rest").moves] == [
        ("plan_row", "paid"), ("listing", "repaid"),
    ]  # fmt: skip
    message = books.get(LANE, Message, "reg:X:limit:1:release")
    assert message.channel == "lane:0"
    books.done(0, message.id, "limit_release", reservation="reg:X:limit:1")
    assert books.get(0, Reservation, "reg:X:limit:1").amount_minor == 0
    assert books.repay(3, 1, 0, id="more").code is Code.listing_not_disbursed


def test_leaves_a_recorded_listing_open_with_its_last_row() -> None:
    rows = [
        {"due_date": later(30), "principal_minor": 400, "interest_minor": 40},
        {"due_date": later(60), "principal_minor": 0, "interest_minor": 0},
        {"due_date": later(90), "principal_minor": 600, "interest_minor": 0},
    ]
    books = _lent({"L": 1_000}, rule="recorded", months=0, recorded=rows, late_rate_e6=None)
    assert books.repay(1, 400, 40, 7).code is Code.done
    assert (books.listing().state, _paid(books)) == ("disbursed", (400, 40, 7))
    assert books.repay(2, 0, 1).code is Code.plan_row_paid  # a row of nothing owes nothing
    assert books.repay(3, 600, 0).code is Code.done
    assert books.listing().state == "repaid"


def test_takes_interest_of_a_row_without_principal() -> None:
    books = _lent({"L": 1_000_000}, rule="bullet", months=2)
    assert books.repay(1, 0, 10_000).code is Code.done
    assert books.claims()["bid:L:X"] == ("L", 1_000_000, 10_000, 0, "active")


# ── runs ─────────────────────────────────────────────────────────────────────
@pytest.fixture
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", 4)
    monkeypatch.setattr(runs, "STEP_ITEMS", 2)


SHARES = {"L1": 300_001, "L2": 299_999, "L3": 200_000, "L4": 150_000, "L5": 50_000}


@pytest.mark.usefixtures("small_runs")
def test_does_by_a_run_what_it_does_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def books_of(bound: int) -> Loan:
        monkeypatch.setattr(runs, "ATOMIC_ITEMS", 100)
        books = _lent(SHARES)
        monkeypatch.setattr(runs, "ATOMIC_ITEMS", bound)
        books.move_day(LANE, date(2024, 4, 4))
        for row, late in zip(books.plan(), (171, 0, 0), strict=True):
            assert books.repay(row.number, row.principal_minor, row.interest_minor, late).code is Code.done
            if bound < 5:
                assert books.run(f"repay:{row.number}") == 3
        return books

    at_once, by_run = books_of(100), books_of(4)
    assert by_run.listing().state == "repaid"
    assert at_once.claims() == by_run.claims()
    assert at_once.plan() == by_run.plan()
    assert [at_once.five(LANE, name) for name in (*SHARES, "B")] == [by_run.five(LANE, name) for name in (*SHARES, "B")]
    hold = by_run.get(LANE, Hold, "repay:1")
    assert (hold.purpose, hold.captured_minor, hold.state) == ("repayment", 343_505, "captured")


@pytest.mark.usefixtures("small_runs")
@pytest.mark.parametrize(("bids", "held"), [(4, 0), (5, 1_000)])
def test_is_one_journal_up_to_the_bound(bids: int, held: int) -> None:
    books = Loan()
    books.crowd(bids, each_minor=100_000)
    books.done(LANE, "pay", "disbursement", listing="X")
    if bids > 4:
        books.run("pay")
    assert books.repay(1, 1_000, 0).code is Code.done
    assert books.held("B") == held


@pytest.mark.usefixtures("small_runs")
def test_holds_the_whole_amount_before_the_first_step() -> None:
    books = _run_started()
    assert books.postings(LANE, "repay:1") == [("B:2010", "B:2020", 343_334)]
    items = books.rows(LANE, RunItem)
    assert sum(item.principal_minor for item in items if item.step.startswith("step:repay:1:")) == 333_334
    books.run("repay:1", steps=1)
    assert (books.plan()[0].state, books.listing().state) == ("partly_paid", "disbursed")
    assert books.held("B") == 343_334 - books.available("L1") - books.available("L2")
    posting = books.decision(LANE, "repay:1:1").postings[0]
    decided = books.get(LANE, Hold, "repay:1")
    assert (posting.authority, posting.opened) == (decided.authority, decided.seq)


@pytest.mark.usefixtures("small_runs")
def test_refuses_another_repayment_of_the_listing_until_the_last_step() -> None:
    books = _run_started()
    answer = books.repay(1, 0, 1, id="again")
    assert (answer.code, answer.detail) == (Code.state_forbids, {"run": "repay:1"})
    assert books.repay(2, 1, 0, id="next").code is Code.plan_row_not_next
    books.put(replace(books.listing(), early=True))
    assert books.repay(2, 1, 0, id="early").code is Code.state_forbids
    books.run("repay:1")
    assert books.repay(2, 1, 0, id="later").code is Code.done


@pytest.mark.usefixtures("small_runs")
def test_closes_the_row_only_with_the_last_step_though_only_late_charge_is_left() -> None:
    shares = {"L1": 500_000, "L2": 300_000, "L3": 150_000, "L4": 49_998, "L5": 1, "L6": 1}
    books = _lent(shares, rule="bullet", months=2, late_rate_e6=None)
    books.run("disburse:X")
    books.give(LANE, "B", 2_000_000)
    books.repay(1, 0, 10_000, 1_000_000)
    books.run("repay:1", steps=2)
    row = books.plan()[0]
    assert (row.paid_interest_minor, row.paid_late_minor, row.state) == (10_000, 999_998, "partly_paid")
    books.run("repay:1")
    assert (books.plan()[0].paid_late_minor, books.plan()[0].state) == (1_000_000, "paid")


def _run_started() -> Loan:
    books = _lent(SHARES)
    books.run("disburse:X")
    books.give(LANE, "B", 2_000_000)
    assert books.repay(1, 333_334, 10_000).code is Code.done
    return books


# ── steps ────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("small_runs")
def test_takes_the_steps_in_order_each_once() -> None:
    books = _run_started()

    def step(name: str, run: str, number: int) -> tuple[Code, dict[str, object]]:
        answer = books.submit(LANE, name, "run_step", run=run, step=number)
        return answer.code, answer.detail

    assert step("a", "none", 1) == (Code.run_not_found, {})
    assert step("b", "repay:1", 0) == (Code.run_step_not_next, {"next_step": 1})
    assert step("c", "repay:1", 2) == (Code.run_step_not_next, {"next_step": 1})
    assert step("repay:1:1", "repay:1", 1) == (Code.done, {"step": 1, "steps": 3, "items": 2})
    assert step("repay:1:1", "repay:1", 1) == (Code.done, {"step": 1, "steps": 3, "items": 2})
    assert step("d", "repay:1", 1) == (Code.run_step_not_next, {"next_step": 2})
    assert step("any-id", "repay:1", 2)[0] is Code.done
    assert step("repay:1:3", "repay:1", 3)[0] is Code.done
    assert step("e", "repay:1", 4) == (Code.run_finished, {})
    assert (books.held("B"), books.get(LANE, Hold, "repay:1").state) == (0, "captured")
