"""Succession (继承): a client of both platforms dies; two heirs get his money and his claim. On one it was another person.

When    days 19 (lent), 20 (the death, the heirs), 22 (ended)
Source  domain.md (c.1) A12; tests/scenarios/succession.txt
"""

from cunguan.doors.demo.chapters.chapter import Chapter, Desk, balance, state
from cunguan.doors.demo.custodian import METHOD, SOURCE
from cunguan.doors.demo.market import YUAN

PERSON, HERE, THERE = "person-succession", "succession-river", "succession-hill"
HEIR, CHILD, BORROWER, LISTING = "succession-heir", "succession-child", "succession-borrower", "succession-loan"


def lend(river: Desk, hill: Desk) -> None:
    """Let him lend most of what he has."""
    river.let_in("lender", HERE, person=PERSON)
    hill.let_in("lender", THERE, person=PERSON)
    river.let_in("lender", HEIR, CHILD)
    river.let_in("borrower", BORROWER)
    river.pay_in("succession-in-1", HERE, 5_000 * YUAN)
    hill.pay_in("succession-in-2", THERE, 50 * YUAN)
    river.listing(LISTING, BORROWER, 4_000 * YUAN, 1, "bullet")
    river.bid("succession-bid", HERE, LISTING, 4_000 * YUAN)
    river.lend(LISTING)


def inherit(river: Desk, hill: Desk) -> None:
    """He dies; what is due to him goes on and then to his heirs. On the other platform it comes out that he lives."""
    river.custodian("succession-death", "death_record", act="succession-death", person=PERSON, instrument="certificate")
    river.repay(LISTING, BORROWER, 1, 1_000 * YUAN, 40 * YUAN)
    for name, heir, amount_minor, claims in (
        ("succession-1", HEIR, 1_000 * YUAN, ()),
        ("succession-2", CHILD, 1_040 * YUAN, ("succession-bid",)),
    ):
        river.two(
            name, "succession_transfer", holder=HERE, heir=heir, amount_minor=amount_minor, instrument="deed",
            method=METHOD, source=SOURCE, claims=claims,
        )  # fmt: skip
    river.two("succession-end", "succession_end", holder=HERE)
    hill.custodian(
        "succession-withdrawn", "death_withdrawal", act="succession-withdrawn", person=PERSON, reason="another person"
    )
    hill.custodian(
        "succession-unlock", "person_unlock", act="succession-unlock", lock="succession-withdrawn", person=PERSON,
        reason="he came himself",
    )  # fmt: skip


def rest(river: Desk, _: Desk) -> None:
    """The borrower pays the rest, to the heir."""
    river.pay_in("succession-in-3", BORROWER, 40 * YUAN)
    river.do(
        "succession-repaid", "repayment", listing=LISTING, borrower=BORROWER, plan_row=1,
        principal_minor=3_000 * YUAN, interest_minor=0,
    )  # fmt: skip


CHAPTER = Chapter(
    title=("succession", "继承"),
    says=(
        "a lender died: 2,040.00 and a claim of 3,000.00 went to two heirs; on the other platform it was another person",
        "一名出借人身故：2,040.00元及3,000.00元债权过户两名继承人；另一平台查明并非其人，已撤销",
    ),
    acts=((19, lend), (20, inherit), (22, rest)),
    checks=(
        state("holder_account", 1, HERE, "closed"),
        state("holder_account", 2, THERE, "active"),
        balance(1, HEIR, "2010", 1_000 * YUAN),
        balance(1, CHILD, "2010", 4_040 * YUAN),
    ),
)
