"""Person self-unlock (本人紧急冻结解除): lift the lock a client ordered himself, when he was identified afresh, under two names.

When    he asks for it; who took his phone could ask as well, so a session is not enough
Reads   lane 0's day, the person, the lock, his links
Returns Decision; as person_unlock. `identification` names the evidence of the fresh identification, and is kept with it
Order   two names, details, identification, lane, person, lock, state
Source  domain-decisions.md 29, 30; issue "People" 5
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Link, LockOrder, Person
from cunguan.ledger.book import Book
from cunguan.operations.locking import EMERGENCY, unlocked
from cunguan.operations.two_names import two_names
from cunguan.states.person import PERSON

KIND = "person_self_unlock"
VERSION = 1
LANE = "custodian"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which lock of whom is lifted, on which identification; `act` names the lifting in every lane."""

    act: str
    lock: str
    person: str
    identification: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an unlock depends on."""

    day: Day | None
    person: Person | None
    order: LockOrder | None
    links: tuple[Link, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an unlock."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        day=book.day(),
        person=book.get(Person, body.person),
        order=book.get(LockOrder, body.lock),
        links=tuple(book.find(Link, "person", body.person)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one unlock."""
    body, person, order = instruction.body, facts.person, facts.order
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not is_id(body.act) or body.act == body.lock:  # each lane hears of both under act:<act>:<lane>
        return refuse(Code.id_malformed, "an unlock has an act of its own")
    if not body.identification:
        return refuse(Code.person_not_verified, "he was not identified afresh")
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if person is None:
        return refuse(Code.person_not_found)
    if order is None or order.person != person.id or order.reason != EMERGENCY:
        return refuse(Code.lock_not_found)
    if person.lock != order.id:  # lifted before, and another may hold by now
        return refuse(Code.lock_not_in_force, lock=person.lock)
    if not PERSON.may(person.state, "unlock"):
        return refuse(Code.state_forbids, f"the person is {person.state}")
    return unlocked(body.act, person, order, facts.links, given)
