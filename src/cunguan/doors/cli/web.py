"""`cunguan web` (门户): the pages of clients, custodian, platforms and the public, as their own process.

When    an operator runs it, under a supervisor, beside `cunguan plane` and `cunguan serve`
Does    hears browsers at HOST:PORT; reads PostgreSQL by the role `web`, asks the doors' own tables by the role `door`, hands
        instructions to the planes. Static files are collected, named by their content and compressed once a version
Returns 0 after a clean stop, 1 when it may not run so, 2 wrong usage
Source  design/house.md "The stack": Django under WSGI; WebAuthn: passkeys are of the host in --address
"""

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

import cunguan
from cunguan.doors.api.listen import Listen, ListenWrong
from cunguan.doors.api.listen import arguments as listening
from cunguan.doors.telemetry import logs
from cunguan.keys.secret_file import secret
from cunguan.plane.tls import AddressWrong
from cunguan.store import transport

STOP_SECONDS = 10
THREADS = 4
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SECRET_FILE = "web-secret"


def add_parser(subparsers: Any) -> None:
    """Register `web`."""
    web = subparsers.add_parser("web", help="run the portals: pages for clients, custodian, platforms and the public")
    web.add_argument("--host", default="localhost", help="where it is heard; beyond loopback by TLS alone")
    web.add_argument("--port", type=int, default=8423)
    web.add_argument("--address", metavar="URL", help="how browsers reach it; passkeys are made for its host")
    for name, says in (("cert", "the certificate"), ("key", "its key")):
        web.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"{says}, PEM")
    web.add_argument("--workers", type=int, default=1, help="processes that answer; about one for each core")
    web.add_argument("--production", action="store_true", help="refuse what only a sandbox may do")
    web.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Answer browsers until told to stop."""
    logs.set_up("web", wiring.environ)
    listen = Listen(
        "127.0.0.1" if arguments.host == "localhost" else arguments.host, arguments.port, arguments.cert, arguments.key
    )
    try:
        where = listening(listen)
        owner_url = wiring.database().start()
        if said := complaint(arguments, wiring, owner_url):
            print(f"cunguan web: {said}", file=sys.stderr)
            return 1
    except (AddressWrong, ListenWrong, OSError) as wrong:
        print(f"cunguan web: {wrong}", file=sys.stderr)
        return 2
    except psycopg.OperationalError as wrong:
        print(f"cunguan web: the database cannot be used: {wrong}", file=sys.stderr)
        return 1
    surroundings = environ(wiring, owner_url, address_of(arguments, wiring), not arguments.production)
    os.environ.update(surroundings)
    collect(Path(surroundings["CUNGUAN_STATIC"]))
    return _serve(
        arguments, places(wiring, owner_url, surroundings["CUNGUAN_PORTAL_ADDRESS"], not arguments.production), where
    )


def address_of(arguments: argparse.Namespace, wiring: Any) -> str:
    """Return how browsers reach the portals."""
    given = arguments.address or wiring.environ.get("CUNGUAN_PORTAL_ADDRESS")
    return str(given or f"{'https' if arguments.cert else 'http'}://{arguments.host}:{arguments.port}").rstrip("/")


def complaint(arguments: argparse.Namespace, wiring: Any, owner_url: str) -> str:
    """Return why it may not run so; "" when it may."""
    address = urlsplit(address_of(arguments, wiring))
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        return (
            f"{address.geturl()} is plain HTTP beyond this host: browsers keep no passkey and no cookie of ours there"
        )
    if not arguments.production:
        return ""
    if (said := wiring.keys.complaint()) is not None:
        return str(said)
    from cunguan.desks.parties import ports  # loads Django, which no other verb needs

    if said := ports.complaint(ports.Told(**wiring.identity)):
        return said
    if (said := transport.complaint(wiring.web_url(owner_url))) is not None:
        return str(said)
    with psycopg.connect(wiring.web_url(owner_url)) as connection:
        row = connection.execute(
            "SELECT has_table_privilege('posting', 'INSERT') OR has_table_privilege('public.posting', 'SELECT')"
        ).fetchone()
    return "roles are not separated: see `cunguan db roles --sql`" if row is not None and row[0] else ""


def environ(wiring: Any, owner_url: str, address: str, is_sandbox: bool) -> dict[str, str]:
    """Return what Django's settings read."""
    return {
        "DJANGO_SETTINGS_MODULE": "cunguan.config.settings", "CUNGUAN_WEB_URL": wiring.web_url(owner_url),
        "CUNGUAN_PORTAL_ADDRESS": address, "CUNGUAN_SANDBOX": "1" if is_sandbox else "",
        "CUNGUAN_WEB_SECRET": secret(wiring.home / SECRET_FILE).hex(),
        "CUNGUAN_STATIC": str(wiring.home / f"static-{cunguan.__version__}"),
    }  # fmt: skip


def places(wiring: Any, owner_url: str, address: str, is_sandbox: bool) -> Any:
    """Return where everything is, for the workers."""
    from cunguan.doors.portals.shell.house import Places

    return Places(
        wiring.door_url(owner_url), wiring.planes, wiring.address, address, wiring.home, is_sandbox, wiring.bank, wiring.zone,
        wiring.keys, wiring.log_files,
    )  # fmt: skip


def collect(folder: Path) -> None:
    """Collect the static files, each under a name that changes with its content, and compressed."""
    import django
    from django.core.management import call_command

    folder.mkdir(mode=0o755, exist_ok=True, parents=True)
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


def _serve(arguments: argparse.Namespace, at: Any, where: dict[str, Any]) -> int:
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server import Server

    server = Server(
        "cunguan.config.wsgi", **where, interface=Interfaces.WSGI, workers=arguments.workers, http=HTTPModes.http1,
        blocking_threads=THREADS, websockets=False, http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 2**10),
        log_dictconfig=logs.config("web", False), respawn_failed_workers=True, respawn_interval=0.2, workers_kill_timeout=STOP_SECONDS,
    )  # fmt: skip
    server.on_startup(partial(logs.announce, f"the portals are at {at.portal}"))
    load: Callable[[], Any] = partial(application, at)
    try:
        server.serve(target_loader=load, wrap_loader=False)
    except SystemExit as ended:  # its workers died as often as they were started
        return int(ended.code or 0)
    return 0


def application(at: Any) -> Any:
    """Return what a worker serves: the static files, then Django."""
    from django.core.wsgi import get_wsgi_application
    from whitenoise import WhiteNoise

    from cunguan.doors.portals.shell.house import open_at

    logs.set_up("web")
    open_at(at)
    return WhiteNoise(
        get_wsgi_application(),
        root=os.environ["CUNGUAN_STATIC"],
        prefix="static/",
        max_age=300,
        immutable_file_test=_is_named,
    )


def _is_named(path: str, url: str) -> bool:
    """Return whether a file's name holds a hash of its content: it never changes."""
    parts = url.rsplit("/", 1)[-1].split(".")
    return len(parts) > 2 and len(parts[-2]) == 12 and all(letter in "0123456789abcdef" for letter in parts[-2])
