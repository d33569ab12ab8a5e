"""`cunguan bench api` (接口基准): the platform's door against itself: one signed bid, batches, reads beside writing, memory.

Shape   Report (form.py). Singles are measured against the same server answering after its signature check, run by run in turn
Reads   CPU of the processes from the system, that of PostgreSQL over its whole tree; the generator is compiled (wrk)
Source  the issue of the platform's door, "Speed"
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg

from cunguan.doors.bench import ground, process_path, wrk
from cunguan.doors.bench.form import Figure, Report, cpu_seconds, figure, machine, resident_mb
from cunguan.keys import httpsig
from cunguan.keys.algorithms import algorithm
from cunguan.keys.httpsig import Signer, Target
from cunguan.store import roles
from cunguan.store.embedded.server import running
from cunguan.store.sqlfiles import statement

METHOD = [
    "everything on this machine; embedded PostgreSQL with this project's defaults, fsync and synchronous_commit on; one worker",
    "bids under mandates (no second signature), Ed25519; requests are signed into a file beforehand and sent by wrk",
    "floor: the same server answering right after its signature check, its nonce kept in PostgreSQL and its answer signed",
    "values are medians of alternating runs; CPU µs a request: API, plane and PostgreSQL by the system's account",
]
LISTINGS = 100
BATCH = 1_000


class Size(msgspec.Struct, frozen=True):
    """How much is measured."""

    rounds: int = 5
    seconds: int = 20
    connections: int = 64
    lenders: int = 2_000
    per_second: int = 300
    few: int = 200_000
    many: int = 1_000_000
    book_mb: int = 64


class Door(msgspec.Struct, frozen=True):
    """A server that runs: the full door or the floor."""

    address: str
    process: subprocess.Popen[str]


class Used(msgspec.Struct, frozen=True):
    """CPU seconds by part."""

    api: float
    plane: float
    database: float

    @property
    def total(self) -> float:
        """Their sum."""
        return self.api + self.plane + self.database


class House(msgspec.Struct, frozen=True):
    """What is measured: two doors, one plane, one database, and who asks."""

    full: Door
    floor: Door
    plane: subprocess.Popen[str]
    postmaster: int
    signer: Signer
    folder: Path
    lenders: Sequence[str]

    def used(self, door: Door) -> Used:
        """Return what was used so far."""
        return Used(_tree(door.process.pid), cpu_seconds(self.plane.pid), _tree(self.postmaster))


def measure(size: Size, say: Callable[[str], None]) -> Report:
    """Run the bench; `say` hears what goes on."""
    report = Report(machine(), METHOD, [], {})
    with tempfile.TemporaryDirectory(prefix="cunguan-bench-") as folder:
        home = ground.home_of(Path(folder))
        with running(home) as owner, ground.database(owner, "bench") as url, _house(url, home, size, say) as house:
            _singles(house, size, report, say)
            _batches(house, size, report, say)
            _reads(house, size, report, say)
            _memory(house, size, report, say)
    report.machine["load_after"] = os.getloadavg()[0]
    return report


# ── singles ──────────────────────────────────────────────────────────────────
def _singles(house: House, size: Size, report: Report, say: Callable[[str], None]) -> None:
    loads: dict[str, list[wrk.Load]] = {"full": [], "floor": []}
    used: dict[str, list[Used]] = {"full": [], "floor": []}
    rates = {"full": 4_000.0, "floor": 6_000.0}  # how many are signed for the first run
    for number in range(size.rounds):
        for name, door in (("floor", house.floor), ("full", house.full)):
            say(f"single bids, run {number + 1} of {size.rounds}: {name}")
            file = house.folder / "singles"
            wrk.write(file, _bids(house, door, int(rates[name] * size.seconds)))
            load, cpu = _run(house, door, file, size)
            loads[name].append(load)
            used[name].append(cpu)
            rates[name] = load.rate * 1.4
    report.figures += _single_figures(loads, used)
    for name in ("full", "floor"):
        for part in ("api", "plane", "database"):
            report.cpu_us_per_instruction[f"{name}: {part}"] = _middle(
                [getattr(cpu, part) / load.requests * 1e6 for cpu, load in zip(used[name], loads[name], strict=True)]
            )
        report.cpu_us_per_instruction[f"{name}: generator"] = _middle(
            [load.cpu_seconds / load.requests * 1e6 for load in loads[name]]
        )


def _single_figures(loads: dict[str, list[wrk.Load]], used: dict[str, list[Used]]) -> Iterator[Figure]:
    cpu = {
        name: [one.total / load.requests * 1e6 for one, load in zip(used[name], loads[name], strict=True)]
        for name in loads
    }
    yield figure("single bids, CPU of API, plane and PostgreSQL", "µs", cpu["full"], baseline=_middle(cpu["floor"]),
                 bar="<= 2.0 x the floor's", meets=lambda ratio: ratio <= 2.0)  # fmt: skip
    yield figure("floor: CPU a request", "µs", cpu["floor"])
    rates = {name: [load.rate for load in loads[name]] for name in loads}
    yield figure("single bids", "/s", rates["full"], baseline=_middle(rates["floor"]),
                 bar=">= 0.5 of the floor", meets=lambda ratio: ratio >= 0.5)  # fmt: skip
    yield figure("floor: requests", "/s", rates["floor"])
    yield figure("single bids, p50", "ms", [load.p50_ms for load in loads["full"]])
    yield figure("single bids, p99", "ms", [load.p99_ms for load in loads["full"]])


def _run(house: House, door: Door, file: Path, size: Size, **given: Any) -> tuple[wrk.Load, Used]:
    before = house.used(door)
    asked = {"connections": size.connections, "seconds": size.seconds, **given}
    load = wrk.run(door.address, file, **asked)
    after = house.used(door)
    assert load.requests and not load.refused and not load.broken, f"every request is answered well: {load}"
    return load, Used(after.api - before.api, after.plane - before.plane, after.database - before.database)


# ── batches ──────────────────────────────────────────────────────────────────
def _batches(house: House, size: Size, report: Report, say: Callable[[str], None]) -> None:
    singles = next(one for one in report.figures if one.name == "single bids").value
    rates, cpu, count = [], [], 40
    for number in range(size.rounds):
        say(f"batches of {BATCH}, run {number + 1} of {size.rounds}")
        file = house.folder / "batches"
        wrk.write(file, _batch_requests(house, count * size.seconds // 2))
        load, used = _run(house, house.full, file, size, connections=4)
        rates.append(load.rate * BATCH)
        cpu.append(used.total / load.requests / BATCH * 1e6)
        count = max(10, int(load.rate * 3))
    report.figures.append(
        figure(
            f"batches of {BATCH}", "/s", rates, baseline=singles, bar=">= 8 x singles", meets=lambda ratio: ratio >= 8
        )
    )
    report.figures.append(figure("batches: CPU an instruction", "µs", cpu))


# ── reads beside writing ─────────────────────────────────────────────────────
def _reads(house: House, size: Size, report: Report, say: Callable[[str], None]) -> None:
    found: dict[str, list[wrk.Load]] = {"balances": [], "health": []}
    count = size.per_second * size.seconds * 2
    for number in range(size.rounds):
        for name in found:
            say(
                f"{name} at {size.per_second}/s beside {size.per_second // 2} bids/s, run {number + 1} of {size.rounds}"
            )
            reads, bids = house.folder / "reads", house.folder / "singles"
            requests = _balance_reads(house, count) if name == "balances" else _health_reads(count)
            wrk.write(reads, requests)
            wrk.write(bids, _bids(house, house.full, count // 2))
            with _beside(house, bids, size):
                load, _ = _run(house, house.full, reads, size, connections=30, per_second=size.per_second)
            found[name].append(load)
    health = _middle([load.p50_ms for load in found["health"]])
    report.figures += [
        figure("balance read at a fixed rate, p99", "ms", [load.p99_ms for load in found["balances"]], bar="<= 25 ms",
               meets=lambda value: value <= 25),
        figure("balance read at a fixed rate, p50", "ms", [load.p50_ms for load in found["balances"]], baseline=health,
               bar="<= 3 x /healthz", meets=lambda ratio: ratio <= 3),
        figure("/healthz at the same rate, p50", "ms", [load.p50_ms for load in found["health"]]),
        figure("reads that were sent", "/s", [load.rate for load in found["balances"]]),
    ]  # fmt: skip


@contextmanager
def _beside(house: House, file: Path, size: Size) -> Iterator[None]:
    """Let bids go on meanwhile, at half the rate of the reads."""
    found: list[wrk.Load] = []

    def post() -> None:
        found.append(
            wrk.run(house.full.address, file, connections=15, seconds=size.seconds, per_second=size.per_second / 2)
        )

    writing = threading.Thread(target=post)
    writing.start()
    yield
    writing.join()
    assert found and not found[0].refused and not found[0].broken, f"the bids beside the reads are done: {found}"


# ── memory ───────────────────────────────────────────────────────────────────
def _memory(house: House, size: Size, report: Report, say: Callable[[str], None]) -> None:
    """Hand in more batches until so many instructions were taken since the start, and look what is resident."""
    http = httpx.Client(base_url=house.full.address, timeout=60)
    resident = {}
    for count in (size.few, size.many):
        while (taken := _taken(house)) < count:
            say(f"memory: {taken:,} of {count:,} instructions")
            for _ in range(min(20, (count - taken) // BATCH + 1)):
                http.send(_as_httpx(http, house, next(iter(_batch_bodies(house, 1))))).raise_for_status()
        resident[count] = _resident(house)
    (few, before), (many, after) = resident.items()
    report.figures += [
        figure(f"resident memory of API and plane after {few:,} instructions", "MB", [before]),
        figure(f"after {many:,}", "MB", [after], baseline=before, bar="<= 1.2 x", meets=lambda ratio: ratio <= 1.2),
    ]


def _taken(house: House) -> int:
    with psycopg.connect(_conninfo(house), autocommit=True) as connection:
        row = connection.execute("SELECT head FROM lane WHERE lane = 1").fetchone()
    assert row is not None
    return int(row[0])


def _conninfo(house: House) -> str:
    return (house.folder / "url").read_text()


def _resident(house: House) -> float:
    return resident_mb(house.plane.pid) + sum(resident_mb(pid) for pid in _pids(house.full.process.pid))


# ── requests ─────────────────────────────────────────────────────────────────
def _bids(house: House, door: Door, count: int) -> Iterator[bytes]:
    for body in _bid_bodies(house, count):
        yield _signed(house, door.address, "POST", "/v1/instructions", "", msgspec.json.encode(body), body["id"])


def _bid_bodies(house: House, count: int) -> Iterator[dict[str, Any]]:
    run = secrets.token_hex(4)
    for number in range(count):
        lender = house.lenders[number % len(house.lenders)]
        yield {
            "id": f"bid:{run}:{number}", "kind": "bid_hold",
            "body": {"lender": lender, "listing": f"X{number % LISTINGS}", "amount_minor": 1, "mandate": f"mandate:{lender}"},
        }  # fmt: skip


def _batch_bodies(house: House, count: int) -> Iterator[dict[str, Any]]:
    for _ in range(count):
        yield {"id": f"batch:{secrets.token_hex(8)}", "atomic": False, "items": list(_bid_bodies(house, BATCH))}


def _batch_requests(house: House, count: int) -> Iterator[bytes]:
    for body in _batch_bodies(house, count):
        yield _signed(house, house.full.address, "POST", "/v1/batches", "", msgspec.json.encode(body), body["id"])


def _balance_reads(house: House, count: int) -> Iterator[bytes]:
    for number in range(count):
        path = f"/v1/accounts/{house.lenders[number * 7 % len(house.lenders)]}/balances"
        yield _signed(house, house.full.address, "GET", path, "", b"", "")


def _health_reads(count: int) -> Iterator[bytes]:
    return (wrk.request("GET", "/healthz", [("Host", "127.0.0.1")]) for _ in range(count))


def _signed(house: House, address: str, method: str, path: str, query: str, body: bytes, name: str) -> bytes:
    authority = httpsig.authority_of(address)
    headers = httpsig.sign_request(
        house.signer, Target(method, authority, path, query), body, name, created=int(time.time()),
        nonce=secrets.token_urlsafe(16), life_seconds=httpsig.LIFE_SECONDS_MAX,
    )  # fmt: skip
    said = [("Host", authority), *headers.items(), *([("Content-Type", "application/json")] if body else [])]
    return wrk.request(method, path, said, body)


def _as_httpx(http: httpx.Client, house: House, body: dict[str, Any]) -> httpx.Request:
    raw = msgspec.json.encode(body)
    made = http.build_request("POST", "/v1/batches", content=raw, headers={"Content-Type": "application/json"})
    target = Target("POST", httpsig.authority_of(house.full.address), "/v1/batches", "")
    made.headers.update(
        httpsig.sign_request(
            house.signer, target, raw, body["id"], created=int(time.time()), nonce=secrets.token_urlsafe(16)
        )
    )
    return made


# ── the house ────────────────────────────────────────────────────────────────
@contextmanager
def _house(url: str, home: Path, size: Size, say: Callable[[str], None]) -> Iterator[House]:
    say("opening the books")
    lenders = [f"L{n}" for n in range(1, size.lenders + 1)]
    with ground.lanes(url) as plane:
        ground.open_platform(plane)
        ground.open_clients(plane, lenders, "lender")
        ground.open_clients(plane, ["B1"], "borrower")
        ground.give_money(plane, lenders)
        ground.grant_mandates(plane, lenders, "bid")
        ground.open_listings(plane, [f"X{n}" for n in range(LISTINGS)], "B1")
    roles.create(url)
    signer = _key(url)
    (home / "url").write_text(url)
    with ExitStack() as stack:
        plane_process = stack.enter_context(process_path.plane(url, home, CUNGUAN_BOOK_MB=str(size.book_mb)))
        full = stack.enter_context(_door(url, home, "-m", "cunguan.config.main", "serve", "--port"))
        floor = stack.enter_context(_door(url, home, "-m", "cunguan.doors.bench.api_floor", url, str(home)))
        yield House(full, floor, plane_process, _postmaster(url), signer, home, lenders)


def _key(url: str) -> Signer:
    """Make a key of the platform, and give it all the rate there is: the limits are not what is measured."""
    sign, public = algorithm("ed25519").signer(algorithm("ed25519").generate())
    with psycopg.connect(url) as owner:
        owner.execute(statement("door_key_add"), {
            "id": "bench", "platform": "P1", "algorithm": "ed25519", "public_key": public, "scopes": ["read", "instruct"],
            "networks": [], "now": datetime.now(UTC), "by": "bench", "replaces": None, "until": None,
        })  # fmt: skip
        owner.execute("INSERT INTO door_profile (for_lane, rate_per_second, burst) VALUES (1, 1000000, 1000000)")
    return Signer("bench", "ed25519", sign)


@contextmanager
def _door(url: str, home: Path, *call: str) -> Iterator[Door]:
    port = _free_port()
    child = subprocess.Popen(
        [sys.executable, *call, str(port)], env={**os.environ, "DATABASE_URL": url, "CUNGUAN_HOME": str(home)},
        stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _until_ready(address)
        yield Door(address, child)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()


def _until_ready(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{address}/healthz", timeout=5)
        except httpx.TransportError:
            assert time.monotonic() < until, "the door answers"
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _postmaster(url: str) -> int:
    with psycopg.connect(url) as connection:
        (row,) = connection.execute("SELECT pg_backend_pid()").fetchall()
        return int(Path(f"/proc/{row[0]}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _pids(pid: int) -> list[int]:
    """Return a process and what it has begun."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            waiting += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
        except OSError:
            continue
    return found


def _tree(pid: int) -> float:
    """Return the CPU seconds of a process, of what it has begun, and of what has ended of that."""
    return sum(cpu_seconds(one) for one in _pids(pid)) + _of_ended(pid)


def _of_ended(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
