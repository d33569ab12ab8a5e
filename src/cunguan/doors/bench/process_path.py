"""Process path: the plane as its own process: the first answer after kill -9, and its memory.

Kill    `cunguan plane` is killed while callers wait; it is started again at once; the time runs from the kill
        to the first answer, so it holds the lease's three seconds and the start of Python
Memory  a million accounts (200,000 holders, put in by SQL) each touched by one deposit through the socket
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from cunguan.doors.bench import ground
from cunguan.doors.bench.form import resident_mb
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Instruction
from cunguan.plane.client import Client

FRAME = 2_000


@contextmanager
def plane(url: str, home: Path, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Run `cunguan plane` on a database, its socket in a folder of its own; yield the process once it listens."""
    child = start(url, home, **environ)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()


def start(url: str, home: Path, **environ: str) -> "subprocess.Popen[str]":
    """Start `cunguan plane` and wait until it says where it listens."""
    child = subprocess.Popen(
        [sys.executable, "-m", "cunguan.config.main", "plane"],
        env={**os.environ, "DATABASE_URL": url, "CUNGUAN_HOME": str(home), **environ},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None and "listens" in child.stdout.readline(), "the plane starts"
    return child


def first_answer(url: str, home: Path, rounds: int) -> list[float]:
    """Return the seconds from kill -9 of the writer to the first answer of the next."""
    seconds = []
    child = start(url, home)
    for number in range(rounds):
        client = Client(home / "plane.sock", patience_seconds=60)
        assert client.ask(1, _deposit(f"before:{number}", "L1")).code is Code.done
        child.kill()
        killed = time.perf_counter()
        child.wait()
        child = start(url, home)
        assert client.ask(1, _deposit(f"after:{number}", "L1")).code is Code.done
        seconds.append(time.perf_counter() - killed)
        client.close()
    child.terminate()
    child.wait()
    return seconds


def memory(url: str, home: Path, book_mb: int, holders: int) -> tuple[float, float]:
    """Return resident MB after a million accounts were touched, and before any was."""
    put_in(url, holders)
    with plane(url, home, CUNGUAN_BOOK_MB=str(book_mb)) as child:
        client = Client(home / "plane.sock", patience_seconds=60)
        assert client.ask(1, _deposit("memory:first", "H1")).code is Code.done
        before = resident_mb(child.pid)
        for first in range(1, holders + 1, FRAME):
            pairs = [(1, _deposit(f"memory:{n}", f"H{n}")) for n in range(first, min(first + FRAME, holders + 1))]
            assert all(answer.code is Code.done for answer in client.ask_all(pairs))
        after = resident_mb(child.pid)
        client.close()
    return after, before


def _deposit(name: str, holder: str) -> Instruction:
    return ground.instruction(
        1,
        name,
        "deposit_direct",
        holder=holder,
        bank_account=ground.BANK,
        amount_minor=100,
        payer_matches=True,
        reference="r",
    )


def put_in(url: str, holders: int) -> None:
    """Put in holders H1 to H<holders> with their accounts; by SQL, because only their being there is wanted."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT next_account FROM lane_day WHERE lane = 1").fetchone()
        assert row is not None
        base = row[0]
        connection.execute(
            "INSERT INTO holder_account (lane, id, person, pool, role, kind, state, base, key_id, method, source) "
            "SELECT 1, 'H' || n, 'person:H' || n, %s, 'lender', 'person', 'active', %s + (n - 1) * 5, 'none', 'x', 'sandbox' "
            "FROM generate_series(1, %s) n", (ground.POOL, base, holders),
        )  # fmt: skip
        connection.execute(
            "INSERT INTO account (lane, account, code, owner, pool, currency) "
            "SELECT 1, %s + (n - 1) * 5 + k, (ARRAY['2010', '2015', '2020', '2030', '2040'])[k + 1], 'H' || n, %s, 'USD' "
            "FROM generate_series(1, %s) n, generate_series(0, 4) k", (base, ground.POOL, holders),
        )  # fmt: skip
        connection.execute(
            "INSERT INTO balance (lane, account, balance, seq) SELECT 1, %s + n, 0, 1 FROM generate_series(0, %s) n",
            (base, holders * 5 - 1),
        )
        connection.execute("UPDATE lane_day SET next_account = %s WHERE lane = 1", (base + holders * 5,))
