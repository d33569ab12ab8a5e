"""Partner share (合作方分润): a partner's part of the fees the platform has earned.

When    the platform settles with a partner by their contract
Reads   the partner, the pool with 2110
Posts   Dr 2110 / Cr 2160
Returns Decision; the answer tells until when the money may stay
Order   amount, reference, partner, pool, money, size
Source  domain.md (b.2) 2160, (c.2) B9; domain-decisions.md 3
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Partner, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.platform_transfer import partner_share
from cunguan.operations.partner_registration import CODE
from cunguan.operations.places import POOL_WORKS
from cunguan.operations.receiving import fits
from cunguan.operations.stays import stays_until

KIND = "partner_share"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose share of the fees; `reference` names the settlement between the two."""

    partner: str
    amount_minor: int
    reference: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a share depends on."""

    partner: Partner | None
    pool: Pool | None
    fees_minor: int
    share_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a share."""
    body = instruction.body
    assert isinstance(body, Body)
    partner = book.get(Partner, body.partner)
    if partner is None:
        return Facts(None, None, 0, 0)
    pool = book.get(Pool, partner.pool)
    assert pool is not None, "a partner belongs to a pool"
    return Facts(partner, pool, book.balance(pool_account(pool.base, "2110")), book.balance(partner.account))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one share."""
    body, partner, pool = instruction.body, facts.partner, facts.pool
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reference:
        return refuse(Code.details_missing, "the settlement that the share is part of")
    if partner is None:
        return refuse(Code.partner_not_found)
    if partner.state != "active":
        return refuse(Code.state_forbids, f"the partner is {partner.state}")
    assert pool is not None
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if body.amount_minor > facts.fees_minor:
        return refuse(Code.insufficient_fee_money)
    if not fits(body.amount_minor, (facts.share_minor,)):
        return refuse(Code.balance_too_large)
    until = stays_until(given.pack, CODE, given.business_date)
    return Decision(
        Code.done,
        postings=partner_share(pool=pool, partner=partner, amount_minor=body.amount_minor),
        answer={"stays_until": "" if until is None else until.isoformat()},
    )
