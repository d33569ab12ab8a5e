"""A month on the demo bank with every way in which it misbehaves: what was planted is found, worked off, and books and bank agree."""

from collections import Counter
from pathlib import Path

import pytest

from cunguan.doors.jobs.safeguarding import sweep
from cunguan.prove.report import prove
from tests.doors.month.house import ACCOUNT, House, housed
from tests.doors.month.month import DAYS, Month, day_of

#: every code that a bank or a platform can bring about here
CODES = {"BRK01", "BRK02", "BRK03", "BRK04", "BRK07", "BRK08", "BRK09", "BRK12", "BRK15"}
#: what must be empty when nothing is under way: uncleared, owed by the firm or by clients, leaving, in suspense
EMPTY = ("1020", "1030", "1040", "2015", "2030", "2210", "2220", "2230")


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 12))])
def test_a_month_with_every_misbehaviour_ends_with_books_and_bank_agreed(
    wheel_database: str, home: Path, seed: int
) -> None:
    with housed(wheel_database, home) as house:
        month = Month(house, seed)
        last = month.run()  # each date shows what was planted, and nothing else

        assert house.types("break", "list") == [] and house.types("inbox", "open") == []
        assert {one.verdict for one in last.checks} == {"agrees"}
        assert [one.holds for pool in last.pools for one in pool.equations] == [True] * 3
        assert house.balance("1010") == house.bank.balance(ACCOUNT)
        assert {code: house.balance(code) for code in EMPTY} == dict.fromkeys(EMPTY, 0)
        assert dict(house.rows("SELECT id, state FROM withdrawal")) == month.ends

        assert {one.code for one in month.planted} == CODES
        are_closed(house, month)
        is_safeguarded(house)
        report = prove(wheel_database)
        assert report.first is None, report.first


def are_closed(house: House, month: Month) -> None:
    """Assert that every planted difference is a break that is closed, by its line or by two people, and there is no other."""
    found = house.rows("SELECT code, state FROM recon_break UNION ALL SELECT code, state FROM check_break")
    expected = Counter(one.code for one in month.planted)
    expected["BRK08"] -= 1  # what waited for the channel's late file was BRK07 when it came, and is one break
    expected["BRK17"] += 1  # the date that the platform got wrong was confirmed a day late
    assert (Counter(code for code, _ in found), {state for _, state in found}) == (expected, {"closed"})
    by_two = house.rows(
        "SELECT lane || ':' || break FROM break_move WHERE state = 'closed' AND maker <> '' AND checker <> maker"
    )
    assert sorted(name for (name,) in by_two) == sorted(month.closed_by_two)


def is_safeguarded(house: House) -> None:
    """Assert that the last date's run is reconciled, inside and with the bank, and sign it off."""
    assert sweep(house.door, house.clock.now()) == []
    last = [one for one in house.types("safeguard", "list") if one["date"] == str(day_of(DAYS - 1))][-1]
    assert (last["verdict"], last["external"], last["is_sound"]) == ("reconciled", "agrees", True), last
    house.types("safeguard", "sign", str(last["run"]), "--reviewer", "r1")
