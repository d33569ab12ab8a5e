"""Deposit settlement (充值清算结果): the channel has paid the pool for one deposit, or it never will.

When    evidence of the bank or the channel comes in for a deposit that was announced
Reads   the deposit, its holder, the clearing account, the bank account and its pool
Posts   settled: Dr 1010 / Cr 1020 and Dr 2015 / Cr 2010; failed: Dr 2015 / Cr 1020
        settled after it had failed: Dr 1010 / Cr 2210, for the money is here
Returns Decision; the answer tells the deposit's state; in suspense it is an item with the deposit's id
Order   deposit, state, amount, bank account, size
Source  domain.md (c.2) B1; domain-decisions.md 5, 8
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import BankAccount, Clearing, Deposit, Holder, Move, Pool, SuspenseItem
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.deposit_settlement import deposit_failed, deposit_settled, paid_after_failure
from cunguan.operations.receiving import fits
from cunguan.operations.suspense import suspense_item
from cunguan.states.deposit import DEPOSIT

KIND = "deposit_settlement"
VERSION = 1
LANE = "platform"
ID_PREFIX = "settle:"

EVENT_OF_OUTCOME = {"settled": "bank_settled", "failed": "settlement_failed"}


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The end of one uncleared deposit; `bank_account` is where the money came in, "" when it failed."""

    deposit: str
    bank_account: str
    outcome: Literal["settled", "failed"]
    amount_minor: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a settlement depends on."""

    deposit: Deposit | None
    clearing: Clearing | None
    holder: Holder | None
    bank: BankAccount | None
    pool: Pool | None
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a settlement."""
    body = instruction.body
    assert isinstance(body, Body)
    deposit = book.get(Deposit, body.deposit)
    bank = book.get(BankAccount, body.bank_account) if body.outcome == "settled" else None
    pool = book.get(Pool, bank.pool) if bank is not None else None
    if deposit is None or not deposit.clearing:
        return Facts(deposit, None, None, bank, pool, (0,))
    clearing, holder = book.get(Clearing, deposit.clearing), book.get(Holder, deposit.holder)
    balances: tuple[int, ...] = (0,)
    if bank is not None and pool is not None and holder is not None:
        accounts = (bank.account, holder.available, pool_account(pool.base, "2210"))
        balances = tuple(book.balance(account) for account in accounts)
    return Facts(deposit, clearing, holder, bank, pool, balances)


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one settlement."""
    body = instruction.body
    assert isinstance(body, Body)
    deposit, clearing, bank = facts.deposit, facts.clearing, facts.bank
    if deposit is None:
        return refuse(Code.deposit_not_found)
    event = EVENT_OF_OUTCOME[body.outcome]
    if clearing is None or not DEPOSIT.may(deposit.state, event):
        return refuse(Code.deposit_not_uncleared, f"the deposit is {deposit.state}")
    if body.amount_minor != deposit.amount_minor:
        return refuse(Code.deposit_differs, amount_minor=deposit.amount_minor)
    if body.outcome == "settled" and bank is None:
        return refuse(Code.bank_account_not_found)
    if bank is not None and bank.pool != clearing.pool:
        return refuse(Code.pool_differs)
    if not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    state = DEPOSIT.after(deposit.state, event)
    return Decision(
        Code.done,
        postings=_postings(state, deposit, facts, given),
        adds=_item(deposit, facts, given) if state == "in_suspense" else (),
        changes=(replace(deposit, state=state),),
        moves=(Move("deposit", deposit.id, event, state),),
        answer={"state": state},
    )


def _postings(state: str, deposit: Deposit, facts: Facts, given: Given) -> tuple[Posting, ...]:
    clearing, holder, bank, pool = facts.clearing, facts.holder, facts.bank, facts.pool
    assert clearing is not None and holder is not None
    amount_minor, opened = deposit.amount_minor, deposit.seq
    if state == "failed":
        return deposit_failed(clearing=clearing, holder=holder, amount_minor=amount_minor, opened=opened)
    assert bank is not None and pool is not None
    if state == "in_suspense":
        return paid_after_failure(bank=bank.account, pool=pool, amount_minor=amount_minor, opened=given.seq)
    assert state == "cleared" and holder.state != "closed", "an account closes empty, of uncleared money too"
    return deposit_settled(
        bank=bank.account, clearing=clearing, holder=holder, amount_minor=amount_minor, opened=opened
    )


def _item(deposit: Deposit, facts: Facts, given: Given) -> tuple[SuspenseItem, ...]:
    bank, pool = facts.bank, facts.pool
    assert bank is not None and pool is not None
    item = suspense_item(
        deposit.id, pool, "2210", deposit.amount_minor, given, bank_account=bank.id, reference=deposit.channel,
        owner=deposit.holder,
    )  # fmt: skip
    return (item,)
