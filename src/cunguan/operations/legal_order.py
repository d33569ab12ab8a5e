"""Legal order (司法冻结): an authority orders a person's money frozen, whatever platform it lies on.

When    its instrument has come in and two people of the custodian have looked at it
Reads   lane 0's day, the person, his earlier orders and what his lanes have frozen for them, his links
Posts   nothing here: each lane freezes what it has when the word reaches it (legal_order_here)
Returns Decision; the order's id is the instruction's, its rank the sequence. His lanes are asked one after the other, each
        with what is still unfilled, so that 100 over 60 + 60 freezes 60 and 40; what is then still unfilled waits for
        credits in every lane. An order that names a pool is alarmed: the pool is the clients' money, not the platform's
Order   amount, currency, date, details, names, instrument, lane, pool, person, the same instrument
Source  domain.md (c.1) A11, S-15, S-32; domain-decisions.md 28, 30; docs/adr/0017
"""

from datetime import date

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.currency import EXPONENT
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.money import MINOR_LIMIT
from cunguan.kernel.rows import Day, LegalOrder, Person
from cunguan.ledger.book import Book
from cunguan.operations.spreading import Known, Spreading, known
from cunguan.operations.two_names import two_names
from cunguan.states.legal_order import LEGAL_ORDER

KIND = "legal_order"
VERSION = 1
LANE = "custodian"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order: who says so by which instrument, whose money, how much, until when.

    platform, pool  of an order against a platform; empty for one against a client
    """

    issuer: str
    instrument: str
    currency: str
    amount_minor: int
    expires: date
    maker: str
    checker: str
    person: str = ""
    platform: str = ""
    pool: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an order depends on."""

    day: Day | None
    person: Person | None
    known: Known


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an order."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.day(), book.get(Person, body.person), known(book, body.person))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one order."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if body.amount_minor >= MINOR_LIMIT:
        return refuse(Code.amount_too_large)
    if body.currency not in EXPONENT:
        return refuse(Code.currency_differs)
    if body.expires < given.business_date:
        return refuse(Code.date_in_the_past)
    if not body.issuer:
        return refuse(Code.details_missing, "an order has an issuer")
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.instrument:
        return refuse(Code.legal_instrument_missing)
    if facts.day is None:
        return refuse(Code.lane_not_open)
    if body.platform or body.pool:
        return refuse(Code.pool_named_by_order, "the pool holds clients' money; an order names the client", alarm=True)
    if facts.person is None:
        return refuse(Code.person_not_found)
    for order in facts.known.orders:
        if (order.issuer, order.instrument, order.currency) == (body.issuer, body.instrument, body.currency):
            return refuse(Code.order_exists, order=order.id)
    return _order(instruction.id, body, facts, given)


def _order(name: str, body: Body, facts: Facts, given: Given) -> Decision:
    work = Spreading(facts.known, given)
    work.begin(
        LegalOrder(
            name, body.person, body.issuer, body.instrument, body.currency, body.amount_minor, 0, 0, 0, 0, body.expires,
            body.maker, body.checker, given.seq, LEGAL_ORDER.initial,
        )
    )  # fmt: skip
    before = [order.id for order in facts.known.orders if order.state not in LEGAL_ORDER.final]
    return work.decision(rank=given.seq, after=before, lanes=list(facts.known.lanes))
