"""Keyring (公钥册): the platforms' keys as the gate needs them, read once and kept while they are what the database says.

When    a request names a key
Shape   Known: a key, its rights and its platform's profile. What is kept here may be old: the statement that uses up the
        nonce compares `version` (nonces.py), so that a revocation is in force at once and everywhere
"""

from collections import OrderedDict
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import msgspec
from psycopg_pool import AsyncConnectionPool

from cunguan.doors.api.endpoint import Caller
from cunguan.keys.algorithms import Verify, algorithm
from cunguan.store.sqlfiles import statement

KEPT = 10_000
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
        self._kept: OrderedDict[str, Known] = OrderedDict()

    async def find(self, key_id: str) -> Known | None:
        """Return a key, None when there is none of this id; that is not remembered, the next one may be made meanwhile."""
        found = self._kept.get(key_id)
        if found is not None:
            self._kept.move_to_end(key_id)
            return found
        async with self._pool.connection() as connection:
            row = await (await connection.execute(statement("door_key"), {"id": key_id})).fetchone()
        if row is None:
            return None
        self._kept[key_id] = found = _known(row)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found

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
