"""Withdrawal result (提现结果): what the bank did with one withdrawal, or that it did not say.

When    the bank's answer, its later word, or the end of the wait for it
Reads   the withdrawal, its message, holder, bank account, pool, mandate, and the fee's hold
Posts   settled: Dr 2030 / Cr 1010 and fee Dr 2020 / Cr 2110; rejected: Dr 2030 / Cr 2010 and fee Dr 2020 / Cr 2010;
        timed_out: nothing, for a timeout is not an answer
Returns Decision; a fee that was earned is a fee charge with the withdrawal's id; what comes after the end is
        refused and posts nothing
Order   withdrawal, state, amount, finality, cash
Source  domain-decisions.md 8, 25, 26; domain.md (c.2) B3, B6, (k.3) S-04, S-05
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import bank_event_id
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import BankAccount, FeeCharge, Hold, Holder, Message, Move, Pool, Row, Withdrawal
from cunguan.ledger.book import Book
from cunguan.ledger.templates.withdrawal_result import (
    withdrawal_fee_earned,
    withdrawal_paid,
)
from cunguan.operations.mandates import Mandates, mandates_of
from cunguan.operations.unpaid import open_fee, returned
from cunguan.operations.withdrawal import fee_hold_id
from cunguan.states.hold import HOLD
from cunguan.states.outbox import OUTBOX
from cunguan.states.withdrawal import WITHDRAWAL

KIND = "withdrawal_result"
VERSION = 1
LANE = "platform"
ID_PREFIX = "bank:"

ENDED = WITHDRAWAL.final | {"settled", "returned"}


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bank's word; `finality`: a negative status after the bank's finality time, or its written word."""

    withdrawal: str
    status: Literal["settled", "rejected", "timed_out"]
    amount_minor: int = 0  # nothing is compared when the bank did not answer
    reason: str = ""
    finality: bool = False


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a result depends on; the rows beside the withdrawal are there when it is."""

    withdrawal: Withdrawal | None
    message: Message | None
    holder: Holder | None
    bank: BankAccount | None
    pool: Pool | None
    fee_hold: Hold | None
    cash_minor: int
    mandates: Mandates


def result_id(channel: str, end_to_end_id: str, status: str, finality: bool = False) -> str:
    """Return the id of a result. A final rejection is another event than the rejection that was not final yet.

    >>> result_id("demobank", "W1", "rejected"), result_id("demobank", "W1", "rejected", finality=True)
    ('bank:demobank:W1:rejected', 'bank:demobank:W1:rejected_final')
    """
    return bank_event_id(channel, end_to_end_id, f"{status}_final" if finality else status)


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a result."""
    body = instruction.body
    assert isinstance(body, Body)
    withdrawal = book.get(Withdrawal, body.withdrawal)
    if withdrawal is None:
        return Facts(None, None, None, None, None, None, 0, {})
    bank = book.get(BankAccount, withdrawal.bank_account)
    assert bank is not None, "a withdrawal names a bank account that exists"
    return Facts(
        withdrawal=withdrawal,
        message=book.get(Message, withdrawal.id),
        holder=book.get(Holder, withdrawal.holder),
        bank=bank,
        pool=book.get(Pool, bank.pool),
        fee_hold=book.get(Hold, fee_hold_id(withdrawal.id)) if withdrawal.fee_minor else None,
        cash_minor=book.balance(bank.account),
        mandates=mandates_of(book, [withdrawal]),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one result."""
    body, withdrawal = instruction.body, facts.withdrawal
    assert isinstance(body, Body)
    if withdrawal is None:
        return refuse(Code.withdrawal_not_found)
    if withdrawal.state in ENDED:
        return refuse(Code.withdrawal_final, f"the withdrawal is {withdrawal.state}", state=withdrawal.state)
    if withdrawal.state not in ("sent", "in_doubt"):
        return refuse(Code.withdrawal_not_sent, f"the withdrawal is {withdrawal.state}")
    if body.status == "timed_out":
        return _in_doubt(facts)
    if body.amount_minor != withdrawal.amount_minor:
        return refuse(Code.withdrawal_differs, amount_minor=withdrawal.amount_minor)
    if body.status == "rejected":
        return _rejected(body, facts)
    if body.amount_minor > facts.cash_minor:
        return refuse(Code.insufficient_pool_cash, "the bank paid more than the books have in this bank account")
    return _settled(facts, given)


def _in_doubt(facts: Facts) -> Decision:
    assert facts.withdrawal is not None
    if facts.withdrawal.state == "in_doubt":
        return refuse(Code.state_forbids, "the withdrawal is in doubt already; only evidence ends that")
    return _end("timed_out", facts, (), ())


def _rejected(body: Body, facts: Facts) -> Decision:
    withdrawal, holder = facts.withdrawal, facts.holder
    assert withdrawal is not None and holder is not None
    if withdrawal.state == "in_doubt" and not body.finality:
        return refuse(
            Code.state_forbids,
            "in doubt ends as rejected only by a negative status after the bank's finality time or its written word",
        )
    postings, changes = returned(withdrawal, holder, facts.fee_hold, facts.mandates)
    return _end("bank_rejected", facts, postings, changes)


def _settled(facts: Facts, given: Given) -> Decision:
    withdrawal, holder, bank, pool = facts.withdrawal, facts.holder, facts.bank, facts.pool
    assert withdrawal is not None and holder is not None and bank is not None and pool is not None
    postings: tuple[Posting, ...] = withdrawal_paid(
        holder=holder, bank=bank, amount_minor=withdrawal.amount_minor, opened=withdrawal.seq
    )
    hold, changes, charged = open_fee(facts.fee_hold), (), ()  # type: tuple[Hold | None, tuple[Row, ...], tuple[Row, ...]]
    if hold is not None:
        fee_minor = hold.remaining_minor
        postings += withdrawal_fee_earned(pool=pool, hold=hold, fee_minor=fee_minor)
        state = HOLD.after(hold.state, "captured_in_full")
        changes = (replace(hold, captured_minor=hold.captured_minor + fee_minor, state=state),)
        charged = (FeeCharge(withdrawal.id, holder.id, fee_minor, 0, given.seq),)
    return _end("bank_confirmed", facts, postings, changes, charged)


def _end(
    event: str, facts: Facts, postings: tuple[Posting, ...], changes: tuple[Row, ...], adds: tuple[Row, ...] = ()
) -> Decision:
    withdrawal, message = facts.withdrawal, facts.message
    assert withdrawal is not None and message is not None
    heard = "timed_out" if event == "timed_out" else "answered"
    state, told = WITHDRAWAL.after(withdrawal.state, event), OUTBOX.after(message.state, heard)
    return Decision(
        Code.done,
        postings=postings,
        adds=adds,
        changes=(replace(withdrawal, state=state), replace(message, state=told), *changes),
        moves=(Move("withdrawal", withdrawal.id, event, state), Move("outbox", message.id, heard, told)),
        answer={"state": state},
    )
