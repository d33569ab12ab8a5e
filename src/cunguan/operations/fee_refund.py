"""Fee refund (退费): a fee, or a part of it, goes back to the client who paid it.

When    two people find that it was not owed; or goodwill
Reads   the fee charge, the client, his pool with 2110, how its cover stands
Posts   Dr 2110 / Cr 2010; what 2110 does not hold: Dr 1030 / Cr 2010, a shortfall with the instruction's id; to a closed
        account: 2220 instead of 2010, an item with the instruction's id
Returns Decision; principal never waits for it, and it never waits for the platform
Order   amount, reason, two names, charge, pool, what is left of it, size
Source  domain-decisions.md 1, 25, 29
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import FeeCharge, Holder, Pool, Shortfall, SuspenseItem
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.fee import fee_refunded, fee_refunded_by_firm
from cunguan.operations.cover import Standing, following, standing
from cunguan.operations.places import POOL_IN_USE
from cunguan.operations.receiving import creditable, fits
from cunguan.operations.suspense import suspense_item
from cunguan.operations.two_names import two_names
from cunguan.states.shortfall import SHORTFALL

KIND = "fee_refund"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of which charge; `charge` is the instruction that took it, of a withdrawal's fee the withdrawal."""

    charge: str
    amount_minor: int
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a refund depends on; the rows beside the charge are there when it is."""

    charge: FeeCharge | None
    holder: Holder | None
    pool: Pool | None
    standing: Standing | None
    fees_minor: int
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a refund."""
    body = instruction.body
    assert isinstance(body, Body)
    charge = book.get(FeeCharge, body.charge)
    if charge is None:
        return Facts(None, None, None, None, 0, (0,))
    holder = book.get(Holder, charge.holder)
    assert holder is not None, "a fee was paid by a holder"
    pool = book.get(Pool, holder.pool)
    assert pool is not None, "a holder belongs to a pool"
    fees_minor = book.balance(pool_account(pool.base, "2110"))
    grow = (holder.available, pool_account(pool.base, "2220"), pool.firm)
    return Facts(
        charge, holder, pool, standing(book, pool), fees_minor, tuple(book.balance(account) for account in grow)
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one refund."""
    body, charge, pool = instruction.body, facts.charge, facts.pool
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reason:
        return refuse(Code.reason_missing)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if charge is None:
        return refuse(Code.fee_charge_not_found, "no fee was taken under this id")
    assert pool is not None
    if pool.state not in POOL_IN_USE:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    left_minor = charge.fee_minor - charge.refunded_minor
    if body.amount_minor > left_minor:
        return refuse(Code.fee_refund_exceeded, left_minor=left_minor)
    if not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    return _accept(instruction.id, body, charge, facts, given)


def _accept(refund: str, body: Body, charge: FeeCharge, facts: Facts, given: Given) -> Decision:
    holder, pool, before = facts.holder, facts.pool, facts.standing
    assert holder is not None and pool is not None and before is not None
    is_closed = creditable(holder) is not None  # since he paid it
    to, opened = (pool_account(pool.base, "2220"), given.seq) if is_closed else (holder.available, None)
    by_firm = body.amount_minor - min(body.amount_minor, facts.fees_minor)
    from_fees = body.amount_minor - by_firm
    postings: tuple[Posting, ...] = ()
    if from_fees:
        postings += fee_refunded(pool=pool, to=to, amount_minor=from_fees, opened=opened)
    if by_firm:
        postings += fee_refunded_by_firm(pool=pool, to=to, amount_minor=by_firm, opened=given.seq)
    found = (_shortfall(refund, pool, by_firm, body, given),) if by_firm else ()
    after = following(before, before.gap_minor + by_firm, *found)
    return Decision(
        Code.done,
        postings=postings,
        adds=(*found, *((_item(refund, pool, holder, body, given),) if is_closed else ())),
        changes=(replace(charge, refunded_minor=charge.refunded_minor + body.amount_minor), *after.changes),
        moves=after.moves,
        answer={"by_firm_minor": by_firm, "pool": after.pool.state},
    )


def _shortfall(refund: str, pool: Pool, amount_minor: int, body: Body, given: Given) -> Shortfall:
    return Shortfall(
        refund, pool.id, amount_minor, 0, given.business_date, KIND, body.reason, given.seq, SHORTFALL.initial
    )


def _item(refund: str, pool: Pool, holder: Holder, body: Body, given: Given) -> SuspenseItem:
    return suspense_item(
        refund, pool, "2220", body.amount_minor, given, bank_account="", reference=body.charge, owner=holder.id
    )
