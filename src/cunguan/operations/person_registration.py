"""Person registration (客户身份登记): one identity in lane 0, with how it was checked and by which source.

When    a person or company comes to the custodian for the first time, whatever the platform
Reads   lane 0's day, the person of this reference
Returns Decision; the person is active. The books hold the opaque reference and the outcome, no name
Order   lane, details, source, person
Source  domain-decisions.md 30; domain.md (c.1) A1, A2
"""

from typing import Literal

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Person
from cunguan.ledger.book import Book

KIND = "person_registration"
VERSION = 1
LANE = "custodian"

SANDBOX = "sandbox"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome of a check; `reference` finds its record at the source."""

    person: str
    kind: Literal["person", "company"]
    method: str
    source: str
    reference: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a registration depends on."""

    day: Day | None
    person: Person | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a registration."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.day(), book.get(Person, body.person))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one registration."""
    body = instruction.body
    assert isinstance(body, Body)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if not is_id(body.person):
        return refuse(Code.id_malformed)
    if not body.method or not body.source or not body.reference:
        return refuse(Code.details_missing, "method, source and reference say how the person was checked")
    if body.source == SANDBOX and not given.sandbox:
        return refuse(Code.source_not_allowed)
    if facts.person is not None:
        return refuse(Code.person_exists)
    return Decision(Code.done, adds=(Person(body.person, body.kind, "active", body.method, body.source, ""),))
