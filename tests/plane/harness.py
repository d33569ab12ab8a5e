"""Harness: small real books to drive a plane on, with the faults a plane must survive.

Shape   ground(url): lanes 0 to 3 of a fresh database, through the operations. Lane 1 (USD, pack none_recorded) has the
        100 lenders with money and a bid mandate and eight listings that never fill; lanes 2 and 3 (CNY, cn_p2p)
        share one borrower. Running: its lanes in this process. Child: `Process` and `Server` in a process that can be
        killed. Proxy: a PostgreSQL socket that may cut, hold or drop a chosen message
Errors  AssertionError: the books do not hold
"""

import copy
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cunguan.desks.ledger.migrate import migrate
from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.keys.sandbox import SandboxKeys
from cunguan.operations.catalogue import operation
from cunguan.plane.across import Plane
from cunguan.plane.client import Client
from cunguan.plane.lane import Lane
from cunguan.plane.process import Process
from cunguan.prove.report import prove
from cunguan.store import roles
from cunguan.store.postgres import PostgresReader
from tests.conftest import copied

ROOT = Path(__file__).resolve().parents[2]

DAY = date(2026, 3, 2)
LANE, TWO, THREE = 1, 2, 3
NAMES = {"maker": "m1", "checker": "c1"}
LENDERS = [f"L{n:03}" for n in range(100)]
LISTINGS = [f"X{n}" for n in range(8)]
MONEY_MINOR = 100_000_000
LISTING_MINOR = 10**11
KEYS_SEED = b"plane" * 8
KEYS = SandboxKeys(KEYS_SEED)


# ── asking ───────────────────────────────────────────────────────────────────
def ask(lane: int, instruction_id: str, kind: str, /, *, signed: bool = True, **body: Any) -> Instruction:
    """Return an instruction as a door hands it in, confirmed by its client where its operation asks for that."""
    made = Instruction(instruction_id, kind, msgspec.convert(body, operation(kind).body))
    text_of = operation(kind).authority_text
    text = text_of(made, lane) if signed and text_of is not None else None
    if text is None:
        return made
    return msgspec.structs.replace(made, evidence=KEYS.confirm(f"{text.owner}:key", text))


def bid(n: int, *, tag: str = "bid", amount_minor: int = 100, lender: str = "", listing: str = "") -> Instruction:
    """Return a bid under the lender's mandate; lender and listing go round."""
    lender = lender or LENDERS[n % len(LENDERS)]
    return ask(
        LANE, f"{tag}:{n:06}", "bid_hold", lender=lender, listing=listing or LISTINGS[n % len(LISTINGS)],
        amount_minor=amount_minor, mandate=f"mandate:{lender}",
    )  # fmt: skip


def deposit(n: int, *, tag: str = "in", amount_minor: int = 100, lender: str = "") -> Instruction:
    """Return a direct deposit."""
    return ask(
        LANE, f"{tag}:{n:06}", "deposit_direct", holder=lender or LENDERS[n % len(LENDERS)], bank_account="bank",
        amount_minor=amount_minor, payer_matches=True, reference=f"r{n}",
    )  # fmt: skip


def listing(lane: int, name: str, *, borrower: str = "B", amount_minor: int = LISTING_MINOR) -> Instruction:
    """Return the registration of a listing of one month."""
    capped = lane != LANE
    return ask(
        lane, f"listing:{name}", "listing_registration", listing=name, pool="main", borrower=borrower,
        person=f"person:{borrower}", currency="CNY" if capped else "USD", pack="cn_p2p" if capped else "none_recorded",
        amount_minor=amount_minor, rate_e6=120_000, rule="bullet", months=1, raise_until=DAY + timedelta(days=3),
        **({"late_rate_e6": 182_500, "grace_days": 2} if capped else {}),
    )  # fmt: skip


class Submits(Protocol):
    """A lane as its callers see it."""

    def submit(self, instruction: Instruction) -> "Future[Answer]":
        """Hand in one instruction."""


def answers(lane: Submits, instructions: Iterable[Instruction]) -> list[Answer]:
    """Hand in all at once and return the answers in order."""
    futures = [lane.submit(one) for one in instructions]
    return [future.result() for future in futures]


def codes(found: Iterable[Answer]) -> list[Code]:
    """Return the codes of answers."""
    return [answer.code for answer in found]


def at_once(asks: Sequence[Callable[[], Any]], callers: int = 64) -> list[Any]:
    """Run calls from so many threads that begin together; return what they returned, in the order of the calls."""
    gate = threading.Barrier(min(callers, len(asks)))
    waited = threading.local()

    def run(one: Callable[[], Any]) -> Any:
        if not hasattr(waited, "here"):
            waited.here = gate.wait()
        return one()

    with ThreadPoolExecutor(gate.parties) as pool:
        return list(pool.map(run, asks))


