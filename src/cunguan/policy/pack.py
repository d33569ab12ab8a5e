"""Pack (规则包): the rules of one jurisdiction and product, with their calendar, figures and sources."""

from collections.abc import Mapping

import msgspec

from cunguan.kernel.dates import Calendar
from cunguan.kernel.rules import NO_PARAMS, NO_SWITCHES, DatedTable, Rule


# Compared and hashed by identity: a pack is made once, when its module is read, and keys the caches of evaluate.py.
class Pack(msgspec.Struct, frozen=True, eq=False):
    """One pack.

    version   raised with every change of the file; each batch stores it
    currency  of all its figures; None: the pack has no figure and takes any currency
    rules     in checking order
    switches  what is off by default (ledger/chart.py), by the day from which it is on (1) or off again (0)
    params    figures that operations compute with (days of a raise), undated: a change of one is a new version
    """

    id: str
    version: int
    name: str
    currency: str | None
    rules: tuple[Rule, ...]
    calendar: Calendar
    sources: tuple[str, ...]
    params: Mapping[str, int] = NO_PARAMS
    switches: Mapping[str, DatedTable] = NO_SWITCHES
