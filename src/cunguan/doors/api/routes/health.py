"""Health: whether this process lives, and whether it can do its work.

When    a supervisor or a load balancer asks; nobody signs
Returns /healthz: 200 while the process answers at all; /readyz: 200 when PostgreSQL and the plane answer, else 503
"""

import asyncio

import psycopg
from psycopg_pool import PoolTimeout

from cunguan.doors.api.endpoint import Call, Endpoint, Reply

PATIENCE = 2.0


async def alive(call: Call) -> dict[str, str]:
    """Say that the process is there."""
    return {"status": "alive"}


async def ready(call: Call) -> Reply:
    """Say whether database and plane answer."""
    parts = {"database": await _database(call), "plane": await _plane(call)}
    is_ready = all(said == "ready" for said in parts.values())
    return Reply({"status": "ready" if is_ready else "not_ready", **parts}, 200 if is_ready else 503)


async def _database(call: Call) -> str:
    try:
        async with call.context.pool.connection(PATIENCE) as connection:
            await connection.execute("SELECT 1")
    except (psycopg.Error, PoolTimeout):
        return "not_ready"
    return "ready"


async def _plane(call: Call) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            return "ready" if await call.context.asks.is_answered() else "not_ready"
    except TimeoutError:
        return "not_ready"


ENDPOINTS = (
    Endpoint("GET", "/healthz", "Is the process there", "", alive, answer=dict[str, str], tag="health"),
    Endpoint("GET", "/readyz", "Can it do its work", "", ready, answer=dict[str, str], tag="health"),
)
