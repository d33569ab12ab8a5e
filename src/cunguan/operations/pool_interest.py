"""Pool interest (存管账户利息): the bank has paid interest on the pool; it is nobody's income until it is shared.

When    the bank shows the credit
Reads   the pool, the bank account
Posts   Dr 1010 / Cr 2240
Returns Decision
Order   amount, reference, value date, pool, bank account, size
Source  domain-decisions.md 4 (B12)
"""

from datetime import date

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.pool_interest import pool_interest
from cunguan.operations.cover import in_use
from cunguan.operations.receiving import fits
from cunguan.operations.value_dates import value_dated

KIND = "pool_interest"
VERSION = 1
LANE = "platform"
ALSO_PREFIX = "statement:"  # of a line the bank inbox read


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Interest as the bank shows it; `value_date` is the bank's."""

    pool: str
    bank_account: str
    amount_minor: int
    reference: str
    value_date: date | None = None


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What it depends on."""

    pool: Pool | None
    bank: BankAccount | None
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts."""
    body = instruction.body
    assert isinstance(body, Body)
    pool, bank = book.get(Pool, body.pool), book.get(BankAccount, body.bank_account)
    if pool is None or bank is None:
        return Facts(pool, bank, (0,))
    return Facts(pool, bank, (book.balance(bank.account), book.balance(pool_account(pool.base, "2240"))))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one credit of interest."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reference.strip():
        return refuse(Code.details_missing, "the bank's reference finds the credit on the statement")
    refusal = value_dated(body.value_date, given)
    if refusal is not None:
        return refuse(refusal)
    wrong = in_use(facts.pool, facts.bank)
    if wrong is not None:
        return refuse(*wrong)
    if not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    assert facts.pool is not None and facts.bank is not None
    postings = pool_interest(bank=facts.bank, pool=facts.pool, amount_minor=body.amount_minor)
    return Decision(Code.done, postings=postings, value_date=body.value_date)
