"""Calling (外部接口调用): one question to a port over HTTPS, and its answer, or none.

When    a port that is somebody else's service is asked
Shape   POST of JSON, TLS 1.2 or later, the service's certificate held against the CA that is named and no other, our own shown where
        there is one. No redirect is followed, no proxy is asked, an answer of another form or size is none
        each question has an id; an answer that tells another id is none: no two answers are taken for each other
Returns the answer, or None: nothing came that could be believed. What was asked is in no log
Errors  PortsWrong at the start: an address that is not https, a file that cannot be read
"""

import ssl
import uuid
from typing import Any, Final, TypeVar

import httpx
import msgspec

from cunguan.keys.tls import calling, is_https

T = TypeVar("T")
SECONDS: Final = 5.0
ANSWER_BYTES_MAX: Final = 64 * 2**10


class PortsWrong(ValueError):
    """A port cannot be used; the message says what to set."""


class Caller:
    """How one service is called."""

    def __init__(self, url: str, *, ca: str = "", cert: str = "", key: str = "", seconds: float = SECONDS) -> None:
        if not is_https(url):
            raise PortsWrong(f"{url} is no https address: personal data leaves by TLS alone")
        self._url = url.rstrip("/")
        self._client = httpx.Client(
            verify=_tls(ca, cert, key), timeout=seconds, follow_redirects=False, trust_env=False,
            headers={"Accept": "application/json"},
        )  # fmt: skip

    def ask(self, path: str, question: dict[str, Any], answer: type[T]) -> T | None:
        """Ask, and return an answer of the form that is expected; its `request` is ours."""
        request = str(uuid.uuid4())
        body = msgspec.json.encode({"request": request, **question})
        try:
            with self._client.stream(
                "POST", f"{self._url}{path}", content=body, headers={"Content-Type": "application/json"}
            ) as response:
                content = _read(response)
        except httpx.HTTPError:
            return None
        try:
            found = msgspec.json.decode(content, type=answer) if content is not None else None
        except msgspec.MsgspecError:
            return None
        return found if getattr(found, "request", "") == request else None


def _read(response: httpx.Response) -> bytes | None:
    if response.status_code != 200:
        return None
    content = b""
    for part in response.iter_bytes():
        content += part
        if len(content) > ANSWER_BYTES_MAX:
            return None
    return content


def _tls(ca: str, cert: str, key: str) -> ssl.SSLContext:
    try:
        return calling(ca, cert, key)
    except OSError as wrong:
        raise PortsWrong(f"the certificates of a port cannot be read: {wrong}") from wrong
