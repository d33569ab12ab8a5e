"""Trial balance (试算平衡): what stands on the debit and on the credit side; equal, or the books are wrong.

When    the books of a pool are shown or checked
Shape   pairs of chart code and balance, each balance on its account's own side; sums in minor units
Source  ledger/chart.py; invariant 1
"""

from collections.abc import Iterable

from cunguan.ledger.chart import CHART


def sides(balances: Iterable[tuple[str, int]]) -> tuple[int, int]:
    """Return the sums of the debit and of the credit side.

    >>> sides([("1010", 1_000), ("1020", 50), ("2010", 900), ("2015", 50), ("2110", 100)])
    (1050, 1050)
    """
    sums = {"debit": 0, "credit": 0}
    for code, balance_minor in balances:
        sums[CHART[code].side] += balance_minor
    return sums["debit"], sums["credit"]


def is_even(balances: Iterable[tuple[str, int]]) -> bool:
    """Return whether both sides are equal.

    >>> is_even([("1010", 1_000), ("2010", 999)])
    False
    """
    debit, credit = sides(balances)
    return debit == credit
