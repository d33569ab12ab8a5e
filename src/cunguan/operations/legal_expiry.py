"""Legal expiry (冻结到期): the custodian's own timer ends an order that nobody renewed.

When    the business date of lane 0 is past the order's last day; the id is lapse:<order>:<business date>
Reads   the person's orders and what his lanes have frozen for them
Posts   nothing here: each lane gives back what is frozen, and the order that waits next moves up there
Returns Decision; while money of the order is being taken it does not end
Order   id, order, state, its day
Source  domain-decisions.md 28; design/lanes.md 11
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_of, order_expiry_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import LegalOrder
from cunguan.ledger.book import Book
from cunguan.operations.spreading import Known, Spreading, known
from cunguan.states.legal_order import LEGAL_ORDER

KIND = "legal_expiry"
VERSION = 1
LANE = "custodian"
ID_PREFIX = "lapse:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An expiry: which order."""

    order: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an expiry depends on."""

    order: LegalOrder | None
    known: Known


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an expiry."""
    body = instruction.body
    assert isinstance(body, Body)
    order = book.get(LegalOrder, body.order)
    return Facts(order, Known((), (), ()) if order is None else known(book, order.person))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one expiry."""
    body, order = instruction.body, facts.order
    assert isinstance(body, Body)
    name = order_expiry_id(body.order, given.business_date)  # refused on one day, it is asked for again on the next
    if not is_of(instruction.id, name):
        return refuse(Code.id_malformed, f"the id of this expiry is {name}")
    if order is None:
        return refuse(Code.order_not_found)
    if order.state in LEGAL_ORDER.final:
        return refuse(Code.order_not_in_force, f"the order is {order.state}")
    if given.business_date <= order.expires:
        return refuse(Code.not_due_yet, expires=order.expires.isoformat())
    if not LEGAL_ORDER.may(order.state, "expired"):
        return refuse(Code.state_forbids, "money of it is being taken", state=order.state)
    work = Spreading(facts.known, given)
    work.end(order.id, "expired")
    return work.decision()
