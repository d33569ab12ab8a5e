"""Opening: what one process of the platform's door works with, made inside its running loop and given up with it.

When    a worker of `cunguan serve` starts; tests open a door the same way
Shape   Opening: plain values, so that they reach a worker that was spawned as well as one that was forked
        Served: the ASGI application a worker runs, which opens the door on the lifespan's start
Source  design/lanes.md rules 2 and 18; ASGI lifespan
"""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import msgspec
from psycopg_pool import AsyncConnectionPool

from cunguan.doors.api.app import Door
from cunguan.doors.api.context import Context
from cunguan.doors.api.endpoint import Endpoint
from cunguan.doors.api.gate import SignatureGate
from cunguan.doors.telemetry import logs
from cunguan.doors.telemetry.traces import TracedAsks, TracedPool, Tracing, are_wanted
from cunguan.keys.custodian import CustodianKey
from cunguan.keys.installation import Keys
from cunguan.plane.asking import Asking
from cunguan.plane.tls import Remote

POOL_CONNECTIONS_MAX = 10
#: how long a request waits for one of them, as long as a statement may take
POOL_SECONDS = 5.0


class Opening(msgspec.Struct, frozen=True):
    """How a door is opened.

    url      PostgreSQL by the role `door`
    places   where planes are reached
    address  how the outside reaches this door
    workers  how many processes answer at this address
    is_mutual, proxies  as the gate is told (gate.py)
    keys     where the keys lie
    log_files  where the logs' files lie; without it below the home
    portal   how browsers reach the portals, where clients confirm; "" where there are none
    """

    url: str
    places: tuple[Path | Remote, ...]
    address: str
    home: Path
    is_sandbox: bool
    workers: int = 1
    bank: str = ""
    is_mutual: bool = False
    proxies: tuple[str, ...] = ()
    metrics_from: tuple[str, ...] = ()
    keys: Keys | None = None
    log_files: Path | None = None
    portal: str = ""


@asynccontextmanager
async def opened(
    how: Opening, which: Sequence[Endpoint] | None = None, tracing: Tracing | None = None
) -> AsyncIterator[Door]:
    """Open a door, with all its operations or with some; it is closed when its requests are answered."""
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        how.url, min_size=1, max_size=POOL_CONNECTIONS_MAX, timeout=POOL_SECONDS, open=False, kwargs={"autocommit": True},
        name="door",
    )  # fmt: skip
    async with pool, AsyncExitStack() as last:
        asks = Asking(how.places)
        last.push_async_callback(asks.close)
        context = Context(
            *_traced(asks, pool, tracing),
            how.address,
            how.home,
            how.is_sandbox,
            bank=how.bank,
            metrics_from=how.metrics_from,
            proxies=how.proxies,
            held=how.keys,
            log_files=how.log_files,
            portal=how.portal,
        )
        gate = SignatureGate(
            context, CustodianKey.of(context.keys), workers=how.workers, is_mutual=how.is_mutual,
            proxies=tuple(map(ip_network, how.proxies)),
        )  # fmt: skip
        last.push_async_callback(gate.close)
        yield Door(context, gate, which)


def _traced(asks: Any, pool: Any, tracing: Tracing | None) -> tuple[Any, Any]:
    """Return plane and PostgreSQL as they are, or with a span around each use of them."""
    if tracing is None:
        return asks, pool
    return TracedAsks(asks, tracing.tracer), TracedPool(pool, tracing.tracer)


class Served:
    """The application of a worker."""

    def __init__(self, how: Opening, which: Sequence[Endpoint] | None = None) -> None:
        self._how, self._which = how, which
        self._door: Callable[..., Any] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or live through the worker's life."""
        if scope["type"] == "http":
            assert self._door is not None, "the server starts the lifespan before it takes requests"
            await self._door(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        logs.set_up("door")  # a worker is a process of its own
        tracing = Tracing("cunguan-door", os.environ) if are_wanted(os.environ) else None
        opening: AbstractAsyncContextManager[Door] = opened(self._how, self._which, tracing)
        try:
            door = await opening.__aenter__()
            self._door = door if tracing is None else tracing.around(door)
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await opening.__aexit__(None, None, None)
        if tracing is not None:
            tracing.close()
        await send({"type": "lifespan.shutdown.complete"})
