"""Legal order report (司法冻结回报): a lane says what an order has frozen there in all; lane 0 confirms and goes on.

When    a lane has heard of an order for the first time, or has frozen, given back, sent or taken something for it
Reads   the person's orders and what each lane has answered so far
Posts   nothing
Returns Decision; confirmed is what the order still asks for, never more. Other lanes hear how much less they may freeze,
        and the next lane is asked. A report that a later one of that lane has overtaken changes nothing
Order   id, order, share
Source  domain-decisions.md 28, 30; design/lanes.md rule 1; docs/adr/0017
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_of, order_report_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import LegalOrder
from cunguan.ledger.book import Book
from cunguan.operations.order_words import Report
from cunguan.operations.spreading import Known, Spreading, known, share_id

KIND = "legal_order_report"
VERSION = 1
LANE = "custodian"
ID_PREFIX = "report:"

Body = Report


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a report depends on."""

    order: LegalOrder | None
    known: Known


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a report."""
    body = instruction.body
    assert isinstance(body, Body)
    order = book.get(LegalOrder, body.order)
    return Facts(order, Known((), (), ()) if order is None else known(book, order.person))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one report."""
    body = instruction.body
    assert isinstance(body, Body)
    name = order_report_id(body.order, body.lane, body.seq)
    if not is_of(instruction.id, name):
        return refuse(Code.id_malformed, f"the id of this report is {name}")
    if facts.order is None:
        return refuse(Code.order_not_found)
    work = Spreading(facts.known, given)
    share = work.shares.get(share_id(body.order, body.lane))
    if share is None:
        return refuse(Code.order_not_found, "the lane was never asked")
    if body.seq > share.heard_seq:
        work.hear(body)
    return work.decision(confirmed_minor=work.shares[share.id].filled_minor)
