"""`cunguan up` (启动): the whole house under one supervisor: database, planes, the door, jobs, the log; a sandbox's bank and witnesses.

When    an engineer wants a sandbox; an operator without a supervisor of his own, with --production
Does    migrates, starts, watches and starts again what dies; makes a sandbox's platform at its first start; stops all in
        order on Ctrl-C and SIGTERM, at once when asked twice; nothing it started outlives it
Returns 0 after a clean stop, 1 when it cannot start or gives up, 2 wrong usage
Units   --json prints one object when all is ready: addresses, processes, the sandbox and where its credentials lie
Source  design/house.md; doors/supervisor
"""

import argparse
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.desks.ledger.migrate import Busy, PlaneRuns, migrate
from cunguan.desks.notices.http_sender import Told, complaint
from cunguan.doors.cli.jobs import NO_GATEWAY
from cunguan.doors.cli.people import Invited, invite_sandbox
from cunguan.doors.supervisor import house, reset, state
from cunguan.doors.supervisor.child import Child
from cunguan.doors.supervisor.credentials import FILE, Credentials, issue
from cunguan.doors.supervisor.house import Asked, PortTaken
from cunguan.doors.supervisor.lifeline import lifeline
from cunguan.doors.supervisor.seed import Sandbox, SeedFailed, sow
from cunguan.doors.supervisor.supervisor import GaveUp, Stop, Stopped, Supervisor
from cunguan.doors.witness.sandbox import NotYet, tell, witnesses
from cunguan.keys.log_key import log_signers
from cunguan.plane.client import Client
from cunguan.store import roles
from cunguan.store.embedded.server import External, Server
from cunguan.store.log import origins
from cunguan.store.postgres import SchemaUnknown
from cunguan.transparency.note import ED25519

PORT = 8420
READY_SECONDS = 120.0
MEND_SECONDS = 1.0

Wrong = (NotYet, state.AlreadyUp, PortTaken, SchemaUnknown, PlaneRuns, Busy, GaveUp, SeedFailed, reset.NoSandbox)


def add_parser(subparsers: Any) -> None:
    """Register `up`."""
    up = subparsers.add_parser("up", help="run the whole house: database, planes, door, jobs, and a sandbox's bank")
    up.add_argument("--planes", type=_count, default=1, metavar="N", help="processes that write; they share the lanes")
    up.add_argument("--workers", type=_count, default=1, metavar="N", help="processes that answer platforms")
    up.add_argument(
        "--port", type=int, default=PORT, help=f"of the door on 127.0.0.1 ({PORT}); the bank has the next; 0: any"
    )
    up.add_argument("--production", action="store_true", help="no sandbox: no bank of ours, no test platform")
    up.add_argument("--reset", action="store_true", help="wipe this sandbox first")
    up.add_argument("--yes", action="store_true", help="do not ask before --reset")
    up.add_argument("--json", action="store_true", help="print one JSON object when all is ready")
    up.set_defaults(run=run)


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 16:
        raise argparse.ArgumentTypeError("from 1 to 16")
    return number


