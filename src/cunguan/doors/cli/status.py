"""`cunguan status` (状态): what runs in this home, and how the lanes stand.

When    an operator looks, or a script asks
Reads   what the supervisor wrote down; the processes themselves; lanes, leases and business dates from the database
Returns 0 all is well · 1 something is down, not ready, or a lane has no writer, or nothing runs
Units   --json prints one object: up, database, schema, processes, lanes, log, troubles, what the log's last verification found
"""

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.doors.log import standing, verifying
from cunguan.doors.log.standing import Standing
from cunguan.doors.supervisor import state
from cunguan.doors.supervisor.house import answers
from cunguan.doors.telemetry import metrics
from cunguan.store.postgres import SCHEMA, applied_schema
from cunguan.store.sqlfiles import statement

#: a payment that waits for the log for so long is told
LOG_SECONDS = 30
_DATES = "SELECT lane, business_date, sandbox FROM lane_day"


class LaneSeen(msgspec.Struct, frozen=True):
    """One lane: `owner` is empty when no plane writes it now; `queued` null where its plane says nothing."""

    lane: int
    platform: str
    is_sandbox: bool
    business_date: date | None
    head: int
    owner: str
    lease_seconds: float
    queued: int | None


class Status(msgspec.Struct, frozen=True):
    """How all of it stands; `troubles` is empty when all is well."""

    up: state.Running | None
    database: str
    version: str
    schema: int
    lanes: tuple[LaneSeen, ...]
    log: Standing | None
    troubles: tuple[str, ...]
    verified: str = ""


def add_parser(subparsers: Any) -> None:
    """Register `status`."""
    status = subparsers.add_parser("status", help="say what runs in this home, and how the lanes stand")
    status.add_argument("--json", action="store_true", help="print one JSON object")
    status.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print how all of it stands."""
    found = look(wiring)
    if arguments.json:
        print(msgspec.json.encode(found).decode())
    else:
        print("\n".join(_lines(found)))
        for trouble in found.troubles:
            print(f"! {trouble}", file=sys.stderr)
    return 1 if found.troubles else 0


def look(wiring: Any) -> Status:
    """Look at everything; nothing is started or changed."""
    running = state.seen(wiring.home)
    database = wiring.database().status()
    troubles = ["nothing runs here: `cunguan up` starts it"] if running is None else list(_of_processes(running))
    if not database.is_up():
        return Status(running, database.state, "", 0, (), None, (*troubles, f"the database is {database.state}"))
    schema = applied_schema(database.url)
    lanes = _lanes(database.url, _queued(running)) if schema == SCHEMA else ()
    troubles += _of_payments(database.url) if schema == SCHEMA else ()
    if schema != SCHEMA:
        troubles.append(f"the database has schema {schema}, this code knows {SCHEMA}: `cunguan db upgrade`")
    troubles += [f"no plane writes lane {one.lane}" for one in lanes if not one.owner]
    log = _log(database.url, wiring) if schema == SCHEMA else None
    troubles += log.troubles if log is not None else ()
    verified = verifying.last(wiring.home)
    if verified is not None and not verified.holds:
        troubles.append(f"{verifying.told(wiring.home)}: see docs/runbooks/log-differs.md")
    told = verifying.told(wiring.home)
    return Status(running, database.state, database.version or "", schema, lanes, log, tuple(troubles), told)


def _log(url: str, wiring: Any) -> Standing:
    with psycopg.connect(url, autocommit=True) as connection:
        return standing.look(connection, wiring.home, wiring.environ)


def _of_processes(running: state.Running) -> list[str]:
    found = [f"{one.name} is {one.state}: see {one.log}" for one in running.processes if one.state != "running"]
    found += [f"{one.name} has gone: see {one.log}" for one in running.processes if one.pid and not _lives(one.pid)]
    if not found and not answers(f"{running.address}/readyz"):
        found.append(f"the door is not ready: see {running.address}/readyz")
    return found


def _of_payments(url: str) -> list[str]:
    """Return whether payments wait longer for the log than it takes to be cosigned."""
    with psycopg.connect(url, autocommit=True) as connection:
        waiting = connection.execute(statement("log_waits_long"), {"seconds": LOG_SECONDS}).fetchone()
    count = waiting[0] if waiting else 0
    return [f"{count} payments wait for the log: `cunguan log policy show`"] if count else []


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _queued(running: state.Running | None) -> dict[int, int]:
    return metrics.queued(Path(running.metrics)) if running is not None else {}


def _lanes(url: str, queued: Mapping[int, int]) -> tuple[LaneSeen, ...]:
    with psycopg.connect(url, autocommit=True) as connection:
        days = {lane: (day, is_sandbox) for lane, day, is_sandbox in connection.execute(_DATES)}
        seen = connection.execute(statement("lane_status")).fetchall()
    return tuple(
        LaneSeen(
            lane,
            platform,
            days.get(lane, (None, False))[1],
            days.get(lane, (None, False))[0],
            head,
            owner,
            left,
            queued.get(lane) if owner else None,
        )
        for lane, platform, head, owner, left, _ in seen
    )


def _lines(found: Status) -> list[str]:
    lines = [f"database {found.database} {found.version}, schema {found.schema}"]
    if found.up is not None:
        lines.append(f"up since {found.up.since}, pid {found.up.pid}, the door at {found.up.address}")
        lines += [
            f"  {one.name:10} {one.state:9} pid {one.pid or '-':<8} since {one.since}  restarts {one.restarts}  {one.address}"
            for one in found.up.processes
        ]
    lines += [
        f"  lane {one.lane} {one.platform or 'custodian'}{' (sandbox)' if one.is_sandbox else ''}: {one.business_date}, "
        f"head {one.head}, {'' if one.queued is None else f'{one.queued} waiting, '}"
        f"{f'written by {one.owner}, for {one.lease_seconds:.1f} s' if one.owner else 'nobody writes it'}"
        for one in found.lanes
    ]
    lines += [found.verified] if found.verified else []
    if found.log is not None:
        lines.append(
            f"log {found.log.log}: {found.log.size} leaves, {found.log.published} published, {found.log.cosigned} cosigned, "
            f"{found.log.lag_seconds:.1f} s behind"
        )
    return [*lines, "all is well" if not found.troubles else "not all is well:"]
