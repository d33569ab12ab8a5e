"""Harness: the platform's door over a real socket, with real books behind it, and a client that signs.

Shape   Books (ground): lane 1 is the sandbox platform P1 (USD, pack none_recorded, pool main) with LENDERS, who have money
        and a bid mandate, the borrower B and the listing X0; lane 2 is P2 (CNY, cn_p2p), somebody else's
        Stack: database, plane and door, all running; `stack.door()` is a client of P1 with every scope
        Door: get, post, put, delete; each answer's signature is checked; `send` gives every part of a request into one's hands
"""

import asyncio
import base64
import secrets
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
from granian.constants import Interfaces
from granian.server.embed import Server as Granian
from psycopg_pool import AsyncConnectionPool

from cunguan.desks.ledger.migrate import migrate
from cunguan.doors.api.app import build
from cunguan.doors.api.context import Clock, Context
from cunguan.doors.api.gate import SignatureGate
from cunguan.doors.api.listen import Listen, arguments
from cunguan.doors.api.platform_keys import SCOPES, new_key
from cunguan.keys import httpsig
from cunguan.keys.algorithms import algorithm
from cunguan.keys.custodian import CustodianKey
from cunguan.keys.httpsig import Signer, Target
from cunguan.plane.across import Plane
from cunguan.plane.asking import Asking
from cunguan.plane.lane import Lane
from cunguan.plane.process import Process
from cunguan.plane.server import Server
from cunguan.store import roles
from cunguan.store.sqlfiles import statement
from tests.conftest import copied
from tests.plane import harness as plane
from tests.plane.harness import as_role, ask

PLATFORM, OTHER = "P1", "P2"
LENDERS = plane.LENDERS[:4]
MONEY_MINOR = 1_000_000
AUTOCOMMIT = {"autocommit": True}
PLAIN = ssl.create_default_context()  # made once: it reads all authorities there are
RATE = 1_000_000  # requests a second that a platform may send: tests of something else are never too many


# ── books ────────────────────────────────────────────────────────────────────
def ground(owner_url: str) -> None:
    """Bring an empty database to the books described above; the roles are made as well."""
    copied(owner_url, "door", _ground)


def _ground(owner_url: str) -> None:
    migrate(owner_url)
    roles.create(owner_url)
    lanes: dict[int, Lane] = {0: Lane(0, owner_url, owner="ground").start()}
    both = Plane(lanes)
    try:
        _done(both, 0, [
            ask(0, "open:0", "lane_opening", platform="custodian", pack="", sandbox=True, business_date=plane.DAY, pools=[],
                bank_accounts=[], **plane.NAMES),
            *(ask(0, f"platform:{n}", "platform_registration", platform=f"P{n}", lane=n, sandbox=True,
                  pack=pack, **plane.NAMES) for n, pack in ((1, "none_recorded"), (2, "cn_p2p"))),
            *(plane.register(name) for name in ["B", *LENDERS]),
        ])  # fmt: skip
        for number, currency, pack in ((1, "USD", "none_recorded"), (2, "CNY", "cn_p2p")):
            lanes[number] = Lane(number, owner_url, owner="ground").start()
            _done(both, number, [
                ask(number, f"open:{number}", "lane_opening", platform=f"P{number}", sandbox=True, business_date=plane.DAY,
                    pack=pack, pools=[{"id": "main", "currency": currency, "regime": "lending"}],
                    bank_accounts=[{"id": "bank", "pool": "main", "channel": "demobank", "reference": f"r{number}"}],
                    **plane.NAMES),
                plane.account(number, "B", "borrower"),
                *(plane.account(number, name, "lender") for name in LENDERS),
            ])  # fmt: skip
        _done(both, 1, [
            *(plane.deposit(n, tag="ground", lender=name, amount_minor=MONEY_MINOR) for n, name in enumerate(LENDERS)),
            *(plane.mandate(name) for name in LENDERS),
            plane.listing(1, "X0"),
        ])  # fmt: skip
        for number in (1, 2):
            set_profile(owner_url, number)
    finally:
        for lane in reversed(lanes.values()):
            lane.stop()


