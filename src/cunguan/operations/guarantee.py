"""Guarantee (担保): a guarantor gives his own word for one listing, before the loan.

When    the guarantor confirms it, until the listing is disbursed; without it he may compensate nothing
Reads   the guarantor, the listing, its borrower, its guarantees and bids with their lenders, his key, related parties
Returns Decision; one row, no money: what he pays later he confirms each time
Order   guarantor, listing, pool, the platform's own, persons, twice, confirmation
Source  domain.md (c.3) C12, S-14; invariants 24 and 26; domain-decisions.md 20

The platform and its affiliates may guarantee nothing (自担保): who they are stands in the rows of related_party.
"""

from collections.abc import Sequence

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Guarantee, Hold, Holder, Listing, RelatedParty
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.raise_failure import BEFORE_DISBURSEMENT, STATE_CODE
from cunguan.operations.related_party import is_related

KIND = "guarantee"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A guarantee: who, for which listing."""

    guarantor: str
    listing: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a guarantee depends on; `parties` are the borrower and whoever has an open bid."""

    guarantor: Holder | None
    key: Signer | None
    related: RelatedParty | None
    listing: Listing | None
    parties: Sequence[Holder | None]
    guarantees: Sequence[Guarantee]


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the guarantor confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.guarantor, KIND, 0, body.listing, body.listing, "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a guarantee."""
    body = instruction.body
    assert isinstance(body, Body)
    guarantor, listing = book.get(Holder, body.guarantor), book.get(Listing, body.listing)
    parties: list[str] = []
    if listing is not None and listing.state in BEFORE_DISBURSEMENT:
        holds = book.find(Hold, "listing", listing.id)
        bids = [hold.owner for hold in holds if hold.purpose == "bid" and hold.state == "open"]
        parties = list(dict.fromkeys([listing.borrower, *bids]))
    return Facts(
        guarantor=guarantor,
        key=None if guarantor is None else signer_of(book, guarantor, given),
        related=None if guarantor is None else book.get(RelatedParty, guarantor.person),
        listing=listing,
        parties=book.many(Holder, parties),
        guarantees=book.find(Guarantee, "listing", body.listing),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one guarantee."""
    body, guarantor, listing = instruction.body, facts.guarantor, facts.listing
    assert isinstance(body, Body)
    refusal = usable(guarantor, "guarantor")
    if refusal is not None:
        return refuse(refusal)
    if listing is None:
        return refuse(Code.listing_not_found)
    if listing.state not in BEFORE_DISBURSEMENT:
        return refuse(STATE_CODE.get(listing.state, Code.listing_not_raising), f"the listing is {listing.state}")
    assert guarantor is not None
    if guarantor.pool != listing.pool:
        return refuse(Code.pool_differs)
    if is_related(facts.related):
        return refuse(Code.platform_may_not_guarantee)
    if any(party is not None and party.person == guarantor.person for party in facts.parties):
        return refuse(Code.guarantor_is_party)
    if any(guarantee.guarantor == guarantor.id for guarantee in facts.guarantees):
        return refuse(Code.guarantee_exists)
    refusal = confirmed(given, facts.key, body.guarantor)
    if refusal is not None:
        return refuse(refusal)
    row = Guarantee(instruction.id, listing.id, guarantor.id, guarantor.person, given.seq, given.seq)
    return Decision(Code.done, adds=(row,), authority=given.confirmation)
