"""Corrections (冲正): a credit that was another's is taken back by two people within a business day, and no later.

When    days 30 (asked), 31 (carried out, with the value date of the day before)
Source  domain-decisions.md 8; tests/scenarios/s26_maker_approves_own_adjustment.txt
"""

from typing import Any

from cunguan.doors.demo.chapters.chapter import Chapter, Desk, balance, state
from cunguan.doors.demo.market import YUAN
from cunguan.kernel.codes import Code

CLIENT, RIGHT = "corrections-client", "corrections-right"


def ask(river: Desk, _: Desk) -> None:
    """Credit one client what is another's, and ask to take it back; another request is refused."""
    river.let_in("lender", CLIENT, RIGHT)
    for name, amount_minor in (("corrections-in-1", 100 * YUAN), ("corrections-in-2", 5 * YUAN)):
        river.pay_in(name, CLIENT, amount_minor)
        river.do(
            f"ask:{name}", "adjustment_request", of=name, line=0, holder=CLIENT, amount_minor=amount_minor,
            reason="not his", asked_by="clerk-3",
        )  # fmt: skip
    river.do(
        "corrections-no", "adjustment_refusal", request="ask:corrections-in-2", outcome="refused",
        answered_by="clerk-2", reason="it was right",
    )  # fmt: skip


def carry_out(river: Desk, _: Desk) -> None:
    """Two people take the credit back, of the day it was booked; it waits for its owner, who is found."""
    terms: dict[str, Any] = {
        "request": "ask:corrections-in-1", "of": "corrections-in-1", "holder": CLIENT, "finding": "of_another",
        "client_minor": 100 * YUAN, "firm_minor": 0, "bank_account": river.bank_account, "document": "letter",
        "notice": "post", "value_date": river.before,
    }  # fmt: skip
    river.refused(Code.approver_is_maker, "corrections-0", "adjustment", maker="clerk-1", checker="clerk-3", **terms)
    river.two("corrections-1", "adjustment", **terms)
    river.two(
        "corrections-found", "suspense_allocation", item="corrections-1", holder=RIGHT, amount_minor=100 * YUAN,
        reason="his bank confirms it",
    )  # fmt: skip


CHAPTER = Chapter(
    title=("corrections", "冲正"),
    says=(
        "100.00 credited to the wrong client was taken back by two people with the value date of the credit, and found its owner",
        "误入他户100.00元，次一营业日双人冲正并按原起息日记账，再入真正所有人账户",
    ),
    acts=((30, ask), (31, carry_out)),
    checks=(
        balance(1, CLIENT, "2010", 5 * YUAN),
        balance(1, RIGHT, "2010", 100 * YUAN),
        state("adjustment", 1, "ask:corrections-in-1", "posted"),
        state("adjustment", 1, "ask:corrections-in-2", "refused"),
    ),
)
