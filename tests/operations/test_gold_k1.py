"""Gold case k.1, the lending steps: bids, disbursement, first repayment, sale and compensation, to the cent.

Source  domain-decisions.md, "Gold case k.1 as corrected", steps 1, 2, 3, 5, 6, 7, end; step 4 and the deposits are money
        in and out, here by the bank's hand
"""

from datetime import date

from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Hold
from tests.operations.lending_case import LANE, Loan

BIDS = {"L1": 6_000_000, "L2": 3_000_000, "L3": 990_000}


def _bids() -> Loan:
    books = Loan()
    for lender, amount_minor in (("L1", 6_000_000), ("L2", 3_000_000), ("L3", 1_000_001)):
        books.lender(lender, amount_minor)
    books.give(LANE, "main", 100_000, code="2120")
    books.fees(LANE)
    books.consent(LANE, "B")
    books.listed(fee_schedule="fees", fee_item="platform_fee")
    books.guarantor("G", 7_000_000)
    for lender, amount_minor in BIDS.items():
        books.bid(lender, amount_minor, marketing_minor=10_000 if lender == "L3" else 0)
    return books


def _disbursed() -> Loan:
    books = _bids()
    books.done(LANE, "disburse", "disbursement", listing="X")
    return books


def test_step_2_holds_the_bids_and_the_red_packet_and_is_full() -> None:
    books = _bids()
    assert sum(books.held(lender) for lender in BIDS) == 9_990_000
    assert (books.of_pool("2125"), books.of_pool("2120")) == (10_000, 90_000)
    listing = books.listing()
    assert (listing.held_minor, listing.lent_minor, listing.state) == (10_000_000, 0, "full")


def test_step_3_disburses_all_and_takes_the_fee() -> None:
    books = _disbursed()
    assert books.available("B") == 9_800_000
    assert (books.of_pool("2110"), books.of_pool("2125"), books.of_pool("2120")) == (200_000, 0, 90_000)
    assert [books.available(lender) for lender in BIDS] == [0, 0, 10_001]
    assert [books.held(lender) for lender in BIDS] == [0, 0, 0]
    assert all(hold.state == "captured" for hold in books.rows(LANE, Hold))
    assert [claim[:2] for claim in books.claims().values()] == [("L1", 6_000_000), ("L2", 3_000_000), ("L3", 1_000_000)]
    assert [(row.principal_minor, row.interest_minor) for row in books.plan()] == [
        (3_333_334, 100_000), (3_333_333, 66_667), (3_333_333, 33_333),
    ]  # fmt: skip
    assert books.listing().state == "disbursed"


def test_step_3_posts_the_holds_in_order_and_the_fee_last() -> None:
    assert _disbursed().postings(LANE, "disburse") == [
        ("L1:2020", "B:2010", 6_000_000),
        ("L2:2020", "B:2010", 3_000_000),
        ("L3:2020", "B:2010", 990_000),
        ("main:2125", "B:2010", 10_000),
        ("B:2010", "main:2110", 200_000),
    ]


def test_step_3_cites_each_lenders_bid_and_the_fee_consent() -> None:
    books = _disbursed()
    holds = {hold.owner: hold for hold in books.rows(LANE, Hold)}
    postings = books.decision(LANE, "disburse").postings
    bids = [(holds[lender].authority, holds[lender].seq) for lender in BIDS]
    assert [(posting.authority, posting.opened) for posting in postings[:3]] == bids
    assert (postings[3].authority, postings[3].opened) == (None, holds["main"].seq)
    assert postings[4].authority == books.store.keys[(LANE, key16("consent:B:fees:1"))].seq


def test_step_5_pays_principal_and_interest_to_the_cent() -> None:
    books = _disbursed()
    # Step 4 took 9,800,000 to the bank and step 5 brought 5,050,000 from it: here both stay in the pool.
    books.give(LANE, "B", 5_050_000)
    assert books.repay(1, 3_333_334, 100_000).detail == {"paid_minor": 3_433_334, "claims": 3}
    assert books.postings(LANE, "repay:1") == [
        ("B:2010", "B:2020", 3_433_334),
        ("B:2020", "L1:2010", 2_060_001),
        ("B:2020", "L2:2010", 1_030_000),
        ("B:2020", "L3:2010", 343_333),
    ]
    assert [books.available(lender) for lender in BIDS] == [2_060_001, 1_030_000, 353_334]
    assert books.available("B") - 9_800_000 == 1_616_666
    assert books.claims() == {
        "bid:L1:X": ("L1", 3_999_999, 60_000, 0, "active"),
        "bid:L2:X": ("L2", 2_000_000, 30_000, 0, "active"),
        "bid:L3:X": ("L3", 666_667, 10_000, 0, "active"),
    }
    moves = books.decision(LANE, "repay:1").claim_moves
    assert [(move.principal_minor, move.interest_minor) for move in moves] == [
        (-2_000_001, 60_000), (-1_000_000, 30_000), (-333_333, 10_000),
    ]  # fmt: skip


def _repaid() -> Loan:
    books = _disbursed()
    books.give(LANE, "B", 5_050_000)
    assert books.repay(1, 3_333_334, 100_000).code is Code.done
    return books


def _sold() -> Loan:
    books = _repaid()
    books.move_day(LANE, date(2024, 4, 1))
    assert books.offer("bid:L2:X", 2_000_000, 1_980_000, id="sale").code is Code.done
    assert books.buy("sale", "L1", 2_000_000, 1_980_000, id="buy").code is Code.done
    return books


def test_step_6_sells_a_whole_claim_at_the_sellers_floor() -> None:
    books = _sold()
    assert books.postings(LANE, "buy") == [("L1:2010", "L1:2020", 1_980_000), ("L1:2020", "L2:2010", 1_980_000)]
    assert (books.available("L1"), books.available("L2")) == (80_001, 3_010_000)
    assert books.claims() == {
        "bid:L1:X": ("L1", 3_999_999, 60_000, 0, "active"),
        "bid:L2:X": ("L2", 0, 30_000, 0, "assigned"),
        "bid:L3:X": ("L3", 666_667, 10_000, 0, "active"),
        "buy": ("L1", 2_000_000, 0, 0, "active"),
    }


def test_step_7_compensates_principal_and_interest_by_the_register() -> None:
    books = _sold()
    books.move_day(LANE, date(2024, 6, 5))
    assert books.compensate(2, 3_333_333, 16_667).code is Code.done
    assert books.compensate(3, 3_333_333, 33_333).code is Code.done
    paid = {lender: 0 for lender in BIDS}
    for number in (2, 3):
        for debit, credit, amount in books.postings(LANE, f"compensation:{number}"):
            assert debit == "G:2010"
            paid[credit.removesuffix(":2010")] += amount
    assert paid == {"L1": 5_999_999 + 45_000, "L2": 0, "L3": 666_667 + 5_000}
    assert [books.available(name) for name in (*BIDS, "G")] == [6_125_000, 3_010_000, 1_025_001, 283_334]
    recourse = books.recourse().values()
    assert sum(claim[1] for claim in recourse) == 6_666_666
    assert sum(claim[2] for claim in recourse) == 50_000
    # At the end all that is owed is the pool's cash; the 9,800,000 of step 4 are still here.
    end = [books.available(name) for name in (*BIDS, "B", "G")] + [books.of_pool("2110"), books.of_pool("2120")]
    assert end == [6_125_000, 3_010_000, 1_025_001, 1_616_666 + 9_800_000, 283_334, 200_000, 90_000]
    assert sum(end) - 9_800_000 == 12_350_001 == books.balance(LANE, "bank", "1010") - 9_800_000
