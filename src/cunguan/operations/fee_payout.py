"""Fee payout (平台费用划付): fees the platform has earned leave the pool for its own account.

When    the platform asks for its fees, and two people answer for it
Reads   the pool with 2110, the bank account, the platform's bound account, the pool's 2155
Posts   Dr 2110 / Cr 2155; on the bank's word Dr 2155 / Cr 1010, or back
Returns Decision with the message for the bank; the payout's id is the instruction's
Order   amount, two names, pool, cover, bank account, payee, money
Source  invariant 8; domain-decisions.md 1, 11; domain.md (b.2), (c.2) B9
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction
from cunguan.kernel.rows import Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.operations.platform_payouts import Facts as Facts
from cunguan.operations.platform_payouts import Wanted, collect, pay

KIND = "fee_payout"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of the fees; `payee_hash` is the account both people saw."""

    pool: str
    bank_account: str
    amount_minor: int
    payee_hash: str
    maker: str
    checker: str


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a fee payout."""
    body = instruction.body
    assert isinstance(body, Body)
    pool, day = book.get(Pool, body.pool), book.day()
    return collect(
        book, pool=pool, bank_account=body.bank_account, payees_of="" if day is None else day.platform,
        source=0 if pool is None else pool_account(pool.base, "2110"),
    )  # fmt: skip


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one fee payout."""
    body = instruction.body
    assert isinstance(body, Body)
    wanted = Wanted(
        body.pool, body.amount_minor, body.payee_hash, body.maker, body.checker, Code.insufficient_fee_money
    )
    return pay(instruction, facts, wanted, given)
