"""`cunguan plane` (存管平面): the writer of money as a process of its own, heard over a Unix socket, and by TLS between hosts.

When    an operator runs it, under a supervisor; doors reach it through plane/client.py
Does    takes lane 0 and every registered platform's lane, or those of --lanes, or its share of them (--among), and those it
        is given later by `cunguan lane move`; what belongs to another plane it hands on; stops cleanly on SIGTERM and Ctrl-C
Returns 0 after a clean stop, 1 when a lane ended by itself or the database may not be used
Source  design/lanes.md rules 2, 7, 18, 20
"""

import argparse
import os
import signal
import socket
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

from cunguan.doors.telemetry import logs
from cunguan.doors.telemetry.metrics import LaneFigures
from cunguan.plane import interpreter
from cunguan.plane.client import Client
from cunguan.plane.highwater import DatabaseIsBehind
from cunguan.plane.lane import ClockWrong, LaneTaken
from cunguan.plane.process import Process
from cunguan.plane.server import Listen, Server
from cunguan.plane.sharing import Share
from cunguan.plane.tls import AddressWrong, host_and_port, server_context
from cunguan.store import roles, transport
from cunguan.store.postgres import PostgresReader, SchemaUnknown


def add_parser(subparsers: Any) -> None:
    """Register `plane`."""
    plane = subparsers.add_parser("plane", help="run the writer of money; doors hand it instructions over a socket")
    plane.add_argument("--production", action="store_true", help="refuse what only a sandbox may do")
    plane.add_argument(
        "--lanes",
        type=_lanes,
        default=None,
        metavar="N,N",
        help="take these lanes by itself, `none` for none; without it all",
    )
    plane.add_argument(
        "--among",
        type=_share,
        default=None,
        metavar="I/N",
        help="share the lanes with N - 1 other planes: take those whose number modulo N is I - 1, and those whose plane died",
    )
    plane.add_argument("--socket", type=Path, metavar="PATH", help="the Unix socket, where two planes share a home")
    plane.add_argument(
        "--listen", metavar="HOST:PORT", help="hear other hosts by TLS 1.3; needs --cert, --key and --ca"
    )
    plane.add_argument(
        "--address", metavar="HOST", default="", help="the name other planes reach HOST by, as in the certificate"
    )
    for name, says in (("cert", "certificate"), ("key", "key"), ("ca", "authority of planes and callers")):
        plane.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"the {says}, PEM")
    plane.set_defaults(run=run)


def _lanes(text: str) -> frozenset[int]:
    return frozenset() if text == "none" else frozenset(int(number) for number in text.split(","))


def _share(text: str) -> Share:
    place, count = (int(part) for part in text.split("/"))
    if not 1 <= place <= count:
        raise ValueError(text)
    return Share(place - 1, count)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Run the plane until it is told to stop."""
    logs.set_up("plane", wiring.environ)
    try:
        listen = _listen(arguments, wiring)
    except (AddressWrong, OSError) as wrong:
        print(f"cunguan plane: {wrong}", file=sys.stderr)
        return 2
    if arguments.production and (said := wiring.keys.complaint()) is not None:
        print(f"cunguan plane: {said}", file=sys.stderr)
        return 1
    owner_url = wiring.database().start()
    url = wiring.plane_url(owner_url)
    for said in sorted({said for one in (owner_url, url) if (said := transport.complaint(one)) is not None}):
        print(said, file=sys.stderr)
        if arguments.production:
            return 1
    if not roles.are_separated(url):
        print("roles are not separated: see `cunguan db roles --sql`", file=sys.stderr)
        if arguments.production:
            return 1
    if arguments.production and (sandboxes := _sandboxes(url)):
        print(f"sandbox lanes are here: {sandboxes}; production refuses them and their evidence", file=sys.stderr)
        return 1
    if arguments.production and wiring.bank:
        print("CUNGUAN_BANK is the address of a sandbox's demo bank; production refuses it", file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        return _serve(url, wiring, stop, arguments, listen)
    except (SchemaUnknown, DatabaseIsBehind, LaneTaken, ClockWrong) as wrong:
        print(f"cunguan: {wrong}", file=sys.stderr)
        return 1


def _sandboxes(url: str) -> list[int]:
    reader = PostgresReader(url)
    found = [lane for (lane,) in reader.due("sandbox_lanes")]
    reader.close()
    return found


def _listen(arguments: argparse.Namespace, wiring: Any) -> Listen | None:
    """Return where other hosts are met; everybody beyond this host is met by TLS or not at all."""
    if arguments.listen is None:
        return None
    credentials = wiring.credentials(arguments.cert, arguments.key, arguments.ca)
    if credentials is None:
        raise AddressWrong("--listen is heard by TLS alone: give --cert, --key and --ca")
    server_context(credentials)  # a file that is missing or damaged is said at once
    return Listen(*host_and_port(f"tls://{arguments.listen}"), credentials)


def _serve(url: str, wiring: Any, stop: threading.Event, arguments: argparse.Namespace, listen: Listen | None) -> int:
    path = (arguments.socket or wiring.socket).absolute()
    address = f"tls://{arguments.address or listen.host}:{listen.port}" if listen else str(path)
    interpreter.settle()
    with Process(
        url, owner=f"{socket.gethostname()}:{os.getpid()}", channels=cache(wiring.channels), book_bytes=wiring.book_bytes,
        high_water=wiring.high_water, address=address, lanes=arguments.lanes, share=arguments.among,
        dial=lambda other: Client(wiring.plane_at(other, listen.credentials if listen else None)), gate=wiring.gate,
    ) as process:  # fmt: skip
        server = Server(process.plane, path, listen)
        logs.announce(f"the plane listens at {path}{f' and {address}' if listen else ''}")
        figures = LaneFigures()
        while not stop.wait(1.0) and not process.stopped():
            figures.show(process.readings())
        server.stop()
        figures.show(process.readings())
        for lane, why in process.stopped().items():
            print(f"lane {lane} ended: {why}", file=sys.stderr)
        return 1 if process.stopped() else 0
