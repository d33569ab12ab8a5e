"""Facts the rules look at (规则所依据的事实): loaded once by the lane, read by the checks.

Units   minor units of the pack's currency; rates a year in millionths (120000 is 12 %); periods half-open
"""

from datetime import date

import msgspec


class ListingFacts(msgspec.Struct, frozen=True):
    """What the registration of a listing is judged by.

    borrower_kind      "person" or "company"
    outstanding_minor  principal he owes on this platform, with what his open listings may still raise, before this one
    raise_until        the first day no bid is taken any more
    day                business date of the registration
    """

    borrower_kind: str
    outstanding_minor: int
    asked_minor: int
    rate_e6: int
    raise_from: date
    raise_until: date
    currency: str
    day: date


class ReserveFacts(msgspec.Struct, frozen=True):
    """What a reservation across platforms is judged by.

    reserved_minor  reserved and confirmed for this person on all platforms, before this one
    """

    person_kind: str
    reserved_minor: int
    asked_minor: int
