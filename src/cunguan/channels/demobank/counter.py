"""Counter (模拟银行柜台): where those who run a sandbox tell the demo bank's process what shall happen; no bank has one.

When    the sandbox's controls; `cunguan up` opens its accounts. Payments and what becomes of them go as files, as at any bank
Returns what the bank answers; httpx.TransportError where it does not
Errors  AddressWrong: the bank's address is not of this host · BankRefuses: it does not do what it was told
Source  demobank/calls.py
"""

from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from cunguan.channels.demobank.bank import Line
from cunguan.channels.demobank.calls import CallOf
from cunguan.channels.demobank.server import POSTS, Customer
from cunguan.channels.transport.https import LOOPBACK

PATIENCE_SECONDS: Final = 5.0
_PATHS: Final = {call: path for path, call in POSTS.items()}
T = TypeVar("T")


class AddressWrong(ValueError):
    """Plain HTTP stays on this host."""


class BankRefuses(RuntimeError):
    """The bank does not do it; the message says why."""


class Counter:
    """The bank's counter for those who run a sandbox; it is asked from a coroutine."""

    def __init__(self, address: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        # no TLS on this host: certificates are not loaded, which takes longer than the call
        self._http = httpx.AsyncClient(base_url=local(address), timeout=patience_seconds, trust_env=False, verify=False)

    async def do(self, call: CallOf) -> Any:
        """Let the bank do something; httpx.TransportError when it does not answer: ask again, a call is done once."""
        answer = await self._http.post(_PATHS[type(call)], content=msgspec.json.encode(call))
        return _read(answer, Any)

    async def lines(self, account: str, after: int) -> list[Line]:
        """Return the lines of an account after a number, some at a time."""
        answer = await self._http.get("/lines", params={"account": account, "after": after})
        return _read(answer, list[Line])

    async def customer(self, name: str) -> Customer:
        """Return how a customer stands at the bank."""
        return _read(await self._http.get("/customer", params={"customer": name}), Customer)

    async def __aenter__(self) -> "Counter":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()


def do_once(address: str, call: CallOf, patience_seconds: float = PATIENCE_SECONDS) -> Any:
    """Let the bank do something, from a thread; httpx.TransportError when it does not answer."""
    with httpx.Client(base_url=local(address), timeout=patience_seconds, trust_env=False) as http:
        return _read(http.post(_PATHS[type(call)], content=msgspec.json.encode(call)), Any)


def local(address: str) -> str:
    """Return an address that plain HTTP may go to.

    >>> local("http://127.0.0.1:8440")
    'http://127.0.0.1:8440'
    """
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise AddressWrong(f"the demo bank is spoken to on this host alone, not at {address}")
    return address


def _read(answer: httpx.Response, type_: type[T]) -> T:
    if answer.status_code >= 400:
        raise BankRefuses(f"the bank says {answer.status_code}: {answer.text[:200]}")
    return msgspec.json.decode(answer.content, type=type_)
