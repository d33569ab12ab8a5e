"""Death withdrawal (撤销死亡登记): a death was recorded of the wrong person, or by a wrong paper.

When    two people of the custodian have found it out
Reads   lane 0's day, the person, his locks, his links
Returns Decision; the person is locked, not active: what was set right under two names is opened by person_unlock, under
        two names again. Where he was under no lock before, this act is one
Order   two names, details, lane, person, state, act
Source  domain-decisions.md 30, 31; states/person.py
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Link, LockOrder, Move, Person
from cunguan.ledger.book import Book
from cunguan.operations import death_withdrawal_here
from cunguan.operations.fan_out import fan_out
from cunguan.operations.two_names import two_names
from cunguan.states.lock_order import LOCK_ORDER
from cunguan.states.person import PERSON

KIND = "death_withdrawal"
VERSION = 1
LANE = "custodian"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose death is taken back, and why; `act` names the withdrawal in every lane."""

    act: str
    person: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a withdrawal depends on."""

    day: Day | None
    person: Person | None
    order: LockOrder | None
    links: tuple[Link, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a withdrawal."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        day=book.day(),
        person=book.get(Person, body.person),
        order=book.get(LockOrder, body.act),
        links=tuple(book.find(Link, "person", body.person)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one withdrawal."""
    body, person = instruction.body, facts.person
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not is_id(body.act):
        return refuse(Code.id_malformed)
    if not body.reason.strip():
        return refuse(Code.reason_missing)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if person is None:
        return refuse(Code.person_not_found)
    if not PERSON.may(person.state, "death_withdrawn"):
        return refuse(Code.person_not_deceased, f"the person is {person.state}")
    if facts.order is not None:
        return refuse(Code.state_forbids, "the act was used for a lock")
    return _withdraw(body, person, facts.links, given)


def _withdraw(body: Body, person: Person, links: tuple[Link, ...], given: Given) -> Decision:
    lock = person.lock or body.act
    locked = replace(person, state=PERSON.after(person.state, "death_withdrawn"), lock=lock)
    moves = [Move("person", person.id, "death_withdrawn", locked.state)]
    orders: tuple[LockOrder, ...] = ()
    if lock == body.act:
        state = LOCK_ORDER.initial
        if not links:
            state = LOCK_ORDER.after(state, "all_lanes_answered")
            moves.append(Move("lock_order", body.act, "all_lanes_answered", state))
        orders = (LockOrder(body.act, person.id, state, body.reason),)
    here = death_withdrawal_here.Body(person.id, body.act, lock)
    return Decision(
        Code.done,
        adds=(*orders, *fan_out(body.act, death_withdrawal_here.KIND, here, links, given)),
        changes=(locked,),
        moves=tuple(moves),
        answer={"lock": lock, "lanes": sorted(link.lane for link in links)},
    )
