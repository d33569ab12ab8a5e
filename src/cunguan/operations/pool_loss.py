"""Pool loss (资金缺口): the bank took a charge from the pool, or money of it is gone; from now on the firm owes it.

When    two people know what a debit on the bank's statement is, or that nobody can explain it
Reads   the pool with its open shortfalls, its clients' debts and the firm's own money, the bank account
Posts   Dr 1030 / Cr 1010
Returns Decision; a shortfall of the instruction's id, due by the end of this day. The pool is short where the firm's own
        money does not cover it; clients' payouts stop too when it is unexplained, or more is missing than the pool's line
Order   amount, reason and reference, two names, value date, pool, bank account, cash
Source  domain-decisions.md 1, 4 (B10)
"""

from datetime import date
from typing import Literal

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Pool, Shortfall
from cunguan.ledger.book import Book
from cunguan.ledger.templates.pool_loss import pool_loss
from cunguan.operations.cover import Standing, following, in_use, standing
from cunguan.operations.receiving import fits
from cunguan.operations.two_names import two_names
from cunguan.operations.value_dates import value_dated
from cunguan.states.shortfall import SHORTFALL

KIND = "pool_loss"
VERSION = 1
LANE = "platform"
ALSO_PREFIX = "statement:"  # of a line the bank inbox read


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bank shows; `reference` finds it on the statement, `value_date` is the day it happened."""

    pool: str
    bank_account: str
    amount_minor: int
    cause: Literal["bank_charge", "loss", "unexplained"]
    reason: str
    reference: str
    maker: str
    checker: str
    value_date: date | None = None


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a loss depends on."""

    pool: Pool | None
    bank: BankAccount | None
    standing: Standing | None
    cash_minor: int
    owed_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a loss."""
    body = instruction.body
    assert isinstance(body, Body)
    pool, bank = book.get(Pool, body.pool), book.get(BankAccount, body.bank_account)
    if pool is None or bank is None:
        return Facts(pool, bank, None, 0, 0)
    return Facts(pool, bank, standing(book, pool), book.balance(bank.account), book.balance(pool.firm))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one loss."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reason.strip() or not body.reference.strip():
        return refuse(Code.reason_missing, "a loss has a reason, and the bank's reference to it")
    refusal = two_names(body.maker, body.checker) or value_dated(body.value_date, given)
    if refusal is not None:
        return refuse(refusal)
    wrong = in_use(facts.pool, facts.bank)
    if wrong is not None:
        return refuse(*wrong)
    if body.amount_minor > facts.cash_minor:
        return refuse(Code.insufficient_pool_cash, cash_minor=facts.cash_minor)
    if not fits(body.amount_minor, (facts.owed_minor,)):
        return refuse(Code.balance_too_large)
    return _accept(instruction.id, body, facts, given)


def _accept(shortfall: str, body: Body, facts: Facts, given: Given) -> Decision:
    pool, bank, before = facts.pool, facts.bank, facts.standing
    assert pool is not None and bank is not None and before is not None
    row = Shortfall(
        shortfall, pool.id, body.amount_minor, 0, given.business_date, body.cause, body.reason, given.seq,
        SHORTFALL.initial,
    )  # fmt: skip
    gap_minor = before.gap_minor + body.amount_minor
    after = following(before, gap_minor, row)
    return Decision(
        Code.done,
        postings=pool_loss(bank=bank, pool=pool, amount_minor=body.amount_minor, opened=given.seq),
        adds=(row,), changes=after.changes, moves=after.moves, value_date=body.value_date,
        answer={"pool": after.pool.state, "missing_minor": max(gap_minor, 0)},
    )  # fmt: skip
