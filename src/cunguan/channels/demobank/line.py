"""Line (银行通道): a customer's line to the demo bank's process: a Channel over HTTP, and what a sandbox may tell the bank.

When    the plane of a sandbox sends and asks; the sandbox's controls; the bank inbox reads lines
Returns BankAnswer; None where the bank did not answer in time, or not at all: that is no answer
Errors  AddressWrong: the bank's address is not of this host · BankRefuses: it does not do what it was told
Source  channels/base.py
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from cunguan.channels.base import BankAnswer, Channel, Profile, credit_transfer
from cunguan.channels.demobank.bank import CHANNEL, PROFILE, Line, customer_of
from cunguan.channels.demobank.calls import CallOf, Take
from cunguan.channels.demobank.server import LOOPBACK, POSTS, Customer
from cunguan.kernel.rows import Message

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 5.0
_PATHS: Final = {call: path for path, call in POSTS.items()}
T = TypeVar("T")


class AddressWrong(ValueError):
    """Plain HTTP stays on this host."""


class BankRefuses(RuntimeError):
    """The bank does not do it; the message says why."""


class HttpLine:
    """One customer's line to the bank: a Channel."""

    def __init__(self, address: str, customer: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._customer = customer
        self._http = httpx.Client(base_url=local(address), timeout=patience_seconds, trust_env=False)
        self._heard: list[BankAnswer] = []

    @property
    def profile(self) -> Profile:
        """Return what we know of the bank."""
        return PROFILE

    def send(self, message: Message) -> BankAnswer | None:
        """Hand a payment over; None: the bank did not say."""
        call = Take(self._customer, credit_transfer(message))
        return self._heard_as(BankAnswer, "POST", _PATHS[Take], content=msgspec.json.encode(call))

    def query(self, end_to_end_id: str) -> BankAnswer | None:
        """Ask for the status of a payment; None: the bank did not say."""
        return self._heard_as(
            BankAnswer, "GET", "/payment", params={"customer": self._customer, "end_to_end_id": end_to_end_id}
        )

    def events(self) -> Sequence[BankAnswer]:
        """Return what the bank said on its own, from the first on, as far as it was heard."""
        where = {"customer": self._customer, "after": len(self._heard)}
        self._heard += self._heard_as(list[BankAnswer], "GET", "/events", params=where) or []
        return tuple(self._heard)

    def payments(self, since: date) -> Sequence[BankAnswer] | None:
        """Return the payments the bank has of this customer from a date on; None: it did not say."""
        where = {"customer": self._customer, "since": since.isoformat()}
        return self._heard_as(list[BankAnswer], "GET", "/payments", params=where)

    def _heard_as(self, type_: type[T], method: str, path: str, **sent: Any) -> T | None:
        try:
            answer = self._http.request(method, path, **sent)
        except httpx.TransportError as error:
            log.info("the bank did not answer: %s", type(error).__name__)
            return None
        if answer.status_code >= 500:
            return None
        return _read(answer, type_)


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


def channels_at(address: str, lane: int) -> Mapping[str, Channel]:
    """Return a lane's lines to the bank at an address; the custodian's own lane has none."""
    return {CHANNEL: HttpLine(address, customer_of(lane))} if lane else {}


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
