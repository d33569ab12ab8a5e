"""Legal renewal (续行冻结): the authority that issued an order gives it a later last day; its rank stays.

When    its instrument comes in before the order has ended
Reads   the order
Posts   nothing
Returns Decision; no lane has to know, for lane 0 ends orders
Order   date, details, names, instrument, order, state, issuer
Source  domain-decisions.md 28
"""

from datetime import date

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import LegalOrder, Move
from cunguan.ledger.book import Book
from cunguan.operations.two_names import two_names
from cunguan.states.legal_order import LEGAL_ORDER

KIND = "legal_renewal"
VERSION = 1
LANE = "custodian"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which order, by whose instrument, until when."""

    order: str
    issuer: str
    instrument: str
    expires: date
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a renewal depends on."""

    order: LegalOrder | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a renewal."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(LegalOrder, body.order))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one renewal."""
    body, order = instruction.body, facts.order
    assert isinstance(body, Body)
    if body.expires < given.business_date:
        return refuse(Code.date_in_the_past)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.instrument:
        return refuse(Code.legal_instrument_missing)
    if order is None:
        return refuse(Code.order_not_found)
    if order.state in LEGAL_ORDER.final:
        return refuse(Code.order_not_in_force, f"the order is {order.state}")
    if body.expires <= order.expires:
        return refuse(Code.date_in_the_past, "a renewal gives a later day", expires=order.expires.isoformat())
    if not LEGAL_ORDER.may(order.state, "renewed"):
        return refuse(Code.state_forbids, f"the order is {order.state}")
    if body.issuer != order.issuer:
        return refuse(Code.issuer_differs)
    state = LEGAL_ORDER.after(order.state, "renewed")
    return Decision(
        Code.done,
        changes=(replace(order, expires=body.expires, state=state),),
        moves=(Move("legal_order", order.id, "renewed", state),),
    )
