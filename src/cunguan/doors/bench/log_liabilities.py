"""Proof of liabilities (负债证明基准): a snapshot of one pool with a million clients, an attester's recomputation, one client's proof.

Does    makes books by SQL: a million holders, five accounts and balances each; every round takes a snapshot in a process of its own,
        from the first row read to the row recorded, and adds its working file up anew in another: their memory is their own peak
Source  the issue "Trust nobody", "Speed": a million clients in less than 60 s and 2 GB
"""

import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg

from cunguan.desks.ledger.migrate import migrate
from cunguan.doors.bench import ground
from cunguan.doors.bench.form import Figure, figure
from cunguan.doors.liabilities.files import Kept
from cunguan.kernel.leaf import leaf_salt
from cunguan.store.embedded.server import running
from cunguan.transparency import liabilities
from cunguan.transparency.leaf import ACTS
from cunguan.transparency.liability_files import WORKING, Act, Working, snapshot_of, written

NAME: Final = "liabilities"
COUNT: Final = 1_000_000
COUNTED: Final = "clients of one pool"
SECONDS_MAX, MEGABYTES_MAX = 60, 2_000
PROOFS: Final = 200

Say = Callable[[str], None]

#: each holder has his five accounts and what is in them; the pool's cash is what they sum to
_BOOKS: Final = """
INSERT INTO lane (lane, token, head) VALUES (1, 1, 1);
INSERT INTO lane_day VALUES (1, 'day', '2026-11-26', 1, 'open', 'P1', 'none_recorded', true);
INSERT INTO pool VALUES (1, 'main', 'CNY', 'none', 'open', 1, 1);
INSERT INTO account SELECT 1, 100 + n * 5 + k, (ARRAY['2010', '2015', '2020', '2030', '2040'])[k + 1], 'holder-' || n, 'main', 'CNY'
FROM generate_series(1, {count}) n, generate_series(0, 4) k;
INSERT INTO balance SELECT 1, 100 + n * 5 + k, CASE k WHEN 0 THEN n % 1000000 WHEN 2 THEN n % 777 ELSE 0 END, 1
FROM generate_series(1, {count}) n, generate_series(0, 4) k;
INSERT INTO account VALUES (1, -1, '1010', 'bank', 'main', 'CNY');
INSERT INTO bank_account VALUES (1, 'bank', 'main', -1, 'bank', '6222', 'active');
INSERT INTO balance SELECT 1, -1, sum(balance), 1 FROM balance;
"""
_TAKE: Final = """
import json, resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from cunguan.doors.liabilities.taking import Why, take
begun = time.perf_counter()
(taken,) = take(sys.argv[1], Path(sys.argv[2]), Why(sys.argv[3]), datetime.now(UTC))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss, taken.snapshot.id]))
"""
_ATTEST: Final = """
import json, resource, sys, time
from cunguan.doors.liabilities.attesting import added
begun = time.perf_counter()
with open(sys.argv[1], "rb") as stream:
    added(stream)
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""
#: ru_maxrss counts kilobytes, on macOS bytes
_MAXRSS: Final = 1_000_000 if sys.platform == "darwin" else 1_000_000 / 1024


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    cpu_seconds: float
    resident: float

    @property
    def megabytes(self) -> float:
        """Its largest memory."""
        return self.resident / _MAXRSS


def measure(count: int, rounds: int, say: Say) -> list[Figure]:
    """Measure a pool with so many clients."""
    taken, attested, proofs = list[Cost](), list[Cost](), list[float]()
    with (
        tempfile.TemporaryDirectory(prefix="cunguan-bench-") as folder,
        running(ground.home_of(Path(folder))) as owner,
        ground.database(owner, "liabilities") as url,
    ):
        say(f"liabilities: making books of {count:,} clients")
        _books(url, count)
        home = Path(folder) / "home"
        for number in range(rounds):
            *cost, id = _run(_TAKE, url, str(home), f"asked:{number}")
            taken.append(Cost(*cost))
            say(f"liabilities: taken in {taken[-1].seconds:.1f} s, {taken[-1].megabytes:,.0f} MB")
            attested.append(Cost(*_run(_ATTEST, str(_working(url, home, id)))))
            proofs.append(_proof_ms(home, id, count))
            Kept(home, id).drop()
    large = count >= COUNT  # the bars are of a million clients
    seconds_max, megabytes_max = (SECONDS_MAX, MEGABYTES_MAX) if large else (None, None)
    return [
        _bounded("snapshot of what a pool owes", "s", [one.seconds for one in taken], seconds_max),
        figure("snapshot, CPU without the database's", "s", [one.cpu_seconds for one in taken]),
        _bounded("snapshot, memory", "MB", [one.megabytes for one in taken], megabytes_max),
        figure("attester adds it up anew", "s", [one.seconds for one in attested]),
        figure("attester, CPU", "s", [one.cpu_seconds for one in attested]),
        _bounded("attester, memory", "MB", [one.megabytes for one in attested], megabytes_max),
        figure("a client's proof from the files", "ms", proofs),
    ]


def _bounded(name: str, unit: str, runs: list[float], most: float | None) -> Figure:
    if most is None:
        return figure(name, unit, runs)
    return figure(name, unit, runs, bar=f"< {most:,} {unit}", meets=lambda value: value < most)


def _books(url: str, count: int) -> None:
    migrate(url)
    with psycopg.connect(url) as connection:
        connection.execute(_BOOKS.format(count=count).encode())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE account, balance")


def _run(program: str, *arguments: str) -> Any:
    told = subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True
    ).stdout
    return json.loads(told)


def _working(url: str, home: Path, id: str) -> Path:
    """Write the working file as an export does, with a salt of no log."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT seq, content FROM log_act WHERE subject = %s", (f"liability_snapshot:{id}",)
        ).fetchone()
    assert row is not None
    act = Act(row[0], leaf_salt(bytes(32), ACTS, row[0], 0).hex(), bytes(row[1]).decode())
    kept, path = Kept(home, id), home / "working"
    head = kept.head()
    with path.open("wb") as file:
        file.write(written(Working(WORKING, "bench", act, "", head.key, head.detail, head.detail_salt, [])))
        file.writelines(kept.lines())
    assert snapshot_of(act).id == id
    return path


def _proof_ms(home: Path, id: str, count: int) -> float:
    kept = Kept(home, id)
    names = [f"holder-{1 + secrets.randbelow(count)}" for _ in range(PROOFS)]
    begun = time.perf_counter()
    found = [kept.inclusion(name) for name in names]
    seconds = time.perf_counter() - begun
    assert all(one is not None and liabilities.total_minor(one.owed) >= 0 for one in found)
    return seconds * 1000 / PROOFS
