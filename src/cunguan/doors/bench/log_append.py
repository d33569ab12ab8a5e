"""Bench of the log's growth (留痕追加基准): leaves appended from committed rows, and what the sequencer costs those who post.

Append  rows that are committed already are taken in by `once`: derived, stored with their root, put as files that are on the disk,
        signed and published; leaves over the time of it all
Posting the same instructions through a lane's plane, with the sequencer's process running on the same cores and with it stopped, in turn
Lag     posting at half the rate with the sequencer running: from each batch's answer to the publication of a checkpoint that holds it
"""

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from cunguan.doors.bench import ground, log_books
from cunguan.doors.bench.form import Figure, figure
from cunguan.doors.log.process import Ground, once
from cunguan.kernel.instruction import Instruction
from cunguan.plane import interpreter
from cunguan.plane.across import Plane
from cunguan.store.log.folder import folder_of
from cunguan.transparency import checkpoint

NAME = "append"
COUNT = 100_000
COUNTED = "sequences of one lane, five leaves for four"

LEAVES, SHARE, LAG_SECONDS = 20_000, 0.7, 5.0
FRAME = 1_000


POSTED = 20_000
LENDERS = 500
LAG_PERIOD_SECONDS = 10.0
_COVERED = "SELECT coalesce(max(last_seq), 0) FROM log_chunk WHERE lane = 1 AND first_index + leaves <= %s"


def measure(count: int, rounds: int, say: Callable[[str], None]) -> list[Figure]:
    """Measure the three."""
    return [_append(count, rounds, say), *_beside(rounds, say)]


def _append(count: int, rounds: int, say: Callable[[str], None]) -> Figure:
    interpreter.settle()  # as the sequencer's process does
    rates = []
    with log_books.books("log_append") as (url, home):
        where = Ground(url, home, {})
        log_books.commit(url, 1, 100, say)
        once(where)
        for number in range(rounds):
            log_books.commit(url, 101 + number * count, 100 + (number + 1) * count, say)
            before, began = _published(home), time.perf_counter()
            once(where)
            rates.append((_published(home) - before) / (time.perf_counter() - began))
            say(f"round {number + 1}: {rates[-1]:,.0f} leaves/s")
    return figure(
        "append: durable, from committed rows",
        "leaves/s",
        rates,
        bar=f">= {LEAVES:,}",
        meets=lambda rate: rate >= LEAVES,
    )


def _beside(rounds: int, say: Callable[[str], None]) -> list[Figure]:
    names = [f"L{number}" for number in range(LENDERS)]
    with log_books.books("log_beside") as (url, home), ground.lanes(url) as plane:
        ground.open_platform(plane)
        ground.open_clients(plane, names, "lender")
        alone, beside = [], []
        for number in range(rounds):
            alone.append(_rate(plane, names, f"alone:{number}"))
            with sequencer(url, home):
                beside.append(_rate(plane, names, f"beside:{number}"))
            say(f"round {number + 1}: {alone[-1]:,.0f} posted/s alone, {beside[-1]:,.0f} beside the sequencer")
        share = statistics.median(two / one for one, two in zip(alone, beside, strict=True))
        with sequencer(url, home):
            lags = _lags(plane, names, url, home, statistics.median(alone) / 2)
        p99 = sorted(lags)[int(len(lags) * 0.99)]
        say(f"lag of {len(lags)} commits: half within {statistics.median(lags):.2f} s, 99 of 100 within {p99:.2f} s")
    base = statistics.median(alone)
    return [
        figure("posting: with the sequencer running", "instructions/s", beside, baseline=base, ratio=share, bar=f">= {SHARE} x stopped",
               meets=lambda ratio: ratio >= SHARE),
        figure("checkpoint lag at half the posting rate, p99", "s", [p99], bar=f"< {LAG_SECONDS:g}", meets=lambda lag: lag < LAG_SECONDS),
    ]  # fmt: skip


@contextmanager
def sequencer(url: str, home: Path) -> Iterator[None]:
    """Run `cunguan log sequence` as a process of its own, by the owner."""
    child = subprocess.Popen(
        [sys.executable, "-m", "cunguan.config.main", "log", "sequence"],
        env={**os.environ, "DATABASE_URL": url, "CUNGUAN_LOG_URL": url, "CUNGUAN_HOME": str(home)},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert child.stdout is not None and "has begun" in child.stdout.readline(), "the sequencer starts"
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()


def _deposits(names: Sequence[str], tag: str, count: int) -> list[Instruction]:
    return [
        ground.instruction(1, f"{tag}:{n}", "deposit_direct", holder=names[n % len(names)], bank_account=ground.BANK, amount_minor=100,
                           payer_matches=True, reference="r")
        for n in range(count)
    ]  # fmt: skip


def _rate(plane: Plane, names: Sequence[str], tag: str) -> float:
    made = _deposits(names, tag, POSTED)
    began = time.perf_counter()
    ground.ask_all(plane, 1, made)
    return POSTED / (time.perf_counter() - began)


def _lags(plane: Plane, names: Sequence[str], url: str, home: Path, rate: float) -> list[float]:
    """Return how long each commit of a paced stream waited for a checkpoint that holds it."""
    answered: list[tuple[float, int]] = []
    lags: list[float] = []
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(url, home, answered, lags, done))
    watcher.start()
    step = max(1, int(rate / 20))
    began, sent = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < LAG_PERIOD_SECONDS:
        if sent > passed * rate:
            time.sleep(0.005)
            continue
        answers = ground.ask_all(plane, 1, _deposits(names, f"lag:{sent}", step))
        answered.append((time.perf_counter(), max(answer.seq or 0 for answer in answers)))
        sent += step
    done.set()
    watcher.join()
    return lags


def _watch(url: str, home: Path, answered: list[tuple[float, int]], lags: list[float], done: threading.Event) -> None:
    size = 0
    with psycopg.connect(url, autocommit=True) as connection:
        while not (done.is_set() and len(lags) == len(answered)):
            now, published = time.perf_counter(), _published(home)
            if published == size:
                time.sleep(0.01)
                continue
            size = published
            row = connection.execute(_COVERED, (size,)).fetchone()
            assert row is not None
            lags += [now - at for at, seq in answered[len(lags) :] if seq <= row[0]]


def _published(home: Path) -> int:
    note = folder_of(home, {}, 1).checkpoint()
    return checkpoint.read(note.text).size if note else 0
