"""Safeguarding figures: k.2 from a firm's own balance file, and what must never be netted or counted."""

import pytest

from cunguan.ledger.safeguarding import Figures, figures, of_books


def k2(*clients: int) -> Figures:
    return figures(
        clients, unallocated_minor=2_000, placed_minor=70_000, not_yet_placed_minor=9_000, received_today_minor=9_000
    )


def test_gives_k2_from_a_firms_own_balance_file() -> None:
    day = k2(50_000, 30_000, -5_000)
    assert (day.requirement_minor, day.resource_minor, day.shortfall_minor, day.excess_minor) == (
        82_000,
        79_000,
        3_000,
        0,
    )
    assert (day.next_day_requirement_minor, day.next_day_resource_minor) == (73_000, 70_000)
    assert day.next_day_shortfall_minor == 3_000


def test_would_be_an_excess_of_20_if_a_negative_balance_were_netted() -> None:
    assert k2(50_000 - 5_000, 30_000).excess_minor == 2_000  # the trap: what an implementation that nets would say
    assert k2(50_000, 30_000, -5_000).excess_minor == 0


@pytest.mark.parametrize(("placed_minor", "shortfall", "excess"), [(99, 1, 0), (100, 0, 0), (101, 0, 1)])
def test_is_reconciled_at_the_unit(placed_minor: int, shortfall: int, excess: int) -> None:
    day = figures([100], unallocated_minor=0, placed_minor=placed_minor, not_yet_placed_minor=0, received_today_minor=0)
    assert (day.shortfall_minor, day.excess_minor) == (shortfall, excess)


def test_counts_each_account_of_the_chart_on_its_side() -> None:
    balances = [
        ("2010", "A", 1), ("2020", "A", 2), ("2030", "A", 4), ("2040", "B", 8), ("2210", "main", 16), ("2220", "main", 32),
        ("2230", "main", 64), ("2240", "main", 128), ("2310", "B", 256),
        ("2015", "A", 10_000), ("1020", "clearing", 10_000), ("1030", "main", 10_000), ("1040", "C", 10_000),
        ("3010", "main", 10_000),  # its cash is in the bank account already
        ("1010", "safe", 700), ("1010", "till", 50), ("2110", "main", 3), ("2155", "main", 5),
    ]  # fmt: skip
    day = of_books(balances, placed_in={"safe"}, received_today_minor=0)
    assert day.requirement_minor == 511
    assert (day.next_day_resource_minor, day.resource_minor) == (692, 742)
