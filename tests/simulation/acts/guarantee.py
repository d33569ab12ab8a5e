"""Guarantee: a guarantor gives his word for a listing, pays what is overdue of it, and is paid back by the borrower."""

from cunguan.kernel.rows import Guarantee, Listing, PlanRow
from tests.simulation.sight import Sight, client_named, money

WEIGHT = 16


def happens(see: Sight) -> list[str] | None:
    """Do the latest of these that can be done."""
    words = {word.listing: word.guarantor for word in see.rows(Guarantee)}
    owed = see.row(PlanRow, where=lambda row: row.compensated_principal_minor or row.compensated_interest_minor)
    if owed is not None and not see.chance(3):
        return _pay_back(see, owed)
    late = see.row(PlanRow, where=lambda row: row.listing in words and _is_late(see, row))
    if late is not None:
        return _compensate(see, late, words[late.listing])
    listing = see.row(Listing, "raising", where=lambda row: row.id not in words or see.chance(4))
    if listing is None:
        return None
    guarantor = see.client("guarantor", platform=client_named(listing.borrower).platform)
    return [f"{guarantor.name} guarantees {listing.id} as {see.new('g')}"]


def _is_late(see: Sight, row: PlanRow) -> bool:
    listing = see.row(Listing, where=lambda listing: listing.id == row.listing)
    return any(_rest(row)) and see.today(client_named(listing.borrower).platform) > row.due_date


def _rest(row: PlanRow) -> tuple[int, int]:
    return (
        row.principal_minor - row.paid_principal_minor - row.compensated_principal_minor,
        row.interest_minor - row.paid_interest_minor - row.compensated_interest_minor,
    )


def _compensate(see: Sight, row: PlanRow, guarantor: str) -> list[str]:
    principal, interest = _rest(row)
    part = see.pick.one((1, 1, 2))
    paid = f"{guarantor} compensates row {row.number} of {row.listing}: {money(principal // part)} + {money(interest // part)}"
    return [*_money(see, guarantor, principal + interest), f"{paid} as {see.new('c')}"]


def _pay_back(see: Sight, row: PlanRow) -> list[str]:
    borrower = see.row(Listing, where=lambda listing: listing.id == row.listing).borrower
    part = see.pick.one((1, 1, 3))
    principal, interest = row.compensated_principal_minor // part, row.compensated_interest_minor // part
    paid = f"{borrower} pays the guarantors of row {row.number} of {row.listing} back: {money(principal)} + {money(interest)}"
    return [*_money(see, borrower, principal + interest), f"{paid} as {see.new('p')}"]


def _money(see: Sight, who: str, needed: int) -> list[str]:
    if see.available(client_named(who)) >= needed or needed <= 0:
        return []
    platform = client_named(who).platform
    return [f"the bank receives {money(needed)} for {who} as {see.new('D')}", f"the statement of {platform} is read"]
