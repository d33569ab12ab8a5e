"""Red packet (营销红包): the platform gives a client some of its marketing money.

When    a campaign of the platform's pays a client
Reads   the client, his pool with 2120, what was given today
Posts   Dr 2120 / Cr 2010
Returns Decision; never an overdraft, and never taken back
Order   amount, reference, account, pool, cover, cap of the day, money, size
Source  domain.md (c.3) C18; domain-decisions.md 1, 14, 29
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import DailyTotal, Holder, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.red_packet import red_packet
from cunguan.operations.cover import stops_platform
from cunguan.operations.places import POOL_WORKS
from cunguan.operations.receiving import creditable, fits
from cunguan.policy.evaluate import PACKS

KIND = "red_packet"
VERSION = 1
LANE = "platform"

#: the pack's cap on what a pool's platform gives on one business date; no cap where the pack is silent
DAY_CAP = "red_packet_day_minor"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets how much; `reference` names the campaign."""

    holder: str
    amount_minor: int
    reference: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a red packet depends on."""

    holder: Holder | None
    pool: Pool | None
    today: DailyTotal | None
    marketing_minor: int
    available_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a red packet."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    if holder is None:
        return Facts(None, None, None, 0, 0)
    pool = book.get(Pool, holder.pool)
    assert pool is not None, "a holder belongs to a pool"
    today = book.get(DailyTotal, total_id(pool.id, given))
    marketing_minor = book.balance(pool_account(pool.base, "2120"))
    return Facts(holder, pool, today, marketing_minor, book.balance(holder.available))


def total_id(pool: str, given: Given) -> str:
    """Return the id of what a pool's platform gave on this business date."""
    return f"{KIND}:{pool}:{given.business_date.isoformat()}"


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one red packet."""
    body, holder, pool = instruction.body, facts.holder, facts.pool
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reference:
        return refuse(Code.details_missing, "the campaign that gives it")
    refused = creditable(holder)
    if refused is not None:
        return refuse(refused)
    assert holder is not None and pool is not None
    if stops_platform(pool):
        return refuse(Code.pool_cover_failed)
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    given_minor = 0 if facts.today is None else facts.today.amount_minor
    cap_minor = PACKS[given.pack].params.get(DAY_CAP)
    if cap_minor is not None and given_minor + body.amount_minor > cap_minor:
        return refuse(Code.limit_exceeded, "of this day", left_minor=max(cap_minor - given_minor, 0))
    if body.amount_minor > facts.marketing_minor:
        return refuse(Code.insufficient_marketing)
    if not fits(body.amount_minor, (facts.available_minor,)):
        return refuse(Code.balance_too_large)
    return _accept(body, holder, pool, facts.today, given)


def _accept(body: Body, holder: Holder, pool: Pool, today: DailyTotal | None, given: Given) -> Decision:
    postings = red_packet(pool=pool, holder=holder, amount_minor=body.amount_minor)
    if today is None:
        first = DailyTotal(total_id(pool.id, given), body.amount_minor)
        return Decision(Code.done, postings=postings, adds=(first,))
    total = replace(today, amount_minor=today.amount_minor + body.amount_minor)
    return Decision(Code.done, postings=postings, changes=(total,))
