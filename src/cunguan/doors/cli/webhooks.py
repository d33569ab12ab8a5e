"""`cunguan webhooks` (回调通知): see which endpoints fail and which deliveries are dead, and drive these again.

When    an operator looks after a platform that says it hears nothing, or after a receiver that is well again
Returns 0 done · 1 there is no such platform, endpoint or delivery, or the database does not run · 2 wrong usage
Units   --json prints one object: for list the endpoints, for dead the deliveries, for redeliver how many were driven
Source  docs/runbooks/webhooks-dead.md
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from psycopg_pool import AsyncConnectionPool

from cunguan.doors.cli.database import running
from cunguan.doors.webhooks import endpoints
from cunguan.store.sqlfiles import statement

DEAD_SHOWN = 100

Pool = AsyncConnectionPool[Any]


class Wrong(Exception):
    """It cannot be done, and why."""


class Health(msgspec.Struct, frozen=True):
    """An endpoint, with what waits and what is dead, each counted up to 10,000."""

    lane: int
    platform: str
    endpoint: str
    url: str
    state: str
    reason: str
    failing_since: datetime | None
    waiting: int
    oldest: datetime | None
    dead: int


class Dead(msgspec.Struct, frozen=True):
    """A delivery that was given up, with what came of its last try."""

    lane: int
    platform: str
    delivery: str
    type: str
    subject: str
    attempts: int
    planned_at: datetime
    ended_at: datetime
    outcome: str
    status: int | None


class Driven(msgspec.Struct, frozen=True):
    """How many deliveries were driven again."""

    count: int


def add_parser(subparsers: Any) -> None:
    """Register `webhooks` and its acts."""
    verb = subparsers.add_parser(
        "webhooks", help="endpoints that fail, deliveries that are dead, and sending them again"
    )
    acts = verb.add_subparsers(metavar="ACT", required=True)
    for name, says, run in (
        ("list", "each endpoint: does it answer, what waits, what is dead", _list),
        ("dead", "the newest deliveries that were given up, and why", _dead),
        ("redeliver", "send dead deliveries again: some, or all of an endpoint, or all of a platform", _redeliver),
    ):
        act = acts.add_parser(name, help=says)
        act.set_defaults(run=_runner(run))
        act.add_argument("--platform", required=name == "redeliver", help="of this platform")
        act.add_argument("--json", action="store_true", help="print one JSON object")
        if name != "list":
            act.add_argument("--endpoint", help="of this endpoint")
        if name == "dead":
            act.add_argument("--limit", type=int, default=DEAD_SHOWN, help=f"at most so many, else {DEAD_SHOWN}")
        if name == "redeliver":
            act.add_argument(
                "delivery", nargs="*", help="ENDPOINT:SEQ:NUMBER, as `dead` shows it; without it all that are dead"
            )


def _runner(act: Callable[[Pool, argparse.Namespace], Awaitable[None]]) -> Callable[[argparse.Namespace, Any], int]:
    def run(arguments: argparse.Namespace, wiring: Any) -> int:
        try:
            asyncio.run(_with_pool(act, arguments, wiring.door_url(running(wiring).start())))
        except Wrong as wrong:
            print(f"cunguan webhooks: {wrong}", file=sys.stderr)
            return 1
        return 0

    return run


async def _with_pool(
    act: Callable[[Pool, argparse.Namespace], Awaitable[None]], arguments: argparse.Namespace, url: str
) -> None:
    async with AsyncConnectionPool(url, min_size=1, max_size=2, kwargs={"autocommit": True}) as pool:
        await act(pool, arguments)


async def _list(pool: Pool, arguments: argparse.Namespace) -> None:
    params = {"lane": await _lane(pool, arguments.platform), "most": endpoints.COUNTED_MAX}
    async with pool.connection() as connection:
        rows = await (await connection.execute(statement("webhook_health"), params)).fetchall()
    _print([Health(*row) for row in rows], arguments.json, _health_line, "no endpoint is written down")


async def _dead(pool: Pool, arguments: argparse.Namespace) -> None:
    lane = await _lane(pool, arguments.platform)
    params = {"lane": lane, "endpoint": arguments.endpoint, "limit": arguments.limit}
    async with pool.connection() as connection:
        rows = await (await connection.execute(statement("webhook_dead"), params)).fetchall()
    _print([_dead_row(*row) for row in rows], arguments.json, _dead_line, "nothing is dead")


def _dead_row(lane: int, platform: str, endpoint: str, seq: int, number: int, *rest: Any) -> Dead:
    return Dead(lane, platform, f"{endpoint}:{seq}:{number}", *rest)


async def _redeliver(pool: Pool, arguments: argparse.Namespace) -> None:
    lane = await _lane(pool, arguments.platform)
    assert lane is not None, "argparse asks for a platform"
    await _check_active(pool, lane, arguments.endpoint)
    if arguments.delivery:
        count = sum([await _drive(pool, lane, name) for name in arguments.delivery])
    else:
        count = await _drive_all(pool, lane, arguments.endpoint)
    driven = Driven(count)
    print(msgspec.json.encode(driven).decode() if arguments.json else f"{count} deliveries are sent again")


async def _drive(pool: Pool, lane: int, name: str) -> int:
    endpoint, _, place = name.rpartition(":")[0].partition(":")
    numbers = (place, name.rpartition(":")[2])
    if not all(number.isascii() and number.isdigit() for number in numbers):
        raise Wrong(f"{name} is no delivery: it is written ENDPOINT:SEQ:NUMBER")
    await _check_active(pool, lane, endpoint)
    found = await endpoints.delivery(pool, lane, endpoint, *map(int, numbers))
    if found is None:
        raise Wrong(f"there is no delivery {name}")
    return await endpoints.again(pool, lane, datetime.now(UTC), endpoint=endpoint, number=found.delivery)


async def _drive_all(pool: Pool, lane: int, endpoint: str | None) -> int:
    count = part = await endpoints.again(pool, lane, datetime.now(UTC), endpoint=endpoint)
    while part == endpoints.AGAIN_MAX:
        part = await endpoints.again(pool, lane, datetime.now(UTC), endpoint=endpoint)
        count += part
    return count


async def _check_active(pool: Pool, lane: int, endpoint: str | None) -> None:
    """Refuse an endpoint that nothing is sent to; a platform alone makes it active again."""
    if endpoint is None:
        return
    seen = await endpoints.one(pool, lane, endpoint)
    if seen is None:
        raise Wrong(f"there is no endpoint {endpoint}")
    if seen.state != "active":
        raise Wrong(f"{endpoint} is {seen.state} ({seen.reason}): its platform makes it active again, by PUT")


async def _lane(pool: Pool, platform: str | None) -> int | None:
    if platform is None:
        return None
    async with pool.connection() as connection:
        cursor = await connection.execute("SELECT lane FROM lane_day WHERE platform = %s AND lane > 0", (platform,))
        found = await cursor.fetchone()
    if found is None:
        raise Wrong(f"there is no platform {platform}")
    return int(found[0])


def _print(rows: list[Any], as_json: bool, line: Callable[[Any], str], nothing: str) -> None:
    print(msgspec.json.encode(rows).decode() if as_json else "\n".join(map(line, rows)) or nothing)


def _health_line(one: Health) -> str:
    state = f"{one.state}, failing since {_at(one.failing_since)}" if one.failing_since else one.state
    waiting = f"waiting {one.waiting}" + (f" since {_at(one.oldest)}" if one.oldest else "")
    return f"{one.platform}  {one.endpoint}  {one.url}  {state}  {waiting}  dead {one.dead}  {one.reason}".rstrip()


def _dead_line(one: Dead) -> str:
    last = f"{one.outcome or 'cut off'}{f' {one.status}' if one.status else ''}"
    tries = f"{one.attempts} tries, the last {last}"
    return f"{one.platform}  {one.delivery}  {one.type}  {one.subject}  {tries}  {_at(one.ended_at)}"


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M}Z"
