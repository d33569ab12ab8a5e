"""Engines: lines are landed whole, and the matching runs over what was landed."""

from datetime import date
from pathlib import Path

import pytest

from cunguan.reconciliation.lines import Line
from cunguan.reconciliation.match import match
from cunguan.store.engines.duck import Duck
from cunguan.store.engines.landing import land

DAY = date(2026, 11, 24)


def ledger() -> list[Line]:
    return [Line(line=n, amount_minor=100 + n, currency="CNY", booked_on=DAY, reference=f"W{n}") for n in range(5)]


def test_what_was_landed_is_matched(tmp_path: Path) -> None:
    told: list[int] = []
    ours = land(tmp_path / "ledger.parquet", iter(ledger()), told.append)
    banks = land(tmp_path / "bank.parquet", ledger()[1:])
    with Duck(tmp_path) as engine:
        found = list(engine.found(match(engine.table(ours), bank=engine.table(banks), day=DAY)))
    assert told == [5]
    assert [(one.code, one.ledger_line, one.ledger_minor, one.severity) for one in found] == [("BRK09", 0, 100, 4)]


def test_a_line_that_cannot_be_written_leaves_no_file(tmp_path: Path) -> None:
    wrong = Line(line=1, amount_minor=2**63, currency="CNY", booked_on=DAY)
    with pytest.raises(OverflowError):
        land(tmp_path / "ledger.parquet", [*ledger(), wrong])
    assert list(tmp_path.iterdir()) == []
