"""Partner registration (合作方登记): who gets a share of the fees beside the platform, by a contract the custodian has.

When    the platform names a partner, and two people have seen the contract
Reads   the partner, the pool, the lane's day
Returns Decision; the partner has an account 2160 of his own in the pool
Order   id, contract, two names, lane, pool, pack, partner
Source  domain.md (b.2) 2160; domain-decisions.md 3
"""

from typing import Literal

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Partner, Pool
from cunguan.ledger.book import Book
from cunguan.operations.further import opened
from cunguan.operations.payee_binding import CUSTODIAN
from cunguan.operations.places import POOL_WORKS
from cunguan.operations.stays import stays_until
from cunguan.operations.two_names import two_names
from cunguan.states.partner import PARTNER

KIND = "partner_registration"
VERSION = 1
LANE = "platform"

CODE = "2160"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A partner by opaque reference; `contract` names the document."""

    partner: str
    pool: str
    kind: Literal["guarantee_corp", "collaborator", "supplier"]
    contract: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a registration depends on."""

    day: Day | None
    pool: Pool | None
    partner: Partner | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a registration."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.day(), book.get(Pool, body.pool), book.get(Partner, body.partner))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one registration."""
    body, day, pool = instruction.body, facts.day, facts.pool
    assert isinstance(body, Body)
    if not is_id(body.partner):
        return refuse(Code.id_malformed)
    if not body.contract:
        return refuse(Code.details_missing, "the contract that gives him a share")
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if day is None:
        return refuse(Code.lane_not_open)
    if pool is None:
        return refuse(Code.pool_not_found)
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if stays_until(given.pack, CODE, given.business_date) is None:
        return refuse(Code.instruction_switched_off, f"partners are off in pack {given.pack}")
    if facts.partner is not None or body.partner in (day.platform, CUSTODIAN):
        return refuse(Code.partner_exists)
    account = opened(None, day, owner=body.partner, code=CODE, pool=pool.id, currency=pool.currency)
    partner = Partner(body.partner, pool.id, account.row.account, body.kind, PARTNER.initial)
    return Decision(Code.done, adds=(*account.adds, partner), changes=account.changes, accounts=account.accounts)
