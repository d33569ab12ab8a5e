"""Pool papers (存管专户文件): the contract and the bank's letter without which a pool takes no deposits.

When    two people of the custodian have read the platform's contract and the letter of the bank that it sets nothing off; again
        when either is renewed, reviewed or ended: papers whose days are over let nothing in
Reads   the pool, the bank account, the papers recorded for it before
Posts   nothing
Returns Decision; deposits go by these days from the next decision on (papers.py). A day that is over already ends papers that
        were recorded, and begins none
Order   two names, what is said, lane, pool, bank account and its pool, days
Source  issue "People" 1; domain.md (c.0): a contract's terms; ADR 0046
"""

from datetime import date

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Day, Pool, PoolPapers
from cunguan.ledger.book import Book
from cunguan.operations.places import POOL_IN_USE
from cunguan.operations.two_names import two_names

KIND = "pool_papers"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was read: the contract's version and its last day, the letter and the last day before its review."""

    pool: str
    bank_account: str
    contract: str
    contract_until: date
    letter: str
    review_date: date
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a record depends on."""

    day: Day | None
    pool: Pool | None
    bank: BankAccount | None
    before: PoolPapers | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a record."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        day=book.day(),
        pool=book.get(Pool, body.pool),
        bank=book.get(BankAccount, body.bank_account),
        before=book.get(PoolPapers, body.bank_account),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one record."""
    body, pool, bank = instruction.body, facts.pool, facts.bank
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not is_id(body.contract) or not is_id(body.letter):
        return refuse(Code.details_missing, "name the contract's version and the letter by their references")
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if pool is None:
        return refuse(Code.pool_not_found)
    if pool.state not in POOL_IN_USE:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if bank is None:
        return refuse(Code.bank_account_not_found)
    if bank.pool != pool.id:
        return refuse(Code.pool_differs)
    if facts.before is None and min(body.contract_until, body.review_date) < given.business_date:
        return refuse(Code.date_in_the_past, "papers whose days are over begin nothing")
    row = PoolPapers(
        bank.id, pool.id, body.contract, body.contract_until, body.letter, body.review_date, given.seq
    )  # fmt: skip
    return Decision(Code.done, changes=(row,)) if facts.before is not None else Decision(Code.done, adds=(row,))
