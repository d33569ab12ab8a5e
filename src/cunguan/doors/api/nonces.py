"""Nonces (随机数防重放): each is used once across all processes, by one statement for all requests that wait.

When    a request's signature holds; before, nothing is written
Returns Taken: used up now, seen before, or the key is not the one that was verified any more
Errors  psycopg.Error: PostgreSQL did not answer; whether the nonces are used up is not known, and they must not be used again
Why     the connection commits without waiting for the disk: a power cut of the database may forget the last half second of
        nonces, and whoever replays one of their requests meets the instruction's id, which was committed for good
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

import msgspec
import psycopg

from cunguan.doors.api.context import Clock
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

#: what the connection is called in pg_stat_activity
NAME = "cunguan nonces"

CONNECT_SECONDS = 5

#: how often old ones are forgotten, and how long after their expiry: the clock of another process may be behind
FORGET_EVERY, KEPT_AFTER, FORGOTTEN_AT_ONCE = 30.0, 120, 5_000


class Taken(Enum):
    """What became of a nonce."""

    now = auto()
    seen = auto()
    key_changed = auto()


class Asked(msgspec.Struct, frozen=True):
    """A nonce that waits."""

    key_id: str
    version: int
    expires: int
    told: asyncio.Future[Taken]


class Nonces:
    """The nonces of one process; made and used inside one event loop."""

    def __init__(self, conninfo: str, clock: Clock) -> None:
        self._conninfo, self._clock = conninfo, clock
        self._waiting: dict[bytes, Asked] = {}
        self._sender: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._forget_at = 0.0

    async def take(self, key_id: str, version: int, nonce: str, expires: int) -> Taken:
        """Use up a nonce."""
        seen = hashlib.sha256(f"{key_id}\n{nonce}".encode()).digest()[:16]
        if seen in self._waiting:
            return Taken.seen
        told: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._waiting[seen] = Asked(key_id, version, expires, told)
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send())
        return await told

    async def close(self) -> None:
        """Hang up."""
        if self._sender is not None:
            await asyncio.wait([self._sender])
        await self._hang_up()

    async def _send(self) -> None:
        """Send groups until nobody waits: who comes while one is on its way makes up the next."""
        while self._waiting:
            group, self._waiting = self._waiting, {}
            try:
                await self._decide(group)
                await self._forget()
            except Exception as error:  # whatever it was, they wait for an answer
                log.warning("nonces were not stored: %s", error)
                _tell_failed(group, error)
                await self._hang_up()

    async def _decide(self, group: Mapping[bytes, Asked]) -> None:
        values = {
            "keys": [one.key_id for one in group.values()], "versions": [one.version for one in group.values()],
            "seen": list(group), "expires": [one.expires for one in group.values()],
        }  # fmt: skip
        cursor = await (await self._connected()).execute(statement("door_admit"), values, prepare=True)
        row = await cursor.fetchone()
        assert row is not None
        taken, known = (frozenset(map(bytes, part)) for part in row)
        for seen, one in group.items():
            if not one.told.done():  # who asked may have gone
                one.told.set_result(Taken.now if seen in taken else Taken.seen if seen in known else Taken.key_changed)

    async def _forget(self) -> None:
        now = self._clock.now().timestamp()
        if now < self._forget_at:
            return
        values = {"before": now - KEPT_AFTER, "count": FORGOTTEN_AT_ONCE}
        cursor = await (await self._connected()).execute(statement("door_forget"), values, prepare=True)
        if cursor.rowcount < FORGOTTEN_AT_ONCE:
            self._forget_at = now + FORGET_EVERY

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, application_name=NAME, connect_timeout=CONNECT_SECONDS
            )
            await self._connection.execute("SET synchronous_commit TO off")
        return self._connection

    async def _hang_up(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


def _tell_failed(group: Mapping[bytes, Asked], error: Exception) -> None:
    for one in group.values():
        if not one.told.done():
            one.told.set_exception(error)
