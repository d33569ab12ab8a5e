"""Trustee payee review (受托支付审核): two people of the custodian pass or refuse a payee the borrower named.

When    the contract with the payee was looked at, before the disbursement
Reads   the row, the listing, the payee's account, related parties
Returns Decision; the payee is paid with the disbursement, or the borrower names another
Order   two names, reason of a refusal, payee, state, listing, his account, the platform's own
Source  domain.md (c.3) C9
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Listing, Move, RelatedParty, TrusteePayee
from cunguan.ledger.book import Book
from cunguan.operations.raise_failure import BEFORE_DISBURSEMENT, STATE_CODE
from cunguan.operations.related_party import is_related
from cunguan.operations.trustee_payee import may_be_paid
from cunguan.operations.two_names import two_names
from cunguan.states.trustee_payee import TRUSTEE_PAYEE

KIND = "trustee_payee_review"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the two found; a refusal says why."""

    payee: str
    passed: bool
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a review depends on."""

    payee: TrusteePayee | None
    listing: Listing | None = None
    trustee: Holder | None = None
    related: RelatedParty | None = None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a review."""
    body = instruction.body
    assert isinstance(body, Body)
    payee = book.get(TrusteePayee, body.payee)
    if payee is None:
        return Facts(None)
    trustee = book.get(Holder, payee.trustee)
    related = None if trustee is None else book.get(RelatedParty, trustee.person)
    return Facts(payee, book.get(Listing, payee.listing), trustee, related)


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one review."""
    body, payee, listing = instruction.body, facts.payee, facts.listing
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.passed and not body.reason:
        return refuse(Code.reason_missing)
    if payee is None:
        return refuse(Code.trustee_payee_not_found)
    event = "reviewed" if body.passed else "review_refused"
    if not TRUSTEE_PAYEE.may(payee.state, event):
        return refuse(Code.state_forbids, f"the payee is {payee.state}")
    assert listing is not None
    if listing.state not in BEFORE_DISBURSEMENT:
        return refuse(STATE_CODE.get(listing.state, Code.listing_not_raising), f"the listing is {listing.state}")
    if body.passed:
        refused = may_be_paid(facts.trustee, listing)
        if refused is not None:
            return refuse(refused)
        if is_related(facts.related):
            return refuse(Code.related_party)
    state = TRUSTEE_PAYEE.after(payee.state, event)
    return Decision(
        Code.done, changes=(replace(payee, state=state),), moves=(Move("trustee_payee", payee.id, event, state),)
    )
