"""`cunguan bench books` (账务基准): the write path, the lane, runs, recovery and memory, on the embedded database.

Shape   Report (form.py); every bar is a ratio within one run, or a bound of this machine's own seconds
Source  the issue "The heart", "Speed and memory"
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.doors.bench import ground, lane_path, process_path, write_path
from cunguan.doors.bench.form import Figure, Report, cpu_seconds, figure, machine, percentile
from cunguan.plane import interpreter
from cunguan.plane.lane import Lane
from cunguan.store.embedded.server import running

LISTINGS = 100

METHOD = [
    "embedded PostgreSQL with its defaults of this project, fsync and synchronous_commit on; server and callers share the cores",
    "10,000 lenders with a mandate each, 100 listings that never fill; values are medians of the runs in brackets",
    "write path: bids with the client's own confirmation; decide and lane: bids under a mandate (no signature to verify)",
    "bars: lane against the smaller of decide alone and the write path of this run",
]


class Size(msgspec.Struct, frozen=True):
    """How much is measured."""

    bids: int = 1_000_000
    pairs: int = 5
    rounds: int = 3
    run: int = 10_000
    book_mb: int = 512
    lenders: int = 10_000
    holders: int = 200_000
    handed: int = 40_000


def measure(size: Size, say: Callable[[str], None]) -> Report:
    """Run the bench; `say` hears what goes on."""
    interpreter.settle()  # as `cunguan plane` does
    report = Report(machine(), METHOD, [], {})
    with tempfile.TemporaryDirectory(prefix="cunguan-bench-") as folder:
        home = ground.home_of(Path(folder))
        with running(home) as owner:
            with ground.database(owner, "bench") as url:
                _books(url, home, size, report, say)
            with ground.database(owner, "bench_memory") as url:
                _memory(url, home, size, report, say)
    report.machine["load_after"] = os.getloadavg()[0]
    return report


def _books(url: str, home: Path, size: Size, report: Report, say: Callable[[str], None]) -> None:
    lenders, listings = [f"L{n}" for n in range(1, size.lenders + 1)], [f"X{n}" for n in range(LISTINGS)]
    say("opening the books")
    with ground.lanes(url) as plane:
        ground.open_platform(plane)
        ground.open_clients(plane, lenders, "lender")
        ground.open_clients(plane, ["B1"], "borrower")
        ground.give_money(plane, [*lenders, "B1"])
        ground.grant_mandates(plane, lenders, "bid")
        ground.grant_mandates(plane, ["B1"], "repayment")
        ground.open_listings(plane, listings, "B1")
    say("write path")
    found = write_path.measure(url, lenders, listings, size.bids, size.pairs)
    write = _write_figures(found, report)
    say("decide and lane")
    decide = figure(
        "decide alone, one core, facts in memory",
        "/s",
        lane_path.decide_alone(url, lenders, listings, size.handed, size.rounds),
    )
    report.figures.append(decide)
    _lane_figures(url, lenders, listings, size, min(decide.value, write.value), report)
    say("runs")
    _run_figures(lane_path.runs(url, lenders, listings, size.run, size.rounds), size, report)
    say("kill -9 of the writer")
    seconds = process_path.first_answer(url, home, size.rounds)
    report.figures.append(
        figure("first answer after kill -9 of the writer", "s", seconds, bar="< 5 s", meets=lambda value: value < 5)
    )


def _write_figures(found: dict[str, Any], report: Report) -> Figure:
    each = found["each"]
    ours = [each / seconds for seconds in found["ours"]]
    ratios = [raw / own for own, raw in zip(found["ours"], found["raw"], strict=True)]
    raw = figure("raw COPY of the same rows", "/s", [each / seconds for seconds in found["raw"]])
    ratio = figure("", "", ratios)
    write = figure(
        "write path, bids with confirmation", "/s", ours, baseline=raw.value, ratio=ratio.value, bar=">= 0.6",
        meets=lambda value: value >= 0.6,
    )  # fmt: skip
    spread = figure("write path against raw, pair by pair", "ratio", ratios)
    report.figures += [raw, write, spread]
    return write


def _lane_figures(url: str, lenders: list[str], listings: list[str], size: Size, best: float, report: Report) -> None:
    lane = Lane(1, url, owner="bench").start(5.0)
    before = _cpu(url)
    found = lane_path.loads(
        lane, lenders, listings, {512: size.handed, 64: size.handed // 2, 1: size.handed // 80}, size.rounds
    )
    handed = sum(len(load.latencies) for loads in found.values() for load, _ in loads)
    report.cpu_us_per_instruction = {name: used / handed * 1e6 for name, used in _cpu_since(url, before).items()}
    lane.stop()
    rates = {number: [load.rate for load, _ in loads] for number, loads in found.items()}
    p50 = {number: [percentile(load.latencies, 0.5) * 1e3 for load, _ in loads] for number, loads in found.items()}
    p99 = {number: [percentile(load.latencies, 0.99) * 1e3 for load, _ in loads] for number, loads in found.items()}
    many = figure("lane, 512 callers", "/s", rates[512], baseline=best, bar=">= 0.5", meets=lambda value: value >= 0.5)
    few = figure(
        "lane, 64 callers", "/s", rates[64], baseline=many.value, bar=">= 0.6 of 512", meets=lambda value: value >= 0.6
    )
    alone = figure("lane, 1 caller, p50", "ms", p50[1])
    tail = figure(
        "lane, 64 callers, p99",
        "ms",
        p99[64],
        baseline=alone.value,
        bar="<= 4 x the 1-caller p50",
        meets=lambda value: value <= 4,
    )
    report.figures += [many, few, figure("lane, 1 caller", "/s", rates[1]), alone, tail]
    for number, loads in found.items():
        report.figures.append(figure(f"commits, {number} callers", "/s", [commits for _, commits in loads]))
        report.figures.append(figure(f"lane, {number} callers, p50", "ms", p50[number]))
        report.figures.append(figure(f"lane, {number} callers, p99", "ms", p99[number]))


def _run_figures(found: dict[str, list[float]], size: Size, report: Report) -> None:
    for name in ("disbursement", "repayment"):
        report.figures.append(
            figure(f"run of {size.run:,}: {name}", "s", found[name], bar="< 2 s", meets=lambda value: value < 2)
        )
    quiet = figure("singles, 8 callers, p99, quiet", "ms", [value * 1e3 for value in found["quiet_p99"]])
    busy = [value * 1e3 for value in found["busy_p99"]]
    meanwhile = figure(
        "singles, 8 callers, p99, during runs",
        "ms",
        busy,
        baseline=quiet.value,
        bar="<= 5 x quiet",
        meets=lambda value: value <= 5,
    )
    report.figures += [quiet, meanwhile]


def _memory(url: str, home: Path, size: Size, report: Report, say: Callable[[str], None]) -> None:
    say("a million accounts")
    with ground.lanes(url) as plane:
        ground.open_platform(plane)
    after, before = process_path.memory(url, home, size.book_mb, size.holders)
    bound = size.book_mb + 200
    report.figures.append(figure("resident memory before", "MB", [before]))
    report.figures.append(
        figure(
            f"resident memory, {size.holders * 5:,} accounts touched",
            "MB",
            [after],
            bar=f"<= {bound} MB",
            meets=lambda value: value <= bound,
        )
    )


def _cpu(url: str) -> dict[int, float]:
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").fetchall()
    return {os.getpid(): cpu_seconds(os.getpid()), **{pid: cpu_seconds(pid) for (pid,) in rows}}


def _cpu_since(url: str, before: dict[int, float]) -> dict[str, float]:
    after = _cpu(url)
    own = os.getpid()
    database = sum(used - before.get(pid, 0.0) for pid, used in after.items() if pid != own)
    return {"lane and callers": after[own] - before[own], "PostgreSQL": database}
