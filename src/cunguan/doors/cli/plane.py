"""`cunguan plane` (存管平面): the writer of money as a process of its own, heard over a Unix socket.

When    an operator runs it, under a supervisor; doors reach it through plane/client.py
Does    takes lane 0 and every registered platform's lane; stops cleanly on SIGTERM and Ctrl-C
Returns 0 after a clean stop, 1 when a lane ended by itself or the database may not be used
Source  design/lanes.md rules 2, 7, 18, 20
"""

import argparse
import logging
import os
import signal
import socket
import sys
import threading
from typing import Any

from cunguan.plane import interpreter
from cunguan.plane.highwater import DatabaseIsBehind
from cunguan.plane.lane import ClockWrong, LaneTaken
from cunguan.plane.process import Process
from cunguan.plane.server import Server
from cunguan.store import roles
from cunguan.store.postgres import PostgresReader, SchemaUnknown


def add_parser(subparsers: Any) -> None:
    """Register `plane`."""
    plane = subparsers.add_parser("plane", help="run the writer of money; doors hand it instructions over a socket")
    plane.add_argument("--production", action="store_true", help="refuse what only a sandbox may do")
    plane.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Run the plane until it is told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    url = wiring.plane_url(wiring.database().start())
    if not roles.are_separated(url):
        print("roles are not separated: see `cunguan db roles --sql`", file=sys.stderr)
        if arguments.production:
            return 1
    if arguments.production and (sandboxes := _sandboxes(url)):
        print(f"sandbox lanes are here: {sandboxes}; production refuses them and their evidence", file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        return _serve(url, wiring, stop)
    except (SchemaUnknown, DatabaseIsBehind, LaneTaken, ClockWrong) as wrong:
        print(f"cunguan: {wrong}", file=sys.stderr)
        return 1


def _sandboxes(url: str) -> list[int]:
    reader = PostgresReader(url)
    found = [lane for (lane,) in reader.due("sandbox_lanes")]
    reader.close()
    return found


def _serve(url: str, wiring: Any, stop: threading.Event) -> int:
    owner = f"{socket.gethostname()}:{os.getpid()}"
    interpreter.settle()
    with Process(
        url, owner=owner, channels=lambda lane: {}, book_bytes=wiring.book_bytes, high_water=wiring.high_water
    ) as process:
        server = Server(process.plane, wiring.socket)
        print(f"the plane listens at {wiring.socket}", flush=True)
        while not stop.wait(1.0) and not process.stopped():
            pass
        server.stop()
        for lane, why in process.stopped().items():
            print(f"lane {lane} ended: {why}", file=sys.stderr)
        return 1 if process.stopped() else 0
