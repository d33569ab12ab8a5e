"""Harness: a lane's committed rows without a plane, a receiver that misbehaves as told, and a clock that is turned by hand.

Shape   Books: `commit(...)` writes instructions with their moves as the plane would, one batch; each test has two lanes of its own
        Receiver: a real HTTP server on loopback; it answers what `answers` says of each request, and keeps them
        Turned: a clock
        Running: a courier over the pool of role `door`; `rest()` plans and sends until nothing is due
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import psycopg
from nacl.signing import SigningKey
from psycopg_pool import AsyncConnectionPool

from cunguan.doors.webhooks import endpoints
from cunguan.doors.webhooks.courier import Courier
from cunguan.doors.webhooks.endpoints import Wanted
from cunguan.doors.webhooks.planning import plan
from cunguan.doors.webhooks.post import Poster
from cunguan.kernel.codes import Code
from cunguan.store import roles
from tests.plane.harness import as_role

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 3, 2)
KEY = SigningKey(b"c" * 32)
SHORT = 0.5  # patience with a receiver that shall be given up

#: id, kind, state, moves (machine, subject, event, state)
Row = tuple[str, str, str, Sequence[tuple[str, str, str, str]]]


class Turned:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        """Return the instant."""
        return self.at

    def turn(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by


class Books:
    """Committed rows of a test's own lane, a sandbox platform's, and of another one's."""

    def __init__(self, url: str, lane: int, is_open: bool = False) -> None:
        self.url, self.lane, self.other = url, lane, lane + 1
        for number in () if is_open else (self.lane, self.other):
            self._open(number, f"P{number}")

    @property
    def platform(self) -> str:
        """The id of the lane's platform."""
        return f"P{self.lane}"

    def _open(self, lane: int, platform: str) -> None:
        self.do("INSERT INTO lane (lane, token, head) VALUES (%s, 1, 0)", lane)
        self.do(
            "INSERT INTO lane_day (lane, id, business_date, next_account, state, platform, pack, sandbox) "
            "VALUES (%s, 'day', %s, 1, 'open', %s, 'none_recorded', true)", lane, DAY, platform,
        )  # fmt: skip

    def commit(self, *rows: Row, lane: int | None = None) -> int:
        """Commit instructions as one batch; return the head."""
        lane = lane or self.lane
        with psycopg.connect(self.url) as connection:
            (head,) = connection.execute("SELECT head FROM lane WHERE lane = %s FOR UPDATE", (lane,)).fetchone() or (0,)
            last = head + len(rows)
            connection.execute(
                "INSERT INTO batch VALUES (%s, %s, %s, %s, %s, 'test', 'none_recorded', 1, '', 0)", (lane, head + 1, last, NOON, DAY)
            )  # fmt: skip
            for seq, (name, kind, state, moves) in enumerate(rows, head + 1):
                code = {"done": Code.done, "refused": Code.insufficient_balance, "quarantined": Code.in_doubt}[state]
                connection.execute(
                    "INSERT INTO instruction (lane, seq, code, version, id, kind, state, why, body, detail) "
                    "VALUES (%s, %s, %s, 1, %s, %s, %s, '', %s, '{}')", (lane, seq, code, name, kind, state, b'{"holder":"L1"}'),
                )  # fmt: skip
                with connection.cursor().copy(
                    "COPY state_move (lane, seq, line, machine, subject, event, state) FROM STDIN"
                ) as copy:
                    for line, move in enumerate(moves):
                        copy.write_row((lane, seq, line, *move))
            connection.execute("UPDATE lane SET head = %s, at = %s WHERE lane = %s", (last, NOON, lane))
        return last

    def do(self, text: str, *values: object) -> None:
        """Run a statement as the owner."""
        with psycopg.connect(self.url) as connection:
            connection.execute(text.encode(), values)

    def ask(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """Return rows, read as the owner."""
        with psycopg.connect(self.url) as connection:
            return list(connection.execute(text.encode(), values))

    def deliveries(self) -> dict[str, str]:
        """Return the state of each delivery, by endpoint and event."""
        rows = self.ask(
            "SELECT endpoint, seq, number, state FROM webhook_delivery WHERE lane = %s ORDER BY endpoint, seq, number", self.lane
        )  # fmt: skip
        return {f"{endpoint} {seq}.{number}": state for endpoint, seq, number, state in rows}


def bid(n: int) -> Row:
    """Return an instruction that moves nothing."""
    return f"bid:{n}", "bid_hold", "done", ()


def moved(subject: str, *events: str, machine: str = "withdrawal") -> list[Row]:
    """Return one instruction for each event of a subject; of a kind whose own event is not told."""
    return [(f"{subject}:{event}", "message_answered", "done", [(machine, subject, event, event)]) for event in events]


# ── receivers ────────────────────────────────────────────────────────────────
class Request(msgspec.Struct, frozen=True):
    """What came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        """The message."""
        return dict(json.loads(self.body))


#: what a receiver does: a status, a status with headers, or a call that does it
Reply = int | tuple[int, dict[str, str]] | Callable[[BaseHTTPRequestHandler], None]
Answers = Callable[[Request], Reply]


class Receiver:
    """A platform's server."""

    def __init__(self, answers: Answers | None = None) -> None:
        self.answers: Answers = answers or (lambda request: 204)
        self.requests: list[Request] = []
        self.at_once = self.most_at_once = 0
        self.released = threading.Event()
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                request = Request(self.path, {name.lower(): text for name, text in self.headers.items()}, body)
                receiver.handle(self, request)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 64
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def handle(self, handler: BaseHTTPRequestHandler, request: Request) -> None:
        """Answer one request as told."""
        with self._lock:
            self.requests.append(request)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            reply = self.answers(request)
            if callable(reply):
                reply(handler)
            else:
                status, headers = reply if isinstance(reply, tuple) else (reply, {})
                handler.send_response(status)
                for name, text in {"content-length": "0", **headers}.items():
                    handler.send_header(name, text)
                handler.end_headers()
        except OSError:
            handler.close_connection = True  # the courier has hung up
        finally:
            with self._lock:
                self.at_once -= 1

    def hang(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer nothing until the test is over."""
        self.released.wait(60)
        handler.close_connection = True

    @property
    def types(self) -> list[str]:
        """The types of what came, in order."""
        return [request.message["type"] for request in self.requests]

    def close(self) -> None:
        """Stop."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


# ── a courier ────────────────────────────────────────────────────────────────
class Running:
    """A worker."""

    def __init__(self, pool: AsyncConnectionPool[Any], books: Books, clock: Turned, courier: Courier) -> None:
        self.pool, self.lane, self.clock, self.courier = pool, books.lane, clock, courier

    async def endpoint(
        self,
        name: str,
        url: str,
        types: Sequence[str] = ("*",),
        subjects: Sequence[str] = ("*",),
        lane: int | None = None,
    ) -> bytes:
        """Write an endpoint down and return its secret."""
        _, secret = await endpoints.add(
            self.pool, lane or self.lane, name, Wanted(url, "", types, subjects), self.clock.now()
        )
        assert secret is not None
        return secret

    async def plan(self) -> None:
        """Plan all that is committed."""
        while await plan(self.pool, self.clock.now()):
            pass

    async def rest(self) -> None:
        """Plan, and send until nothing is due."""
        await self.plan()
        while await self.courier.round():
            pass
        assert not await self.courier.round()

    async def live(self, until: timedelta, step: timedelta = timedelta(minutes=10)) -> None:
        """Let time pass, sending what becomes due."""
        end = self.clock.now() + until
        while self.clock.now() < end:
            await self.rest()
            self.clock.turn(step)
        await self.rest()


@asynccontextmanager
async def running(
    books: Books, clock: Turned | None = None, patience: float = 10.0, **given: Any
) -> AsyncIterator[Running]:
    """Run a worker's courier by hand; `given`: what Courier takes beside."""
    clock, url = clock or Turned(), as_role(books.url, roles.DOOR)
    given = {"poster": lambda is_sandbox: Poster(is_sandbox, patience), **given}
    async with AsyncConnectionPool(url, min_size=1, max_size=8, kwargs={"autocommit": True}) as pool:
        courier = Courier(pool, clock, True, lambda content: KEY.sign(content).signature, **given)
        try:
            yield Running(pool, books, clock, courier)
        finally:
            await courier.close()


def run(books: Books, test: Callable[[Running], Any], clock: Turned | None = None, **given: Any) -> Any:
    """Run a test inside a loop, with a courier."""

    async def inside() -> Any:
        async with running(books, clock, **given) as found:
            return await test(found)

    return asyncio.run(inside())
