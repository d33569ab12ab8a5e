"""`cunguan bench reconcile`: the three-way match of a million and of ten million lines a side, beside SQL written by hand.

Shape   Report (form.py): seconds of expression and SQL in turn, the ratio, peak memory of their processes; equal breaks
Method  each run is a process of its own over the same Parquet files; timed from the tables to the breaks in memory, building and
        compiling the expression included, start of Python and imports not. `three_way.sql` is the measure
Errors  RuntimeError where the two tables of breaks differ, or are not what was planted
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from cunguan.doors.bench import parsing, three_way_lines
from cunguan.doors.bench.form import Figure, Report, figure, machine
from cunguan.reconciliation.lines import SIDES
from cunguan.reconciliation.match import MOST, match
from cunguan.store.engines.duck import Duck

METHOD: Final = [
    "lines a side: platform, ledger and bank file each have as many; landed as Parquet first, which is not in the seconds",
    "each run in a process of its own, expression and SQL in turn, the same bound of DuckDB's memory; ratio of the medians",
    "the two tables of breaks are compared row by row, and their codes with what was planted",
]

#: beyond so many lines one run of each has to do
MANY: Final = 5_000_000


class Size(msgspec.Struct, frozen=True):
    """How much is measured."""

    lines: tuple[int, ...] = (1_000_000, 10_000_000)
    rounds: int = 3
    #: of the camt.053 that is read beside it
    long_bytes: int = 1_000_000_000


class Run(msgspec.Struct, frozen=True):
    """One run."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def measure(size: Size, say: Callable[[str], None]) -> Report:
    """Match what was planted by both; return seconds, memory and ratio."""
    report = Report(machine(), METHOD, [], {})
    for count in size.lines:
        with tempfile.TemporaryDirectory(prefix="cunguan-reconcile-") as name:
            folder = Path(name)
            three_way_lines.write(folder, count, say)
            report.figures += _figures(folder, count, size.rounds if count < MANY else 1, say)
    report.figures += parsing.measure(size.rounds, size.long_bytes, say)
    return report


def _figures(folder: Path, count: int, rounds: int, say: Callable[[str], None]) -> list[Figure]:
    runs: dict[str, list[Run]] = {"match": [], "by_hand": []}
    for number in range(rounds):
        for way, done in runs.items():
            done.append(_apart(way, folder))
            say(f"{count:,} lines, run {number + 1}, {way}: {done[-1].seconds:.1f} s, {done[-1].peak_mb:,.0f} MB")
    found = _compared(folder, count)
    name = f"{count:,} lines a side"
    hand = figure("", "s", [run.seconds for run in runs["by_hand"]]).value
    return [
        figure(f"{name}: match", "s", [run.seconds for run in runs["match"]], baseline=hand, bar="<= 2",
               meets=lambda ratio: ratio <= 2),
        figure(f"{name}: SQL by hand", "s", [run.seconds for run in runs["by_hand"]]),
        figure(f"{name}: match, CPU", "s", [run.cpu_seconds for run in runs["match"]]),
        figure(f"{name}: SQL by hand, CPU", "s", [run.cpu_seconds for run in runs["by_hand"]]),
        figure(f"{name}: match, peak memory", "MB", [run.peak_mb for run in runs["match"]], bar="<= 4,096 MB",
               meets=lambda mb: mb <= 4_096),
        figure(f"{name}: breaks, row by row the same", "breaks", [found]),
    ]  # fmt: skip


def _apart(way: str, folder: Path) -> Run:
    """Run in a fresh process, whose peak of memory is its own."""
    done = subprocess.run([sys.executable, "-m", __name__, way, str(folder)], stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Run)


def _run(way: str, folder: Path) -> Run:
    with Duck(folder) as engine:
        tables = {side: engine.table(folder / f"{side}.parquet") for side in SIDES}
        started, cpu = time.perf_counter(), time.process_time()
        found = WAYS[way](engine, tables)
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pq.write_table(found, folder / f"{way}.found")
    return Run(seconds, cpu_seconds, peak_mb)


def _match(engine: Duck, tables: dict[str, Any]) -> Any:
    day = date.fromisoformat(three_way_lines.DAY)
    expression = match(tables["ledger"], platform=tables["platform"], bank=tables["bank"], day=day)
    return engine.ibis.to_pyarrow(expression)


def _by_hand(engine: Duck, tables: dict[str, Any]) -> Any:
    connection = engine.ibis.con
    for side, table in tables.items():
        connection.execute(f"CREATE TEMPORARY VIEW {side} AS SELECT * FROM {table.get_name()}")
    connection.execute(f"SET VARIABLE day = DATE '{three_way_lines.DAY}'")
    connection.execute(f"SET VARIABLE most = {MOST}")
    return connection.execute(Path(__file__).with_name("three_way.sql").read_text(encoding="utf-8")).to_arrow_table()


WAYS: Final[dict[str, Callable[[Duck, dict[str, Any]], Any]]] = {"match": _match, "by_hand": _by_hand}


def _compared(folder: Path, count: int) -> int:
    """Compare the two tables, and the codes with what was planted; return how many breaks there are."""
    ours, theirs = (pq.read_table(folder / f"{way}.found") for way in WAYS)
    if ours.column_names != theirs.column_names or not ours.cast(theirs.schema).equals(theirs):
        raise RuntimeError("the match and the SQL by hand found different breaks")
    with duckdb.connect() as connection:
        connection.register("found", ours)
        rows = connection.execute("SELECT code, right(reference, 3)::int, count(*) FROM found GROUP BY ALL").fetchall()
    each = count // 1000
    if sorted(rows) != sorted((code, place, each) for place, code in three_way_lines.PLANTED.items()):
        raise RuntimeError(f"what was found is not what was planted: {sorted(rows)}")
    return int(ours.num_rows)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(_run(sys.argv[1], Path(sys.argv[2]))))
