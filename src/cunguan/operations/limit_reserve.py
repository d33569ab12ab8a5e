"""Limit reserve (额度预留): set a part of a person's limit across all platforms aside for one later instruction.

When    a platform's lane is about to take what counts against such a limit; lane 0 answers first
Reads   lane 0's day, the person, what he has reserved already in this currency
Returns Decision; the reservation's id is the instruction's. It never lapses by time alone: the review date brings it
        before a person. It stays `reserved` while the listing stands; the first principal given back confirms it
Order   amount, lane, id, pack, currency, person, rule of the pack
Source  design/lanes.md rule 1; domain-decisions.md 30
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.currency import EXPONENT
from cunguan.kernel.dates import add_months
from cunguan.kernel.ids import reservation_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.money import MINOR_LIMIT
from cunguan.kernel.rows import Day, Exposure, Person, Reservation
from cunguan.ledger.book import Book
from cunguan.policy.evaluate import PACKS, evaluate
from cunguan.policy.facts import ReserveFacts
from cunguan.states.reservation import RESERVATION

KIND = "limit_reserve"
VERSION = 1
LANE = "custodian"
AUTHORITY = "S"

REVIEW_MONTHS = 12


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of whose limit, for which instruction of which lane, under which pack."""

    person: str
    lane: int
    instruction_id: str
    currency: str
    amount_minor: int
    pack: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a reservation depends on."""

    day: Day | None
    person: Person | None
    exposure: Exposure | None


def exposure_id(person: str, currency: str) -> str:
    """Return the id of what a person has reserved in a currency."""
    return f"{person}:{currency}"


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a reservation."""
    body = instruction.body
    assert isinstance(body, Body)
    exposure = book.get(Exposure, exposure_id(body.person, body.currency))
    return Facts(book.day(), book.get(Person, body.person), exposure)


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one reservation."""
    body, person = instruction.body, facts.person
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    name = reservation_id(body.instruction_id)
    if instruction.id not in (name, f"{name}:{body.lane}"):  # with the lane, where two lanes may use one id
        return refuse(Code.id_malformed, f"the id is {name}:{body.lane}")
    pack = PACKS.get(body.pack)
    if pack is None:
        return refuse(Code.pack_unknown, f"there is no pack {body.pack!r}")
    if body.currency not in EXPONENT or body.currency != (pack.currency or body.currency):
        return refuse(Code.currency_differs)
    if person is None:
        return refuse(Code.person_not_found)
    if person.state != "active":
        return refuse(Code.person_locked, f"the person is {person.state}")
    reserved = 0 if facts.exposure is None else facts.exposure.reserved_minor
    if reserved + body.amount_minor >= MINOR_LIMIT:
        return refuse(Code.amount_too_large)
    verdict = evaluate(pack, KIND, given.business_date, ReserveFacts(person.kind, reserved, body.amount_minor))
    if not verdict.ok:
        return refuse(Code[verdict.code], verdict.why, rule=verdict.rule_id, reserved_minor=reserved)
    return _reserve(instruction.id, body, facts.exposure, given)


def _reserve(reservation: str, body: Body, exposure: Exposure | None, given: Given) -> Decision:
    kept = Reservation(
        reservation, body.person, body.lane, body.instruction_id, body.currency, body.amount_minor,
        add_months(given.business_date, REVIEW_MONTHS), RESERVATION.initial,
    )  # fmt: skip
    if exposure is None:
        first = Exposure(exposure_id(body.person, body.currency), body.person, body.amount_minor)
        return Decision(Code.done, adds=(kept, first))
    more = replace(exposure, reserved_minor=exposure.reserved_minor + body.amount_minor)
    return Decision(Code.done, adds=(kept,), changes=(more,))
