"""Legal lift (解除冻结): the authority that issued an order lets go of a part of it, or of all.

When    its instrument comes in
Reads   the person's orders and what his lanes have frozen for them
Posts   nothing here: each lane gives back what is above its new limit, and the order that waits next moves up there
Returns Decision; a part is taken first from what is unfilled, then from what is frozen, from the last lane on. What was
        taken already is not given back
Order   amount, names, instrument, order, state, issuer, amount left
Source  domain-decisions.md 28; domain.md (c.1) A11
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import LegalOrder
from cunguan.ledger.book import Book
from cunguan.operations.spreading import Known, Spreading, known
from cunguan.operations.two_names import two_names
from cunguan.states.legal_order import LEGAL_ORDER

KIND = "legal_lift"
VERSION = 1
LANE = "custodian"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which order, by whose instrument; without an amount the whole of it."""

    order: str
    issuer: str
    instrument: str
    maker: str
    checker: str
    amount_minor: int | None = None


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a lift depends on."""

    order: LegalOrder | None
    known: Known


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a lift."""
    body = instruction.body
    assert isinstance(body, Body)
    order = book.get(LegalOrder, body.order)
    return Facts(order, Known((), (), ()) if order is None else known(book, order.person))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one lift."""
    body, order = instruction.body, facts.order
    assert isinstance(body, Body)
    if body.amount_minor is not None and body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.instrument:
        return refuse(Code.legal_instrument_missing)
    if order is None:
        return refuse(Code.order_not_found)
    if order.state in LEGAL_ORDER.final:
        return refuse(Code.order_not_in_force, f"the order is {order.state}")
    if not LEGAL_ORDER.may(order.state, "lifted"):
        return refuse(Code.state_forbids, "money of it is being taken", state=order.state)
    if body.issuer != order.issuer:
        return refuse(Code.issuer_differs)
    left = order.amount_minor - order.lifted_minor - order.taken_minor
    if body.amount_minor is not None and body.amount_minor > left:
        return refuse(Code.order_remaining_exceeded, left_minor=left)
    work = Spreading(facts.known, given)
    if body.amount_minor is None or body.amount_minor == left:
        work.end(order.id, "lifted")
    else:
        work.lift(order.id, body.amount_minor)
    return work.decision(state=work.orders[order.id].state)
