"""Claim sale cancel (撤销出让): the seller takes his offer back; what was sold of it stays sold.

When    the seller confirms it, while the sale is open
Reads   the seller, the sale, its claim, his key
Returns Decision; the claim is his as before
Order   seller, sale, its state, confirmation
Source  domain.md (c.3) C15
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Claim, ClaimSale, Holder
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.claim_sales import ended

KIND = "claim_sale_cancel"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which sale."""

    seller: str
    sale: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a cancel depends on."""

    seller: Holder | None
    key: Signer | None
    sale: ClaimSale | None
    claim: Claim | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the seller confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.seller, KIND, 0, body.sale, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a cancel."""
    body = instruction.body
    assert isinstance(body, Body)
    seller, sale = book.get(Holder, body.seller), book.get(ClaimSale, body.sale)
    return Facts(
        seller=seller,
        key=None if seller is None else signer_of(book, seller, given),
        sale=sale,
        claim=None if sale is None else book.get(Claim, sale.claim),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one cancel."""
    body, sale = instruction.body, facts.sale
    assert isinstance(body, Body)
    refusal = usable(facts.seller, "lender")
    if refusal is not None:
        return refuse(refusal)
    if sale is None or sale.seller != body.seller:
        return refuse(Code.sale_not_found)
    if sale.state != "open":
        return refuse(Code.sale_not_open, f"the sale is {sale.state}")
    refusal = confirmed(given, facts.key, body.seller)
    if refusal is not None:
        return refuse(refusal)
    assert facts.claim is not None
    sale, claim, move = ended(sale, facts.claim, "cancelled")
    return Decision(Code.done, changes=(sale, claim), moves=(move,), authority=given.confirmation)
