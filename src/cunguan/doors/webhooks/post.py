"""Post (发送): one HTTP request of one try, and what came of it.

When    a delivery is tried
Shape   a name is resolved and looked at when a connection is opened, and that address is connected to: the name has no second
        chance to mean another. TLS and Host keep the name. No redirect is followed, no proxy is asked, of the answer little is read
Returns Outcome: `delivered` for 2xx alone
Source  Standard Webhooks 1.0.0 "Delivery success and failure"; OWASP SSRF prevention (DNS rebinding)
"""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

import httpcore
import httpx
import msgspec

from cunguan.doors.webhooks import targets
from cunguan.doors.webhooks.targets import TargetRefused
from cunguan.keys.tls import is_of_tls

CONNECT_SECONDS: Final = 5.0
TOTAL_SECONDS: Final = 15.0
ANSWER_BYTES_MAX: Final = 16_384
CONNECTIONS_MAX: Final = 128
KEPT_SECONDS: Final = 5.0

DELIVERED, GONE = "delivered", "gone"


class Outcome(msgspec.Struct, frozen=True):
    """What came of a try; `status` where the receiver gave one."""

    name: str
    status: int | None = None
    retry_after: timedelta = timedelta(0)


class Poster:
    """Connections to receivers; a sandbox has its own, whose targets may be loopback."""

    def __init__(
        self, is_sandbox: bool, total_seconds: float = TOTAL_SECONDS, trust: ssl.SSLContext | None = None
    ) -> None:
        self._is_sandbox, self._total = is_sandbox, total_seconds
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trust or httpx.create_ssl_context(), max_connections=CONNECTIONS_MAX,
            keepalive_expiry=KEPT_SECONDS, network_backend=_Looked(is_sandbox),
        )  # fmt: skip

    async def close(self) -> None:
        """Hang up."""
        await self._pool.aclose()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send one message; whatever goes wrong is an outcome."""
        try:
            target = targets.parse(url, self._is_sandbox)
            return await self._send(target.url, headers, body)
        except TargetRefused:
            return Outcome("target_refused")
        except (TimeoutError, httpcore.TimeoutException):
            return Outcome("timed_out")
        except httpcore.ConnectError as error:
            return Outcome("tls_failed" if is_of_tls(error) else "not_connected")
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return Outcome("broken_off")

    async def _send(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        timeout = {"connect": CONNECT_SECONDS, "read": self._total, "write": self._total, "pool": self._total}
        sending = self._pool.stream(
            "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": timeout}
        )
        async with asyncio.timeout(self._total) as limit, sending as answer:
            limit.reschedule(None)  # the status is the answer; what follows it has a limit of its own
            said = await _read_a_little(answer)
            return self._outcome(answer, said)

    def _outcome(self, answer: httpcore.Response, said: bytes) -> Outcome:
        """Return what an answer means; a dialect that asks for a word in it overrides this."""
        return outcome_of(answer.status, _header(answer.headers, b"retry-after"))


def outcome_of(status: int, retry_after: str) -> Outcome:
    """Return what a status means.

    >>> outcome_of(204, "").name, outcome_of(301, "").name, outcome_of(410, "").name, outcome_of(500, "").name
    ('delivered', 'redirected', 'gone', 'refused')
    """
    if 200 <= status < 300:
        return Outcome(DELIVERED, status)
    if status == 410:
        return Outcome(GONE, status)
    if 300 <= status < 400:
        return Outcome("redirected", status)
    return Outcome("refused", status, _seconds(retry_after) if status in (429, 503) else timedelta(0))


def _seconds(text: str) -> timedelta:
    """Return Retry-After in seconds; a date in it is not read."""
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else timedelta(0)


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


async def _read_a_little(answer: httpcore.Response) -> bytes:
    """Read so that the connection can be used again, unless the answer is long or does not end; return what was read."""
    read = b""
    try:
        async with asyncio.timeout(1):
            async for part in answer.aiter_stream():
                read += part
                if len(read) > ANSWER_BYTES_MAX:
                    return read
    except (TimeoutError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        return read
    return read


class _Looked(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that were looked at."""

    def __init__(self, is_sandbox: bool) -> None:
        self._is_sandbox, self._network = is_sandbox, httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:  # fmt: skip
        found = await targets.addresses(host, port, self._is_sandbox)
        for address in found[:-1]:
            try:
                return await self._network.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(str(found[-1]), port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
