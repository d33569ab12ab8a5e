"""Fee charge (验密扣费、协议扣费): a fee of the schedule the client confirmed, as it was told to him before.

When    a service was rendered; by his password for this charge (P), or by the agreed schedule alone (F)
Reads   the client with his money, his pool, his consent and the version it names, his key
Posts   Dr 2010 / Cr 2110
Returns Decision; the fee charge has the instruction's id
Order   amount, account, pool, schedule, cap of the month, what was disclosed, authority, balance
Source  domain.md (c.2) B8, (d) 13, 44; domain-decisions.md 11
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import FeeCharge, FeeConsent, FeeSchedule, Holder, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.fee import fee_charged
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.fees import Charge, charge, consented
from cunguan.operations.places import POOL_WORKS
from cunguan.operations.receiving import fits

KIND = "fee_charge"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fee on an amount.

    fee_minor  what was told to the client before: exactly this is charged, or nothing
    agreed     charged by the agreed schedule alone; else he confirms this charge
    """

    holder: str
    fee_schedule: str
    fee_item: str
    base_minor: int
    fee_minor: int
    agreed: bool = False


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a charge depends on."""

    holder: Holder | None
    pool: Pool | None
    schedule: FeeSchedule | None
    consent: FeeConsent | None
    key: Signer | None
    available_minor: int
    fees_minor: int


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms; None when the agreed schedule is enough."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.agreed:
        return None
    item = f"{body.fee_schedule}:{body.fee_item}"
    return AuthorityText(lane, instruction.id, "P", body.holder, KIND, body.fee_minor, item, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a charge."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    if holder is None:
        return Facts(None, None, None, None, None, 0, 0)
    pool = book.get(Pool, holder.pool)
    assert pool is not None, "a holder belongs to a pool"
    schedule, consent = consented(book, holder.id, body.fee_schedule)
    return Facts(
        holder=holder,
        pool=pool,
        schedule=schedule,
        consent=consent,
        key=None if body.agreed else signer_of(book, holder, given),
        available_minor=book.balance(holder.available),
        fees_minor=book.balance(pool_account(pool.base, "2110")),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one charge."""
    body, holder, pool = instruction.body, facts.holder, facts.pool
    assert isinstance(body, Body)
    if body.fee_minor <= 0 or body.base_minor < 0:
        return refuse(Code.amount_not_positive)
    refused = usable(holder)
    if refused is not None:
        return refuse(refused)
    assert holder is not None and pool is not None
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    fee = charge(facts.schedule, facts.consent, body.fee_item, body.base_minor, given.business_date)
    if isinstance(fee, Code):
        return refuse(fee)
    if not fee.fee_minor:
        return refuse(Code.fee_cap_exceeded, "nothing may be charged for it this month any more")
    if fee.fee_minor != body.fee_minor:
        return refuse(Code.fee_differs, "it is not what was disclosed", fee_minor=fee.fee_minor)
    refused = None if body.agreed else confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    if fee.fee_minor > facts.available_minor:
        return refuse(Code.insufficient_balance)
    if not fits(fee.fee_minor, (facts.fees_minor,)):
        return refuse(Code.balance_too_large)
    return _accept(instruction.id, body, holder, pool, fee, given)


def _accept(charge_id: str, body: Body, holder: Holder, pool: Pool, fee: Charge, given: Given) -> Decision:
    assert fee.consent is not None, "a fee above nothing moves the month's figure"
    authority = fee.authority if body.agreed else given.seq
    return Decision(
        Code.done,
        postings=fee_charged(holder=holder, pool=pool, fee_minor=fee.fee_minor, authority=authority),
        adds=(FeeCharge(charge_id, holder.id, fee.fee_minor, 0, given.seq),),
        changes=(fee.consent,),
        authority=None if body.agreed else given.confirmation,
    )
