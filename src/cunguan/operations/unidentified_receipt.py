"""Unidentified receipt (来源不明入账): the bank shows money, and nobody can say whose it is.

When    a line of a bank statement fits no deposit, no return and no holder
Reads   the bank account, its pool
Posts   Dr 1010 / Cr 2210
Returns Decision; the item of suspense has the instruction's id, and ages from today
Order   amount, reference, bank account, size
Source  domain.md (e.3) BRK08; domain-decisions.md 4, 5: money that is here is client money until its owner is found
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.suspense import money_in_suspense
from cunguan.operations.receiving import fits
from cunguan.operations.suspense import suspense_item

KIND = "unidentified_receipt"
VERSION = 1
LANE = "platform"
AUTHORITY = "S"
ALSO_PREFIX = "statement:"  # of a line the bank inbox read

CODE = "2210"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bank line; `payee_hash` is the account it came from, "" where the bank does not tell."""

    bank_account: str
    amount_minor: int
    reference: str
    payee_hash: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a receipt depends on."""

    bank: BankAccount | None
    pool: Pool | None
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a receipt."""
    body = instruction.body
    assert isinstance(body, Body)
    bank = book.get(BankAccount, body.bank_account)
    if bank is None:
        return Facts(None, None, (0,))
    pool = book.get(Pool, bank.pool)
    assert pool is not None, "a bank account belongs to a pool"
    return Facts(bank, pool, (book.balance(bank.account), book.balance(pool_account(pool.base, CODE))))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one receipt."""
    body, bank, pool = instruction.body, facts.bank, facts.pool
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reference:
        return refuse(Code.details_missing, "the bank's reference finds the line on the statement")
    if bank is None:
        return refuse(Code.bank_account_not_found)
    if not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    assert pool is not None
    item = suspense_item(
        instruction.id, pool, CODE, body.amount_minor, given, bank_account=bank.id, reference=body.reference,
        payee_hash=body.payee_hash,
    )  # fmt: skip
    postings = money_in_suspense(bank=bank, pool=pool, code=CODE, amount_minor=body.amount_minor, opened=given.seq)
    return Decision(Code.done, postings=postings, adds=(item,))