def _done(both: Plane, lane: int, instructions: Sequence[Any]) -> None:
    futures = [both.submit(lane, one) for one in instructions]
    wrong = [future.result() for future in futures if future.result().code.name != "done"]
    assert not wrong, wrong[:3]


def keep_client_keys(home: Path) -> None:
    """Put the test clients' keys where the sandbox's page and API confirm with them."""
    file = home / "sandbox-keys"
    file.touch(0o600)
    file.write_bytes(plane.KEYS_SEED)


def set_profile(owner_url: str, lane: int, *, rate: int = RATE, burst: int = RATE, mutual_tls: bool = False) -> None:
    """Say how a platform may speak."""
    values = {"lane": lane, "mutual_tls": mutual_tls, "legacy_rsa_sha1": False, "rate_per_second": rate, "burst": burst}
    with psycopg.connect(owner_url) as owner:
        owner.execute(statement("door_profile_set"), values)


def add_key(
    owner_url: str, platform: str = PLATFORM, kind: str = "ed25519", scopes: Sequence[str] = SCOPES,
    networks: Sequence[str] = (),
) -> Signer:  # fmt: skip
    """Make a key of a platform and return what signs with it."""
    sign, public = algorithm(kind).signer(algorithm(kind).generate())
    values = new_key(
        platform, kind, base64.b64encode(public).decode(), scopes, networks, by="test", now=datetime.now(UTC)
    )
    with psycopg.connect(owner_url) as owner:
        assert owner.execute(statement("door_key_add"), values).fetchone() is not None
    return Signer(values["id"], kind, sign)


# ── a client ─────────────────────────────────────────────────────────────────
class Door:
    """A platform's side of the door."""

    def __init__(
        self, address: str, signer: Signer, custodian: CustodianKey, verify: ssl.SSLContext | None = None
    ) -> None:
        self.address, self.signer, self.custodian = address, signer, custodian
        self.http = httpx.Client(base_url=address, timeout=30.0, verify=verify or PLAIN)

    def get(self, path: str, **query: Any) -> httpx.Response:
        """Ask."""
        return self.send("GET", f"{path}?{httpx.QueryParams(query)}" if query else path)

    def post(self, path: str, body: Any = None, *, id: str = "") -> httpx.Response:
        """Send a body; the header Instruction-Id is `id`, else the body's own, else a new one."""
        return self.send("POST", path, body, id=id)

    def put(self, path: str, body: Any = None, *, id: str = "") -> httpx.Response:
        """Send a body."""
        return self.send("PUT", path, body, id=id)

    def delete(self, path: str, *, id: str = "") -> httpx.Response:
        """Take away."""
        return self.send("DELETE", path, id=id)

    def send(self, method: str, path: str, body: Any = None, *, id: str = "", check: bool = True) -> httpx.Response:
        """Send one signed request; `body` is JSON's, or bytes as they stand."""
        raw = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        return self.sent(self.request(method, path, raw, id or _id_of(body)), check=check)

    def request(self, method: str, path: str, raw: bytes = b"", id: str = "", **signed: Any) -> httpx.Request:
        """Return a signed request that can be changed before it is sent; `signed`: created, nonce, life_seconds."""
        made = self.http.build_request(
            method, path, content=raw, headers={"Content-Type": "application/json"} if raw else {}
        )
        given = {"created": int(time.time()), "nonce": secrets.token_urlsafe(16), **signed}
        made.headers.update(httpsig.sign_request(self.signer, target_of(made), raw, id, **given))
        return made

    def sent(self, request: httpx.Request, *, check: bool = True) -> httpx.Response:
        """Send a request as it stands, and check that the custodian signed its answer, for this question."""
        response = self.http.send(request)
        if check:
            self.check(response)
        return response

    def check(self, response: httpx.Response) -> None:
        """Assert that an answer is the custodian's."""
        asked = response.request.headers.get("signature") or target_of(response.request)
        httpsig.check_answer(response.headers, response.status_code, response.content, asked, self.verifier)

    def verifier(self, key_id: str, kind: str) -> Callable[[bytes, bytes], bool] | None:
        """Return what verifies the custodian's signatures."""
        is_it = (key_id, kind) == (self.custodian.id, "ed25519")
        return algorithm("ed25519").verifier(self.custodian.public_key) if is_it else None


