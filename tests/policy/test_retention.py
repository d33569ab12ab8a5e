"""Every table of the schema is in one retention class, or is kept for ever."""

import re
from datetime import date
from pathlib import Path

import cunguan.store
from cunguan.policy.retention import CLASSES, DOORS, FOR_EVER, class_of, cutoff

SCHEMA = Path(cunguan.store.__file__).parent / "schema"


def test_every_table_has_its_class() -> None:
    steps = "\n".join(step.read_text(encoding="utf-8") for step in SCHEMA.glob("*.sql"))
    tables = {
        name for name in re.findall(r"^CREATE TABLE (\w+) ", steps, re.MULTILINE) if not name.endswith("_default")
    }
    named = [table for of in CLASSES for table in of.tables] + sorted(FOR_EVER | DOORS)
    assert sorted(named) == sorted(tables)


def test_a_class_whose_clause_was_not_read_says_so() -> None:
    assert all(of.source.endswith("[K]") or "[K]" in of.source for of in CLASSES if not of.is_confirmed)


def test_the_last_day_is_kept_and_the_next_is_not() -> None:
    loan = class_of("listing")
    assert loan is not None and class_of("lane") is None
    assert cutoff(loan, date(2031, 3, 2)) == date(2026, 3, 1), "what ended on the 2nd is kept through the 2nd"
    assert cutoff(loan, date(2031, 3, 3)) == date(2026, 3, 2)
