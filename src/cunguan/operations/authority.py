"""Authority (授权依据): the checks that every client debit passes, in one place.

When    a posting lowers what an owner may use: P for this instruction, A standing, F fees, L legal order
Reads   the confirmation that the plane verified, the client's key, the mandate, the fee consent
Returns the code of the first check that fails, or None
Source  domain-decisions.md 8, 10, 11; invariants 9 and 10
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Confirmation, Evidence, Given
from cunguan.kernel.money import div_half_even
from cunguan.kernel.rows import ClientKey, FeeConsent, FeeItem, FeeSchedule, Holder, Mandate, Pool
from cunguan.ledger.book import Book
from cunguan.operations.client_keys import BY_CODE
from cunguan.policy.step_up import code_is_enough

ACCOUNT_CODE = {
    "pending_review": Code.account_under_review,
    "locked": Code.account_locked,
    "closed": Code.account_closed,
}


def usable(holder: Holder | None, role: str | None = None) -> Code | None:
    """Return why a holder may not start a debit himself, or None."""
    if holder is None:
        return Code.account_not_found
    if role is not None and holder.role != role:
        return Code.account_role_differs
    if holder.state != "active":
        return ACCOUNT_CODE.get(holder.state, Code.account_not_active)
    return None


class Signer(msgspec.Struct, frozen=True, gc=False):
    """The key that evidence names, and the currency of its holder's money."""

    key: ClientKey
    currency: str


def signer_of(book: Book, holder: Holder, given: Given) -> Signer | None:
    """Return the key that confirmed this, if there is such a key: a client may have several."""
    if given.confirmation is None:
        return None
    key = book.get(ClientKey, given.confirmation.evidence.key_id)
    if key is None:
        return None
    pool = book.get(Pool, holder.pool)
    return Signer(key, "" if pool is None else pool.currency)


def confirmed(given: Given, signer: Signer | None, owner: str) -> Code | None:
    """Return why the client's own confirmation (P) does not stand, or None."""
    confirmation = given.confirmation
    if confirmation is None:
        return Code.authority_missing
    if confirmation.evidence.kind.startswith("sandbox") and not given.sandbox:
        return Code.source_not_allowed
    if not confirmation.holds:
        return Code.authority_evidence_invalid
    if signer is None or signer.key.state != "active" or signer.key.holder != owner:
        return Code.authority_key_differs
    key, text = signer.key, confirmation.text
    if key.public_key != confirmation.evidence.public_key or key.evidence_kind != confirmation.evidence.kind:
        return Code.authority_key_differs
    if key.evidence_kind in BY_CODE and not code_is_enough(
        text.kind, text.type, text.amount_minor, signer.currency, given.business_date
    ):
        return Code.step_up_required
    return None


def by_two_names(
    given: Given, instruction_id: str, kind: str, *, owner: str, type: str, amount_minor: int, payee: str = "",
    listing: str = "", until: str = "", maker: str, checker: str,
) -> Confirmation:  # fmt: skip
    """Return the authority of an act that two people of the custodian answer for: L by an instrument, M by a correction.

    It is stored like a client's confirmation; what stands for the signature are the two names, which `two_names` has
    checked before.
    """
    text = AuthorityText(given.lane, instruction_id, kind, owner, type, amount_minor, payee, listing, until)
    return Confirmation(text, Evidence("two_names", maker, b"", checker.encode()), True)


def mandated(
    mandate: Mandate | None, given: Given, *, owner: str, type: str, amount_minor: int, listing: str
) -> Code | None:
    """Return why a standing authority (A) does not cover this debit, or None."""
    if mandate is None:
        return Code.mandate_not_found
    if mandate.holder != owner:
        return Code.mandate_owner_differs
    if mandate.type != type:
        return Code.mandate_type_differs
    if mandate.state != "active":
        return Code.mandate_not_active
    if given.business_date > mandate.until:
        return Code.mandate_expired
    if mandate.listing and mandate.listing != listing:
        return Code.mandate_scope_exceeded
    if mandate.used_minor + amount_minor > mandate.cap_minor:
        return Code.mandate_cap_exceeded
    return None


def fee_item(schedule: FeeSchedule | None, consent: FeeConsent | None, item: str) -> FeeItem | Code:
    """Return the line of the fee schedule this client confirmed (F), or the code of what is missing."""
    if schedule is None:
        return Code.fee_schedule_not_found
    if consent is None or consent.state != "active" or consent.version != schedule.version:
        return Code.fee_consent_missing
    for line in schedule.items:
        if line.item == item:
            return line
    return Code.fee_item_not_found


def fee_of(item: FeeItem, amount_minor: int) -> int:
    """Return the fee of one charge: half-even basis points plus the fixed part, at most the cap."""
    fee = item.fixed_minor + div_half_even(amount_minor * item.rate_bp, 10_000)
    return min(fee, item.cap_minor) if item.cap_minor else fee
