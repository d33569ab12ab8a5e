"""Lane opening (开设存管账簿): the first instruction of a lane; its day, pools, bank accounts and their accounts.

When    a platform stands in the directory under two names; once for lane 0, once for each platform
Reads   the lane's day (there must be none yet), the platform's row in lane 0
Returns Decision; a Day, the pools, the bank accounts and all their accounts with number and code
Order   two names, lane, pack, platform and what was registered for it, pools and bank accounts
Source  design/lanes.md rule 1; domain-decisions.md 3
"""

from datetime import date

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Platform
from cunguan.ledger.book import Book
from cunguan.operations.places import BankSpec, PoolSpec, opened, refusal
from cunguan.operations.two_names import two_names
from cunguan.policy.evaluate import PACKS

KIND = "lane_opening"
VERSION = 1
LANE = "both"

CUSTODIAN = "custodian"
FIRST_ACCOUNT = 1


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lane's beginning. Lane 0 is named custodian, holds no money and needs no pack."""

    platform: str
    pack: str
    sandbox: bool
    business_date: date
    pools: tuple[PoolSpec, ...]
    bank_accounts: tuple[BankSpec, ...]
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an opening depends on."""

    day: Day | None
    platform: Platform | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an opening; the custodian's own lane stands in no directory."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(day=book.day(), platform=book.foreign(Platform, body.platform) if given.lane else None)


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one opening."""
    body = instruction.body
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if facts.day is not None:
        return refuse(Code.lane_exists, f"the lane was opened for {facts.day.platform}")
    if body.pack not in PACKS and (given.lane or body.pack):
        return refuse(Code.pack_unknown, f"there is no pack {body.pack!r}")
    wrong = _platform(body, facts.platform, given.lane) if given.lane else _custodian(body)
    if wrong is not None:
        return wrong
    return _open(body)


def _platform(body: Body, platform: Platform | None, lane: int) -> Decision | None:
    if platform is None:
        return refuse(Code.platform_not_found)
    if platform.state != "active":
        return refuse(Code.platform_not_active, f"the platform is {platform.state}")
    if (platform.lane, platform.pack, platform.sandbox) != (lane, body.pack, body.sandbox):
        return refuse(
            Code.details_differ,
            "lane, pack or sandbox are not those registered",
            lane=platform.lane, pack=platform.pack, sandbox=platform.sandbox,
        )  # fmt: skip
    wrong = refusal(body.pools, body.bank_accounts, body.pack, known=())
    return None if wrong is None else refuse(wrong[0], subject=wrong[1])


def _custodian(body: Body) -> Decision | None:
    if body.platform != CUSTODIAN:
        return refuse(Code.details_differ, f"lane 0 is the {CUSTODIAN}'s")
    if body.pools or body.bank_accounts:
        return refuse(Code.details_differ, "no money stands in lane 0")
    return None


def _open(body: Body) -> Decision:
    places = opened(body.pools, body.bank_accounts, FIRST_ACCOUNT, {})
    day = Day("day", body.business_date, places.next_account, "open", body.platform, body.pack, body.sandbox)
    return Decision(Code.done, adds=(day, *places.rows), accounts=places.accounts)
