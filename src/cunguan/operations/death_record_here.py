"""Death record here (本平台死亡登记): a death recorded in lane 0 takes effect in this lane, from this sequence on.

When    the message of the record arrives, at once, late or twice
Reads   the person in lane 0, what this lane knows of him, his accounts
Returns Decision; his accounts are in succession: nobody starts a debit, credits go on, holds stand. One that was never
        active is locked. A record that was taken back before its message arrived changes nothing
Order   id, person, whether he is deceased
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

KIND = "death_record_here"
VERSION = 1
LANE = "platform"
ID_PREFIX = "act:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who has died, by which act."""

    person: str
    act: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a record here depends on."""

    person: Person | None
    here: PersonHere | None
    holders: tuple[Holder, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts; the person himself is read in lane 0, so that nobody else can record it."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        person=book.foreign(Person, body.person),
        here=book.get(PersonHere, body.person),
        holders=tuple(book.find(Holder, "person", body.person)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one record here."""
    body = instruction.body
    assert isinstance(body, Body)
    if not is_of(instruction.id, fan_out_id(body.act, given.lane)):
        return refuse(Code.id_malformed, f"this act's id here is {fan_out_id(body.act, given.lane)}")
    if facts.person is None:
        return refuse(Code.person_not_found)
    if facts.person.state != "deceased":
        return Decision(Code.done, answer={"accounts": []})  # it was taken back meanwhile
    return _record(body, facts)


def _record(body: Body, facts: Facts) -> Decision:
    ended = [moved for moved in map(_after, facts.holders) if moved is not None]
    here = PersonHere(body.person, "deceased", body.act)
    holders = tuple(holder for holder, _ in ended)
    return Decision(
        Code.done,
        adds=(here,) if facts.here is None else (),
        changes=holders if facts.here is None else (here, *holders),
        moves=tuple(move for _, move in ended),
        answer={"accounts": [holder.id for holder in holders]},
    )


def _after(holder: Holder) -> tuple[Holder, Move] | None:
    for event in ("death_recorded", "lock"):  # one under review, or taken over and never confirmed, is only locked
        if ACCOUNT.may(holder.state, event):
            state = ACCOUNT.after(holder.state, event)
            return replace(holder, state=state), Move("account", holder.id, event, state)
    return None
