"""`cunguan serve` (平台接口): the platform's door as its own process: HTTP for platforms, some workers under one parent.

When    an operator runs it, under a supervisor, beside `cunguan plane`
Does    hears platforms at HOST:PORT, reads PostgreSQL by the role `door`, hands instructions to the planes; a worker that
        dies is started again; SIGTERM and Ctrl-C take no new requests and answer those that are in
Returns 0 after a clean stop, 1 when it may not run so, 2 wrong usage
Units   a header is there within HEADER_SECONDS and has at most HEADER_BYTES_MAX
Source  design/lanes.md rules 2 and 18; design/house.md "The stack"
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import psycopg

from cunguan.doors.api.listen import Listen, ListenWrong
from cunguan.doors.api.listen import arguments as listening
from cunguan.doors.api.opening import Opening, Served
from cunguan.doors.telemetry import logs
from cunguan.plane.tls import AddressWrong
from cunguan.store import roles, transport
from cunguan.store.postgres import PostgresReader

HEADER_SECONDS = 10
HEADER_BYTES_MAX = 64 * 2**10
STOP_SECONDS = 10
#: connections one worker holds; more wait in the backlog
CONNECTIONS_MAX = 1024


def add_parser(subparsers: Any) -> None:
    """Register `serve`."""
    serve = subparsers.add_parser("serve", help="run the platforms' door: the API, over HTTP")
    serve.add_argument("--host", default="127.0.0.1", help="where it is heard; beyond loopback by TLS alone")
    serve.add_argument("--port", type=int, default=8420)
    serve.add_argument(
        "--address", metavar="URL", help="how the outside reaches it; without it https://HOST:PORT, or http"
    )
    for name, says in (("cert", "the door's certificate"), ("key", "its key"),
                       ("client-ca", "the authority of the platforms' certificates, for --mutual")):  # fmt: skip
        serve.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"{says}, PEM")
    serve.add_argument("--mutual", action="store_true", help="only who shows a certificate of --client-ca is heard")
    serve.add_argument(
        "--proxy", type=ip_network, action="append", default=[], metavar="NETWORK",
        help="where proxies stand whose X-Forwarded-For is believed; may be repeated",
    )  # fmt: skip
    serve.add_argument("--workers", type=int, default=1, help="processes that answer; about one for each core")
    serve.add_argument("--production", action="store_true", help="refuse what only a sandbox may do")
    serve.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Answer platforms until told to stop."""
    logs.set_up("door", wiring.environ)
    if arguments.production and (said := wiring.keys.complaint()) is not None:
        print(f"cunguan serve: {said}", file=sys.stderr)
        return 1
    listen = Listen(
        arguments.host, arguments.port, arguments.cert, arguments.key, arguments.client_ca, arguments.mutual
    )
    try:
        where = listening(listen)
        opening = _opening(arguments, wiring, listen)
    except (AddressWrong, ListenWrong, OSError) as wrong:
        print(f"cunguan serve: {wrong}", file=sys.stderr)
        return 2
    try:
        complaints = _complaints(opening, arguments.production)
    except psycopg.OperationalError as wrong:
        print(f"cunguan serve: the database cannot be used: {wrong}", file=sys.stderr)
        return 1
    for said in complaints:
        print(said, file=sys.stderr)
        if arguments.production:
            return 1
    return _serve(arguments, opening, where)


def _opening(arguments: argparse.Namespace, wiring: Any, listen: Listen) -> Opening:
    return Opening(
        url=wiring.door_url(wiring.database().start()),
        places=wiring.planes,
        address=arguments.address or wiring.address or listen.address,
        home=wiring.home,
        is_sandbox=not arguments.production,
        workers=arguments.workers,
        bank=wiring.bank,
        is_mutual=arguments.mutual,
        proxies=tuple(map(str, arguments.proxy)),
        metrics_from=wiring.metrics_from,
        keys=wiring.keys,
        log_files=wiring.log_files,
        portal=wiring.portal,
    )


def _complaints(opening: Opening, is_production: bool) -> list[str]:
    """Return what a production start refuses, and a sandbox is told."""
    found = [transport.complaint(opening.url)]
    if not roles.are_separated(opening.url):
        found.append("roles are not separated: see `cunguan db roles --sql`")
    if is_production and (lanes := _sandbox_lanes(opening.url)):
        found.append(f"sandbox lanes are here: {lanes}; production refuses them and their evidence")
    return [said for said in found if said is not None]


def _sandbox_lanes(url: str) -> list[int]:
    reader = PostgresReader(url)
    try:
        return [lane for (lane,) in reader.due("sandbox_lanes")]
    finally:
        reader.close()


def _serve(arguments: argparse.Namespace, opening: Opening, where: dict[str, Any]) -> int:
    from granian.constants import HTTPModes, Interfaces, Loops  # as the only verb that needs it; it takes its time
    from granian.http import HTTP1Settings
    from granian.server import Server

    server = Server(
        "cunguan.doors.api", **where, interface=Interfaces.ASGI, loop=Loops.uvloop,
        workers=arguments.workers, http=HTTPModes.http1, websockets=False, backpressure=CONNECTIONS_MAX,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES_MAX),
        log_dictconfig=logs.config("door", False), respawn_failed_workers=True, respawn_interval=0.2, workers_kill_timeout=STOP_SECONDS,
    )  # fmt: skip
    server.on_startup(partial(logs.announce, f"the door listens at {opening.address}"))
    load: Callable[[], Served] = partial(Served, opening)
    try:
        server.serve(target_loader=load, wrap_loader=False)
    except SystemExit as ended:  # its workers died as often as they were started
        return int(ended.code or 0)
    return 0
