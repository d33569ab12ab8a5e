"""Trustee payee revoke (撤销受托支付): the borrower takes the naming of a third payee back.

When    the borrower confirms it, before the disbursement
Reads   the borrower, the row, the listing, the key
Returns Decision; the loan is paid to him again
Order   borrower, payee, state, listing, confirmation
Source  domain.md (c.3) C9
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Listing, Move, TrusteePayee
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.raise_failure import BEFORE_DISBURSEMENT, STATE_CODE
from cunguan.states.trustee_payee import TRUSTEE_PAYEE

KIND = "trustee_payee_revoke"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which payee."""

    borrower: str
    payee: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What it depends on."""

    borrower: Holder | None
    key: Signer | None
    payee: TrusteePayee | None
    listing: Listing | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the borrower confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.borrower, KIND, 0, body.payee, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a revocation."""
    body = instruction.body
    assert isinstance(body, Body)
    borrower, payee = book.get(Holder, body.borrower), book.get(TrusteePayee, body.payee)
    return Facts(
        borrower=borrower,
        key=None if borrower is None else signer_of(book, borrower, given),
        payee=payee,
        listing=None if payee is None else book.get(Listing, payee.listing),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one revocation."""
    body, payee, listing = instruction.body, facts.payee, facts.listing
    assert isinstance(body, Body)
    refusal = usable(facts.borrower, "borrower")
    if refusal is not None:
        return refuse(refusal)
    if payee is None:
        return refuse(Code.trustee_payee_not_found)
    if payee.borrower != body.borrower:
        return refuse(Code.borrower_differs)
    if not TRUSTEE_PAYEE.may(payee.state, "revoked"):
        return refuse(Code.state_forbids, f"the payee is {payee.state}")
    assert listing is not None
    if listing.state not in BEFORE_DISBURSEMENT:
        return refuse(STATE_CODE.get(listing.state, Code.listing_not_raising), f"the listing is {listing.state}")
    refusal = confirmed(given, facts.key, body.borrower)
    if refusal is not None:
        return refuse(refusal)
    state = TRUSTEE_PAYEE.after(payee.state, "revoked")
    return Decision(
        Code.done, changes=(replace(payee, state=state),), authority=given.confirmation,
        moves=(Move("trustee_payee", payee.id, "revoked", state),),
    )  # fmt: skip