class Up(msgspec.Struct, frozen=True):
    """What is told when all is ready."""

    door: str
    web: str
    bank: str
    home: str
    database: str
    processes: tuple[state.ProcessSeen, ...]
    sandbox: Sandbox | None
    credentials: Credentials | None
    invitations: tuple[Invited, ...] = ()


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Run until told to stop."""
    asked = Asked(arguments.planes, arguments.workers, arguments.port, arguments.production)
    if arguments.production and wiring.bank:
        print(
            "cunguan up: CUNGUAN_BANK is the address of a sandbox's demo bank; production refuses it", file=sys.stderr
        )
        return 2
    if arguments.production and not arguments.reset and (said := wiring.keys.complaint()) is not None:
        print(f"cunguan up: {said}", file=sys.stderr)
        return 2
    if arguments.production and not arguments.reset and (said := _nobody_is_verified(wiring)):
        print(f"cunguan up: {said}", file=sys.stderr)
        return 2
    if said := complaint(Told(**wiring.notices)):
        print(f"cunguan up: {said}", file=sys.stderr)
        return 2
    if arguments.production and not wiring.notices:
        _say(NO_GATEWAY)
    if arguments.reset and (refusal := _refusal(arguments, wiring)):
        print(f"cunguan up: {refusal}", file=sys.stderr)
        return 2
    with Stop().listening() as stop:
        try:
            with state.held(wiring.home):
                return _Up(asked, wiring, stop, arguments).run()
        except Stopped:
            _say("stopped before it was ready")
            return 0
        except Wrong as wrong:
            print(f"cunguan up: {wrong}", file=sys.stderr, flush=True)
            return 1


def _nobody_is_verified(wiring: Any) -> str:
    """Return which port of identity a production lacks: its portals would end as often as they were started."""
    from cunguan.desks.parties import ports  # loads Django, which a sandbox's supervisor does not need

    return ports.complaint(ports.Told(**wiring.identity))


def _refusal(arguments: argparse.Namespace, wiring: Any) -> str:
    """Return why nothing is wiped; "" when a person has said yes."""
    if arguments.production:
        return "--reset is for a sandbox: production wipes nothing"
    if arguments.yes:
        return ""
    if not sys.stdin.isatty():
        return "--reset wipes the sandbox: say --yes where nobody can be asked"
    print(f"This wipes the sandbox of {wiring.home}: its books, its bank, its keys. Type yes: ", end="", flush=True)
    return "" if sys.stdin.readline().strip() == "yes" else "nothing was wiped"


class _Up:
    """One run of the house."""

    def __init__(self, asked: Asked, wiring: Any, stop: Stop, arguments: argparse.Namespace) -> None:
        self._asked, self._wiring, self._stop, self._arguments = asked, wiring, stop, arguments
        self._database: Server | External = wiring.database()
        self._was_up = self._database.status().is_up()
        self._since, self._mended, self._written = time.time(), 0.0, b""
        self._is_embedded = isinstance(self._database, Server)
        self._supervisor = Supervisor(stop, _say, self._write_down, self._mend)

    def run(self) -> int:
        """Begin, watch, end; whatever went wrong, nothing is left running."""
        try:
            if self._arguments.reset:
                self._reset()
            self._at = house.places(self._asked, self._wiring.home)
            url = self._ground()
            with lifeline() as line:
                try:
                    self._begin(url, line)
                    self._supervisor.watch()
                    _say("stopping")
                finally:
                    self._supervisor.stop()
        finally:
            if self._is_embedded and not self._was_up:
                self._database.stop()
            state.clear(self._wiring.home)
        _say("stopped")
        return 0

    # ── begin ────────────────────────────────────────────────────────────────
    def _reset(self) -> None:
        reset.wipe(self._database, self._wiring.home)
        self._was_up = self._was_up and not self._is_embedded
        _say("the sandbox is wiped")

    def _ground(self) -> str:
        """Start the database and bring it to this code's schema; return its owner's URL."""
        if not self._was_up:
            _say("starting the database")
        url = self._database.start(tied=True)
        applied = migrate(url)
        if applied:
            _say(f"schema {applied[-1].number}, {len(applied)} steps applied")
        if self._is_embedded:
            roles.create(url)
        return url

    def _begin(self, url: str, line: int) -> None:
        home, wiring = self._wiring.home, self._wiring
        urls = {
            "CUNGUAN_PLANE_URL": wiring.plane_url(url), "CUNGUAN_DOOR_URL": wiring.door_url(url),
            "CUNGUAN_AUDIT_URL": wiring.audit_url(url), "CUNGUAN_LOG_URL": wiring.log_url(url), "CUNGUAN_WEB_URL": wiring.web_url(url),
            "CUNGUAN_HOME": str(home),
        }  # fmt: skip
        environ = house.environ(self._at, wiring.environ, url, urls, _fresh(home / "metrics"))
        logs = home / "logs"
        logs.mkdir(exist_ok=True)
        specs = house.specs(self._asked, self._at, self._witnessed(url) if self._at.witnesses else ())
        children = [Child(spec, environ, line, logs / f"{spec.name}.log") for spec in specs]
        self._supervisor.start(children)
        self._supervisor.wait_until(lambda: all(child.is_ready() for child in children), "all processes", READY_SECONDS)
        sandbox = None if self._asked.is_production else self._sow(url)
        self._supervisor.wait_until(
            lambda: house.answers(f"{self._at.door}/readyz"), "the door to be ready", READY_SECONDS
        )
        self._tell(sandbox, self._credentials(url, sandbox), self._people(sandbox))

    def _witnessed(self, url: str) -> list[str]:
        """Write the sandbox's policy before anything is signed; return the keys its witnesses know the log by."""
        home, environ = self._wiring.home, self._wiring.environ
        with psycopg.connect(url, autocommit=True) as connection:
            origin = origins.current(connection, environ).origin
        keys = [one.key for one in log_signers(home, origin, environ) if one.key.algorithm == ED25519]
        found = witnesses(home, keys)
        tell(home, self._at.witnesses, keys, found)
        for memory in found.values():
            memory.close()
        return [key.text() for key in keys]

    def _sow(self, url: str) -> Sandbox:
        plane = Client(self._at.sockets[0])
        try:
            return sow(url, plane, self._at.bank, datetime.now(UTC).date())
        finally:
            plane.close()

    def _credentials(self, url: str, sandbox: Sandbox | None) -> Credentials | None:
        if sandbox is None:
            return None
        return issue(url, self._wiring.home, self._at.door, sandbox.platform, self._wiring.keys)

    def _people(self, sandbox: Sandbox | None) -> tuple[Invited, ...]:
        """Invite a sandbox's people who have no account yet."""
        return () if sandbox is None else invite_sandbox(self._wiring, self._at.web, sandbox.lane)

    # ── meanwhile ────────────────────────────────────────────────────────────
    def _mend(self) -> None:
        """Start the embedded database again when it died."""
        if not self._is_embedded or time.monotonic() - self._mended < MEND_SECONDS:
            return
        self._mended = time.monotonic()
        if self._database.status().state in ("stopped", "unreachable"):
            _say("the database has ended; it is started again")
            self._database.start(tied=True)

    def _write_down(self) -> None:
        running = state.Running(
            os.getpid(), state.instant(self._since), self._at.door, self._at.bank, self._asked.is_production,
            self._is_embedded, str(self._wiring.home / "metrics"), self._supervisor.seen(),
        )  # fmt: skip
        encoded = msgspec.json.encode(running)
        if encoded != self._written:
            state.write(self._wiring.home, running)
            self._written = encoded

    def _tell(self, sandbox: Sandbox | None, credentials: Credentials | None, people: tuple[Invited, ...]) -> None:
        shown = self._database.status().url or ""
        found = Up(
            self._at.door,
            self._at.web,
            self._at.bank,
            str(self._wiring.home),
            shown,
            self._supervisor.seen(),
            sandbox,
            credentials,
            people,
        )
        print(msgspec.json.encode(found).decode() if self._arguments.json else "\n".join(_lines(found)), flush=True)


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)  # of processes that are gone
    folder.mkdir(mode=0o700)
    return folder