# ── books to begin with ──────────────────────────────────────────────────────
def ground(owner_url: str) -> None:
    """Bring an empty database to the books described above; the roles are made as well."""
    copied(owner_url, "plane", _ground)


def _ground(owner_url: str) -> None:
    migrate(owner_url)
    roles.create(owner_url)
    lanes: dict[int, Lane] = {0: Lane(0, owner_url, owner="ground").start()}
    plane = Plane(lanes)
    try:
        _all_done(plane, 0, [
            ask(0, "open:0", "lane_opening", platform="custodian", pack="", sandbox=True, business_date=DAY, pools=[],
                bank_accounts=[], **NAMES),
            *(ask(0, f"platform:{n}", "platform_registration", platform=f"P{n}", lane=n, sandbox=True,
                  pack="none_recorded" if n == LANE else "cn_p2p", **NAMES) for n in (LANE, TWO, THREE)),
        ])  # fmt: skip
        for number in (LANE, TWO, THREE):
            lanes[number] = Lane(number, owner_url, owner="ground").start()
            _open(plane, number)
        _clients(plane, LANE, ["B"], "borrower")
        _clients(plane, LANE, LENDERS, "lender")
        _all_done(plane, LANE, [deposit(n, tag="ground", amount_minor=MONEY_MINOR) for n in range(len(LENDERS))])
        _all_done(plane, LANE, [mandate(lender) for lender in LENDERS])
        _all_done(plane, LANE, [listing(LANE, name) for name in LISTINGS])
        for number in (TWO, THREE):
            _clients(plane, number, ["B"], "borrower")
            _clients(plane, number, LENDERS[:2], "lender")
    finally:
        for lane in reversed(lanes.values()):
            lane.stop()


def mandate(lender: str, name: str = "", type: str = "bid", cap_minor: int = MONEY_MINOR) -> Instruction:
    """Return the grant of a standing authority."""
    return ask(
        LANE, name or f"mandate:{lender}", "mandate_grant", holder=lender, type=type, cap_minor=cap_minor,
        until=DAY + timedelta(days=300),
    )  # fmt: skip


def _open(plane: Plane, lane: int) -> None:
    currency = "USD" if lane == LANE else "CNY"
    _all_done(plane, lane, [
        ask(lane, f"open:{lane}", "lane_opening", platform=f"P{lane}", sandbox=True, business_date=DAY,
            pack="none_recorded" if lane == LANE else "cn_p2p",
            pools=[{"id": "main", "currency": currency, "regime": "lending"}],
            bank_accounts=[{"id": "bank", "pool": "main", "channel": "demobank", "reference": f"r{lane}"}], **NAMES),
    ])  # fmt: skip


def _clients(plane: Plane, lane: int, names: list[str], role: str) -> None:
    if lane == LANE:
        _all_done(plane, 0, [register(name) for name in names])
    _all_done(plane, lane, [account(lane, name, role) for name in names])


def register(name: str) -> Instruction:
    """Return the registration of a person."""
    return ask(
        0, f"register:{name}", "person_registration", person=f"person:{name}", kind="person", method="four_elements",
        source="sandbox", reference="r",
    )  # fmt: skip


def account(lane: int, name: str, role: str) -> Instruction:
    """Return the opening of a client's account."""
    return ask(
        lane, f"account:{name}", "account_opening", holder=name, person=f"person:{name}", pool="main", role=role,
        kind="person", method="four_elements", source="sandbox", key_id=f"{name}:key",
        evidence_kind="sandbox_ed25519", public_key=KEYS.public_key(f"{name}:key"),
    )  # fmt: skip


def _all_done(plane: Plane, lane: int, instructions: Sequence[Instruction]) -> None:
    futures = [plane.submit(lane, one) for one in instructions]
    wrong = [future.result() for future in futures if future.result().code is not Code.done]
    assert not wrong, wrong[:3]


# ── lanes in this process ────────────────────────────────────────────────────
@contextmanager
def running(url: str, *numbers: int, **given: Any) -> Iterator[Any]:
    """Yield a lane of this process, or a Plane over some."""
    lanes = {number: Lane(number, url, owner="test", **given).start(5.0) for number in numbers or (LANE,)}
    try:
        yield Plane(lanes) if len(lanes) > 1 else next(iter(lanes.values()))
    finally:
        for lane in reversed(lanes.values()):
            lane.stop()


