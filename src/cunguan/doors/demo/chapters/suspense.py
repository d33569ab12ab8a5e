"""Suspense (挂账): money that nobody can name goes to its owner in parts, or back to where it came from.

When    days 5, and 12 (the bank has sent a return back)
Source  domain-decisions.md 30; tests/scenarios/suspense.txt
"""

from cunguan.channels.demobank.bank import RETURNED
from cunguan.doors.demo.chapters.chapter import Chapter, Desk, balance, state
from cunguan.doors.demo.market import YUAN
from cunguan.kernel.codes import Code

OWNER = "suspense-owner"


def arrive(river: Desk, _: Desk) -> None:
    """Let unknown money come; find the owner of some of it, and send some back."""
    river.let_in("lender", OWNER)
    river.comes("suspense-1", "unidentified_receipt", 500 * YUAN, payee_hash="stranger-1")
    river.pay_in("suspense-2", OWNER, 200 * YUAN, payer_matches=False, payee_hash="stranger-2")
    river.receive("suspense-3", 70 * YUAN)
    river.two(
        "suspense-3", "break_parking", break_id="break-1", bank_account=river.bank_account, amount_minor=70 * YUAN,
        reference="suspense-3",
    )  # fmt: skip
    _allocate(river, "suspense-1", 120 * YUAN)
    river.bank_does("suspense-back-2", RETURNED)
    river.refused(
        Code.payee_not_allowed, "suspense-back-1", "suspense_return", item="suspense-2",
        bank_account=river.bank_account, amount_minor=200 * YUAN, payee_hash="thief", reason="nobody here owns it",
        maker="clerk-1", checker="clerk-2",
    )  # fmt: skip
    river.two(
        "suspense-back-2", "suspense_return", item="suspense-2", bank_account=river.bank_account,
        amount_minor=200 * YUAN, payee_hash="stranger-2", reason="nobody here owns it",
    )  # fmt: skip


def _allocate(river: Desk, item: str, amount_minor: int) -> None:
    river.two(
        f"allocate:{item}:{amount_minor}", "suspense_allocation", item=item, holder=OWNER, amount_minor=amount_minor,
        reason="his bank confirms it",
    )  # fmt: skip


def come_to_rest(river: Desk, _: Desk) -> None:
    """What is left is allocated: the stranger's account is closed, and it was a gift after all."""
    _allocate(river, "suspense-1", 380 * YUAN)
    _allocate(river, "suspense-back-2", 200 * YUAN)
    _allocate(river, "suspense-3", 70 * YUAN)


CHAPTER = Chapter(
    title=("suspense", "挂账"),
    says=(
        "770.00 that nobody could name: 200.00 went back to its source and was returned; all of it found its owner",
        "来源不明款770.00元：其中200.00元退回来源后被退汇，最终全部入账归属客户",
    ),
    acts=((5, arrive), (12, come_to_rest)),
    checks=(
        balance(1, OWNER, "2010", 770 * YUAN),
        state("suspense_item", 1, "suspense-1", "allocated"),
        state("payout", 1, "suspense-back-2", "returned"),
    ),
)
