"""`cunguan lane …` (通道): who writes which lane, and giving one to another plane of the same database.

When    an operator spreads lanes over processes, or empties a machine
Returns status: 0 · move: 0 the other plane writes the lane, 1 it does not · 2 wrong usage
Units   --json prints one object; seconds by PostgreSQL's clock
Source  design/lanes.md rules 7, 23
"""

import argparse
import sys
import time
from typing import Any

import msgspec
import psycopg

from cunguan.doors.cli.database import running
from cunguan.plane.client import Client
from cunguan.plane.remote import address_of
from cunguan.plane.tls import AddressWrong
from cunguan.store.sqlfiles import statement


class LaneStatus(msgspec.Struct, frozen=True):
    """One lane; `owner` is empty when nobody writes it."""

    lane: int
    platform: str
    head: int
    owner: str
    lease_seconds: float
    successor: str


def add_parser(subparsers: Any) -> None:
    """Register `lane`."""
    acts = subparsers.add_parser("lane", help="who writes which lane; move one to another plane").add_subparsers(
        metavar="ACT", required=True
    )
    status = acts.add_parser("status", help="list the lanes and their planes")
    status.set_defaults(run=run_status)
    move = acts.add_parser("move", help="drain a lane where it is and let another plane have it at once")
    move.set_defaults(run=run_move)
    move.add_argument("lane", type=int)
    move.add_argument("--to", required=True, metavar="ADDRESS", help="where the other plane says it listens")
    move.add_argument("--wait", type=float, default=30.0, metavar="SECONDS", help="how long it may take (30)")
    for act in (status, move):
        act.add_argument("--json", action="store_true", help="print one JSON object")


def run_status(arguments: argparse.Namespace, wiring: Any) -> int:
    """List the lanes."""
    found = _status(_url(wiring))
    if arguments.json:
        print(msgspec.json.encode(found).decode())
        return 0
    for one in found:
        owner = f"{one.owner}, for {one.lease_seconds:.1f} s" if one.owner else "nobody"
        moving = f", moves to {one.successor}" if one.successor else ""
        print(f"lane {one.lane} {one.platform}: head {one.head}, written by {owner}{moving}")
    return 0


def run_move(arguments: argparse.Namespace, wiring: Any) -> int:
    """Move a lane; when the other plane does not take it in time, it is offered no longer and the first may go on."""
    url, number, to = _url(wiring), arguments.lane, arguments.to
    before = {one.lane: one for one in _status(url)}.get(number)
    if before is None:
        print(f"cunguan lane move: there is no lane {number}", file=sys.stderr)
        return 2
    try:
        answers = address_of(before.owner) == to or _listens(wiring, to)
    except AddressWrong as wrong:
        print(f"cunguan lane move: {wrong}", file=sys.stderr)
        return 2
    if not answers:
        print(f"cunguan: no plane answers at {to}", file=sys.stderr)
        return 1
    started = time.monotonic()
    if address_of(before.owner) != to:
        _offer(url, number, to)
    while address_of((now := _one(url, number)).owner) != to:
        if time.monotonic() - started > arguments.wait:
            _offer(url, number, "")
            print(
                f"cunguan: lane {number} was not taken over in {arguments.wait:g} s; it is offered no longer",
                file=sys.stderr,
            )
            return 1
        time.sleep(0.05)
    if arguments.json:
        print(msgspec.json.encode(now).decode())
    else:
        print(f"lane {number} is written by {now.owner}, after {time.monotonic() - started:.1f} s")
    return 0


def _status(url: str) -> list[LaneStatus]:
    with psycopg.connect(url) as connection:
        return [LaneStatus(*row) for row in connection.execute(statement("lane_status"))]


def _one(url: str, lane: int) -> LaneStatus:
    return next(one for one in _status(url) if one.lane == lane)


def _offer(url: str, lane: int, to: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement("lease_offer"), {"lane": lane, "to": to})


def _listens(wiring: Any, address: str) -> bool:
    """Return whether a plane answers at an address: an empty submission is answered with no answers."""
    client = Client(wiring.plane_at(address), patience_seconds=0)
    try:
        return client.is_answered()
    finally:
        client.close()


def _url(wiring: Any) -> str:
    return str(wiring.plane_url(running(wiring).start()))
