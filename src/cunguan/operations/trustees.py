"""Trustees (受托收款人): the third payees of a loan that are still to be reviewed or paid.

When    a listing is disbursed, at once or step by step, or another payee is named
Shape   Trustee: the row, the payee's account, and whether he is known as a related party
Source  domain.md (c.3) C9; domain-decisions.md 12
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder, Move, RelatedParty, TrusteePayee
from cunguan.ledger.book import Book
from cunguan.ledger.templates.disbursement import trustee_payment
from cunguan.states.trustee_payee import TRUSTEE_PAYEE


class Trustee(msgspec.Struct, frozen=True, gc=False):
    """A payee, and who he is."""

    payee: TrusteePayee
    holder: Holder
    related: RelatedParty | None

    def pays(self, borrower: Holder, amount_minor: int) -> Posting:
        """Return the posting that pays him so much out of the loan."""
        return trustee_payment(
            borrower=borrower, trustee=self.holder, amount_minor=amount_minor, authority=self.payee.authority
        )


def of_listing(book: Book, listing: str) -> list[Trustee]:
    """Read the payees of a listing that are neither refused, revoked nor paid, by their ids."""
    payees = [payee for payee in book.find(TrusteePayee, "listing", listing) if payee.state not in TRUSTEE_PAYEE.final]
    holders = book.many(Holder, [payee.trustee for payee in payees])
    known = [holder for holder in holders if holder is not None]
    assert len(known) == len(payees), "a payee of a loan has no account"
    related = book.many(RelatedParty, [holder.person for holder in known])
    return [Trustee(*each) for each in zip(payees, known, related, strict=True)]


def paid(payee: TrusteePayee) -> tuple[TrusteePayee, Move]:
    """Return a payee after he got all of his part, and the move."""
    state = TRUSTEE_PAYEE.after(payee.state, "paid")
    return replace(payee, state=state), Move("trustee_payee", payee.id, "paid", state)
