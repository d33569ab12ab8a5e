"""Interest top-up (派息): the platform adds to a client's return out of its own money, where the pack allows it.

When    the platform asks; in a pack that has not turned it on it is refused with the reason of the chart
Reads   the pool and its 2130, the holder
Posts   Dr 2130 / Cr 2010
Returns Decision; what was credited is the client's for good
Order   amount, reference, switched off, pool, account, platform money, size
Source  domain.md (c.3) C19; domain-decisions.md 14
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.interest_top_up import interest_top_up
from cunguan.operations.places import POOL_WORKS
from cunguan.operations.receiving import creditable, fits
from cunguan.operations.switched_off import off_here

KIND = "interest_top_up"
VERSION = 1
LANE = "platform"
AUTHORITY = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is added to whose return; the reference finds the promise it keeps."""

    pool: str
    holder: str
    amount_minor: int
    reference: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a top-up depends on; the balances are those before it."""

    pool: Pool | None
    holder: Holder | None
    money_minor: int
    available_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a top-up."""
    body = instruction.body
    assert isinstance(body, Body)
    pool, holder = book.get(Pool, body.pool), book.get(Holder, body.holder)
    return Facts(
        pool=pool,
        holder=holder,
        money_minor=0 if pool is None else book.balance(pool_account(pool.base, "2130")),
        available_minor=0 if holder is None else book.balance(holder.available),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one top-up."""
    body, pool, holder = instruction.body, facts.pool, facts.holder
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reference:
        return refuse(Code.details_missing, "the reference finds the promise it keeps")
    refusal = off_here(KIND, given)
    if refusal is not None:
        return refusal
    if pool is None:
        return refuse(Code.pool_not_found)
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    refused = creditable(holder)
    if refused is not None:
        return refuse(refused)
    assert holder is not None
    if holder.pool != pool.id:
        return refuse(Code.pool_differs)
    if body.amount_minor > facts.money_minor:
        return refuse(Code.insufficient_platform_money, available_minor=facts.money_minor)
    if not fits(body.amount_minor, (facts.available_minor,)):
        return refuse(Code.balance_too_large)
    return Decision(Code.done, postings=interest_top_up(pool=pool, holder=holder, amount_minor=body.amount_minor))
