"""Requests as no library sends them: strange hosts, ids, methods and bodies; each is told plainly, signed, and changes nothing."""

import asyncio
import io
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from psycopg_pool import PoolTimeout
from starlette.requests import Request
from starlette.responses import Response

from cunguan.doors.api.app import build
from cunguan.doors.api.context import Context
from cunguan.doors.api.endpoint import NOBODY, Call, Caller, Endpoint
from cunguan.doors.api.routes.check_files import UPLOAD_BYTES_MAX
from cunguan.doors.telemetry import logs, metrics
from cunguan.keys.providers.base import KeysWrong
from tests.doors.api.harness import Door, Stack


def answer(stack: Stack, text: str, *, host: str = "") -> bytes:
    """Send a request as it is written, and return all that comes back."""
    place = urlsplit(stack.address)
    head = f"{text}\r\nHost: {host or place.netloc}\r\nConnection: close\r\n\r\n"
    with socket.create_connection((str(place.hostname), place.port or 0), 10) as line:
        line.sendall(head.encode("latin-1"))
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize("host", ["[", "[::g]", "a b", "é", "x/y", "u@h", "a:b"])
def test_a_host_that_is_none_is_answered_and_signed(stack: Stack, host: str) -> None:
    said = answer(stack, "GET /healthz HTTP/1.1", host=host)
    assert said.startswith(b"HTTP/1.1 200 ") and b"\r\nsignature: cunguan=:" in said


@pytest.mark.parametrize("more", ["/x", "?x", "#x", "@x"])
def test_a_host_is_not_cut_down_to_the_one_that_was_signed_for(stack: Stack, door: Door, more: str) -> None:
    request = door.request("GET", "/v1/platform")
    request.headers["host"] += more
    found = door.sent(request)
    assert (found.status_code, found.json()["code"]) == (401, "signature_invalid")


@pytest.mark.parametrize(
    "target",
    [
        "//healthz",
        "/v1/../healthz",
        "/./healthz",
        "/%68ealthz",
        "/healthz/",
        "/healthz;x",
        "/HEALTHZ",
        "*",
        "/healthz%00",
    ],
)
def test_a_path_is_the_one_that_was_sent(stack: Stack, target: str) -> None:
    assert answer(stack, f"GET {target} HTTP/1.1").startswith(b"HTTP/1.1 404 ")


def test_words_in_the_place_of_a_method_are_counted_together(stack: Stack) -> None:
    for word in ("ABRACADABRA", "HOCUSPOCUS"):
        assert answer(stack, f"{word} /healthz HTTP/1.1").startswith(b"HTTP/1.1 405 ")
    page = metrics.page([]).decode()
    assert 'method="other"' in page and "ABRACADABRA" not in page and "HOCUSPOCUS" not in page


@pytest.mark.parametrize("name", ["a b", "x" * 201, "x" * 20_000, "-x", "id\tx"])
def test_the_header_instruction_id_is_an_id(door: Door, name: str) -> None:
    for method, path in (("DELETE", "/v1/webhook-endpoints/none"), ("POST", "/v1/webhook-endpoints/none/test")):
        found = door.send(method, path, id=name)
        assert (found.status_code, found.json()["code"]) == (422, "id_malformed")


def test_a_large_body_is_not_read_before_its_signature_holds(stack: Stack, door: Door) -> None:
    path = "/v1/check-files/2026-01-05/theirs/orders"
    with_body = f"Content-Length: {UPLOAD_BYTES_MAX}"
    assert answer(stack, f"PUT {path} HTTP/1.1\r\n{with_body}").startswith(b"HTTP/1.1 401 ")  # and none was sent
    other = stack.door(scopes=["read"]).send("PUT", path, b"x")
    assert (other.status_code, other.json()["code"]) == (403, "scope_missing")
    assert door.send("PUT", path, b"x").status_code == 404  # read by who may: there is no such date


