"""Claim sales (债权转让): the open sale of a claim, how it ends, and what interest its share has earned.

When    a claim that is on sale is paid, compensated, taken back or bought
Units   minor units; interest accrues by the days of the plan row that runs
Source  domain-decisions.md 21; domain.md (c.3) C15, C16
"""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from cunguan.kernel.money import div_half_even
from cunguan.kernel.rows import Claim, ClaimSale, Listing, Move, PlanRow
from cunguan.ledger.book import Book
from cunguan.states.claim import CLAIM
from cunguan.states.claim_sale import CLAIM_SALE


def open_sales(book: Book, listing: str, claims: Iterable[Claim]) -> dict[str, ClaimSale]:
    """Read the open sales of a listing by their claims; nothing is read where no claim is on sale."""
    if not any(claim.state == "on_sale" for claim in claims):
        return {}
    return {sale.claim: sale for sale in book.find(ClaimSale, "listing", listing) if sale.state == "open"}


def ended(sale: ClaimSale, claim: Claim, event: str) -> tuple[ClaimSale, Claim, Move]:
    """Return a sale after what ended it, its claim, which is nobody's to buy any more, and the move."""
    state = CLAIM_SALE.after(sale.state, event)
    claim = replace(claim, state=CLAIM.after(claim.state, "sale_ended"))
    return replace(sale, state=state), claim, Move("claim_sale", sale.id, event, state)


def accrued(claim: Claim, share_minor: int, listing: Listing, rows: Sequence[PlanRow], day: date) -> int:
    """Return the interest a share has earned and nobody has paid yet (应计利息): it goes to the buyer with the claim.

    Of rows that are due all that is open, of the row that runs the part of its days; of this the claim's weight, and of
    the claim's the share.
    """
    assert listing.disbursed_date is not None
    earned, start = 0, listing.disbursed_date
    for row in sorted(rows, key=lambda row: row.number):
        if start >= day:
            break
        days, of = (min(day, row.due_date) - start).days, (row.due_date - start).days
        so_far = div_half_even(row.interest_minor * days, of) if of else row.interest_minor
        earned += max(so_far - row.paid_interest_minor - row.compensated_interest_minor, 0)
        start = row.due_date
    return div_half_even(earned * claim.weight_minor * share_minor, listing.lent_minor * claim.principal_minor)
