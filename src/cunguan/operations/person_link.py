"""Person link (客户与平台关联): note in lane 0 that a person may have accounts in a platform's lane.

When    before an account is opened there: what is ordered about the person later fans out along the links
Reads   lane 0's day, the person, the link, the legal orders over him
Returns Decision; done again, with nothing new, when the link is there already. Orders that wait for more are carried there
Order   lane, person, platform's lane, lock
Source  domain-decisions.md 30; design/lanes.md rule 1
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, LaneNumber, Link, Person
from cunguan.ledger.book import Book
from cunguan.operations.spreading import Known, Spreading, known

KIND = "person_link"
VERSION = 1
LANE = "custodian"
AUTHORITY = "S"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who, and in which lane."""

    person: str
    lane: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a link depends on."""

    day: Day | None
    person: Person | None
    number: LaneNumber | None
    link: Link | None
    orders: Known


def link_id(person: str, lane: int) -> str:
    """Return the id of a link."""
    return f"{person}:{lane}"


def linking_id(instruction_id: str, lane: int) -> str:
    """Return the id of the linking that precedes an opening; with the lane, for two lanes may use one id."""
    return f"{instruction_id}:link:{lane}"


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a link."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        day=book.day(),
        person=book.get(Person, body.person),
        number=book.get(LaneNumber, str(body.lane)),
        link=book.get(Link, link_id(body.person, body.lane)),
        orders=known(book, body.person),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one link."""
    body, person = instruction.body, facts.person
    assert isinstance(body, Body)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if person is None:
        return refuse(Code.person_not_found)
    if facts.number is None:
        return refuse(Code.platform_not_found)
    if person.state != "active":
        return refuse(Code.person_locked, f"the person is {person.state}")
    if facts.link is not None:
        return Decision(Code.done)
    work = Spreading(facts.orders, given)
    work.link(body.lane)
    return work.decision(Link(link_id(body.person, body.lane), body.person, body.lane))