def test_answers_are_kept_by_no_cache(door: Door) -> None:
    for found in (door.get("/v1/platform"), door.get("/v1/pools/none"), door.http.get("/v1/platform")):
        assert found.headers["cache-control"] == "no-store"
    assert door.http.get("/openapi.json").headers["cache-control"] == "public, max-age=300"


class NoGate:
    """Lets everybody in."""

    async def admit(self, endpoint: Endpoint, request: Request, raw: bytes | None) -> Caller:
        return NOBODY

    def sign(self, request: Request, response: Response) -> None: ...


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (psycopg.OperationalError("the connection is lost"), 503, "database_unavailable"),
        (psycopg.errors.QueryCanceled("statement timeout"), 503, "database_unavailable"),
        (PoolTimeout("none is free"), 503, "database_unavailable"),
        (ValueError("L7 has 5 yuan"), 500, "internal_error"),
    ],
)
def test_a_database_that_does_not_answer_is_no_mistake_and_may_be_asked_again(
    fault: Exception, status: int, code: str
) -> None:
    async def broken(call: Call) -> None:
        raise fault

    (found,) = asked(broken, 1)
    assert (found.status_code, found.json()["code"]) == (status, code)
    assert found.json()["retry"] is (found.headers.get("retry-after") == "1") is (status == 503)
    assert "L7" not in found.text


def test_a_fault_is_found_in_the_log_by_the_id_its_answer_names(said: io.StringIO) -> None:
    async def broken(call: Call) -> None:
        await asyncio.sleep(0)  # the other requests are under way
        raise ValueError

    found = asked(broken, 3)
    names = [one.headers["request-id"] for one in found]
    assert len({*names, "mine"}) == 4, "each has its own, and a sender's is taken from nobody"
    assert all(name in one.json()["detail"] for one, name in zip(found, names, strict=True))
    assert sorted(json.loads(line)["request_id"] for line in said.getvalue().splitlines()) == sorted(names)


def test_what_lives_on_after_a_request_does_not_speak_in_its_name(said: io.StringIO) -> None:
    log, over, late = logging.getLogger("cunguan.doors.api.app"), asyncio.Event(), []

    async def afterwards() -> None:
        await over.wait()
        log.warning("late")

    async def begins(call: Call) -> dict[str, str]:
        log.warning("within")
        late.append(asyncio.create_task(afterwards()))
        return {}

    async def end() -> None:
        over.set()
        await late[0]

    (found,) = asked(begins, 1, end)
    within, after = (json.loads(line) for line in said.getvalue().splitlines())
    assert (found.status_code, within["request_id"], "request_id" in after) == (200, found.headers["request-id"], False)


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What the door logs, in our form."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter("door", False))
    logger = logging.getLogger("cunguan.doors.api.app")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


async def away(call: Call) -> Any:
    raise KeysWrong("Vault at https://vault.example does not answer: ConnectionError")


def test_keys_that_do_not_answer_are_no_fault_of_the_caller(said: io.StringIO) -> None:
    (answer,) = asked(away, 1)
    assert (answer.status_code, answer.json()["code"], "Retry-After" in answer.headers) == (
        503,
        "keys_unavailable",
        True,
    )
    assert "vault.example" not in answer.text
    assert "the keys are not to be had" in said.getvalue()


async def _nothing() -> None: ...


def asked(
    handler: Callable[[Call], Awaitable[Any]], times: int, then: Callable[[], Awaitable[None]] = _nothing
) -> list[httpx.Response]:
    """Ask an endpoint some times at once; `then` is done in the same loop."""
    context = Context(Never(), Never(), "http://x", Path(), is_sandbox=True)  # type: ignore[arg-type]
    app = build(context, NoGate(), [Endpoint("GET", "/one", "", "read", handler)])

    async def ask() -> list[httpx.Response]:
        headers = {"Request-Id": "mine"}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://x", headers=headers
        ) as client:
            found = await asyncio.gather(*(client.get("/one") for _ in range(times)))
        await then()
        return found

    return asyncio.run(ask())


class Never:
    """What this test needs nothing of."""
