"""Steps (批次分步): a raise with more bids than one journal takes fails, and every bid goes back, step by step.

When    day 34
Source  design/lanes.md rule 14; tests/scenarios/s07_failed_raise_with_a_stop.txt
"""

from cunguan.doors.demo.chapters.chapter import Chapter, Check, Desk, balance, state
from cunguan.doors.demo.market import YUAN
from cunguan.operations.runs import ATOMIC_ITEMS

LENDER, BORROWER, LISTING, MANDATE = "steps-lender", "steps-borrower", "steps-listing", "steps-mandate"
BIDS = ATOMIC_ITEMS + 1


def give_up(_: Desk, hill: Desk) -> None:
    """Let a lender bid one yuan at a time under his mandate; then the platform gives the raise up."""
    hill.let_in("lender", LENDER)
    hill.let_in("borrower", BORROWER)
    hill.pay_in("steps-in", LENDER, BIDS * YUAN)
    hill.do(
        MANDATE, "mandate_grant", holder=LENDER, type="bid", cap_minor=BIDS * YUAN, until=hill.later(30)
    )  # fmt: skip
    hill.listing(LISTING, BORROWER, 2 * BIDS * YUAN, 1, "bullet")
    hill.at_once(
        *(
            hill.make(
                f"steps-bid-{number}", "bid_hold", lender=LENDER, listing=LISTING, amount_minor=YUAN, mandate=MANDATE
            )
            for number in range(BIDS)
        )
    )  # fmt: skip
    hill.do("steps-failure", "raise_failure", listing=LISTING)
    hill.settle()


CHAPTER = Chapter(
    title=("steps", "批次分步"),
    says=(
        f"a raise with {BIDS:,} bids of 1.00 was given up: too many for one journal, they went back in steps, each once",
        f"一项募集含{BIDS:,}笔1.00元投标而流标：超出单张凭证上限，分步解冻，每笔恰好一次",
    ),
    acts=((34, give_up),),
    checks=(
        state("listing", 2, LISTING, "failed"),
        balance(2, LENDER, "2010", BIDS * YUAN),
        Check(f"SELECT count(*) FROM hold WHERE lane = 2 AND listing = '{LISTING}' AND state = 'released'", str(BIDS)),
    ),
)