# ── what must hold ───────────────────────────────────────────────────────────
#: what is wrong -> a query that returns the first rows of it
MUST_BE_EMPTY = {
    "a head is not the last instruction":
        "SELECT l.lane, l.head, max(i.seq) FROM lane l LEFT JOIN instruction i USING (lane) "
        "GROUP BY l.lane, l.head HAVING l.head <> coalesce(max(i.seq), 0)",
    "the sequence has gaps": "SELECT lane, max(seq), count(*) FROM instruction GROUP BY lane HAVING max(seq) <> count(*)",
    "an id is stored twice": "SELECT lane, id, count(*) FROM instruction GROUP BY lane, id HAVING count(*) > 1",
    "an instruction has no key":
        "SELECT lane, seq FROM instruction i WHERE NOT EXISTS (SELECT FROM instruction_key k "
        "WHERE k.lane = i.lane AND k.seq = i.seq AND k.key16 = substring(sha256(convert_to(i.id, 'UTF8')) FROM 1 FOR 16))",
    "a key has no instruction":
        "SELECT lane, seq FROM instruction_key k WHERE NOT EXISTS (SELECT FROM instruction i "
        "WHERE i.lane = k.lane AND i.seq = k.seq)",
    "batches do not follow each other":
        "SELECT lane, first_seq FROM (SELECT lane, first_seq, "
        "lag(last_seq, 1, 0::int8) OVER (PARTITION BY lane ORDER BY first_seq) AS before FROM batch) b "
        "WHERE first_seq <> before + 1",
    "a journal is half there":
        "SELECT j.lane, j.seq FROM journal j LEFT JOIN posting p USING (lane, seq) "
        "GROUP BY j.lane, j.seq, j.postings HAVING j.postings <> count(p.line)",
    "a posting has no journal":
        "SELECT lane, seq FROM posting p WHERE NOT EXISTS (SELECT FROM journal j WHERE j.lane = p.lane AND j.seq = p.seq)",
    "something refused or quarantined has posted":
        "SELECT i.lane, i.seq FROM instruction i JOIN journal j USING (lane, seq) WHERE i.state <> 'done'",
    "a balance is not the sum of its postings":
        "SELECT b.lane, b.account, b.balance, coalesce(p.total, 0) FROM balance b LEFT JOIN ("
        "SELECT lane, account, sum(amount) AS total FROM ("
        "SELECT lane, credit_account AS account, CASE WHEN credit_account < 0 THEN -amount_minor ELSE amount_minor END AS amount "
        "FROM posting UNION ALL "
        "SELECT lane, debit_account, CASE WHEN debit_account < 0 THEN amount_minor ELSE -amount_minor END FROM posting"
        ") s GROUP BY lane, account) p USING (lane, account) WHERE b.balance <> coalesce(p.total, 0)",
    "the trial balance is off":
        "SELECT a.lane, a.pool, a.currency FROM account a JOIN balance b USING (lane, account) "
        "GROUP BY a.lane, a.pool, a.currency HAVING sum(CASE WHEN account < 0 THEN -balance ELSE balance END) <> 0",
    "holds are not what stands on their accounts":
        "SELECT a.lane, a.account FROM account a JOIN balance b USING (lane, account) LEFT JOIN hold h USING (lane, account) "
        "WHERE a.code IN ('2020', '2125') AND NOT EXISTS (SELECT FROM withdrawal w WHERE w.lane = a.lane) "
        "GROUP BY a.lane, a.account, b.balance "
        "HAVING b.balance <> coalesce(sum(h.amount_minor - h.captured_minor - h.released_minor), 0)",
    "a listing does not hold its bids":
        "SELECT l.lane, l.id FROM listing l LEFT JOIN hold h ON h.lane = l.lane AND h.listing = l.id "
        "GROUP BY l.lane, l.id, l.held_minor "
        "HAVING l.held_minor <> coalesce(sum(h.amount_minor - h.captured_minor - h.released_minor), 0)",
    "a mandate was not used by its bids":
        "SELECT m.lane, m.id, m.used_minor FROM mandate m LEFT JOIN hold h ON h.lane = m.lane AND h.authority = m.authority "
        "WHERE m.type = 'bid' GROUP BY m.lane, m.id, m.used_minor "
        "HAVING m.used_minor <> coalesce(sum(h.amount_minor - h.released_minor), 0)",
    "a person's exposure is not his reservations":
        "SELECT e.id, e.reserved_minor FROM exposure e LEFT JOIN reservation r "
        "ON r.lane = e.lane AND r.person = e.person AND e.id = r.person || ':' || r.currency "
        "GROUP BY e.id, e.reserved_minor HAVING e.reserved_minor <> coalesce(sum(r.amount_minor), 0)",
}  # fmt: skip


