"""Bench of the audit (留痕核验基准): hashing a log's files again, and deriving all of it from the books, by one process and by two.

Shape   a core: entries by the CPU seconds of the auditor and of PostgreSQL that serves it together; its rate by the clock beside it, and
        two processes compared with one by the clock, in turn: on a machine that does other things these two tell of those things
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psycopg

from cunguan.doors.bench import log_books
from cunguan.doors.bench.form import Figure, figure
from cunguan.doors.log import verifying
from cunguan.doors.log.verifying import Wanted
from cunguan.prove.log.verify import Verified

NAME = "audit"
COUNT = 400_000  # the start of two processes, a second or two, is then a small part
COUNTED = "sequences of one lane, five leaves for four"

TILES, ROWS, TWO = 80_000, 25_000, 1.7


class Run(NamedTuple):
    """One run: entries a second by the clock, and by the CPU that it took."""

    rate: float
    core_rate: float


def measure(count: int, rounds: int, say: Callable[[str], None]) -> list[Figure]:
    """Measure the three."""
    with log_books.books("log_audit") as (url, home):
        log_books.commit(url, 1, count, say)
        say("publishing")
        log_books.publish(url, home)
        return _measured(url, home, rounds, say)


def _measured(url: str, home: Path, rounds: int, say: Callable[[str], None]) -> list[Figure]:
    tiles: list[Run] = []
    one: list[Run] = []
    two: list[Run] = []
    for number in range(rounds):
        say(f"round {number + 1}")
        tiles.append(_run(url, lambda: verifying.files_only(home / "log" / "1", (), 1)))
        one.append(_run(url, lambda: verifying.run(url, home, {}, Wanted(workers=1)).found))
        two.append(_run(url, lambda: verifying.run(url, home, {}, Wanted(workers=2)).found))
    alone = figure("audit: full, one process, by the clock", "entries/s", [run.rate for run in one])
    times = sorted(second.rate / first.rate for first, second in zip(one, two, strict=True))[rounds // 2]
    return [
        figure("audit: tiles only, hashed again", "entries/s", [run.core_rate for run in tiles], bar=f">= {TILES:,}",
               meets=lambda rate: rate >= TILES),
        figure("audit: full, from the rows, a core", "entries/s", [run.core_rate for run in one], bar=f">= {ROWS:,}",
               meets=lambda rate: rate >= ROWS),
        alone,
        figure("audit: full, two processes, by the clock", "entries/s", [run.rate for run in two], baseline=alone.value, ratio=times,
               bar=f">= {TWO}", meets=lambda ratio: ratio >= TWO),
    ]  # fmt: skip


def _run(url: str, work: Callable[[], Verified]) -> Run:
    began, started = _cpu_seconds(url), time.perf_counter()
    found = work()
    seconds, cpu = time.perf_counter() - started, _cpu_seconds(url) - began
    assert found.holds, f"the log of the bench does not hold: {found.findings}"
    return Run(found.size / seconds, found.size / cpu)


def _cpu_seconds(url: str) -> float:
    """Return the CPU time of this process and of the server's connections that have ended; one is opened to find the server."""
    with psycopg.connect(url) as connection:
        server = _stat(connection.info.backend_pid)[1]
    ended = sum(int(ticks) for ticks in _stat(int(server))[13:15]) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + ended


def _stat(pid: int) -> list[str]:
    """Return what the system says of a process, from its state on; zeros where it says nothing, so that only our own time counts."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return ["0"] * 15
