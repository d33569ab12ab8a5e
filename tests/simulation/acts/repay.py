"""Repay: a borrower pays a row of his plan, whole or in part, before or after its day, from what he has or more."""

from cunguan.kernel.rows import Listing, Mandate, PlanRow
from tests.simulation.sight import Sight, client_named, money

WEIGHT = 30


def happens(see: Sight) -> list[str] | None:
    """Pay the next row of a listing, or another one; mostly the money is there."""
    listing: Listing | None = see.row(Listing, "disbursed")
    if listing is None:
        return None
    rows = see.rows(PlanRow, where=lambda row: row.listing == listing.id and _is_open(row))
    rows.sort(key=lambda row: row.number)
    row = see.one(rows[:1]) if not see.chance(6) else see.one(rows)
    if row is None:
        return None
    borrower = client_named(listing.borrower)
    part = see.pick.one((1, 1, 1, 2, 7))
    principal, interest = _rest(row)[0] // part, _rest(row)[1] // part
    late = 0
    if listing.late_rate_e6 and see.today(borrower.platform) > row.due_date:
        days = max((see.today(borrower.platform) - row.due_date).days - listing.grace_days, 0)
        late = see.near(max(sum(_rest(row)) * listing.late_rate_e6 * days // 365_000_000 - row.paid_late_minor, 1))
    said = []
    if see.available(borrower) < principal + interest + late and not see.chance(5):
        said += [f"the bank receives {money(principal + interest + late)} for {borrower.name} as {see.new('D')}",
                 f"the statement of {borrower.platform} is read"]  # fmt: skip
    mandate = see.row(Mandate, "active", where=lambda m: (m.holder, m.type) == (borrower.name, "repayment"))
    tail = (f" + {money(late)} late" if late else "") + (f" under {mandate.id}" if mandate and see.chance(2) else "")
    paid = f"{borrower.name} repays row {row.number} of {listing.id}: {money(principal)} + {money(interest)}{tail}"
    return [*said, f"{paid} as {see.new('Y')}"]


def _rest(row: PlanRow) -> tuple[int, int]:
    return row.principal_minor - row.paid_principal_minor, row.interest_minor - row.paid_interest_minor


def _is_open(row: PlanRow) -> bool:
    return any(_rest(row))
