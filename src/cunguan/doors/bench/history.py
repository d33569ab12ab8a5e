"""`cunguan bench history` (历史基准): what a book of ten million postings costs to ask, to post to, to keep and to prove.

Shape   Report (form.py). Two books on one server: `few` with a million postings, `many` with ten; both made by the lane from
        lawful instructions (growth.py), then posted to in turn, so that a busy machine slows both
Source  the issue "The whole catalogue, history at any size, and the day", "Speed"
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
import psycopg

from cunguan.doors.bench import ground, growth
from cunguan.doors.bench.form import Report, figure, machine, percentile
from cunguan.plane import interpreter
from cunguan.store.embedded.server import running
from cunguan.store.history import History, Place

METHOD = [
    "embedded PostgreSQL with its defaults of this project, fsync and synchronous_commit on; all share the cores",
    f"one cycle: {growth.DEPOSITS:,} deposits, {growth.LOAN} bids under mandates, a disbursement, {growth.MONTHS} repayments "
    f"to {growth.LOAN} lenders: {growth.CYCLE:,} postings in {growth.DEPOSITS + growth.LOAN + 1 + growth.MONTHS:,} instructions",
    "reads: random accounts of lenders at random instants, some untouched since the beginning; and the pool's own 1010 with "
    "the borrower's accounts, which have a share of all postings; each read is one statement of the audit role",
    "posting rate: the lane, callers in the same process; the books take turns, the ratio is of the medians",
    "snapshot: one transaction holds its snapshot while the lane posts; after its end the same loans are posted again",
    "prove: a process of its own; its signatures are few here, for bids and repayments stand under mandates",
]

_PROVE = """
import json, resource, sys
from cunguan.prove.report import prove
report = prove(sys.argv[1])
print(json.dumps([report.holds, sum(lane.postings for lane in report.lanes), report.seconds,
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, str(report.first or "")]))
"""
#: ru_maxrss counts kilobytes, on macOS bytes
_MAXRSS = 1 if sys.platform == "darwin" else 1024


class Size(msgspec.Struct, frozen=True):
    """How much is measured."""

    postings: int = 10_000_000
    few: int = 1_000_000
    step: int = 10 * growth.CYCLE
    rounds: int = 5
    probes: int = 2_000
    snapshot_seconds: float = 120.0


def measure(size: Size, say: Callable[[str], None]) -> Report:
    """Run the bench; `say` hears what goes on."""
    interpreter.settle()
    report = Report(machine(), METHOD, [], {})
    with (
        tempfile.TemporaryDirectory(prefix="cunguan-bench-") as folder,
        running(ground.home_of(Path(folder))) as owner,
        ground.database(owner, "few") as few_url,
        ground.database(owner, "many") as many_url,
    ):
        with _book(few_url, size.few, say) as few, _book(many_url, size.postings, say) as many:
            _rates(few, many, size, report, say)
            _reads(many_url, size, report, say)
            _snapshot(many, many_url, size, report, say)
        _sizes(many_url, report)
        _proof(many_url, report, say)
    report.machine["load_after"] = os.getloadavg()[0]
    return report


@contextmanager
def _book(url: str, postings: int, say: Callable[[str], None]) -> Iterator[growth.Loans]:
    with ground.lanes(url) as plane:
        growth.begin(plane)
        loans = growth.Loans(plane)
        while loans.postings < postings:
            load = loans.grow(min(postings - loans.postings, 50 * growth.CYCLE))
            say(f"{loans.postings:,} of {postings:,} postings, {load.rate:,.0f} instructions/s")
        yield loans


def _rates(few: growth.Loans, many: growth.Loans, size: Size, report: Report, say: Callable[[str], None]) -> None:
    say("posting rates in turn")
    rates: dict[int, list[float]] = {id(few): [], id(many): []}
    for n in range(size.rounds):
        for book in (few, many) if n % 2 == 0 else (many, few):
            rates[id(book)].append(_rate(book, size.step))
    base = figure(f"posting rate with {few.postings:,} postings", "/s", rates[id(few)])
    report.figures += [base, figure(
        f"posting rate with {many.postings:,} postings", "/s", rates[id(many)], baseline=base.value, bar=">= 0.8",
        meets=lambda value: value >= 0.8,
    )]  # fmt: skip


def _rate(book: growth.Loans, step: int) -> float:
    before = book.postings
    seconds = book.grow(step).seconds
    return (book.postings - before) / seconds


# ── reads ────────────────────────────────────────────────────────────────────
def _reads(url: str, size: Size, report: Report, say: Callable[[str], None]) -> None:
    say("reads of the past")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    instants, lenders, own = _asked(url)
    with History(url) as history:
        for whose, accounts in (("random accounts", lenders), ("the pool's own and the borrower's", own)):
            for what, found in _probed(history, accounts, instants, size.probes).items():
                report.figures.append(figure(f"{what}, {whose}, p50", "ms", [percentile(found, 0.5)]))
                report.figures.append(figure(
                    f"{what}, {whose}, p99", "ms", [percentile(found, 0.99)], bar="< 20 ms", meets=lambda value: value < 20
                ))  # fmt: skip


def _probed(history: History, accounts: list[int], instants: list[datetime], probes: int) -> dict[str, list[float]]:
    """Return milliseconds of balances and of pages, each of a random account at a random moment."""
    pick = random.Random(1)
    head = next(lane.head for lane in history.lanes() if lane.lane == 1)

    def balance() -> None:
        history.balance(1, pick.choice(accounts), history.seq_at(1, pick.choice(instants)))

    def page() -> None:
        history.lines(1, pick.choice(accounts), Place(pick.randrange(head), -1), head)

    return {
        "balance as of a past instant": [_timed(balance) for _ in range(probes)],
        "statement page of 50 lines": [_timed(page) for _ in range(probes)],
    }


def _asked(url: str) -> tuple[list[datetime], list[int], list[int]]:
    """Return instants of batches, the lenders' accounts, and those that have a share of all postings."""
    with psycopg.connect(url, autocommit=True) as connection:
        instants = [at for (at,) in connection.execute("SELECT at FROM batch WHERE lane = 1")]
        rows = connection.execute(
            "SELECT account, code, owner FROM account WHERE lane = 1 AND code IN ('1010', '2010', '2020')"
        )
        accounts = rows.fetchall()
    own = [account for account, code, owner in accounts if code == "1010" or owner == growth.BORROWER]
    return instants, [account for account, _, _ in accounts if account not in own], own


