"""Death record (死亡登记): a person has died; nobody starts a debit in his name any more, in no lane.

When    two people of the custodian have the certificate. It is an act on the person, not on one account: a death that one
        platform hears of stops his accounts on all of them, by a message to each lane, as a lock does
Reads   lane 0's day, the person, his links
Returns Decision; the person is deceased, and for each lane there is a message whose id is act:<act>:<lane>. A lock he was
        under stays as it is, for a record that is taken back must not lift it
Order   two names, details, lane, person, state
Source  domain-decisions.md 30, 31 (A12 succession)
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Link, Move, Person
from cunguan.ledger.book import Book
from cunguan.operations import death_record_here
from cunguan.operations.fan_out import fan_out
from cunguan.operations.two_names import two_names
from cunguan.states.person import PERSON

KIND = "death_record"
VERSION = 1
LANE = "custodian"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who has died, by which certificate; `act` names the record in every lane."""

    act: str
    person: str
    instrument: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a record depends on."""

    day: Day | None
    person: Person | None
    links: tuple[Link, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a record."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.day(), book.get(Person, body.person), tuple(book.find(Link, "person", body.person)))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one record."""
    body, person = instruction.body, facts.person
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not is_id(body.act):
        return refuse(Code.id_malformed)
    if not body.instrument.strip():
        return refuse(Code.legal_instrument_missing)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if person is None:
        return refuse(Code.person_not_found)
    if person.kind != "person":
        return refuse(Code.details_differ, f"a {person.kind} does not die")
    if not PERSON.may(person.state, "death_recorded"):
        return refuse(Code.state_forbids, f"the person is {person.state}")
    deceased = replace(person, state=PERSON.after(person.state, "death_recorded"))
    here = death_record_here.Body(person.id, body.act)
    return Decision(
        Code.done,
        adds=fan_out(body.act, death_record_here.KIND, here, facts.links, given),
        changes=(deceased,),
        moves=(Move("person", person.id, "death_recorded", deceased.state),),
        answer={"lanes": sorted(link.lane for link in facts.links)},
    )