def books_hold(url: str) -> None:
    """Assert, from raw rows, what must be true of every lane at every committed instant; then prove it all."""
    with psycopg.connect(url) as connection:
        for wrong, query in MUST_BE_EMPTY.items():
            found = connection.execute(query.encode()).fetchmany(3)
            assert not found, f"{wrong}: {found}"
    broken = [finding for finding in prove(url).claims if not finding.holds]
    assert not broken, broken[:3]


def one(url: str, query: str, *values: object) -> Any:
    """Return the one value of the one row."""
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return row[0]


def stored(url: str, lane: int, tag: str = "") -> dict[str, tuple[int, str, int]]:
    """Return sequence, state and code of what a lane stored, by id; of those ids that begin with a tag."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT id, seq, state, code FROM instruction WHERE lane = %s AND starts_with(id, %s)", (lane, tag)
        ).fetchall()
    return {row[0]: tuple(row[1:]) for row in found}


def rows(url: str, lane: int) -> dict[str, int]:
    """Return how many rows each table has for a lane."""
    tables = (
        "instruction", "instruction_key", "journal", "posting", "authority", "account", "balance", "claim_move",
        "state_move", "batch", "hold", "deposit", "mandate",
    )  # fmt: skip
    return {table: one(url, f"SELECT count(*) FROM {table} WHERE lane = %s", lane) for table in tables}


def until(is_so: Callable[[], Any], what: str) -> Any:
    """Return what a question answers once that is true; a bounded number of looks, never a guess at how long."""
    pause = threading.Event()
    for _ in range(6_000):
        found = is_so()
        if found:
            return found
        pause.wait(0.01)
    raise AssertionError(f"it never came: {what}")


def tidy(here: Process, lane: int, day: date) -> None:
    """Do what a plane's timer owes on a date, beside its own round: by a connection of this thread's, for a cursor is one thread's."""
    beside = copy.copy(here)
    beside._reader = PostgresReader(here.conninfo)
    try:
        beside.tidy(lane, day)
    finally:
        beside._reader.close()


