"""`cunguan log sequence` (定序): the process that takes committed sequences into the log, signs its checkpoints and publishes them.

When    an operator runs it, under a supervisor; `cunguan up` does it by itself; --once for a job or a drill
Returns 0 after a clean stop · 1 when it may not sign: another one runs, the database is behind, rows were changed ·
        2 wrong usage
Source  design/lanes.md 22; ADR 0037
"""

import argparse
import signal
import sys
import threading
from typing import Any

from cunguan.doors.cli.database import running
from cunguan.doors.log.beginning import LogBehind
from cunguan.doors.log.process import AlreadyRuns, Ground, once, run
from cunguan.doors.log.sequencer import LogDiffers
from cunguan.doors.supervisor.lifeline import say_ready
from cunguan.doors.telemetry import logs
from cunguan.store import roles, transport
from cunguan.store.log.origins import OtherName
from cunguan.store.log.taking import Fenced
from cunguan.store.postgres import SchemaUnknown, check_schema
from cunguan.transparency.note import NoteWrong
from cunguan.transparency.policy import PolicyWrong

#: what a person has to look at
WRONG = (AlreadyRuns, LogBehind, LogDiffers, OtherName, Fenced, SchemaUnknown, NoteWrong, PolicyWrong, PermissionError)


def add_to(acts: Any) -> None:
    """Register `sequence`."""
    says = "take what is committed into the log, sign and publish it; runs until it is stopped"
    sequence = acts.add_parser("sequence", help=says, description=says)
    sequence.add_argument(
        "--every",
        type=_seconds,
        default=1.0,
        metavar="SECONDS",
        help="how often it is published when there is something new (1)",
    )
    sequence.add_argument("--once", action="store_true", help="take in and publish what there is, and end")
    sequence.add_argument("--production", action="store_true", help="refuse roles that are not separated")
    sequence.set_defaults(run=run_sequence)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.05 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("from 0.05 to 3600 seconds")
    return seconds


def run_sequence(arguments: argparse.Namespace, wiring: Any) -> int:
    """Run the sequencer until it is told to stop."""
    logs.set_up("log", wiring.environ)
    url = wiring.log_url(running(wiring).start())
    for told in _complaints(url):
        print(told, file=sys.stderr)
        if arguments.production:
            return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ground = Ground(url, wiring.home, wiring.environ)
    try:
        check_schema(url)
        if arguments.once:
            once(ground)
        else:
            run(ground, arguments.every, stop, lambda: _ready(wiring))
    except WRONG as wrong:
        print(f"cunguan log: {wrong}", file=sys.stderr)
        return 1
    return 0


def _ready(wiring: Any) -> None:
    logs.announce("the sequencer has begun", wiring.environ)
    say_ready(wiring.environ)


def _complaints(url: str) -> list[str]:
    found = [said for said in (transport.complaint(url),) if said is not None]
    if not roles.are_separated(url):
        found.append("roles are not separated: see `cunguan db roles --sql`")
    return found
