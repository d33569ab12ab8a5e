"""Platform registration (委托人登记): a platform in the custodian's directory, with its lane number and its pack.

When    the contract between custodian and platform is signed
Reads   lane 0's day, the platform's name and the lane number: neither was ever used
Returns Decision; the platform is active, because both names stand under the registration
Order   two names, lane 0 open, number, name, pack, sandbox, name and number not used before
Source  design/lanes.md rule 1
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, LaneNumber, Platform
from cunguan.ledger.book import Book
from cunguan.operations.two_names import two_names
from cunguan.policy.evaluate import PACKS

KIND = "platform_registration"
VERSION = 1
LANE = "custodian"

LANE_MAX = 2**31 - 1  # a lane is an int4


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A platform, its lane and what rules bind it."""

    platform: str
    lane: int
    pack: str
    sandbox: bool
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a registration depends on."""

    day: Day | None
    platform: Platform | None
    number: LaneNumber | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a registration."""
    body = instruction.body
    assert isinstance(body, Body)
    day = book.day()
    return Facts(day, book.get(Platform, body.platform), book.get(LaneNumber, str(body.lane)))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one registration."""
    body = instruction.body
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if not 0 < body.lane <= LANE_MAX:
        return refuse(Code.unknown_lane, f"a platform's lane is 1 to {LANE_MAX}")
    if not is_id(body.platform):
        return refuse(Code.id_malformed)
    if body.pack not in PACKS:
        return refuse(Code.pack_unknown, f"there is no pack {body.pack!r}")
    if body.sandbox and not facts.day.sandbox:
        return refuse(Code.source_not_allowed, "a sandbox platform beside real ones")
    if facts.platform is not None:
        return refuse(Code.platform_exists)
    if facts.number is not None:
        return refuse(Code.lane_exists, f"the number was given to {facts.number.platform}")
    return Decision(
        Code.done,
        adds=(
            Platform(body.platform, body.lane, body.pack, "active", body.sandbox),
            LaneNumber(str(body.lane), body.platform),
        ),
    )
