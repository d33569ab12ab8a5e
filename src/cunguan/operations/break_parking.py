"""Break parking (差错款暂挂): money that a reconciliation break is about, and that the bank shows as received.

When    two people park the money of a break until its cause is found
Reads   the bank account, its pool
Posts   Dr 1010 / Cr 2230
Returns Decision; the item of suspense has the instruction's id and names the break
Order   amount, break and reference, two names, bank account, size
Source  domain-decisions.md 6: only what the bank shows as received; it never makes a reconciliation agree, never nets,
        never goes below zero
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
from cunguan.operations.two_names import two_names

KIND = "break_parking"
VERSION = 1
LANE = "platform"
ALSO_PREFIX = "statement:"  # of a line the bank inbox read

CODE = "2230"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bank line that a break is about; `payee_hash` is the account it came from, "" where the bank does not tell."""

    break_id: str
    bank_account: str
    amount_minor: int
    reference: str
    maker: str
    checker: str
    payee_hash: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a parking depends on."""

    bank: BankAccount | None
    pool: Pool | None
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a parking."""
    body = instruction.body
    assert isinstance(body, Body)
    bank = book.get(BankAccount, body.bank_account)
    if bank is None:
        return Facts(None, None, (0,))
    pool = book.get(Pool, bank.pool)
    assert pool is not None, "a bank account belongs to a pool"
    return Facts(bank, pool, (book.balance(bank.account), book.balance(pool_account(pool.base, CODE))))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one parking."""
    body, bank, pool = instruction.body, facts.bank, facts.pool
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.break_id or not body.reference:
        return refuse(Code.details_missing, "the break, and the bank's line that shows the money")
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if bank is None:
        return refuse(Code.bank_account_not_found)
    if not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    assert pool is not None
    item = suspense_item(
        instruction.id, pool, CODE, body.amount_minor, given, bank_account=bank.id, reference=body.reference,
        payee_hash=body.payee_hash, break_id=body.break_id,
    )  # fmt: skip
    postings = money_in_suspense(bank=bank, pool=pool, code=CODE, amount_minor=body.amount_minor, opened=given.seq)
    return Decision(Code.done, postings=postings, adds=(item,))
