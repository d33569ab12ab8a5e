"""Snapshots: under load, no backend of the plane keeps a transaction open for more than a few batches."""

import threading
from datetime import datetime

import psycopg

from cunguan.kernel.codes import Code
from cunguan.plane.process import Process
from tests.plane.harness import LANE, bid, books_hold, deposit

A_FEW = 10  # batches; two are under way at once, and a probe may be late
PROBES = 200


def test_no_transaction_of_ours_outlives_a_few_batches(books: str) -> None:
    go_on = threading.Event()
    codes: set[Code] = set()

    def load(first: int) -> None:
        number = first
        while not go_on.is_set():
            futures = [process.plane.submit(LANE, (bid, deposit)[n % 2](n)) for n in range(number, number + 50)]
            codes.update(future.result().code for future in futures)
            number += 50

    with Process(books, owner="test", channels=lambda lane: {}) as process:
        callers = [threading.Thread(target=load, args=(first,)) for first in (0, 100_000, 200_000)]
        for caller in callers:
            caller.start()
        try:
            ages, batches = _probe(books)
        finally:
            go_on.set()
            for caller in callers:
                caller.join()
    assert codes == {Code.done} and batches > 2 * A_FEW
    assert ages, "some transaction of ours was seen"
    assert max(ages.values()) <= A_FEW, ages
    books_hold(books)


def _probe(url: str) -> tuple[dict[tuple[int, datetime], int], int]:
    """Return, for each transaction seen, over how many batches it was seen to stand; and how many batches passed."""
    first: dict[tuple[int, datetime], int] = {}
    ages: dict[tuple[int, datetime], int] = {}
    counted: list[int] = []
    with psycopg.connect(url, autocommit=True) as connection:
        while len(counted) < PROBES or counted[-1] - counted[0] <= 2 * A_FEW:
            row = connection.execute("SELECT count(*) FROM batch WHERE lane = %s", (LANE,)).fetchone()
            assert row is not None
            counted.append(row[0])
            for key in connection.execute(
                "SELECT pid, xact_start FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'"
            ).fetchall():
                ages[key] = row[0] - first.setdefault(key, row[0])
            assert len(counted) < 100 * PROBES, "no batch passes"
    return ages, counted[-1] - counted[0]
