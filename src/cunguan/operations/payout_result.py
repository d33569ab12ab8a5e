"""Payout result (付款结果): what the bank did with one payout, or that it did not say.

When    the bank's answer, its later word, or the end of the wait for it
Reads   the payout, its message, the bank account, and what the payout is about
Posts   settled: Dr the payout's account / Cr 1010; rejected: Dr the payout's account / Cr where the money stood before;
        timed_out: nothing, for a timeout is not an answer
Returns Decision; what comes after the end is refused and posts nothing
Order   payout, state, amount, finality, cash
Source  invariant 8; domain-decisions.md 8, 26
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import BankAccount, Message, Move, Payout
from cunguan.ledger.book import Book
from cunguan.ledger.templates.payout import payout_given_back, payout_paid
from cunguan.operations.payouts import KINDS, About
from cunguan.operations.withdrawal_result import ID_PREFIX as ID_PREFIX
from cunguan.states.outbox import OUTBOX
from cunguan.states.payout import PAYOUT

KIND = "payout_result"
VERSION = 1
LANE = "platform"

EVENT_OF = {"settled": "bank_confirmed", "rejected": "bank_rejected", "timed_out": "timed_out"}


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bank's word; `finality`: a negative status after the bank's finality time, or its written word."""

    payout: str
    status: Literal["settled", "rejected", "timed_out"]
    amount_minor: int = 0  # nothing is compared when the bank did not answer
    reason: str = ""
    finality: bool = False


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a result depends on; the rows beside the payout are there when it is."""

    payout: Payout | None
    message: Message | None
    bank: BankAccount | None
    about: About
    cash_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a result."""
    body = instruction.body
    assert isinstance(body, Body)
    payout = book.get(Payout, body.payout)
    if payout is None:
        return Facts(None, None, None, (), 0)
    bank = book.get(BankAccount, payout.bank_account)
    assert bank is not None, "a payout names a bank account that exists"
    about = KINDS[payout.kind].read(payout, book)
    return Facts(payout, book.get(Message, payout.id), bank, about, book.balance(bank.account))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one result."""
    body, payout = instruction.body, facts.payout
    assert isinstance(body, Body)
    if payout is None:
        return refuse(Code.payout_not_found)
    if payout.state not in ("sent", "in_doubt"):
        return refuse(Code.payout_not_open, f"the payout is {payout.state}", state=payout.state)
    if body.status == "timed_out":
        if payout.state == "in_doubt":
            return refuse(Code.state_forbids, "the payout is in doubt already; only evidence ends that")
        return _end(body, payout, facts, given)
    if body.amount_minor != payout.amount_minor:
        return refuse(Code.payout_differs, amount_minor=payout.amount_minor)
    if body.status == "rejected" and payout.state == "in_doubt" and not body.finality:
        return refuse(
            Code.state_forbids,
            "in doubt ends as rejected only by a negative status after the bank's finality time or its written word",
        )
    if body.status == "settled" and body.amount_minor > facts.cash_minor:
        return refuse(Code.insufficient_pool_cash, "the bank paid more than the books have in this bank account")
    return _end(body, payout, facts, given)


def _end(body: Body, payout: Payout, facts: Facts, given: Given) -> Decision:
    message, bank, event = facts.message, facts.bank, EVENT_OF[body.status]
    assert message is not None and bank is not None
    heard = "timed_out" if event == "timed_out" else "answered"
    state, told = PAYOUT.after(payout.state, event), OUTBOX.after(message.state, heard)
    effect = KINDS[payout.kind].follow(payout, event, facts.about, given)
    postings: tuple[Posting, ...] = ()
    if event == "bank_confirmed":
        postings = payout_paid(payout=payout, bank=bank, opened=effect.opened or payout.seq)
    if event == "bank_rejected" and payout.came_from:
        postings = payout_given_back(payout=payout)
    return Decision(
        Code.done,
        postings=(*postings, *effect.postings),
        adds=effect.adds,
        changes=(replace(payout, state=state), replace(message, state=told), *effect.changes),
        moves=(
            Move("payout", payout.id, event, state),
            Move("outbox", message.id, heard, told),
            *effect.moves,
        ),
        answer={"state": state},
    )
