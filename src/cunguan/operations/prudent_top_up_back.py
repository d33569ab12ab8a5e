"""Prudent top-up back (审慎补足退回): the firm takes its own money out of the pool, as far as cover holds without it.

When    two people of the custodian ask for it
Reads   the pool with 3010, its open shortfalls and debts, the bank account, the custodian's bound account, the pool's 2155
Posts   Dr 3010 / Cr 2155; on the bank's word Dr 2155 / Cr 1010, or back
Returns Decision with the message for the bank; the payout's id is the instruction's
Order   amount, reason, two names, pool, cover, bank account, payee, money, cover without it
Source  domain-decisions.md 4 (B11), 1(c)
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.operations import platform_payouts
from cunguan.operations.cover import Standing, standing
from cunguan.operations.payee_binding import CUSTODIAN
from cunguan.operations.platform_payouts import Wanted, collect, pay

KIND = "prudent_top_up_back"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of the firm's own money, and why; `payee_hash` is the account both people saw."""

    pool: str
    bank_account: str
    amount_minor: int
    payee_hash: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What it depends on: the payout's facts, and how the pool stands."""

    payout: platform_payouts.Facts
    standing: Standing | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts."""
    body = instruction.body
    assert isinstance(body, Body)
    pool = book.get(Pool, body.pool)
    payout = collect(
        book, pool=pool, bank_account=body.bank_account, payees_of=CUSTODIAN,
        source=0 if pool is None else pool_account(pool.base, "3010"),
    )  # fmt: skip
    return Facts(payout, None if pool is None else standing(book, pool))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide whether own money may leave."""
    body, before = instruction.body, facts.standing
    assert isinstance(body, Body)
    if body.amount_minor > 0 and not body.reason.strip():
        return refuse(Code.reason_missing)
    wanted = Wanted(
        body.pool, body.amount_minor, body.payee_hash, body.maker, body.checker, Code.insufficient_own_money,
        kind="top_up_back",
    )  # fmt: skip
    decision = pay(instruction, facts.payout, wanted, given)
    if decision.code is not Code.done:
        return decision
    assert before is not None
    if before.gap_minor + body.amount_minor > 0:
        return refuse(Code.pool_cover_failed, free_minor=-before.gap_minor)
    return decision
