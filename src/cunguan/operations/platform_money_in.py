"""Platform money in (平台自有资金转入): book the platform's own money, as the bank shows it, on one of its accounts.

When    a credit from the platform's own account stands on a bank account of the pool
Reads   the pool with its balances, the bank account, the chart
Posts   Dr 1010 bank account / Cr 2120, 2130 or 2150
Returns Decision; the answer tells until when the money may stay
Order   amount, reference, account, pool, bank account, size
Source  domain.md (b.2); domain-decisions.md 3, 14
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.money import MINOR_LIMIT
from cunguan.kernel.rows import BankAccount, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import CHART, pool_account
from cunguan.ledger.templates.platform_money_in import platform_money_in
from cunguan.operations.places import POOL_WORKS
from cunguan.operations.stays import stays_until

KIND = "platform_money_in"
VERSION = 1
LANE = "platform"
AUTHORITY = "S"
ALSO_PREFIX = "statement:"  # of a line the bank inbox read

#: where the platform's own money may come in: 211x is earned, 22xx is not his, 3010 is the custodian's
FUNDED = ("2120", "2130", "2150")


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bank shows: how much on which bank account, and for which account of the platform."""

    pool: str
    bank_account: str
    account: str
    amount_minor: int
    reference: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What it depends on; the balances are those before it."""

    pool: Pool | None
    bank_account: BankAccount | None
    account_minor: int
    cash_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts."""
    body = instruction.body
    assert isinstance(body, Body)
    pool = book.get(Pool, body.pool)
    bank = book.get(BankAccount, body.bank_account)
    funded = pool is not None and body.account in FUNDED
    return Facts(
        pool=pool,
        bank_account=bank,
        account_minor=book.balance(pool_account(pool.base, body.account)) if pool is not None and funded else 0,
        cash_minor=0 if bank is None else book.balance(bank.account),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one credit."""
    body, pool, bank = instruction.body, facts.pool, facts.bank_account
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if body.amount_minor >= MINOR_LIMIT:
        return refuse(Code.amount_too_large)
    if not body.reference:
        return refuse(Code.details_missing, "the bank's reference finds the credit on the statement")
    if body.account not in FUNDED:
        return refuse(Code.instruction_switched_off, _why_off(body.account), accounts=list(FUNDED))
    until = stays_until(given.pack, body.account, given.business_date)
    if until is None:
        return refuse(Code.instruction_switched_off, f"{CHART[body.account].name} is off in pack {given.pack}")
    if pool is None:
        return refuse(Code.pool_not_found)
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if bank is None:
        return refuse(Code.bank_account_not_found)
    if bank.pool != pool.id:
        return refuse(Code.pool_differs)
    if max(facts.account_minor, facts.cash_minor) + body.amount_minor >= MINOR_LIMIT:
        return refuse(Code.balance_too_large)
    return Decision(
        Code.done,
        postings=platform_money_in(bank_account=bank, pool=pool, code=body.account, amount_minor=body.amount_minor),
        answer={"stays_until": until.isoformat()},
    )


def _why_off(code: str) -> str:
    entry = CHART.get(code)
    if entry is None:
        return f"{code} is not in the chart"
    return entry.off or f"{entry.name} takes no money of the platform's own"
