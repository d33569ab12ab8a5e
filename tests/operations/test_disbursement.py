"""Disbursement: all or nothing, what it makes of holds and claims, and the same by a run."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Claim, FeeConsent, FeeItem, Hold, Holder, Pool, Run, RunItem
from cunguan.operations import runs
from cunguan.policy.evaluate import PACKS
from tests.operations.lending_case import FRIDAY, LANE, MONDAY, Loan, later

FEE = {"fee_schedule": "fees", "fee_item": "platform_fee"}


def _full(shares: dict[str, int] | None = None, **body: Any) -> Loan:
    books = Loan()
    books.full(shares or {"L1": 600, "L2": 400}, **body)
    return books


def _disburse(books: Loan, name: str = "pay", **body: Any) -> Answer:
    return books.submit(LANE, name, "disbursement", **({"listing": "X"} | body))


def _unmoved(books: Loan) -> bool:
    return books.available("B") == 0 and books.rows(LANE, Claim) == [] and books.listing().lent_minor == 0


# ── what it does ─────────────────────────────────────────────────────────────
def test_makes_one_claim_a_bid_with_its_weight() -> None:
    books = _full()
    assert _disburse(books).detail == {"lent_minor": 1_000, "fee_minor": 0}
    claims = books.rows(LANE, Claim)
    seq = books.decision(LANE, "pay").claim_moves
    assert [(claim.id, claim.holder, claim.rank, claim.weight_minor, claim.principal_minor) for claim in claims] == [
        ("bid:L1:X", "L1", 1, 600, 600), ("bid:L2:X", "L2", 1, 400, 400),
    ]  # fmt: skip
    assert [(move.claim, move.principal_minor) for move in seq] == [("bid:L1:X", 600), ("bid:L2:X", 400)]
    listing = books.listing()
    assert (listing.held_minor, listing.lent_minor, listing.disbursed_date) == (0, 1_000, FRIDAY)


def test_fixes_the_plan_from_the_day_it_is_made() -> None:
    books = _full()
    books.move_day(LANE, MONDAY)
    _disburse(books)
    assert [(row.id, row.due_date, row.principal_minor, row.interest_minor, row.state) for row in books.plan()] == [
        ("X:1", date(2024, 4, 4), 334, 10, "planned"),
        ("X:2", date(2024, 5, 4), 333, 7, "planned"),
        ("X:3", date(2024, 6, 4), 333, 3, "planned"),
    ]


def test_captures_only_what_a_part_cancel_left() -> None:
    books = Loan()
    books.listed(amount_minor=1_000)
    books.bid(books.lender("L1", 700), 700)
    books.done(LANE, "part", "bid_cancel", lender="L1", hold="bid:L1:X", amount_minor=100)
    books.bid(books.lender("L2", 400), 400)
    assert _disburse(books).code is Code.done
    assert books.claims()["bid:L1:X"][:2] == ("L1", 600)
    hold = books.get(LANE, Hold, "bid:L1:X")
    assert (hold.captured_minor, hold.released_minor, hold.state) == (600, 100, "captured")


def test_does_not_count_a_bid_that_was_cancelled_whole() -> None:
    books = Loan()
    books.listed(amount_minor=1_000)
    books.bid(books.lender("L1", 700), 700)
    books.done(LANE, "whole", "bid_cancel", lender="L1", hold="bid:L1:X", amount_minor=700)
    books.bid(books.lender("L2", 1_000), 1_000)
    assert _disburse(books).code is Code.done
    assert list(books.claims()) == ["bid:L2:X"]


def test_stands_when_the_mandate_of_a_bid_was_revoked_since() -> None:
    books = Loan()
    books.listed(amount_minor=600)
    lender = books.lender("L", 900)
    mandate = books.mandate(LANE, lender, "bid", 900)
    books.bid(lender, 500, mandate=mandate)
    books.done(LANE, "revoke", "mandate_revoke", holder=lender, mandate=mandate)
    refused = books.submit(LANE, "b2", "bid_hold", lender=lender, listing="X", amount_minor=100, mandate=mandate)
    assert refused.code is Code.mandate_not_active
    books.done(LANE, "b3", "bid_hold", lender=lender, listing="X", amount_minor=100)
    assert _disburse(books).code is Code.done
    assert books.available("B") == 600


# ── the fee ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("item", "fee"),
    [
        (FeeItem("platform_fee", "bp", 200, 0, 0, 0),       20),
        (FeeItem("platform_fee", "bp", 5, 0, 0, 0),         0),   # half a unit goes to the even one
        (FeeItem("platform_fee", "bp", 15, 0, 0, 0),        2),
        (FeeItem("platform_fee", "fixed", 0, 7, 0, 0),      7),
        (FeeItem("platform_fee", "bp", 10_000, 0, 0, 0),    1_000),
        (FeeItem("platform_fee", "bp", 200, 0, 12, 0),      12),
        (FeeItem("platform_fee", "bp", 200, 0, 0, 15),      15),
    ],
)  # fmt: skip
def test_takes_the_fee_the_borrower_confirmed(item: FeeItem, fee: int) -> None:
    books = _full(**FEE)
    books.fees(LANE, "fees", 1, item)
    books.consent(LANE, "B")
    assert _disburse(books).detail == {"lent_minor": 1_000, "fee_minor": fee}
    assert (books.available("B"), books.of_pool("2110")) == (1_000 - fee, fee)
    assert books.get(LANE, FeeConsent, "B:fees").used_month_minor == fee


def test_is_refused_without_the_consent_or_its_item() -> None:
    books = _full(**FEE)
    assert _disburse(books, "a").code is Code.fee_consent_missing
    books.fees(LANE, "fees", 1, FeeItem("other", "bp", 200, 0, 0, 0))
    books.consent(LANE, "B")
    assert _disburse(books, "b").code is Code.fee_item_not_found
    assert _unmoved(books)


def test_is_refused_when_the_fee_is_more_than_is_lent() -> None:
    books = _full(**FEE)
    books.fees(LANE, "fees", 1, FeeItem("platform_fee", "fixed", 0, 1_001, 0, 0))
    books.consent(LANE, "B")
    assert _disburse(books).code is Code.insufficient_fee_money
    assert _unmoved(books)


# ── the ladder ───────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("registered", Code.listing_not_full),
        ("raising",    Code.listing_not_full),
        ("failed",     Code.listing_not_full),
        ("disbursing", Code.listing_disbursing),
        ("disbursed",  Code.listing_has_captures),
        ("repaid",     Code.listing_has_captures),
        ("failing",    Code.raise_failing),
    ],
)  # fmt: skip
def test_is_refused_unless_the_listing_is_full(state: str, code: Code) -> None:
    books = Loan()
    books.listed()
    books.put(replace(books.listing(), state=state))
    assert _disburse(books).code is code


def test_names_a_listing_that_is_there() -> None:
    assert _disburse(Loan(), listing="none").code is Code.listing_not_found


@pytest.mark.parametrize(("days", "code"), [(7, Code.done), (10, Code.raise_ended)])
def test_is_refused_after_the_days_a_full_listing_may_wait(days: int, code: Code) -> None:
    books = _full()
    books.move_day(LANE, later(days))
    assert _disburse(books).code is code


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("active",         Code.done),
        ("locked",         Code.done),  # money may come in
        ("closed",         Code.account_not_active),
        ("pending_review", Code.account_not_active),
    ],
)  # fmt: skip
def test_pays_into_a_locked_account_but_not_into_a_closed_one(state: str, code: Code) -> None:
    books = _full()
    books.put(replace(books.get(LANE, Holder, "B"), state=state))
    assert _disburse(books).code is code


@pytest.mark.parametrize(("state", "code"), [("short", Code.done), ("stopped", Code.pool_not_active)])
def test_is_refused_while_the_pool_is_stopped(state: str, code: Code) -> None:
    books = _full()
    books.put(replace(books.get(LANE, Pool, "main"), state=state))
    assert _disburse(books).code is code


def test_names_the_three_unusable_holds_of_five_hundred_and_moves_nothing() -> None:
    books = Loan()
    books.crowd(500, lenders=500)
    locked = ["L007", "L100", "L499"]
    for lender in locked:
        books.put(replace(books.get(LANE, Holder, lender), state="locked"))
    answer = _disburse(books)
    assert (answer.code, answer.detail) == (Code.hold_unusable, {"holds": ["bid:00007", "bid:00100", "bid:00499"]})
    assert _unmoved(books) and books.postings(LANE, "pay") == []
    for lender in locked:
        books.put(replace(books.get(LANE, Holder, lender), state="active"))
    assert _disburse(books, "again").code is Code.done
    assert (books.available("B"), len(books.claims())) == (50_000, 500)


@pytest.mark.parametrize(
    "change",
    [
        {"account": 2},
        {"purpose": "repayment"},
        {"release_by": later(-1)},
    ],
)  # fmt: skip
def test_does_not_use_a_hold_that_is_not_as_the_bid_fixed_it(change: dict[str, Any]) -> None:
    books = _full()
    hold = replace(books.get(LANE, Hold, "bid:L2:X"), **change)
    books.put(hold)
    books._buckets_sum = lambda lane, balances: None  # type: ignore[method-assign]  # the hold is made up
    assert _disburse(books).detail == {"holds": ["bid:L2:X"]}


# ── the holds a platform names ───────────────────────────────────────────────
@pytest.mark.parametrize(
    ("holds", "code"),
    [
        (["bid:L1:X", "bid:L2:X"],             Code.done),
        (["bid:L2:X", "bid:L1:X"],             Code.done),
        (["bid:L1:X"],                         Code.details_missing),
        (["bid:L1:X", "bid:L1:X"],             Code.duplicate_detail),
        (["bid:L1:X", "bid:none"],             Code.hold_not_found),
        (["bid:L1:X", "bid:L3:Y"],             Code.hold_listing_differs),
        (["bid:L1:X", "bid:L2:X", "bid:L3:Y"], Code.hold_listing_differs),
    ],
)  # fmt: skip
def test_never_captures_a_hold_for_another_listing(holds: list[str], code: Code) -> None:
    books = _full()
    books.lender("L3", 400)
    books.listed("Y", amount_minor=1_000)
    books.bid("L3", 400, "Y")
    assert _disburse(books, holds=holds).code is code
    assert books.held("L3") == 400
    assert _unmoved(books) is (code is not Code.done)


def test_does_not_capture_a_bid_that_was_given_back() -> None:
    books = Loan()
    books.listed(amount_minor=1_000)
    books.bid(books.lender("L1", 700), 700)
    books.done(LANE, "whole", "bid_cancel", lender="L1", hold="bid:L1:X", amount_minor=700)
    books.bid(books.lender("L2", 1_000), 1_000)
    assert _disburse(books, holds=["bid:L1:X"]).code is Code.hold_not_open
    assert _unmoved(books)


def test_does_not_use_the_hold_of_a_lender_in_another_pool() -> None:
    books = _full()
    books.put(replace(books.get(LANE, Holder, "L2"), pool="other"))
    assert _disburse(books).detail == {"holds": ["bid:L2:X"]}


def test_uses_a_hold_on_its_last_day() -> None:
    books = _full()
    books.put(replace(books.get(LANE, Hold, "bid:L2:X"), release_by=FRIDAY))
    assert _disburse(books).code is Code.done


def test_does_not_use_a_red_packet_that_is_not_held_in_2125() -> None:
    books = Loan()
    books.give(LANE, "main", 100, code="2120")
    books.listed(amount_minor=1_000)
    books.bid(books.lender("L", 900), 900, marketing_minor=100)
    packet = books.get(LANE, Hold, "bid:L:X:marketing")
    books.put(replace(packet, account=books.account(LANE, "main", "2120")))
    books._buckets_sum = lambda lane, balances: None  # type: ignore[method-assign]  # the hold is made up
    assert _disburse(books).detail == {"holds": ["bid:L:X"]}
    assert _unmoved(books)


def test_takes_a_red_packet_only_with_its_bid() -> None:
    books = Loan()
    books.give(LANE, "main", 100, code="2120")
    books.listed(amount_minor=1_000)
    books.bid(books.lender("L", 900), 900, marketing_minor=100)
    assert _disburse(books, "a", holds=["bid:L:X:marketing"]).code is Code.hold_purpose_differs
    assert _disburse(books, "b", holds=["bid:L:X"]).code is Code.done


# ── a part, where a pack allows it ───────────────────────────────────────────
@pytest.mark.parametrize(
    ("days", "allowed", "code"),
    [
        (3, 1, Code.listing_not_full),
        (4, 0, Code.listing_not_full),
        (4, 1, Code.done),
    ],
)  # fmt: skip
def test_disburses_a_part_only_after_the_raise_and_where_the_pack_allows(
    days: int, allowed: int, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = PACKS["cn_p2p"]
    monkeypatch.setitem(PACKS, "cn_p2p", replace(pack, params={**pack.params, "disburse_part": allowed}))
    books = Loan()
    books.listed(amount_minor=1_000)
    books.bid(books.lender("L", 600), 600)
    books.move_day(LANE, later(days))
    assert _disburse(books).code is code
    if code is Code.done:
        assert (books.listing().lent_minor, books.listing().amount_minor) == (600, 1_000)
        assert sum(row.principal_minor for row in books.plan()) == 600


def test_has_no_part_to_disburse_where_nobody_bid(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = PACKS["cn_p2p"]
    monkeypatch.setitem(PACKS, "cn_p2p", replace(pack, params={**pack.params, "disburse_part": 1}))
    books = Loan()
    books.listed(amount_minor=1_000)
    books.move_day(LANE, later(4))
    assert _disburse(books).code is Code.listing_not_full


def test_refuses_recorded_rows_that_a_later_day_has_overtaken() -> None:
    rows = [{"due_date": FRIDAY, "principal_minor": 1_000, "interest_minor": 5}]
    books = _full(rule="recorded", months=0, recorded=rows)
    books.move_day(LANE, MONDAY)
    assert _disburse(books).code is Code.schedule_malformed
    assert _unmoved(books)


# ── runs ─────────────────────────────────────────────────────────────────────
@pytest.fixture
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", 6)
    monkeypatch.setattr(runs, "STEP_ITEMS", 3)


@pytest.mark.usefixtures("small_runs")
def test_does_by_a_run_what_it_does_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def books_of(bound: int) -> Loan:
        monkeypatch.setattr(runs, "ATOMIC_ITEMS", bound)
        books = Loan()
        books.give(LANE, "main", 100, code="2120")
        books.fees(LANE)
        books.consent(LANE, "B")
        books.listed(amount_minor=1_010, **FEE)
        for number in range(7):
            books.bid(books.lender(f"L{number}", 1_000), 91 + 13 * number, marketing_minor=50 if number < 2 else 0)
        _disburse(books)
        return books

    at_once, by_run = books_of(100), books_of(6)
    assert by_run.listing().state == "disbursing" and by_run.postings(LANE, "pay") == []
    assert by_run.run("pay") == 4  # 2, 2 + 1, 3 and 1 items: no bid is parted from its packet
    for books in (at_once, by_run):
        assert books.listing().state == "disbursed"
    assert at_once.claims() == by_run.claims()
    assert at_once.plan() == by_run.plan()
    assert at_once.rows(LANE, Hold) == by_run.rows(LANE, Hold)
    assert at_once.available("B") == by_run.available("B")
    assert at_once.of_pool("2110") == by_run.of_pool("2110") > 0


@pytest.mark.usefixtures("small_runs")
@pytest.mark.parametrize(("bids", "state"), [(6, "disbursed"), (7, "disbursing")])
def test_is_one_journal_up_to_the_bound(bids: int, state: str) -> None:
    books = Loan()
    books.crowd(bids)
    assert _disburse(books).code is Code.done
    assert books.listing().state == state


@pytest.mark.usefixtures("small_runs")
def test_fixes_items_fees_and_sums_at_the_parent() -> None:
    books = Loan()
    books.fees(LANE)
    books.consent(LANE, "B")
    books.crowd(8, each_minor=101, **FEE)
    answer = _disburse(books)
    assert answer.detail == {"lent_minor": 808, "fee_minor": 16, "steps": 3}
    items = books.rows(LANE, RunItem)
    assert [item.step for item in items] == ["step:pay:1"] * 3 + ["step:pay:2"] * 3 + ["step:pay:3"] * 2
    assert sum(item.fee_minor for item in items) == 16
    assert sum(item.principal_minor for item in items) == books.get(LANE, Run, "pay").total_minor == 808
    assert books.get(LANE, FeeConsent, "B:fees").used_month_minor == 16


@pytest.mark.usefixtures("small_runs")
def test_goes_on_step_by_step_whatever_happens_to_clients_meanwhile() -> None:
    books = Loan()
    books.crowd(8)
    _disburse(books)
    assert books.run("pay", steps=1) == 1
    assert (books.listing().state, books.listing().held_minor, books.listing().lent_minor) == ("disbursing", 500, 300)
    for lender in ("L003", "B"):
        books.put(replace(books.get(LANE, Holder, lender), state="locked"))
    books.move_day(LANE, later(60))
    assert books.run("pay") == 2
    assert (books.listing().state, books.available("B")) == ("disbursed", 800)
    assert books.listing().disbursed_date == FRIDAY  # the day the parent fixed the plan
    assert books.plan()[0].due_date == date(2024, 4, 1)


@pytest.mark.usefixtures("small_runs")
def test_refuses_everything_else_on_the_listing_while_the_run_is_on() -> None:
    books = Loan()
    books.crowd(8)
    _disburse(books)
    books.move_day(LANE, later(60))
    ask = [
        ("a", "disbursement", {"listing": "X"}, Code.listing_disbursing),
        ("b", "raise_failure", {"listing": "X"}, Code.listing_disbursing),
        ("c", "bid_cancel", {"lender": "L000", "hold": "bid:00000", "amount_minor": 1}, Code.listing_disbursing),
        ("expire:bid:00000", "hold_expiry", {"hold": "bid:00000"}, Code.listing_disbursing),
        ("d", "bid_hold", {"lender": "L000", "listing": "X", "amount_minor": 1}, Code.listing_not_raising),
        ("e", "repayment", {"listing": "X", "borrower": "B", "plan_row": 1, "principal_minor": 1, "interest_minor": 0},
         Code.listing_disbursing),
    ]  # fmt: skip
    assert [books.submit(LANE, name, kind, **body).code for name, kind, body, _ in ask] == [code for *_, code in ask]


def test_disburses_ten_thousand_holds_across_a_restart_and_repays_them() -> None:
    books = Loan(pack="none_recorded")
    books.fees(LANE)
    books.consent(LANE, "B")
    books.crowd(10_000, rule="bullet", months=1, **FEE)
    _disburse(books)
    assert books.run("pay", steps=13) == 13
    books.runners.clear()  # the writer dies; another reads what is stored
    assert books.run("pay") == 27
    assert (books.available("B"), books.of_pool("2110")) == (980_000, 20_000)
    assert len(books.claims()) == 10_000 and books.listing().state == "disbursed"
    books.give(LANE, "B", 30_000)
    assert books.repay(1, 1_000_000, 10_000).detail == {"paid_minor": 1_010_000, "claims": 10_000, "steps": 40}
    assert (books.held("B"), books.available("B")) == (1_010_000, 0)
    books.run("repay:1", steps=20)
    books.runners.clear()
    books.run("repay:1")
    assert books.listing().state == "repaid"
    assert set(books.claims().values()) == {(f"L{n:03}", 0, 1, 0, "settled") for n in range(20)}
    assert all(books.available(f"L{n:03}") == 1_000_000 - 50_000 + 50_500 for n in range(20))
