"""Three sides (三方): the matching compiled once, and run over lines that are written out in a test."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa

from cunguan.doors import bench
from cunguan.reconciliation.lines import SIDES, Found, Line
from cunguan.reconciliation.match import LINES, MOST, match

DAY = date(2026, 11, 24)
HAND = Path(bench.__file__).with_name("three_way.sql").read_text(encoding="utf-8")


@cache
def _expression(sides: tuple[str, ...]) -> tuple[str, pa.Schema]:
    tables = {side: ibis.table(LINES, name=side) for side in sides}
    found = match(tables.pop("ledger"), **tables, day=DAY)
    return ibis.to_sql(found, dialect="duckdb"), found.schema().to_pyarrow()


def found(**sides: Iterable[Line]) -> list[Found]:
    """Return the breaks of these sides; one that is not named is not given."""
    sql, schema = _expression(tuple(side for side in SIDES if side in sides))
    return _run(sql, schema, sides)


def by_hand(**sides: Iterable[Line]) -> list[Found]:
    """Return the breaks that the bench's SQL finds, written by a person: a second opinion on the expression."""
    return _run(HAND, _expression(SIDES)[1], sides)


def _run(sql: str, schema: pa.Schema, sides: Mapping[str, Iterable[Line]]) -> list[Found]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"SET VARIABLE day = DATE '{DAY}'; SET VARIABLE most = {MOST}")
        for side, lines in sides.items():
            rows = list(lines)
            columns = {name: [getattr(one, name) for one in rows] for name in LINES}
            connection.register(side, pa.table(columns, LINES.to_pyarrow()))
        return [Found(**row) for row in connection.execute(sql).to_arrow_table().cast(schema).to_pylist()]


def codes(found: Iterable[Found]) -> list[tuple[str, str]]:
    """Return code and reference of each."""
    return [(one.code, one.reference) for one in found]
