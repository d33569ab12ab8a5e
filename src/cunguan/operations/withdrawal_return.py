"""Withdrawal return (退汇): the payee's bank sends a paid withdrawal back.

When    the bank shows a credit that refers to a withdrawal it had paid
Reads   the withdrawal, its holder, the bank account and its pool
Posts   Dr 1010 / Cr 2220, then Dr 2220 / Cr 2010; for a closed account the first alone
Returns Decision; the fee was earned and stays; in suspense it is an item with the withdrawal's id
Order   withdrawal, state, amount, size
Source  domain.md (c.2) B6, (k.3) S-04; domain-decisions.md 29
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import bank_event_id
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import BankAccount, Holder, Move, Pool, SuspenseItem, Withdrawal
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.withdrawal_return import withdrawal_recredited, withdrawal_returned
from cunguan.operations.receiving import creditable, fits
from cunguan.operations.suspense import suspense_item
from cunguan.states.withdrawal import WITHDRAWAL

KIND = "withdrawal_return"
VERSION = 1
LANE = "platform"
ID_PREFIX = "return:"
ALSO_PREFIX = "statement:"  # a line of a statement can show a return before the bank tells of it


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money that came back; a bank that keeps a charge out of it has returned another amount."""

    withdrawal: str
    amount_minor: int
    reason: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a return depends on; the rows beside the withdrawal are there when it is."""

    withdrawal: Withdrawal | None
    holder: Holder | None
    bank: BankAccount | None
    pool: Pool | None
    balances_minor: tuple[int, ...]


def return_id(channel: str, end_to_end_id: str) -> str:
    """Return the id of a return that the bank reports.

    >>> return_id("demobank", "W1")
    'return:bank:demobank:W1:returned'
    """
    return ID_PREFIX + bank_event_id(channel, end_to_end_id, "returned")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a return."""
    body = instruction.body
    assert isinstance(body, Body)
    withdrawal = book.get(Withdrawal, body.withdrawal)
    if withdrawal is None:
        return Facts(None, None, None, None, (0,))
    holder, bank = book.get(Holder, withdrawal.holder), book.get(BankAccount, withdrawal.bank_account)
    assert holder is not None and bank is not None, "a withdrawal names a holder and a bank account that exist"
    pool = book.get(Pool, bank.pool)
    assert pool is not None, "a bank account belongs to a pool"
    accounts = (bank.account, pool_account(pool.base, "2220"), holder.available)
    return Facts(withdrawal, holder, bank, pool, tuple(book.balance(account) for account in accounts))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one return."""
    body, withdrawal = instruction.body, facts.withdrawal
    assert isinstance(body, Body)
    if withdrawal is None:
        return refuse(Code.withdrawal_not_found)
    if withdrawal.state in ("returned", "recredited"):
        return refuse(Code.withdrawal_final, "the withdrawal was returned already", state=withdrawal.state)
    if withdrawal.state != "settled":
        return refuse(Code.withdrawal_not_settled, f"the withdrawal is {withdrawal.state}")
    if body.amount_minor != withdrawal.amount_minor:
        return refuse(Code.withdrawal_differs, amount_minor=withdrawal.amount_minor)
    if not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    return _accept(withdrawal, body, facts, given)


def _accept(withdrawal: Withdrawal, body: Body, facts: Facts, given: Given) -> Decision:
    holder, bank, pool = facts.holder, facts.bank, facts.pool
    assert holder is not None and bank is not None and pool is not None
    amount_minor = withdrawal.amount_minor
    postings: tuple[Posting, ...] = withdrawal_returned(
        bank=bank, pool=pool, amount_minor=amount_minor, opened=given.seq
    )
    events = ["bank_returned"]
    adds: tuple[SuspenseItem, ...] = ()
    if creditable(holder) is None:
        postings += withdrawal_recredited(pool=pool, holder=holder, amount_minor=amount_minor, opened=given.seq)
        events.append("recredited")
    else:
        item = suspense_item(
            withdrawal.id, pool, "2220", amount_minor, given, bank_account=bank.id, reference=body.reason,
            owner=holder.id,
        )  # fmt: skip
        adds = (item,)
    state, moves = withdrawal.state, ()  # type: tuple[str, tuple[Move, ...]]
    for event in events:
        state = WITHDRAWAL.after(state, event)
        moves += (Move("withdrawal", withdrawal.id, event, state),)
    return Decision(
        Code.done,
        postings=postings,
        adds=adds,
        changes=(replace(withdrawal, state=state),),
        moves=moves,
        answer={"state": state},
    )
