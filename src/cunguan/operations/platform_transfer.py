"""Platform transfer (平台内部划转): the platform's own money goes to the account where it is needed.

When    the platform asks for it
Reads   the pool with 2150 and the account that gets the money
Posts   Dr 2150 / Cr 2120 or 2130
Returns Decision; the answer tells until when the money may stay
Order   amount, account, pool, money, size
Source  domain.md (b.2), (c.2) B9 (FUNDS_TRANSFER); domain-decisions.md 3
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import CHART, pool_account
from cunguan.ledger.templates.platform_transfer import platform_transfer
from cunguan.operations.places import POOL_WORKS
from cunguan.operations.receiving import fits
from cunguan.operations.stays import stays_until

KIND = "platform_transfer"
VERSION = 1
LANE = "platform"

#: what 2150 feeds
FED = ("2120", "2130")


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of 2150 goes to which account."""

    pool: str
    account: str
    amount_minor: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a transfer depends on."""

    pool: Pool | None
    transfer_minor: int
    account_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a transfer."""
    body = instruction.body
    assert isinstance(body, Body)
    pool = book.get(Pool, body.pool)
    if pool is None or body.account not in FED:
        return Facts(pool, 0, 0)
    source, target = pool_account(pool.base, "2150"), pool_account(pool.base, body.account)
    return Facts(pool, book.balance(source), book.balance(target))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one transfer."""
    body, pool = instruction.body, facts.pool
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if body.account not in FED:
        entry = CHART.get(body.account)
        return refuse(Code.instruction_switched_off, entry.off if entry else "", accounts=list(FED))
    until = stays_until(given.pack, body.account, given.business_date)
    if until is None:
        return refuse(Code.instruction_switched_off, f"{CHART[body.account].name} is off in pack {given.pack}")
    if pool is None:
        return refuse(Code.pool_not_found)
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if body.amount_minor > facts.transfer_minor:
        return refuse(Code.insufficient_platform_money)
    if not fits(body.amount_minor, (facts.account_minor,)):
        return refuse(Code.balance_too_large)
    return Decision(
        Code.done,
        postings=platform_transfer(pool=pool, code=body.account, amount_minor=body.amount_minor),
        answer={"stays_until": until.isoformat()},
    )