def _timed(read: Callable[[], object]) -> float:
    started = time.perf_counter()
    read()
    return (time.perf_counter() - started) * 1e3


# ── a held snapshot ──────────────────────────────────────────────────────────
def _snapshot(book: growth.Loans, url: str, size: Size, report: Report, say: Callable[[str], None]) -> None:
    say(f"a snapshot held for {size.snapshot_seconds:.0f} s")
    before = [_rate(book, size.step) for _ in range(2)]
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with psycopg.connect(url) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.execute("SELECT count(*) FROM lane")
            held.set()
            over.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    meanwhile: list[float] = []
    ends = time.monotonic() + size.snapshot_seconds
    while time.monotonic() < ends or not meanwhile:
        meanwhile.append(_rate(book, size.step))
    over.set()
    holder.join()
    after = [_rate(book, size.step) for _ in range(4)]
    quiet = figure("posting rate before the held snapshot", "/s", before)
    report.figures += [
        quiet,
        figure("posting rate while it is held", "/s", meanwhile, baseline=quiet.value),
        figure(
            "posting rate after it",
            "/s",
            after[1:],
            baseline=quiet.value,
            bar=">= 0.8",
            meets=lambda value: value >= 0.8,
        ),
    ]


# ── bytes, proof ─────────────────────────────────────────────────────────────
def _sizes(url: str, report: Report) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM posting), pg_table_size('posting_default'), pg_indexes_size('posting_default'), "
            "(SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)"
        ).fetchone()
    assert row is not None
    postings, table, indexes, whole = (int(value) for value in row)
    report.figures += [
        figure("a posting, its row", "bytes", [table / postings]),
        figure("a posting, its indexes", "bytes", [indexes / postings]),
        figure("a posting, with all that is written beside it", "bytes", [whole / postings]),
    ]


def _proof(url: str, report: Report, say: Callable[[str], None]) -> None:
    say("prove")
    done = subprocess.run([sys.executable, "-c", _PROVE, url], capture_output=True, text=True, check=True)
    holds, postings, seconds, peak, first = json.loads(done.stdout)
    assert holds, f"the books of the bench do not hold: {first}"
    report.figures += [
        figure(
            "prove", "postings/s", [postings / seconds], bar=">= 200,000", meets=lambda value: value >= 200_000
        ),
        figure("prove, peak memory of its process", "MB", [peak * _MAXRSS / 2**20]),
    ]  # fmt: skip
