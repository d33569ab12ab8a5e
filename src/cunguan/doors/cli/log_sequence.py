"""`cunguan log sequence`, `log new` (定序、另立新日志): committed sequences are taken into the log, signed and published.

When    sequence: an operator runs it, under a supervisor; `cunguan up` does it by itself; --once for a job or a drill
        new: a log cannot go on, and another begins that names it; no sequencer runs meanwhile
Returns 0 after a clean stop, or when another log is open · 1 when it may not sign: another one runs, the database is
        behind, rows were changed · 2 wrong usage
Source  design/lanes.md 22; ADR 0037
"""

import argparse
import os
import signal
import sys
import threading
from typing import Any

import msgspec

from cunguan.doors.cli.database import running
from cunguan.doors.log.anew import NotBegun, begin_another
from cunguan.doors.log.beginning import LogBehind
from cunguan.doors.log.process import AlreadyRuns, Ground, once, run
from cunguan.doors.log.sequencer import LogDiffers
from cunguan.doors.supervisor.lifeline import say_ready
from cunguan.doors.telemetry import logs
from cunguan.keys.log_key import log_signers
from cunguan.plane import interpreter
from cunguan.store import roles, transport
from cunguan.store.log.origins import OtherName
from cunguan.store.log.taking import Fenced
from cunguan.store.postgres import SchemaUnknown, check_schema
from cunguan.transparency.note import NoteWrong
from cunguan.transparency.policy import PolicyWrong

#: on cores that are full the writer goes first: the log catches up, a caller waits
NICENESS = 5

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
    says = "close a log that cannot go on, and open another whose first leaf names it"
    new = acts.add_parser("new", help=says, description=says)
    new.add_argument("--reason", required=True, help="what happened, and why the log cannot go on")
    new.add_argument("--by", required=True, metavar="NAME", help="who does it")
    new.add_argument("--and", required=True, metavar="NAME", dest="and_by", help="who answers for it beside him")
    new.add_argument("--json", action="store_true", help="print one JSON object")
    new.set_defaults(run=run_new)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.05 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("from 0.05 to 3600 seconds")
    return seconds


def run_sequence(arguments: argparse.Namespace, wiring: Any) -> int:
    """Run the sequencer until it is told to stop."""
    logs.set_up("log", wiring.environ)
    if arguments.production and (said := wiring.keys.complaint()) is not None:
        print(said, file=sys.stderr)
        return 1
    url = wiring.log_url(running(wiring).start())
    for told in _complaints(url):
        print(told, file=sys.stderr)
        if arguments.production:
            return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ground = Ground(url, wiring.home, wiring.environ)
    interpreter.settle()
    try:
        check_schema(url)
        if arguments.once:
            once(ground)
        else:
            os.nice(NICENESS)
            run(ground, arguments.every, stop, lambda: _ready(wiring))
    except WRONG as wrong:
        print(f"cunguan log: {wrong}", file=sys.stderr)
        return 1
    return 0


def run_new(arguments: argparse.Namespace, wiring: Any) -> int:
    """Close the log that is open and open another."""
    ground = Ground(wiring.log_url(running(wiring).start()), wiring.home, wiring.environ)
    try:
        check_schema(ground.url)
        closed, new = begin_another(ground, arguments.reason, arguments.by, arguments.and_by)
        keys = [signer.key.text() for signer in log_signers(ground.home, new.origin, ground.environ)]
    except (*WRONG, NotBegun) as wrong:
        print(f"cunguan log: {wrong}", file=sys.stderr)
        return 1
    if arguments.json:
        told = {"closed": closed, "log": new.log, "origin": new.origin, "keys": keys, "act": new.opened_by}
        print(msgspec.json.encode(told).decode())
        return 0
    print(f"log {closed.log} is closed at {closed.size} leaves; its files stay as they are")
    print(f"log {new.log} is open: {new.origin}")
    print("\n".join(keys))
    print("Tell these keys to witnesses, mirrors and verifiers, then type: cunguan log sequence")
    return 0


def _ready(wiring: Any) -> None:
    logs.announce("the sequencer has begun", wiring.environ)
    say_ready(wiring.environ)


def _complaints(url: str) -> list[str]:
    found = [said for said in (transport.complaint(url),) if said is not None]
    if not roles.are_separated(url):
        found.append("roles are not separated: see `cunguan db roles --sql`")
    return found
