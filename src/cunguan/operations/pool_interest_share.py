"""Pool interest share (存管账户利息分配): two people share the pool's interest out, or note that the bank took it back.

When    pack and contract say whose it is: `contract` names the clause, `basis` how the weights were found
Reads   the pool with its interest, the holders named, the bank account of a return
Posts   shared: Dr 2240 / Cr 2010, each holder by his weight; returned: Dr 2240 / Cr 1010
Returns Decision; the shares sum to the amount, unit for unit, by the largest remainder in the order named
Order   amount, clause and basis, two names, weights, pool, interest, holders (named in the refusal), size;
        of a return: reference, bank account, cash
Source  domain-decisions.md 4 (B12), 22
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.money import split
from cunguan.kernel.rows import BankAccount, Holder, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.pool_interest import pool_interest_returned, pool_interest_shared
from cunguan.operations.cover import in_use
from cunguan.operations.places import POOL_IN_USE
from cunguan.operations.receiving import creditable, fits
from cunguan.operations.runs import ATOMIC_ITEMS
from cunguan.operations.two_names import two_names

KIND = "pool_interest_share"
VERSION = 1
LANE = "platform"


class Weight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A holder and his weight by the basis, say the days his money stood here times its amount."""

    holder: str
    weight: int


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much goes where; `weights` of a share; `bank_account` and the bank's `reference` of a return."""

    pool: str
    amount_minor: int
    to: Literal["holders", "bank"]
    contract: str
    basis: str
    maker: str
    checker: str
    weights: tuple[Weight, ...] = ()
    bank_account: str = ""
    reference: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a share depends on; the holders in the order named."""

    pool: Pool | None
    bank: BankAccount | None
    holders: Sequence[Holder | None]
    interest_minor: int
    cash_minor: int
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a share."""
    body = instruction.body
    assert isinstance(body, Body)
    pool = book.get(Pool, body.pool)
    bank = book.get(BankAccount, body.bank_account) if body.bank_account else None
    named = [line.holder for line in body.weights[: ATOMIC_ITEMS + 1]]
    holders = book.many(Holder, named)
    available = (book.balance(holder.available) for holder in holders if holder is not None)
    return Facts(
        pool=pool,
        bank=bank,
        holders=holders,
        interest_minor=0 if pool is None else book.balance(pool_account(pool.base, "2240")),
        cash_minor=0 if bank is None else book.balance(bank.account),
        balances_minor=(0, *available),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one share or return."""
    body, pool = instruction.body, facts.pool
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.contract.strip() or not body.basis.strip():
        return refuse(Code.reason_missing, "the clause says whose it is, the basis how it is shared")
    refusal = two_names(body.maker, body.checker)
    if refusal is not None:
        return refuse(refusal)
    refusal = _weights(body)
    if refusal is not None:
        return refuse(refusal)
    if pool is None:
        return refuse(Code.pool_not_found)
    if pool.state not in POOL_IN_USE:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if body.amount_minor > facts.interest_minor:
        return refuse(Code.insufficient_balance, interest_minor=facts.interest_minor)
    return _returned(body, pool, facts) if body.to == "bank" else _shared(body, pool, facts)


def _weights(body: Body) -> Code | None:
    if body.to == "bank":
        return Code.details_differ if body.weights else None
    if not body.weights:
        return Code.details_missing
    if len(body.weights) > ATOMIC_ITEMS:
        return Code.limit_exceeded
    if any(line.weight <= 0 for line in body.weights):
        return Code.amount_not_positive
    return Code.duplicate_detail if len({line.holder for line in body.weights}) != len(body.weights) else None


def _shared(body: Body, pool: Pool, facts: Facts) -> Decision:
    unfit = [
        line.holder
        for line, holder in zip(body.weights, facts.holders, strict=True)
        if holder is None or holder.pool != pool.id or creditable(holder) is not None
    ]
    if unfit:
        return refuse(Code.account_not_active, "nothing moved: these accounts take no share", holders=unfit)
    if not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    holders = [holder for holder in facts.holders if holder is not None]
    shares = split(body.amount_minor, [line.weight for line in body.weights])
    return Decision(
        Code.done,
        postings=pool_interest_shared(pool=pool, shares=zip(holders, shares, strict=True)),
        answer={"left_minor": facts.interest_minor - body.amount_minor},
    )


def _returned(body: Body, pool: Pool, facts: Facts) -> Decision:
    if not body.reference.strip():
        return refuse(Code.details_missing, "the bank's reference finds the debit on the statement")
    wrong = in_use(pool, facts.bank)
    if wrong is not None:
        return refuse(*wrong)
    assert facts.bank is not None
    if body.amount_minor > facts.cash_minor:
        return refuse(Code.insufficient_pool_cash, cash_minor=facts.cash_minor)
    postings = pool_interest_returned(bank=facts.bank, pool=pool, amount_minor=body.amount_minor)
    return Decision(Code.done, postings=postings, answer={"left_minor": facts.interest_minor - body.amount_minor})
