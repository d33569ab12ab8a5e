"""Prudent top-up (审慎补足): the firm pays its own money into the pool, dated and with a reason.

When    the bank shows money of the firm that answers for no shortfall: a buffer against charges, or for the day
Reads   the pool with its open shortfalls and debts, the bank account
Posts   Dr 1010 / Cr 3010
Returns Decision; a short pool is covered again when it is enough
Order   amount, reason and reference, two names, pool, bank account, size
Source  domain-decisions.md 4 (B11); invariant 15
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.templates.prudent_top_up import prudent_top_up
from cunguan.operations.cover import Standing, following, in_use, standing
from cunguan.operations.receiving import fits
from cunguan.operations.two_names import two_names

KIND = "prudent_top_up"
VERSION = 1
LANE = "platform"
ALSO_PREFIX = "statement:"  # of a line the bank inbox read


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Own money as the bank shows it, and why it is in the pool."""

    pool: str
    bank_account: str
    amount_minor: int
    reason: str
    reference: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What it depends on."""

    pool: Pool | None
    bank: BankAccount | None
    standing: Standing | None
    cash_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts."""
    body = instruction.body
    assert isinstance(body, Body)
    pool, bank = book.get(Pool, body.pool), book.get(BankAccount, body.bank_account)
    if pool is None or bank is None:
        return Facts(pool, bank, None, 0)
    return Facts(pool, bank, standing(book, pool), book.balance(bank.account))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one top-up."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reason.strip() or not body.reference.strip():
        return refuse(Code.reason_missing, "own money has a reason, and the bank's reference to it")
    refusal = two_names(body.maker, body.checker)
    if refusal is not None:
        return refuse(refusal)
    wrong = in_use(facts.pool, facts.bank)
    if wrong is not None:
        return refuse(*wrong)
    before = facts.standing
    assert facts.pool is not None and facts.bank is not None and before is not None
    if not fits(body.amount_minor, (facts.cash_minor, before.own_minor)):
        return refuse(Code.balance_too_large)
    after = following(before, before.gap_minor - body.amount_minor)
    return Decision(
        Code.done,
        postings=prudent_top_up(bank=facts.bank, pool=facts.pool, amount_minor=body.amount_minor),
        changes=after.changes, moves=after.moves,
        answer={"pool": after.pool.state, "own_minor": before.own_minor + body.amount_minor},
    )  # fmt: skip
