"""Pool opening (开立存管专用账户): pools and bank accounts that come to a lane after it was opened.

When    a platform begins a second currency or regime, or a pool gets another bank account
Reads   the lane's day (it counts the accounts), the pools and bank accounts of these names
Returns Decision; the rows and their accounts
Order   two names, lane, something asked for, what is asked for, names not used before
Source  domain-decisions.md 3
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Day, Pool
from cunguan.ledger.book import Book
from cunguan.operations.places import POOL_WORKS, BankSpec, PoolSpec, opened, refusal
from cunguan.operations.two_names import two_names

KIND = "pool_opening"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pools, and bank accounts of these or of earlier pools."""

    pools: tuple[PoolSpec, ...]
    bank_accounts: tuple[BankSpec, ...]
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an opening depends on: the lane's day, and which of the names exist."""

    day: Day | None
    pools: tuple[Pool, ...]
    bank_accounts: tuple[BankAccount, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an opening."""
    body = instruction.body
    assert isinstance(body, Body)
    names = dict.fromkeys([pool.id for pool in body.pools] + [bank.pool for bank in body.bank_accounts])
    banks = dict.fromkeys(bank.id for bank in body.bank_accounts)
    return Facts(
        day=book.day(),
        pools=tuple(pool for pool in book.many(Pool, names) if pool is not None),
        bank_accounts=tuple(bank for bank in book.many(BankAccount, banks) if bank is not None),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one opening."""
    body, day = instruction.body, facts.day
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if day is None:
        return refuse(Code.lane_not_open)
    if not body.pools and not body.bank_accounts:
        return refuse(Code.details_missing, "there is nothing to open")
    wrong = refusal(body.pools, body.bank_accounts, day.pack, known=[pool.id for pool in facts.pools])
    if wrong is not None:
        return refuse(wrong[0], subject=wrong[1])
    asked = {pool.id for pool in body.pools}
    for pool in facts.pools:
        if pool.id in asked:
            return refuse(Code.pool_exists, subject=pool.id)
        if pool.state not in POOL_WORKS:
            return refuse(Code.pool_not_active, f"the pool is {pool.state}", subject=pool.id)
    for bank in facts.bank_accounts:
        return refuse(Code.bank_account_exists, subject=bank.id)
    return _open(body, facts, day)


def _open(body: Body, facts: Facts, day: Day) -> Decision:
    currencies = {pool.id: pool.currency for pool in facts.pools}
    places = opened(body.pools, body.bank_accounts, day.next_account, currencies)
    return Decision(
        Code.done, adds=places.rows, changes=(replace(day, next_account=places.next_account),), accounts=places.accounts
    )
