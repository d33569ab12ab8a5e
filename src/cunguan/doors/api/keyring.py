"""Keyring (公钥册): the platforms' keys as the gate needs them, read once and kept while they are what the database says.

When    a request names a key
Shape   Known: a key, its rights and its platform's profile. What is kept here may be a second old: the statement that uses
        up the nonce compares `version` (nonces.py), so that nobody passes by what is not so any more, revoked keys above all;
        only a refusal may be a second late to end
"""

import time
from collections import OrderedDict
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import msgspec
from psycopg_pool import AsyncConnectionPool

from cunguan.doors.api.endpoint import Caller
from cunguan.keys.algorithms import Verify, algorithm
from cunguan.store.sqlfiles import statement

KEPT, KEPT_SECONDS = 10_000, 1.0
#: of a platform without a profile
RATE_PER_SECOND, BURST = 200, 400


class Known(msgspec.Struct, frozen=True):
    """A key as it was read."""

    caller: Caller
    algorithm: str
    verify: Verify
    networks: tuple[IPv4Network | IPv6Network, ...]
    valid_from: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    version: int
    mutual_tls: bool
    rate_per_second: int
    burst: int


class Keyring:
    """The keys of one process."""

    def __init__(self, pool: AsyncConnectionPool[Any]) -> None:
        self._pool = pool
        self._kept: OrderedDict[str, tuple[float, Known]] = OrderedDict()

    async def find(self, key_id: str) -> Known | None:
        """Return a key, None when there is none of this id; that is not remembered, the next one may be made meanwhile."""
        now = time.monotonic()
        until, found = self._kept.get(key_id, (0.0, None))
        if now < until:
            return found
        async with self._pool.connection() as connection:
            row = await (await connection.execute(statement("door_key"), {"id": key_id})).fetchone()
        self.drop(key_id)
        if row is None:
            return None
        known = _known(row)
        self._kept[key_id] = now + KEPT_SECONDS, known
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return known

    def drop(self, key_id: str) -> None:
        """Forget a key that is not what it was."""
        self._kept.pop(key_id, None)


def _known(row: Any) -> Known:
    (key_id, platform, lane, sandbox, kind, public, scopes, networks, valid_from, valid_until, revoked_at, version,
     mutual_tls, rate, burst) = row  # fmt: skip
    return Known(
        Caller(key_id, platform, lane, frozenset(scopes), sandbox), kind, algorithm(kind).verifier(bytes(public)),
        tuple(map(ip_network, networks)), valid_from, valid_until, revoked_at, version, bool(mutual_tls),
        rate or RATE_PER_SECOND, burst or BURST,
    )  # fmt: skip
