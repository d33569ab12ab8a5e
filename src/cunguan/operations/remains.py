"""Remains (账户余留): what is left in an account, by name; an account ends only when nothing is.

When    a card is changed or unbound, an account is closed, a succession ends
Reads   the holder's five balances; his claims, loans, debts, unclaimed money; legal orders that wait for his money
Shape   name -> minor units, or a count; a name that stands there is not zero
Source  domain.md (c.1) A4, A10; invariant 39
"""

from cunguan.kernel.rows import Claim, ClientDebt, Holder, Listing, Unclaimed
from cunguan.ledger.book import Book

BUCKETS = ("available", "uncleared", "held", "outbound", "frozen")

#: states of a listing after which its borrower owes nothing
ENDED = frozenset({"failed", "repaid"})


def balances(book: Book, holder: Holder) -> dict[str, int]:
    """Return the balances of a holder that are not zero, by name."""
    found = zip(BUCKETS, map(book.balance, holder.accounts()), strict=True)
    return {name: balance for name, balance in found if balance}


def remains(book: Book, holder: Holder) -> dict[str, int]:
    """Return all that is left in an account: money, what others owe the owner, what he owes."""
    return balances(book, holder) | {
        name: left
        for name, left in (
            ("claims", _claims(book, holder.id)),
            ("loans", sum(loan.state not in ENDED for loan in book.find(Listing, "borrower", holder.id))),
            ("debt", sum(debt.amount_minor - debt.repaid_minor for debt in book.find(ClientDebt, "holder", holder.id)
                         if debt.state == "owed")),
            ("unclaimed", sum(row.amount_minor - row.given_back_minor
                              for row in book.find(Unclaimed, "holder", holder.id) if row.state == "unclaimed")),
            ("legal_orders", holder.waiting_orders),
        )
        if left
    }  # fmt: skip


def _claims(book: Book, holder: str) -> int:
    """Return what his claims ask; one unit for one that only waits for interest."""
    claims = book.find(Claim, "holder", holder)
    listings = dict(
        zip([claim.id for claim in claims], book.many(Listing, [claim.listing for claim in claims]), strict=True)
    )
    return sum(asks(claim, listings[claim.id]) for claim in claims)


def asks(claim: Claim, listing: Listing | None) -> int:
    """Return what a claim may still ask: principal, what a guarantor was not paid back, or one unit for interest to come.

    A claim whose principal is repaid keeps its weight: until the listing has ended, interest or late charge may come.
    """
    owed = claim.principal_minor + claim.recourse_interest_minor + claim.recourse_late_minor
    waits = (
        claim.state in ("settled", "compensated")
        and claim.weight_minor > 0
        and listing is not None
        and listing.state not in ENDED
    )
    return owed or int(waits)
