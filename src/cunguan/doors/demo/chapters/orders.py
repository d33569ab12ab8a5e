"""Orders (司法冻结): an authority's order over a client of both platforms, to the fen; what it takes, lifts and lets lapse.

When    days 12 (set aside), 13 (ordered), 14 (a later deposit; a taking), 15 (lifted), 16 (one has run out),
        36 (a loan that was lent before is repaid)
Source  domain-decisions.md 28; tests/scenarios/legal_order_over_two_platforms.txt
"""

from datetime import date
from typing import Any

from cunguan.doors.demo.chapters.chapter import Chapter, Check, Desk, state
from cunguan.doors.demo.custodian import CHECKER, MAKER
from cunguan.doors.demo.market import CURRENCY, YUAN

PERSON, HERE, THERE, BORROWER = "person-ordered", "ordered-river", "ordered-hill", "ordered-borrower"
LISTING, FIRST, SECOND, SHORT = "ordered-loan", "order-1", "order-2", "order-3"
COURT = "court"


def _on_both(code: str, expected_minor: int) -> Check:
    """Return the check of what he has on one account of the chart on both platforms."""
    return Check(
        "SELECT coalesce(sum(balance), 0) FROM account JOIN balance USING (lane, account) "
        f"WHERE owner IN ('{HERE}', '{THERE}') AND code = '{code}'",
        str(expected_minor),
    )


def hold(river: Desk, hill: Desk) -> None:
    """Set money aside by the client's word and by two people; some goes back, some when its day is over."""
    river.let_in("lender", HERE, person=PERSON)
    hill.let_in("lender", THERE, person=PERSON)
    river.let_in("borrower", BORROWER)
    river.pay_in("ordered-in-1", HERE, 60 * YUAN)
    hill.pay_in("ordered-in-2", THERE, 60 * YUAN)
    river.do("ordered-hold-1", "general_hold", **_hold(river, HERE, 10 * YUAN, "P"))
    hill.two("ordered-hold-2", "general_hold", **_hold(hill, THERE, 20 * YUAN, "M"))
    hill.two("ordered-release", "general_hold_release", hold="ordered-hold-2", amount_minor=20 * YUAN, reason="settled")
    river.listing(LISTING, BORROWER, 10 * YUAN, 1, "bullet")
    river.bid("ordered-bid", HERE, LISTING, 10 * YUAN)


def _hold(desk: Desk, holder: str, amount_minor: int, authority: str) -> dict[str, Any]:
    return {
        "holder": holder, "amount_minor": amount_minor, "reason": "a dispute", "until": desk.today,
        "authority": authority,
    }  # fmt: skip


def order(river: Desk, _: Desk) -> None:
    """100.00 over 50.00 and 60.00 freezes exactly 100.00; a second order waits for what is still to come."""
    _order(river, FIRST, 100 * YUAN, river.later(60))
    river.stands(_on_both("2040", 100 * YUAN))
    _order(river, SECOND, 50 * YUAN, river.later(60))
    river.stands(_on_both("2040", 110 * YUAN))
    river.two("ordered-clear", "hold_clearance", hold="ordered-bid", reason="lent before the order")
    river.lend(LISTING)


def _order(river: Desk, name: str, amount_minor: int, expires: date) -> None:
    river.custodian(
        name, "legal_order", issuer=COURT, instrument=f"paper:{name}", currency=CURRENCY, amount_minor=amount_minor,
        expires=expires, person=PERSON,
    )  # fmt: skip


def take(river: Desk, hill: Desk) -> None:
    """A later deposit is frozen as it comes; the authority takes a part of what is frozen."""
    hill.pay_in("ordered-in-3", THERE, 35 * YUAN)
    hill.settle()
    hill.stands(_on_both("2040", 145 * YUAN))
    river.custodian(
        "order-renewal", "legal_renewal", order=SECOND, issuer=COURT, instrument="paper:renewal",
        expires=river.later(90),
    )  # fmt: skip
    hill.do(
        "order-taking", "legal_taking", order=FIRST, holder=THERE, bank_account=hill.bank_account,
        amount_minor=30 * YUAN, payee_hash="payee:court", issuer=COURT, instrument="paper:taking", maker=MAKER,
        checker=CHECKER,
    )  # fmt: skip
    hill.settle()


def lift(river: Desk, _: Desk) -> None:
    """The authority lifts both orders; a small one runs out by itself."""
    for name in (FIRST, SECOND):
        river.custodian(f"{name}-lift", "legal_lift", order=name, issuer=COURT, instrument=f"paper:{name}-lift")
    _order(river, SHORT, 5 * YUAN, river.today)


def repay(river: Desk, _: Desk) -> None:
    """The borrower pays; no order is in force any more, and the lender has it free."""
    river.pay_in("ordered-in-4", BORROWER, 10)
    river.repay(LISTING, BORROWER, 1, 10 * YUAN, 10)


CHAPTER = Chapter(
    title=("orders", "司法冻结"),
    says=(
        "an order of 100.00 froze 100.00 over two platforms, a second one what came later; 30.00 were taken, the rest lifted",
        "一纸100.00元冻结令在两个平台合计恰好冻结100.00元，第二纸冻结其后入账；扣划30.00元，其余解除",
    ),
    acts=((12, hold), (13, order), (14, take), (15, lift), (36, repay)),
    checks=(
        _on_both("2040", 0),
        _on_both("2010", 125 * YUAN + 10),
        state("legal_order", 0, FIRST, "lifted"),
        state("legal_order", 0, SHORT, "expired"),
        state("hold", 1, "ordered-hold-1", "released"),
        state("payout", 2, "order-taking", "settled"),
    ),
)
