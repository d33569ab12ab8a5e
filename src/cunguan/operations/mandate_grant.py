"""Mandate grant (授权): a client's standing authority (A) for one type of debit, up to a cap, until a day.

When    a client confirms on the custodian's page that the platform may ask in his name
Reads   the holder, his key, the listing it is limited to
Returns Decision; the mandate's id is the instruction's, his confirmation is stored as its authority
Order   cap, account, type, until, role, listing, confirmation
Source  domain.md (c.1) A7: bid and repayment; what gateways withdrew is off unless a pack allows it
"""

from datetime import date

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.dates import add_months
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.money import MINOR_LIMIT
from cunguan.kernel.rows import Holder, Listing, Mandate
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.policy.evaluate import PACKS

KIND = "mandate_grant"
VERSION = 1
LANE = "platform"

#: type -> the roles that may grant it, and whether it is allowed where the pack is silent
TYPES = {
    "bid":        (frozenset({"lender"}),                                       True),
    "repayment":  (frozenset({"borrower"}),                                     True),
    "withdrawal": (frozenset({"lender", "borrower", "guarantor", "trustee"}),   False),
}  # fmt: skip

#: the longest life of a mandate where the pack is silent; ours, no law
MONTHS = 36


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mandate: `until` is its last day; an empty `listing` limits it to none."""

    holder: str
    type: str
    cap_minor: int
    until: date
    listing: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a grant depends on."""

    holder: Holder | None
    key: Signer | None
    listing: Listing | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms: type, cap, listing and last day."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(
        lane, instruction.id, "A", body.holder, body.type, body.cap_minor, "", body.listing, body.until.isoformat()
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a grant."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(
        holder=holder,
        key=None if holder is None else signer_of(book, holder, given),
        listing=book.get(Listing, body.listing) if body.listing else None,
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one grant."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    if body.cap_minor <= 0:
        return refuse(Code.amount_not_positive)
    if body.cap_minor >= MINOR_LIMIT:
        return refuse(Code.amount_too_large)
    refused = usable(holder)
    if refused is not None:
        return refuse(refused)
    assert holder is not None
    params = PACKS[given.pack].params
    roles, allowed = TYPES.get(body.type, (frozenset(), False))
    if not params.get(f"mandate_{body.type}", allowed) or not roles:
        return refuse(Code.mandate_type_differs, "the pack has no mandate of this type")
    if body.until < given.business_date:
        return refuse(Code.date_in_the_past)
    if body.until > add_months(given.business_date, params.get("mandate_months", MONTHS)):
        return refuse(Code.mandate_scope_exceeded, "it would stand too long")
    if holder.role not in roles:
        return refuse(Code.account_role_differs)
    if body.listing and facts.listing is None:
        return refuse(Code.listing_not_found)
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    mandate = Mandate(
        instruction.id, body.holder, body.type, body.cap_minor, 0, body.until, body.listing, given.seq, "active"
    )
    return Decision(Code.done, adds=(mandate,), authority=given.confirmation)
