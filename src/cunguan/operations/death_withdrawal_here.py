"""Death withdrawal here (本平台撤销死亡登记): a death taken back in lane 0 is taken back in this lane.

When    the message of the withdrawal arrives, at once, late or twice, also before that of the record
Reads   the person in lane 0, what this lane knows of him, his accounts
Returns Decision; his accounts are locked under the lock he is under in lane 0; where that was lifted meanwhile, they are
        as before. A death that was recorded again stands
Order   id, person, whether he is deceased again
Source  domain-decisions.md 30, 31; design/lanes.md rule 1
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import fan_out_id, is_of
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Move, Person, PersonHere
from cunguan.ledger.book import Book
from cunguan.states.account import ACCOUNT

KIND = "death_withdrawal_here"
VERSION = 1
LANE = "platform"
ID_PREFIX = "act:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose death is taken back, by which act, and the lock he was under then."""

    person: str
    act: str
    lock: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a withdrawal here depends on."""

    person: Person | None
    here: PersonHere | None
    holders: tuple[Holder, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts; the person himself is read in lane 0."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        person=book.foreign(Person, body.person),
        here=book.get(PersonHere, body.person),
        holders=tuple(book.find(Holder, "person", body.person)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one withdrawal here."""
    body, person = instruction.body, facts.person
    assert isinstance(body, Body)
    if not is_of(instruction.id, fan_out_id(body.act, given.lane)):
        return refuse(Code.id_malformed, f"this act's id here is {fan_out_id(body.act, given.lane)}")
    if person is None:
        return refuse(Code.person_not_found)
    if person.state == "deceased":
        return Decision(Code.done, answer={"accounts": []})
    return _withdraw(body, person, facts)


def _withdraw(body: Body, person: Person, facts: Facts) -> Decision:
    # Lane 0 may be ahead: who was unlocked there meanwhile, before this message came, does not stay locked here.
    is_free = person.state == "active"
    changes: list[Holder] = []
    moves: list[Move] = []
    for holder in facts.holders:
        state = holder.state
        for event in ("death_withdrawn", "unlock" if is_free else "lock"):
            if ACCOUNT.may(state, event):
                state = ACCOUNT.after(state, event)
                moves.append(Move("account", holder.id, event, state))
        if state != holder.state:
            changes.append(replace(holder, state=state))
    here = PersonHere(body.person, "active" if is_free else "locked", body.act if is_free else person.lock)
    return Decision(
        Code.done,
        adds=(here,) if facts.here is None else (),
        changes=tuple(changes) if facts.here is None else (here, *changes),
        moves=tuple(moves),
        answer={"accounts": [holder.id for holder in changes]},
    )
