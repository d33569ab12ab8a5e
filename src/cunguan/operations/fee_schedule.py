"""Fee schedule (收费标准): one published version of what a platform may charge its clients.

When    the platform's contract with the custodian gets a price list, or a new one
Reads   the lane's day, this version, the one before it and the one before that
Returns Decision; the first version is in force, a later one is announced until its notice has ended
Order   two names, lane, id, version, notice of the version before, items
Source  domain-decisions.md 11
"""

from collections.abc import Sequence

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, FeeItem, FeeSchedule
from cunguan.ledger.book import Book
from cunguan.operations.fee_versions import in_force, notice_until, version_id
from cunguan.operations.two_names import two_names
from cunguan.states.fee_schedule import FEE_SCHEDULE

KIND = "fee_schedule"
VERSION = 1
LANE = "platform"

ALL_OF_IT_BP = 10_000


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version; it must be the last one plus 1."""

    schedule: str
    version: int
    items: tuple[FeeItem, ...]
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a publication depends on."""

    day: Day | None
    same: FeeSchedule | None
    before: FeeSchedule | None
    long_before: FeeSchedule | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a publication."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        day=book.day(),
        same=book.get(FeeSchedule, version_id(body.schedule, body.version)),
        before=book.get(FeeSchedule, version_id(body.schedule, body.version - 1)),
        long_before=book.get(FeeSchedule, version_id(body.schedule, body.version - 2)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one publication."""
    body = instruction.body
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if not is_id(body.schedule) or ":" in body.schedule:  # ids of versions and consents are read from the right
        return refuse(Code.id_malformed)
    if facts.same is not None:
        return refuse(Code.fee_schedule_exists)
    if body.version < 1 or (body.version > 1 and facts.before is None):
        return refuse(Code.fee_schedule_not_found, "the version before this one was not published")
    if facts.before is not None and given.business_date < notice_until(facts.before, given.pack):
        return refuse(Code.fee_notice_too_short, "the version before this one still has its notice")
    if not body.items:
        return refuse(Code.details_missing, "a schedule has at least one item")
    wrong = _wrong_item(body.items)
    if wrong is not None:
        return refuse(wrong[0], item=wrong[1])
    return _publish(body, facts, given)


def _publish(body: Body, facts: Facts, given: Given) -> Decision:
    state = "in_force" if facts.before is None else FEE_SCHEDULE.initial
    version = version_id(body.schedule, body.version)
    changes, moves = ((), ()) if facts.before is None else in_force(facts.before, facts.long_before)
    return Decision(
        Code.done,
        adds=(FeeSchedule(version, body.schedule, body.version, given.business_date, body.items, state),),
        changes=changes,
        moves=moves,
    )


def _wrong_item(items: Sequence[FeeItem]) -> tuple[Code, str] | None:
    names = set()
    for item in items:
        if not item.item:
            return Code.details_missing, item.item
        if item.item in names:
            return Code.duplicate_detail, item.item
        names.add(item.item)
        if min(item.fixed_minor, item.cap_minor, item.month_cap_minor) < 0:
            return Code.amount_not_positive, item.item
        if not _is_priced(item):
            return Code.rate_malformed, item.item
    return None


def _is_priced(item: FeeItem) -> bool:
    if item.basis == "bp":
        return 0 < item.rate_bp <= ALL_OF_IT_BP
    return item.basis == "fixed" and item.rate_bp == 0 and item.fixed_minor > 0
