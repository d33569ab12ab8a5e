"""House (门户的后台): what the portals work with beside Django: the doors' own functions, the planes, the keys.

When    a view asks for what the platforms' door can do already (authorisations, persons, receipts, the log), or hands an
        instruction in
Shape   the doors' functions are asynchronous: they run on one loop in a thread of this process, on a connection by the role
        `door`; the views wait for them
Errors  as the function called raises; NotOpen where nobody has said where the house is
"""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from psycopg_pool import AsyncConnectionPool

from cunguan.doors.api.context import ZONE, Clock, Context
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.keys.installation import Keys
from cunguan.plane.asking import Asking
from cunguan.plane.tls import Remote

T = TypeVar("T")
CONNECTIONS_MAX = 4
SECONDS = 30.0


class NotOpen(RuntimeError):
    """Nobody has opened the house in this process."""


class Places(msgspec.Struct, frozen=True):
    """Where everything is; plain values, so that they reach a worker that was spawned.

    door_url   PostgreSQL by the role `door`
    planes     where planes are reached
    address    how platforms reach their door: its pages and documentation
    portal     how browsers reach the portals
    """

    door_url: str
    planes: tuple[Path | Remote, ...]
    address: str
    portal: str
    home: Path
    is_sandbox: bool
    bank: str = ""
    zone: tzinfo = ZONE
    keys: Keys | None = None
    log_files: Path | None = None


class House:
    """The loop, and what runs on it."""

    def __init__(self, places: Places, clock: Clock | None = None) -> None:
        self.places = places
        self._clock = clock or Clock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="house", daemon=True)
        self._thread.start()
        self.context = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(SECONDS)

    async def _open(self) -> Context:
        at = self.places
        pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            at.door_url, min_size=0, max_size=CONNECTIONS_MAX, timeout=5.0, open=False, kwargs={"autocommit": True}, name="house",
        )  # fmt: skip
        await pool.open()
        return Context(
            Asking(at.planes), pool, at.address, at.home, at.is_sandbox, clock=self._clock, bank=at.bank, zone=at.zone,
            held=at.keys, log_files=at.log_files, portal=at.portal,
        )  # fmt: skip

    def call(self, function: Callable[..., Awaitable[T]], *args: Any, **values: Any) -> T:
        """Run one of the doors' functions; its first argument is the context."""

        async def called() -> T:
            return await function(self.context, *args, **values)

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result(SECONDS)

    def ask(self, lane: int, instruction: Instruction) -> Answer:
        """Hand an instruction in and wait for its answer; `in_doubt` is told, never hidden."""
        return asyncio.run_coroutine_threadsafe(self.context.asks.ask(lane, instruction), self._loop).result(SECONDS)

    def ask_all(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand instructions in, each decided for itself."""
        return asyncio.run_coroutine_threadsafe(self.context.asks.ask_all(lane, instructions), self._loop).result(
            SECONDS
        )

    def close(self) -> None:
        """Hang up and end the loop."""

        async def closed() -> None:
            await self.context.asks.close()
            await self.context.pool.close()

        asyncio.run_coroutine_threadsafe(closed(), self._loop).result(SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


_lock = threading.Lock()
_opened: dict[int, House] = {}
_places: list[Places] = []


def open_at(places: Places) -> None:
    """Say where the house of this process is; it is opened when it is first needed, in the process that needs it."""
    _places[:] = [places]


def house() -> House:
    """Return the house of this process."""
    with _lock:
        found = _opened.get(os.getpid())
        if found is None:
            if not _places:
                raise NotOpen("say where the house is: cunguan web does")
            found = _opened[os.getpid()] = House(_places[0])
        return found


def leave() -> None:
    """Close the house of this process, if it was opened."""
    with _lock:
        if (found := _opened.pop(os.getpid(), None)) is not None:
            found.close()
        _places.clear()


__all__ = ["House", "NotOpen", "Places", "house", "leave", "open_at"]
