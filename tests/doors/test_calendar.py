"""`cunguan calendar`: what a day and an instant are in each currency."""

import json

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli


def shown(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str]:
    code = cli.main(["calendar", *argv], Wiring({}))
    return code, capsys.readouterr().out


def test_shows_what_an_instant_is_in_each_currency(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = shown(capsys, "2026-05-01T23:30:00+00:00", "--currency", "CNY", "GBP", "--json")
    told = {one["currency"]: one for one in json.loads(out)["currencies"]}
    assert code == 0 and json.loads(out)["is_reconciliation_day"] is None
    assert (told["CNY"]["business_date"], told["CNY"]["t_plus_1"]) == ("2026-05-06", "2026-05-07")
    assert (told["GBP"]["business_date"], told["GBP"]["t_plus_1"]) == (
        "2026-05-05",
        "2026-05-06",
    )  # past London's midnight


@pytest.mark.parametrize(
    ("day", "code", "says"),
    [
        ("2026-05-05", 0, "every market is open"),
        ("2026-05-04", 0, "a market is closed"),
        ("2026-12-31", 1, "only weekends are known there"),
    ],
)
def test_says_whether_all_are_open_and_what_nobody_knows(
    capsys: pytest.CaptureFixture[str], day: str, code: int, says: str
) -> None:
    found, out = shown(capsys, day, "--currency", "GBP", "EUR", *(["SGD"] if code else []))
    assert found == code and says in out


def test_names_its_sources_and_refuses_an_instant_of_no_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert "decision of 14 December 2000" in shown(capsys, "2026-05-05", "--currency", "EUR", "--sources")[1]
    with pytest.raises(SystemExit) as left:
        shown(capsys, "2026-05-05T10:00")
    assert left.value.code == 2
