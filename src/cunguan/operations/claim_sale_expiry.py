"""Claim sale expiry (出让到期): the custodian's own timer ends an offer whose last day is over.

When    the business date is past the sale's `until`; the id is expire:<sale>
Reads   the sale, its claim
Returns Decision; the claim is the seller's as before
Order   id, sale, its state, its day
Source  domain-decisions.md 21; design/lanes.md 11
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import expiry_id, is_of
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Claim, ClaimSale
from cunguan.ledger.book import Book
from cunguan.operations.claim_sales import ended

KIND = "claim_sale_expiry"
VERSION = 1
LANE = "platform"
ID_PREFIX = "expire:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which sale."""

    sale: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an expiry depends on."""

    sale: ClaimSale | None
    claim: Claim | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an expiry."""
    body = instruction.body
    assert isinstance(body, Body)
    sale = book.get(ClaimSale, body.sale)
    return Facts(sale, None if sale is None else book.get(Claim, sale.claim))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one expiry."""
    body, sale = instruction.body, facts.sale
    assert isinstance(body, Body)
    if not is_of(instruction.id, expiry_id(body.sale)):
        return refuse(Code.id_malformed, f"the id of this expiry is {expiry_id(body.sale)}")
    if sale is None:
        return refuse(Code.sale_not_found)
    if sale.state != "open":
        return refuse(Code.sale_not_open, f"the sale is {sale.state}")
    if given.business_date <= sale.until:
        return refuse(Code.not_due_yet, until=sale.until.isoformat())
    assert facts.claim is not None
    sale, claim, move = ended(sale, facts.claim, "expired")
    return Decision(Code.done, changes=(sale, claim), moves=(move,))