def target_of(request: httpx.Request) -> Target:
    """Return where a request of httpx goes."""
    path, _, query = request.url.raw_path.decode().partition("?")
    return Target(request.method, httpsig.authority_of(str(request.url)), path, query)


def _id_of(body: Any) -> str:
    return str(body.get("id") or "") if isinstance(body, dict) and body.get("id") else f"door:{uuid.uuid4().hex}"


# ── all of it, running ───────────────────────────────────────────────────────
class Stack:
    """Database, plane and door."""

    def __init__(self, owner_url: str, home: Path, address: str) -> None:
        self.url, self.home, self.address = owner_url, home, address
        self.custodian = CustodianKey.open(home / "signing-key")

    def door(self, platform: str = PLATFORM, *, verify: ssl.SSLContext | None = None, **key: Any) -> Door:
        """Return a client with a key of its own; `key`: kind, scopes, networks."""
        return Door(self.address, add_key(self.url, platform, **key), self.custodian, verify)

    def query(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return rows, read as the owner."""
        with psycopg.connect(self.url) as connection:
            return list(connection.execute(query.encode(), values))


@contextmanager
def running(owner_url: str, home: Path, **given: Any) -> Iterator[Stack]:
    """Run plane and door over books that are there."""
    with Process(owner_url, owner="door", channels=lambda lane: {}, wait_seconds=30.0) as process:
        server = Server(process.plane, home / "plane.sock")
        try:
            with served(owner_url, home, **given) as stack:
                yield stack
        finally:
            server.stop()


@contextmanager
def served(
    owner_url: str, home: Path, *, clock: Clock | None = None, is_sandbox: bool = True,
    tls: Mapping[str, Any] | None = None, patience_seconds: float = 10.0, **gate: Any,
) -> Iterator[Stack]:  # fmt: skip
    """Run a door alone; `tls`: fields of Listen beside host and port; `gate`: what SignatureGate takes beside."""
    listen = Listen("127.0.0.1", free_port(), **(tls or {}))
    stack = Stack(owner_url, home, listen.address)
    stop, ready, broken = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with AsyncConnectionPool(
            as_role(owner_url, roles.DOOR), kwargs=AUTOCOMMIT, max_size=4, open=False
        ) as pool:
            asks = Asking([home / "plane.sock"], patience_seconds)
            context = Context(asks, pool, stack.address, home, is_sandbox, clock or Clock())
            keeper = SignatureGate(context, stack.custodian, **{"failures": RATE, **gate})
            door = Granian(build(context, keeper), **arguments(listen), interface=Interfaces.ASGI, log_enabled=False)
            task = asyncio.create_task(door.serve())
            await asyncio.to_thread(_until_heard, listen.port)
            ready.set()
            await asyncio.to_thread(stop.wait)
            door.stop()
            await task
            await keeper.close()
            await asks.close()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            broken.append(error)
            ready.set()

    thread = threading.Thread(target=run, name="door", daemon=True)
    thread.start()
    ready.wait(30)
    try:
        assert not broken, broken
        yield stack
    finally:
        stop.set()
        thread.join(30)
    assert not broken, broken


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _until_heard(port: int) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert time.monotonic() < until, "the door does not listen"
            time.sleep(0.01)
