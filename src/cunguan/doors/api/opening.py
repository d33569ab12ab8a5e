"""Opening: what one process of the platform's door works with, made inside its running loop and given up with it.

When    a worker of `cunguan serve` starts; tests open a door the same way
Shape   Opening: plain values, so that they reach a worker that was spawned as well as one that was forked
        Served: the ASGI application a worker runs, which opens the door on the lifespan's start
Source  design/lanes.md rules 2 and 18; ASGI lifespan
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response

from cunguan.doors.api.app import Door
from cunguan.doors.api.context import Context
from cunguan.doors.api.endpoint import Caller, Endpoint
from cunguan.doors.api.problem import Problem
from cunguan.kernel.codes import Code
from cunguan.plane.asking import Asking
from cunguan.plane.tls import Remote

POOL_CONNECTIONS_MAX = 10


class Shut:
    """The gate while no keys can be verified: nobody is let in."""

    async def admit(self, endpoint: Endpoint, request: Request, raw: bytes) -> Caller:
        """Let nobody in."""
        raise Problem(503, Code.signature_invalid, "no signature can be verified here yet")

    def sign(self, request: Request, response: Response) -> None:
        """Sign nothing."""


class Opening(msgspec.Struct, frozen=True):
    """How a door is opened.

    url      PostgreSQL by the role `door`
    places   where planes are reached
    address  how the outside reaches this door
    """

    url: str
    places: tuple[Path | Remote, ...]
    address: str
    home: Path
    is_sandbox: bool
    bank: str = ""


@asynccontextmanager
async def opened(how: Opening) -> AsyncIterator[Door]:
    """Open a door; it is closed when its requests are answered."""
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        how.url, min_size=1, max_size=POOL_CONNECTIONS_MAX, open=False, kwargs={"autocommit": True}, name="door"
    )
    asks = Asking(how.places)
    async with pool:
        try:
            context = Context(asks, pool, how.address, how.home, how.is_sandbox, bank=how.bank)
            yield Door(context, Shut())
        finally:
            await asks.close()


class Served:
    """The application of a worker."""

    def __init__(self, how: Opening) -> None:
        self._how = how
        self._door: Door | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or live through the worker's life."""
        if scope["type"] == "http":
            assert self._door is not None, "the server starts the lifespan before it takes requests"
            await self._door(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        opening: AbstractAsyncContextManager[Door] = opened(self._how)
        try:
            self._door = await opening.__aenter__()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await opening.__aexit__(None, None, None)
        await send({"type": "lifespan.shutdown.complete"})
