"""Safeguarding pack (保障资金规则包): what a rule book wants kept safe for clients, and what counts as kept safe.

Shape   Pack: the kinds of records that make the requirement and the resource, how long money may be on its way to its place,
        which shares must be there, whom to tell, and the clauses it answers. Kinds are those of engine.py
        Tier: from which balance on which share must be there. Clause: where it stands, what it says, whether it was read
Units   shares in millionths; amounts in minor units of the pack's currency
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from cunguan.kernel.dates import Calendar

#: all of it
WHOLE_E6: Final = 1_000_000
#: the class of a pool where the rule book knows none
ANY: Final = ""


class Clause(msgspec.Struct, frozen=True):
    """A sentence of the rule book, in short; not confirmed: it is known from general knowledge only."""

    place: str
    says: str
    confirmed: bool


class Tier(msgspec.Struct, frozen=True):
    """Above a balance this share of it must be there, for firms of a class.

    revenue_share_e6, at_most_minor  the line rises to this share of last year's revenue, and no higher than that
    """

    firm_class: str
    above_minor: int
    share_e6: int
    revenue_share_e6: int = 0
    at_most_minor: int = 0


class Notice(msgspec.Struct, frozen=True):
    """Who is told of a shortfall, and when; the top-up is due whatever is told."""

    whom: str
    when: Literal["without_delay", "not_made_good_that_day"]
    clause: str


class Pack(msgspec.Struct, frozen=True, eq=False):
    """One rule book.

    requirement, resource  kinds of records that count; money of the platform in the accounts is always taken away
    place_within  working days until received money stands in its place, by the class of a pool; the first is the usual one.
                  0: from the moment it is received, and then there is one comparison only
    netting       never: each negative balance counts as nothing; own: it nets the same client's others, nobody else's
    shares        ascending; none: the whole
    share_of      of which balance: now, or at the end of the quarter before
    is_equal      more than required is a break too, but for the firm's own money
    calendar      the working days of its clock
    """

    id: str
    version: int
    name: str
    name_zh: str
    currency: str | None
    effective_from: date
    effective_until: date | None
    requirement: tuple[str, ...]
    resource: tuple[str, ...]
    place_within: Mapping[str, int]
    calendar: Calendar
    notice: Notice
    clauses: tuple[Clause, ...]
    sources: tuple[str, ...]
    netting: Literal["never", "own"] = "never"
    shares: tuple[Tier, ...] = ()
    share_of: Literal["now", "quarter_end"] = "now"
    is_equal: bool = False

    def said(self) -> dict[str, object]:
        """Return everything it says, its calendar by name: next year's working days change no rule."""
        return {**msgspec.structs.asdict(self), "calendar": self.calendar.name}

    def is_in_force(self, day: date) -> bool:
        """Test that the rule book binds on this day."""
        return self.effective_from <= day and (self.effective_until is None or day < self.effective_until)


AT_ONCE: Final[Mapping[str, int]] = MappingProxyType({ANY: 0})
