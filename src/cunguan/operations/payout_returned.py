"""Payout returned (付款退回): the payee's bank sends a paid payout back, days later.

When    the bank shows a credit that refers to a payout it had paid
Reads   the payout, the bank account and its pool, and what the payout is about
Posts   Dr 1010 / Cr where the money stood before; of a return to the source and of a legal taking: Dr 1010 / Cr 2220,
        a new item of suspense with the payout's id
Returns Decision
Order   payout, state, amount, size
Source  domain.md (c.2) B6; domain-decisions.md 29
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Move, Payout, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.payout import payout_came_back, payout_in_suspense
from cunguan.operations.payouts import KINDS, About
from cunguan.operations.receiving import fits
from cunguan.operations.suspense import suspense_item
from cunguan.operations.withdrawal_return import ID_PREFIX as ID_PREFIX
from cunguan.states.payout import PAYOUT

KIND = "payout_returned"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money that came back; a bank that keeps a charge out of it has returned another amount."""

    payout: str
    amount_minor: int
    reason: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a return depends on; the rows beside the payout are there when it is."""

    payout: Payout | None
    bank: BankAccount | None
    pool: Pool | None
    about: About
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a return."""
    body = instruction.body
    assert isinstance(body, Body)
    payout = book.get(Payout, body.payout)
    if payout is None:
        return Facts(None, None, None, (), (0,))
    bank, pool = book.get(BankAccount, payout.bank_account), book.get(Pool, payout.pool)
    assert bank is not None and pool is not None, "a payout names a bank account and a pool that exist"
    accounts = (bank.account, pool_account(pool.base, "2220"), *payout.accounts())
    about = KINDS[payout.kind].read(payout, book)
    return Facts(payout, bank, pool, about, tuple(book.balance(account) for account in accounts))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one return."""
    body, payout = instruction.body, facts.payout
    assert isinstance(body, Body)
    if payout is None:
        return refuse(Code.payout_not_found)
    if payout.state != "settled":
        return refuse(Code.payout_not_open, f"the payout is {payout.state}", state=payout.state)
    if body.amount_minor != payout.amount_minor:
        return refuse(Code.payout_differs, amount_minor=payout.amount_minor)
    if not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    return _accept(body, payout, facts, given)


def _accept(body: Body, payout: Payout, facts: Facts, given: Given) -> Decision:
    bank, pool, kind = facts.bank, facts.pool, KINDS[payout.kind]
    assert bank is not None and pool is not None
    state, effect = (
        PAYOUT.after(payout.state, "bank_returned"),
        kind.follow(payout, "bank_returned", facts.about, given),
    )
    if kind.to_its_account:
        postings, adds = payout_came_back(payout=payout, bank=bank), effect.adds
    else:
        postings = payout_in_suspense(payout=payout, bank=bank, pool=pool, opened=given.seq)
        item = suspense_item(
            payout.id, pool, "2220", payout.amount_minor, given, bank_account=bank.id, reference=body.reason,
            owner=payout.owner, payee_hash=payout.payee_hash,
        )  # fmt: skip
        adds = (item, *effect.adds)
    return Decision(
        Code.done,
        postings=postings,
        adds=adds,
        changes=(replace(payout, state=state), *effect.changes),
        moves=(Move("payout", payout.id, "bank_returned", state), *effect.moves),
        answer={"state": state},
    )
