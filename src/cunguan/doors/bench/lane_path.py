"""Lane path: bids under a mandate from callers' hands to their answers after COMMIT, and runs among them.

Decide  the runner alone on one core, facts in memory, nothing written
Lane    512, 64 and 1 callers in this process (their own work counts against us: same interpreter, same cores)
Runs    10,000 holds disbursed, then repaid to 10,000 lenders, while eight callers bid on another listing
"""

import itertools
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from cunguan.doors.bench import callers, ground
from cunguan.doors.bench.form import percentile
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.ledger.book import Book
from cunguan.operations.catalogue import operation
from cunguan.plane.lane import Lane
from cunguan.plane.process import Process
from cunguan.plane.runner import Item, Runner, admit
from cunguan.store import postgres

_NUMBERS = itertools.count()


def bids(lenders: list[str], listings: list[str], count: int | None = None) -> Iterator[Instruction]:
    """Yield bids of 1.00 under each lender's mandate, spread over listings."""
    body = operation("bid_hold").body
    for _ in range(count) if count is not None else itertools.repeat(None):
        n = next(_NUMBERS)
        lender = lenders[n * 7919 % len(lenders)]
        yield Instruction(
            f"lane:{n:09d}", "bid_hold", body(lender, listings[n % len(listings)], 100, 0, f"mandate:{lender}")
        )


def decide_alone(url: str, lenders: list[str], listings: list[str], count: int, rounds: int) -> list[float]:
    """Return instructions a second of decide alone, once for each round."""
    reader = postgres.PostgresReader(url)
    runner = Runner(1, reader, Book())
    rates = []
    for _ in range(rounds + 1):
        admitted = [admit(one, 1) for one in bids(lenders, listings, count)]
        items = [one for one in admitted if isinstance(one, Item)]
        started = time.perf_counter()
        for place in range(0, count, 1000):
            runner.decide(items[place : place + 1000], datetime.now(UTC))
        rates.append(count / (time.perf_counter() - started))
    reader.close()
    return rates[1:]  # the first round loads the facts


def loads(
    lane: Lane, lenders: list[str], listings: list[str], counts: dict[int, int], rounds: int
) -> dict[int, list[Any]]:
    """Return for each number of callers its loads, and the commits a second of each; rounds alternate."""
    found: dict[int, list[Any]] = {count: [] for count in counts}
    callers.run(lane.enqueue, bids(lenders, listings, 5_000), 64)  # warm
    for _ in range(rounds):
        for number, count in counts.items():
            before = lane.counts.batches
            load = callers.run(lane.enqueue, bids(lenders, listings, count), number)
            found[number].append((load, (lane.counts.batches - before) / load.seconds))
    return found


# ── runs ─────────────────────────────────────────────────────────────────────
def runs(url: str, lenders: list[str], quiet_listings: list[str], size: int, rounds: int) -> dict[str, list[float]]:
    """Return seconds of disbursement and repayment of `size` holds, and p99 of singles quiet and meanwhile."""
    found: dict[str, list[float]] = {"disbursement": [], "repayment": [], "quiet_p99": [], "busy_p99": []}
    with Process(url, owner="bench-runs", channels=lambda lane: {}) as process:
        for number in range(rounds):
            _one_run(process, lenders, quiet_listings, size, number, found)
    return found


def _one_run(
    process: Process, lenders: list[str], listings: list[str], size: int, number: int, found: dict[str, list[float]]
) -> None:
    plane, listing = process.plane, f"run{number}"
    ground.open_listings(plane, [listing], "B1", size * 100, rate_e6=0, months=1)
    ground.ask_all(plane, 1, (
        Instruction(f"{listing}:bid:{n}", "bid_hold", operation("bid_hold").body(lender, listing, 100, 0, f"mandate:{lender}"))
        for n, lender in zip(range(size), itertools.cycle(lenders), strict=False)
    ))  # fmt: skip
    quiet = callers.run(plane.lanes[1].enqueue, bids(lenders, listings, 4_000), 8)
    found["quiet_p99"].append(percentile(quiet.latencies, 0.99))
    pay = ground.instruction(1, f"{listing}:disburse", "disbursement", listing=listing)
    back = ground.instruction(
        1, f"{listing}:repay", "repayment", listing=listing, borrower="B1", plan_row=1, principal_minor=size * 100,
        interest_minor=0, mandate="mandate:B1",
    )  # fmt: skip
    late = [_timed(process, pay, lenders, listings, found["disbursement"])]
    late.append(_timed(process, back, lenders, listings, found["repayment"]))
    found["busy_p99"].append(percentile([one for load in late for one in load.latencies], 0.99))


def _timed(
    process: Process, parent: Instruction, lenders: list[str], listings: list[str], into: list[float]
) -> callers.Load:
    """Hand in a run's parent and wait for its last step, while eight callers bid elsewhere."""
    finished = threading.Event()

    def watch() -> None:
        reader = postgres.PostgresReader(process.conninfo)
        started = time.perf_counter()
        answer: Answer = process.plane.ask(1, parent)
        assert answer.code is Code.done, answer
        while reader.due("runs_running", 1):
            time.sleep(0.005)
        into.append(time.perf_counter() - started)
        reader.close()
        finished.set()

    thread = threading.Thread(target=watch)
    thread.start()
    load = callers.run(process.plane.lanes[1].enqueue, bids(lenders, listings), 8, finished.is_set)
    thread.join()
    return load
