"""One request: a name is looked at when a connection is opened, that very address is connected to, and TLS keeps the name."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpcore
import pytest

from cunguan.doors.webhooks import post, targets
from cunguan.doors.webhooks.post import Outcome, Poster
from cunguan.keys.certificates import authority, issue
from tests.doors.webhooks.harness import Receiver

NAME = "hooks.example.com"


class Resolver:
    """DNS of a test: each question gets the next answer, the last one for ever."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
        self.answers, self.asked = list(answers), 0
        resolver = self

        def lookup(host: str, port: int) -> list[Any]:
            if host != NAME:
                raise socket.gaierror(f"{host} is not asked for here")
            resolver.asked += 1
            address = resolver.answers.pop(0) if len(resolver.answers) > 1 else resolver.answers[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        monkeypatch.setattr(targets, "lookup", lookup)


class Connected:
    """Which addresses were connected to; nothing but loopback leaves the machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.to: list[str] = []
        connect = httpcore.AnyIOBackend.connect_tcp

        async def connect_tcp(backend: Any, host: str, port: int, *given: Any) -> Any:
            self.to.append(host)
            if not ip_address(host).is_loopback:
                raise httpcore.ConnectError("the test has no internet")
            return await connect(backend, host, port, *given)

        monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)


@pytest.fixture
def certified(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for NAME, and what trusts it."""
    now = datetime.now(UTC)
    root = authority("test", now)
    leaf = issue(root, "test", NAME, [NAME], now)
    both = tmp_path / "leaf.pem"
    both.write_bytes(leaf.cert + leaf.key)
    return both, ssl.create_default_context(cadata=root.cert.decode())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A platform's server."""
    made = Receiver()
    yield made
    made.close()


def sent(url: str, is_sandbox: bool = True, times: int = 1, **given: Any) -> list[Outcome]:
    async def run() -> list[Outcome]:
        poster = Poster(is_sandbox, 10.0, **given)
        try:
            return [await poster.post(url, {"webhook-id": "evt_1_1_0"}, b"{}") for _ in range(times)]
        finally:
            await poster.close()

    return asyncio.run(run())


def test_tls_is_for_the_name_though_the_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver, certified: tuple[Path, ssl.SSLContext]
) -> None:
    names: list[str | None] = []
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certified[0])
    serving.sni_callback = lambda connection, name, context: names.append(name)
    receiver._server.socket = serving.wrap_socket(receiver._server.socket, server_side=True)
    Resolver(monkeypatch, "127.0.0.1")
    port = receiver._server.server_port
    assert sent(f"https://{NAME}:{port}/hooks", trust=certified[1]) == [Outcome("delivered", 204)]
    assert names == [NAME] and receiver.requests[0].headers["host"] == f"{NAME}:{port}"
    assert sent(f"https://{NAME}:{port}/hooks") == [Outcome("tls_failed")], "a certificate nobody trusts"
    assert sent(f"https://127.0.0.1:{port}/hooks", trust=certified[1]) == [Outcome("tls_failed")], (
        "a certificate of another name"
    )
    assert len(receiver.requests) == 1


def test_a_name_is_asked_for_once_and_cannot_become_another(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    resolver, connected = Resolver(monkeypatch, "8.8.8.8", "127.0.0.1"), Connected(monkeypatch)
    assert sent(f"https://{NAME}/", is_sandbox=False) == [Outcome("not_connected")]
    assert connected.to == ["8.8.8.8"] and resolver.asked == 1


def test_each_new_connection_is_looked_at_anew(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    Resolver(monkeypatch, "127.0.0.1", "10.0.0.1")
    connected = Connected(monkeypatch)
    receiver.answers = lambda request: (204, {"connection": "close"})
    url = f"http://{NAME}:{receiver._server.server_port}/hooks"
    assert sent(url, times=2) == [Outcome("delivered", 204), Outcome("target_refused")]
    assert connected.to == ["127.0.0.1"] and len(receiver.requests) == 1


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "::ffff:127.0.0.1"]
)
def test_outside_a_sandbox_no_closed_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver, address: str
) -> None:
    Resolver(monkeypatch, address)
    connected = Connected(monkeypatch)
    monkeypatch.setattr(targets, "PORTS", frozenset({receiver._server.server_port}))
    assert sent(f"https://{NAME}:{receiver._server.server_port}/", is_sandbox=False) == [Outcome("target_refused")]
    assert connected.to == [] and receiver.requests == []


def test_a_url_that_was_written_down_in_a_sandbox_is_looked_at_again_outside(receiver: Receiver) -> None:
    assert sent(receiver.url, is_sandbox=False) == [Outcome("target_refused")] and receiver.requests == []


def test_no_redirect_is_followed_and_no_proxy_asked(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    receiver.answers = lambda request: (307, {"location": f"{receiver.url}/elsewhere"})
    assert sent(receiver.url) == [Outcome("redirected", 307)]
    assert [request.path for request in receiver.requests] == ["/hooks"]


def test_a_connection_is_used_again_where_the_answer_was_short(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    connected = Connected(monkeypatch)
    assert [outcome.name for outcome in sent(receiver.url, times=3)] == ["delivered"] * 3
    assert connected.to == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", 0), ("120", 120), ("-1", 0), ("1.5", 0), ("9" * 20, 0), ("Wed, 25 Nov 2026 12:00:00 GMT", 0)],
)
def test_retry_after_is_read_where_it_is_seconds(text: str, seconds: int) -> None:
    assert post.outcome_of(429, text).retry_after.total_seconds() == seconds
    assert post.outcome_of(404, text).retry_after.total_seconds() == 0
