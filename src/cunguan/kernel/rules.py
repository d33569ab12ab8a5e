"""Rules (规则): one legal sentence each, with its source and its dates.

Shape   Rule: id, the operations it applies to, the sentence, its source, the period it is in force (half-open), whether
        the clause was confirmed against its text, and the check
        Verdict: ok, a code and a sentence for whom it concerns, the id of the rule that spoke
When    the law changes, the old rule gets an effective_until and a new one begins: old days replay under old law.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import msgspec


class Verdict(msgspec.Struct, frozen=True):
    """What a rule says of the facts: ok, or the code, why, and which rule."""

    ok: bool
    code: str = ""
    why: str = ""
    rule_id: str = ""


# (first day, figure), by date.
DatedTable = tuple[tuple[date, int], ...]

OK: Final = Verdict(True)
NO_SWITCHES: Final[Mapping[str, DatedTable]] = MappingProxyType({})
NO_PARAMS: Final[Mapping[str, int]] = MappingProxyType({})


class Rule(msgspec.Struct, frozen=True):
    """One legal sentence.

    effective_until  the first day it is no longer in force; None: no end is known
    confirmed        False: the clause is known only from general knowledge, and a report says so
    check            the facts of the operation -> Verdict; pure
    params           the figures the check was made with, so that a rule set can be told from another by its hash
    dated            a figure that changes by date, from which the check takes the row in force
    """

    id: str
    applies_to: tuple[str, ...]
    sentence: str
    source: str
    effective_from: date
    effective_until: date | None
    confirmed: bool
    check: Callable[[Any], Verdict]
    params: Mapping[str, int] = NO_PARAMS
    dated: DatedTable = ()

    def is_in_force(self, day: date) -> bool:
        """Test that the rule binds on this day."""
        return self.effective_from <= day and (self.effective_until is None or day < self.effective_until)


def row_in_force(table: DatedTable, day: date) -> tuple[date, int] | None:
    """Return the last row that began by this day; None: the table begins later.

    >>> table = ((date(2024, 1, 1), 3), (date(2024, 7, 1), 4))
    >>> [row_in_force(table, day) for day in (date(2023, 12, 31), date(2024, 6, 30), date(2030, 1, 1))]
    [None, (datetime.date(2024, 1, 1), 3), (datetime.date(2024, 7, 1), 4)]
    """
    begun = bisect_right(table, day, key=lambda row: row[0])
    return table[begun - 1] if begun else None