@contextmanager
def held_back(url: str, lane: int = LANE) -> Iterator[None]:
    """Keep a lane's batches from passing the fence, as a COMMIT that takes long; what is copied and decided goes on."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT FROM lane WHERE lane = %s FOR UPDATE", (lane,))
        yield
        connection.rollback()


def waits_at_a_lock(url: str) -> bool:
    """Return whether somebody waits in this database for what another holds."""
    return bool(
        one(
            url, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    )


class Pause:
    """A place where a thread stops, each time it is armed, until the test says go."""

    def __init__(self) -> None:
        self.is_armed = False
        self._reached, self._go = threading.Event(), threading.Event()

    def arm(self) -> None:
        """Let the next one who comes stop here."""
        self._reached.clear()
        self._go.clear()
        self.is_armed = True

    def here(self) -> None:
        """Stop if armed."""
        if self.is_armed:
            self.is_armed = False
            self._reached.set()
            assert self._go.wait(60), "nobody let it go on"

    def wait_until_reached(self) -> None:
        """Return when the thread stands here."""
        assert self._reached.wait(60), "nobody came here"

    def go_on(self) -> None:
        """Let it go on."""
        self._go.set()


def balance(url: str, owner: str, code: str, lane: int = LANE) -> int:
    """Return a balance by owner and code of the chart."""
    found = one(
        url, "SELECT balance FROM account JOIN balance USING (lane, account) WHERE lane = %s AND owner = %s AND code = %s",
        lane, owner, code,
    )  # fmt: skip
    return int(found)


def as_role(url: str, role: str) -> str:
    """Return the URL of a role on the same database."""
    return make_conninfo(**{**conninfo_to_dict(url), "user": role})


# ── a plane that can be killed ───────────────────────────────────────────────
class Child:
    """`Process` and `Server` in a process of their own; it ends with this one."""

    def __init__(self, url: str, path: Path) -> None:
        self.url, self.path = url, path
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> "Child":
        """Start it and return when it takes callers."""
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("child.py")), self.url, str(self.path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line == "ready\n", f"the plane did not start: {line!r}"
        return self

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self._process is not None
        self._process.kill()
        self._reap()

    def stop(self) -> int:
        """Let it end cleanly; return its exit code."""
        assert self._process is not None and self._process.stdin is not None
        if not self._process.stdin.closed:
            self._process.stdin.close()
        return self._reap()

    def _reap(self) -> int:
        assert self._process is not None and self._process.stdout is not None and self._process.stdin is not None
        code = self._process.wait()
        self._process.stdout.close()
        if not self._process.stdin.closed:
            self._process.stdin.close()
        return code

    def client(self, patience_seconds: float = 60.0) -> Client:
        """Return a client of it."""
        return Client(self.path, patience_seconds)


# ── a network between plane and PostgreSQL ───────────────────────────────────
PASS, CUT, HOLD = "pass", "cut", "hold"
Rule = Callable[["Link", bytes, bytes], str]


class Proxy:
    """A socket of PostgreSQL's that a test stands behind.

    up, down    asked for each message of a client, of the server: (link, kind, payload) -> pass it on, cut both
                sides without it, or hold it (a rule that holds a message holds all after it) until `link.release()`
    is_open     whether new connections are taken; else they are hung up on at once
    """

    def __init__(self, folder: Path, url: str) -> None:
        parts = conninfo_to_dict(url)
        name = f".s.PGSQL.{parts['port']}"
        self._target = str(Path(str(parts["host"])) / name)
        folder.mkdir(parents=True, exist_ok=True)
        self.url = make_conninfo(**{**parts, "host": str(folder)})
        self.up: Rule = lambda link, kind, payload: PASS
        self.down: Rule = lambda link, kind, payload: PASS
        self.is_open = True
        self.links: list[Link] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(folder / name))
        self._socket.listen(64)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            if self.is_open:
                self.links.append(Link(self, client, self._target))
            else:
                client.close()

    def shut(self) -> None:
        """Take no new connection and cut those there are."""
        self.is_open = False
        for link in list(self.links):
            link.cut()

    def close(self) -> None:
        """End."""
        self.shut()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


class Link:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: socket.socket, target: str) -> None:
        self.proxy, self.client = proxy, client
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.server.connect(target)
        self.held: list[bytes] = []
        self.heard: list[tuple[bytes, bytes]] = []  # what the server said after the client was cut off
        self.is_held = threading.Event()
        self._up = threading.Thread(target=self._carry_up, daemon=True)
        self._down = threading.Thread(target=self._carry_down, daemon=True)
        self._up.start()
        self._down.start()

    def cut(self) -> None:
        """Cut both sides."""
        self.cut_client()
        _shut(self.server)

    def cut_client(self) -> None:
        """Cut the client off; the server does not know yet."""
        _shut(self.client)

    def release(self) -> None:
        """Send the server what was held, late, when the client is gone; then hang up, and wait for what it said."""
        self._up.join()
        if _sent(self.server, b"".join(self.held)):
            self.server.shutdown(socket.SHUT_WR)
        self._down.join()

    def _carry_up(self) -> None:
        start = _exactly(self.client, 4)
        if start is None:
            return
        self.server.sendall(start + (_exactly(self.client, struct.unpack(">i", start)[0] - 4) or b""))
        while (message := _message(self.client)) is not None:
            verdict = HOLD if self.held else self.proxy.up(self, *message)
            if verdict == CUT:
                self.cut()
                return
            if verdict == HOLD:
                self.held.append(_frame(*message))
                if message[0] == b"S":  # all of the pipeline is here
                    self.is_held.set()
            elif not _sent(self.server, _frame(*message)):
                return
        if not self.held:
            _shut(self.server)

    def _carry_down(self) -> None:
        while (message := _message(self.server)) is not None:
            verdict = self.proxy.down(self, *message)
            if verdict == CUT:
                self.cut()
                break
            if not _sent(self.client, _frame(*message)):
                self.heard.append(message)
        _shut(self.client)


def statement_of(kind: bytes, payload: bytes) -> str:
    """Return the prepared statement that a client's Bind names, else nothing."""
    return payload.split(b"\0")[1].decode() if kind == b"B" else ""


def _message(source: socket.socket) -> tuple[bytes, bytes] | None:
    head = _exactly(source, 5)
    if head is None:
        return None
    payload = _exactly(source, struct.unpack(">i", head[1:])[0] - 4)
    return None if payload is None else (head[:1], payload)


def _frame(kind: bytes, payload: bytes) -> bytes:
    return kind + struct.pack(">i", len(payload) + 4) + payload


def _exactly(source: socket.socket, count: int) -> bytes | None:
    parts = []
    while count:
        try:
            part = source.recv(count)
        except OSError:
            return None
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _sent(target: socket.socket, data: bytes) -> bool:
    try:
        target.sendall(data)
    except OSError:
        return False
    return True


def _shut(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it was gone already


def key_of(instruction: Instruction) -> bytes:
    """Return the narrow key of an instruction's id."""
    return key16(instruction.id)
