"""Places (账户设立): the pools and bank accounts of a lane, and how their accounts are numbered.

Shape   PoolSpec, BankSpec: what a caller asks for. Opened: the rows and accounts, and the next free number
Units   numbers are counted in absolute values; an asset's is negative
Source  domain-decisions.md 3; ledger/chart.py
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.currency import EXPONENT
from cunguan.kernel.ids import is_id
from cunguan.kernel.rows import Account, BankAccount, Pool, Row
from cunguan.ledger.chart import POOL_CODES
from cunguan.policy.evaluate import PACKS

#: states in which a pool takes money in and lets clients' business go on; a shortfall stops payouts and nothing else
POOL_WORKS = frozenset({"open", "short", "payouts_stopped"})

#: states in which a pool takes postings at all
POOL_IN_USE = POOL_WORKS | {"closing"}


class PoolSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pool to open."""

    id: str
    currency: str
    regime: str


class BankSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bank account to open in a pool; `reference` is the bank's opaque reference to it."""

    id: str
    pool: str
    channel: str
    reference: str


class Opened(msgspec.Struct, frozen=True, gc=False):
    """What was opened: rows to add, accounts to open, the next free number."""

    rows: tuple[Row, ...]
    accounts: tuple[Account, ...]
    next_account: int


def refusal(
    pools: Sequence[PoolSpec], banks: Sequence[BankSpec], pack: str, known: Iterable[str]
) -> tuple[Code, str] | None:
    """Return the code and the subject of the first thing wrong with what is asked, or None.

    `known` are the pools that exist already: a bank account may belong to one of them.
    """
    currency = PACKS[pack].currency
    pool_ids = [pool.id for pool in pools]
    bank_ids = [bank.id for bank in banks]
    for name in (*pool_ids, *bank_ids):
        if not is_id(name):
            return Code.id_malformed, name
    for pool in pools:
        if not pool.regime:
            return Code.details_missing, pool.id
        if pool.currency not in EXPONENT or pool.currency != (currency or pool.currency):
            return Code.currency_differs, pool.id
    for bank in banks:
        if not bank.channel or not bank.reference:
            return Code.details_missing, bank.id
    for name in twice(pool_ids) or twice(bank_ids):
        return Code.duplicate_detail, name
    for bank in banks:
        if bank.pool not in {*pool_ids, *known}:
            return Code.pool_not_found, bank.pool
    return None


def twice(names: Sequence[str]) -> list[str]:
    """Return the names that stand more than once.

    >>> twice(["a", "b", "a"])
    ['a']
    """
    return sorted({name for name in names if names.count(name) > 1})


def opened(
    pools: Sequence[PoolSpec], banks: Sequence[BankSpec], next_account: int, currency_of: Mapping[str, str]
) -> Opened:
    """Return the rows and accounts of pools and bank accounts; `currency_of` knows the pools that exist already."""
    rows: list[Row] = []
    accounts: list[Account] = []
    currencies = dict(currency_of)
    for spec in pools:
        pool = Pool(spec.id, spec.currency, spec.regime, "open", next_account, -(next_account + len(POOL_CODES)))
        rows.append(pool)
        accounts += [Account(pool.base + n, code, pool.id, pool.id, pool.currency) for n, code in enumerate(POOL_CODES)]
        accounts.append(Account(pool.firm, "1030", pool.id, pool.id, pool.currency))
        currencies[pool.id] = pool.currency
        next_account += len(POOL_CODES) + 1
    for bank in banks:
        rows.append(BankAccount(bank.id, bank.pool, -next_account, bank.channel, bank.reference, "open"))
        accounts.append(Account(-next_account, "1010", bank.id, bank.pool, currencies[bank.pool]))
        next_account += 1
    return Opened(tuple(rows), tuple(accounts), next_account)
