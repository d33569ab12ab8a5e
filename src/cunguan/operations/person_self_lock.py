"""Person self-lock (本人紧急冻结): a client locks himself in all lanes where he may have accounts, at once.

When    he fears that somebody else acts for him; his session is enough, for nothing can be gained by a lock that is not his
Reads   lane 0's day, the person, his links, the act
Returns Decision; as person_lock, under the reason `emergency`: two people lift it when he was identified afresh
        (person_self_unlock), and nobody otherwise
Order   details, lane, person, state, act
Source  domain-decisions.md 29, 30; issue "People" 5
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Link, LockOrder, Person
from cunguan.ledger.book import Book
from cunguan.operations.locking import EMERGENCY, locked
from cunguan.states.person import PERSON

KIND = "person_self_lock"
VERSION = 1
LANE = "custodian"
AUTHORITY = "himself"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who locks himself; `act` names the order in every lane."""

    act: str
    person: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a lock depends on."""

    day: Day | None
    person: Person | None
    order: LockOrder | None
    links: tuple[Link, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a lock."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        day=book.day(),
        person=book.get(Person, body.person),
        order=book.get(LockOrder, body.act),
        links=tuple(book.find(Link, "person", body.person)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one lock."""
    body, person = instruction.body, facts.person
    assert isinstance(body, Body)
    if not is_id(body.act):
        return refuse(Code.id_malformed)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if person is None:
        return refuse(Code.person_not_found)
    if not PERSON.may(person.state, "lock"):
        return refuse(Code.person_locked, f"the person is {person.state}", lock=person.lock)
    if facts.order is not None:
        return refuse(Code.state_forbids, "the act was used for another lock")
    return locked(body.act, person, EMERGENCY, facts.links, given)