def _say(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", file=sys.stderr, flush=True)


def _lines(found: Up) -> list[str]:
    lines = [f"The portals           {found.web}"]
    lines.append(f"The platforms' door   {found.door}   (documentation: {found.door}/docs)")
    if found.bank:
        lines.append(f"The sandbox's bank    {found.bank}")
    lines += [f"{one.name:21} pid {one.pid}   log {one.log}" for one in found.processes]
    lines.append(f"database              {found.database}")
    if found.sandbox is not None and found.credentials is not None:
        lines += _of_sandbox(found.sandbox, found.credentials, Path(found.home))
        lines += _of_people(found.invitations)
    return [*lines, "", "Ctrl-C stops all. `cunguan status` says how it goes."]


def _of_sandbox(sandbox: Sandbox, credentials: Credentials, home: Path) -> list[str]:
    return [
        "",
        f"Sandbox platform      {sandbox.platform}, lane {sandbox.lane}",
        f"pool                  {sandbox.pool}, {sandbox.currency}; bank account {sandbox.bank_account}; "
        f"fee schedule {sandbox.fee_schedule} version 1",
        f"key id                {credentials.key_id} ({credentials.algorithm})",
        f"private key           {home / credentials.private_key}",
        f"credentials           {home / FILE}",
        "",
        f"Try it:  CUNGUAN_CREDENTIALS={home / FILE} cunguan api GET /v1/platform",
    ]


def _of_people(invitations: tuple[Invited, ...]) -> list[str]:
    if not invitations:
        return []
    said = "Sign in to the portals: each link makes a passkey, once, within 72 hours"
    return ["", said, *(f"{one.reference:24}{one.link}" for one in invitations)]
