"""Sandbox: what a sandbox's platform may do for its clients, its bank and its clock; nowhere else does it exist.

Shape   flows over the calls of /v1/sandbox, and the two faces of them, Client.sandbox and AsyncClient.sandbox
Units   minor units; a receipt ends when the books have it, not when the bank has
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Protocol, TypeVar

import msgspec

from cunguan.client.calls import PATIENCE, Item, authorise, call, decided, outcome
from cunguan.client.errors import Refused
from cunguan.client.flow import Flow, quoted
from cunguan.client.shapes import Answered, Authorisation

T = TypeVar("T")


class Run(Protocol):
    """What runs a flow to its end, and waits."""

    def __call__(self, flow: Flow[T], /) -> T:
        """Return what the flow returns."""


class AsyncRun(Protocol):
    """What runs a flow to its end on asyncio."""

    def __call__(self, flow: Flow[T], /) -> Awaitable[T]:
        """Return what the flow returns, to be awaited."""


def answered(id: str, verb: str) -> Flow[Authorisation]:
    """Let a test client confirm or decline, and wait for what came of it."""
    yield from call("POST", f"/v1/sandbox/authorisations/{quoted(id)}/{verb}", None, {}, f"{verb}:{id}", PATIENCE)
    return (yield from outcome(id, PATIENCE))


def confirmed(one: Item) -> Flow[Authorisation]:
    """Ask a test client to confirm an instruction, let him do so, and wait until it is done; Refused when it is not."""
    yield from authorise(one, 900, "", PATIENCE)
    return (yield from opened(one.id))


def opened(id: str) -> Flow[Authorisation]:
    """Let a test client confirm, and insist that what he confirmed was done."""
    found = yield from answered(id, "confirm")
    if found.answer is None or found.answer.status != "done":
        raise Refused.of(id, found.state, found.answer)
    return found


def received(id: str, bank_account: str, holder: str, amount_minor: int, payer_matches: bool) -> Flow[Answered]:
    """Let somebody pay in, and wait until the books have the deposit."""
    body = {
        "id": id, "bank_account": bank_account, "holder": holder, "amount_minor": amount_minor,
        "payer_matches": payer_matches,
    }  # fmt: skip
    booked = yield from call("POST", "/v1/sandbox/receipts", body, {}, id, PATIENCE)
    return (yield from decided(booked["deposit"], PATIENCE))


def moved(to: date) -> Flow[Any]:
    """Let the business date come."""
    return call("POST", "/v1/sandbox/clock", {"business_date": to.isoformat()}, {}, f"clock:{to}", PATIENCE)


def behaved(behaviour: str, payment: str | None, days: int | None) -> Flow[Any]:
    """Say how the bank shall behave, for one payment or for all later ones."""
    body = {"behaviours": [{"behaviour": behaviour, "days": days}], "payment": payment}
    return call("POST", "/v1/sandbox/bank", body, {}, "", PATIENCE)


class Sandbox:
    """The sandbox of a client that waits."""

    def __init__(self, run: Run, item: Callable[..., Item]) -> None:
        self._run, self._item = run, item

    def confirm(self, id: str) -> Authorisation:
        """Let the client confirm what he was asked, an opening too; Refused when what he confirmed was not done."""
        return self._run(opened(id))

    def decline(self, id: str) -> Authorisation:
        """Let the client decline."""
        return self._run(answered(id, "decline"))

    def confirmed(self, id: str, kind: str, /, body: msgspec.Struct | None = None, **fields: Any) -> Authorisation:
        """Ask the client, let him confirm, and wait until it is done."""
        return self._run(confirmed(self._item(id, kind, body, fields)))

    def receive(
        self, id: str, holder: str, amount_minor: int, *, bank_account: str = "bank:main", payer_matches: bool = True
    ) -> Answered:
        """Let somebody pay in, and wait until the books have it."""
        return self._run(received(id, bank_account, holder, amount_minor, payer_matches))

    def move_to(self, to: date) -> Any:
        """Let the business date come; the open day is closed, days between have no business."""
        return self._run(moved(to))

    def bank(self, behaviour: str, *, payment: str | None = None, days: int | None = None) -> Any:
        """Let the bank behave, or misbehave."""
        return self._run(behaved(behaviour, payment, days))


class AsyncSandbox:
    """The sandbox of a client on asyncio."""

    def __init__(self, run: AsyncRun, item: Callable[..., Item]) -> None:
        self._run, self._item = run, item

    async def confirm(self, id: str) -> Authorisation:
        """Let the client confirm what he was asked, an opening too; Refused when what he confirmed was not done."""
        return await self._run(opened(id))

    async def decline(self, id: str) -> Authorisation:
        """Let the client decline."""
        return await self._run(answered(id, "decline"))

    async def confirmed(
        self, id: str, kind: str, /, body: msgspec.Struct | None = None, **fields: Any
    ) -> Authorisation:
        """Ask the client, let him confirm, and wait until it is done."""
        return await self._run(confirmed(self._item(id, kind, body, fields)))

    async def receive(
        self, id: str, holder: str, amount_minor: int, *, bank_account: str = "bank:main", payer_matches: bool = True
    ) -> Answered:
        """Let somebody pay in, and wait until the books have it."""
        return await self._run(received(id, bank_account, holder, amount_minor, payer_matches))

    async def move_to(self, to: date) -> Any:
        """Let the business date come; the open day is closed, days between have no business."""
        return await self._run(moved(to))

    async def bank(self, behaviour: str, *, payment: str | None = None, days: int | None = None) -> Any:
        """Let the bank behave, or misbehave."""
        return await self._run(behaved(behaviour, payment, days))
