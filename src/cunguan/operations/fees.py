"""Fees (费用): what one charge costs this client, by the schedule version he confirmed (F).

When    an operation takes a fee from a client
Reads   his consent, the version it names, what he was charged this month
Shape   Charge: the fee, the authority for it, and the consent with this month's figure moved on
Source  domain-decisions.md 11: item, basis, cap a charge and a month
"""

from datetime import date

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import FeeConsent, FeeSchedule
from cunguan.ledger.book import Book
from cunguan.operations.authority import fee_item, fee_of


class Charge(msgspec.Struct, frozen=True, gc=False):
    """One fee; `consent` is its new version, None where nothing is charged."""

    fee_minor: int
    authority: int
    consent: FeeConsent | None


NO_FEE = Charge(0, 0, None)


def consented(book: Book, holder: str, schedule: str) -> tuple[FeeSchedule | None, FeeConsent | None]:
    """Read the client's consent and the very version he confirmed."""
    consent = book.get(FeeConsent, f"{holder}:{schedule}")
    if consent is None:
        return None, None
    return book.get(FeeSchedule, f"{schedule}:{consent.version}"), consent


def charge(
    schedule: FeeSchedule | None, consent: FeeConsent | None, item: str, amount_minor: int, day: date
) -> Charge | Code:
    """Return the fee, or the code of what is missing for it.

    A cap lowers the fee, it never refuses the service. A fee that was held and is given back later stays in the
    month's figure: the error is in the client's favour.
    """
    if consent is None:
        return Code.fee_consent_missing
    line = fee_item(schedule, consent, item)
    if isinstance(line, Code):
        return line
    fee_minor = fee_of(line, amount_minor)
    month = day.isoformat()[:7]
    used_minor = consent.used_month_minor if consent.month == month else 0
    if line.month_cap_minor:
        fee_minor = max(min(fee_minor, line.month_cap_minor - used_minor), 0)
    if not fee_minor:
        return NO_FEE
    return Charge(fee_minor, consent.authority, replace(consent, month=month, used_month_minor=used_minor + fee_minor))
