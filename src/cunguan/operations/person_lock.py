"""Person lock (客户锁定): lock a person in all lanes where he may have accounts.

When    his phone was stolen, a fraud is feared, somebody orders it; one name is enough, for it is urgent
Reads   lane 0's day, the person, his links, the act
Returns Decision; the order, the locked person, and for each lane a message whose id is act:<act>:<lane>. It is in force in
        a lane from that lane's sequence on; an account opened later is refused
Order   details, lane, person, state, act
Source  design/lanes.md rule 1; domain-decisions.md 29, 30
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Link, LockOrder, Person
from cunguan.ledger.book import Book
from cunguan.operations.locking import EMERGENCY, locked
from cunguan.states.person import PERSON

KIND = "person_lock"
VERSION = 1
LANE = "custodian"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is locked, why, by whom; `act` names the order in every lane."""

    act: str
    person: str
    reason: str
    maker: str


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
    if not body.reason or body.reason == EMERGENCY:  # that word is the client's own
        return refuse(Code.reason_missing)
    if not body.maker:
        return refuse(Code.details_missing, "somebody answers for a lock")
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if person is None:
        return refuse(Code.person_not_found)
    if not PERSON.may(person.state, "lock"):
        return refuse(Code.person_locked, f"the person is {person.state}", lock=person.lock)
    if facts.order is not None:
        return refuse(Code.state_forbids, "the act was used for another lock")
    return locked(body.act, person, body.reason, facts.links, given)
