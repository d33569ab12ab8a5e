"""Trustee payee (受托支付): the borrower names a third payee of his loan, who is paid with its disbursement.

When    the borrower confirms it, before the disbursement; two people of the custodian look at it then
Reads   the borrower, the listing and its other payees, the payee's account, the key, related parties
Returns Decision; the row waits for its review, its id is the instruction's
Order   amount, borrower, listing, payee, the platform's own, the loan's amount, confirmation
Source  domain.md (c.3) C9; domain-decisions.md 12
"""

from collections.abc import Sequence

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Listing, RelatedParty, TrusteePayee
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.raise_failure import BEFORE_DISBURSEMENT, STATE_CODE
from cunguan.operations.related_party import is_related
from cunguan.operations.trustees import Trustee, of_listing
from cunguan.states.trustee_payee import TRUSTEE_PAYEE

KIND = "trustee_payee"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payee: whom, and how much of the loan."""

    listing: str
    borrower: str
    trustee: str
    amount_minor: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a payee depends on."""

    listing: Listing | None
    borrower: Holder | None
    key: Signer | None
    trustee: Holder | None
    related: RelatedParty | None
    others: Sequence[Trustee]


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the borrower confirms: under it he is debited when the listing is disbursed."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(
        lane, instruction.id, "P", body.borrower, KIND, body.amount_minor, body.trustee, body.listing, ""
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a payee."""
    body = instruction.body
    assert isinstance(body, Body)
    borrower, trustee = book.get(Holder, body.borrower), book.get(Holder, body.trustee)
    return Facts(
        listing=book.get(Listing, body.listing),
        borrower=borrower,
        key=None if borrower is None else signer_of(book, borrower, given),
        trustee=trustee,
        related=None if trustee is None else book.get(RelatedParty, trustee.person),
        others=of_listing(book, body.listing),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one payee."""
    body, listing, trustee = instruction.body, facts.listing, facts.trustee
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    refusal = usable(facts.borrower, "borrower")
    if refusal is not None:
        return refuse(refusal)
    if listing is None:
        return refuse(Code.listing_not_found)
    if listing.state not in BEFORE_DISBURSEMENT:
        return refuse(STATE_CODE.get(listing.state, Code.listing_not_raising), f"the listing is {listing.state}")
    if listing.borrower != body.borrower:
        return refuse(Code.borrower_differs)
    refusal = may_be_paid(trustee, listing)
    if refusal is not None:
        return refuse(refusal)
    if is_related(facts.related):
        return refuse(Code.related_party)
    named = sum(other.payee.amount_minor for other in facts.others)
    if named + body.amount_minor > listing.amount_minor:
        return refuse(Code.details_differ, "the payees get more than the loan brings", named_minor=named)
    refusal = confirmed(given, facts.key, body.borrower)
    if refusal is not None:
        return refuse(refusal)
    row = TrusteePayee(
        instruction.id, listing.id, body.borrower, body.trustee, body.amount_minor, given.seq, given.seq,
        TRUSTEE_PAYEE.initial,
    )  # fmt: skip
    return Decision(Code.done, adds=(row,), authority=given.confirmation)


def may_be_paid(trustee: Holder | None, listing: Listing) -> Code | None:
    """Return why an account cannot be a payee of a listing, or None: a trustee's, in the same pool."""
    if trustee is None:
        return Code.account_not_found
    if trustee.role != "trustee":
        return Code.account_role_differs
    if trustee.state != "active":
        return Code.payee_not_allowed
    return None if trustee.pool == listing.pool else Code.pool_differs
