"""Unused money back (平台闲置自有资金退回): the platform's own money that is not needed leaves for its own account.

When    the platform asks for it, and two people answer for it
Reads   the pool with the account it stands on, the bank account, the platform's bound account, the pool's 2155
Posts   Dr 2120, 2130 or 2150 / Cr 2155; on the bank's word Dr 2155 / Cr 1010, or back
Returns Decision with the message for the bank; the payout's id is the instruction's
Order   account, amount, two names, pool, cover, bank account, payee, money
Source  domain-decisions.md 1, 4 (B14); what is held for bids (2125) is not unused
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.operations.platform_money_in import FUNDED
from cunguan.operations.platform_payouts import Facts as Facts
from cunguan.operations.platform_payouts import Wanted, collect, pay

KIND = "unused_money_back"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of which account; `payee_hash` is the account outside that both people saw."""

    pool: str
    bank_account: str
    account: str
    amount_minor: int
    payee_hash: str
    maker: str
    checker: str


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a payout."""
    body = instruction.body
    assert isinstance(body, Body)
    pool, day = book.get(Pool, body.pool), book.day()
    has_source = pool is not None and body.account in FUNDED
    return collect(
        book, pool=pool, bank_account=body.bank_account, payees_of="" if day is None else day.platform,
        source=pool_account(pool.base, body.account) if pool is not None and has_source else 0,
    )  # fmt: skip


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one payout."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.account not in FUNDED:
        return refuse(
            Code.instruction_switched_off, "only what the platform paid in itself goes back", accounts=list(FUNDED)
        )
    wanted = Wanted(
        body.pool, body.amount_minor, body.payee_hash, body.maker, body.checker, Code.insufficient_platform_money
    )
    return pay(instruction, facts, wanted, given)
