"""Pool top-up (补足缺口): money makes a shortfall good, in whole or in part.

When    the bank shows the firm's own money, or what was lost has come back, or money paid in before is used for it
Reads   the shortfall, its pool with all open shortfalls and the firm's own money, the bank account
Posts   own_money, recovered: Dr 1010 / Cr 1030; paid_in_before: Dr 3010 / Cr 1030
        own_money for a client's debt: Dr 1010 / Cr 3010, for the client still owes his part
Returns Decision; the pool is open again when nothing is missing any more
Order   amount, reference, two names, value date, shortfall, its state, pool, bank account, what is owed, own money, size
Source  domain-decisions.md 1, 4 (B10), 5
"""

from datetime import date
from typing import Literal

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import BankAccount, Pool, Shortfall
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.pool_top_up import (
    pool_topped_up,
    pool_topped_up_for_debt,
    pool_topped_up_from_own,
)
from cunguan.operations.cover import Standing, following, in_use, made_good, standing
from cunguan.operations.places import POOL_IN_USE
from cunguan.operations.receiving import fits
from cunguan.operations.two_names import two_names
from cunguan.operations.value_dates import value_dated
from cunguan.states.shortfall import SHORTFALL

KIND = "pool_top_up"
VERSION = 1
LANE = "platform"
ALSO_PREFIX = "statement:"  # of a line the bank inbox read

CLIENT_DEBT_CAUSE = "client_debt"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes it good; `bank_account` and the bank's `reference` are empty when it was paid in before."""

    shortfall: str
    source: Literal["own_money", "recovered", "paid_in_before"]
    amount_minor: int
    maker: str
    checker: str
    bank_account: str = ""
    reference: str = ""
    value_date: date | None = None


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a top-up depends on."""

    shortfall: Shortfall | None
    bank: BankAccount | None
    standing: Standing | None
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a top-up."""
    body = instruction.body
    assert isinstance(body, Body)
    shortfall = book.get(Shortfall, body.shortfall)
    bank = book.get(BankAccount, body.bank_account) if body.bank_account else None
    if shortfall is None:
        return Facts(None, bank, None, (0,))
    pool = book.get(Pool, shortfall.pool)
    assert pool is not None, "a shortfall belongs to a pool"
    cash_minor = 0 if bank is None else book.balance(bank.account)
    return Facts(shortfall, bank, standing(book, pool), (cash_minor, book.balance(pool_account(pool.base, "3010"))))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one top-up."""
    body, shortfall, before = instruction.body, facts.shortfall, facts.standing
    assert isinstance(body, Body)
    from_bank = body.source != "paid_in_before"
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if from_bank and not body.reference.strip():
        return refuse(Code.details_missing, "the bank's reference finds the money on the statement")
    refusal = two_names(body.maker, body.checker) or value_dated(body.value_date, given)
    if refusal is not None:
        return refuse(refusal)
    if shortfall is None or before is None:
        return refuse(Code.shortfall_not_found)
    if shortfall.state in SHORTFALL.final:
        return refuse(Code.state_forbids, f"the shortfall is {shortfall.state}")
    if shortfall.cause == CLIENT_DEBT_CAUSE and body.source != "own_money":
        return refuse(Code.state_forbids, "a client's debt is repaid or borne; until then own money stands for it")
    if before.pool.state not in POOL_IN_USE:
        return refuse(Code.pool_not_active, f"the pool is {before.pool.state}")
    wrong = in_use(before.pool, facts.bank) if from_bank else None
    if wrong is not None:
        return refuse(*wrong)
    left_minor = shortfall.amount_minor - shortfall.made_good_minor
    if body.amount_minor > left_minor:
        return refuse(Code.exceeds_what_is_owed, left_minor=left_minor)
    if not from_bank and body.amount_minor > before.own_minor:
        return refuse(Code.insufficient_own_money, own_minor=before.own_minor)
    if from_bank and not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    return _accept(body, shortfall, before, facts.bank)


def _accept(body: Body, shortfall: Shortfall, before: Standing, bank: BankAccount | None) -> Decision:
    row, move = made_good(shortfall, body.amount_minor, is_own_money=body.source != "recovered")
    # What was paid in before has covered the gap already; to use it up changes nothing in it.
    gap_minor = before.gap_minor - (body.amount_minor if body.source != "paid_in_before" else 0)
    after = following(before, gap_minor, row)
    return Decision(
        Code.done, postings=_postings(body, shortfall, before.pool, bank), changes=(row, *after.changes),
        moves=(move, *after.moves), value_date=body.value_date,
        answer={"state": row.state, "pool": after.pool.state, "missing_minor": max(gap_minor, 0)},
    )  # fmt: skip


def _postings(body: Body, shortfall: Shortfall, pool: Pool, bank: BankAccount | None) -> tuple[Posting, ...]:
    if bank is None:
        return pool_topped_up_from_own(pool=pool, amount_minor=body.amount_minor, opened=shortfall.seq)
    if shortfall.cause == CLIENT_DEBT_CAUSE:
        return pool_topped_up_for_debt(bank=bank, pool=pool, amount_minor=body.amount_minor)
    return pool_topped_up(bank=bank, pool=pool, amount_minor=body.amount_minor, opened=shortfall.seq)
