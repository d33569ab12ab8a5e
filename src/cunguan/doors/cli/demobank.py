"""`cunguan demobank` (模拟银行): a bank that runs beside a sandbox: it holds money, pays, and misbehaves as it is told.

When    `cunguan up` starts it; by hand for an experiment
Does    takes payments and lays out files, by HTTP on the loopback interface and by a folder; remembers by a journal in the home,
        so that a kill forgets nothing it answered
Returns 0 after SIGTERM or Ctrl-C, 1 when its journal or its port cannot be had
Source  channels/demobank
"""

import argparse
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from cunguan.channels.demobank.folder import FolderCounter
from cunguan.channels.demobank.journal import Journal, JournalWrong
from cunguan.channels.demobank.server import BankServer
from cunguan.doors.telemetry import logs

PORT: Final = 8441


def add_parser(subparsers: Any) -> None:
    """Register `demobank`."""
    verb = subparsers.add_parser("demobank", help="run a bank for a sandbox, on this host alone")
    verb.add_argument("--port", type=int, default=PORT, help=f"the port on 127.0.0.1 ({PORT}); 0 takes any")
    verb.add_argument("--today", type=date.fromisoformat, help="the bank's first day, when it begins (today)")
    verb.add_argument("--seed", type=int, default=0, help="what chance draws from, when it begins (0)")
    verb.add_argument("--folder", type=Path, help="take orders from FOLDER/in and lay files out in FOLDER/out too")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Run the bank until it is told to stop."""
    logs.set_up("demobank", wiring.environ)
    try:
        journal = Journal(wiring.home / "demobank" / "journal.jsonl", _today(arguments.today), arguments.seed)
        server = BankServer(arguments.port, journal)
    except JournalWrong as wrong:
        return _say(str(wrong))
    except OSError as wrong:
        return _say(f"port {arguments.port} of 127.0.0.1 cannot be had: {wrong.strerror}; give another with --port")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    logs.announce(f"the bank answers at {server.address}")
    with _watching(arguments.folder, server):
        server.serve_forever(poll_interval=0.1)
    with server.lock:  # what is being done is done
        journal.close()
    return 0


@contextmanager
def _watching(folder: Path | None, server: BankServer) -> Iterator[None]:
    """Watch a folder beside the counter, where one is given."""
    if folder is None:
        yield
        return
    stop = threading.Event()
    counter = FolderCounter(folder, server.journal, server.lock)
    watcher = threading.Thread(target=counter.watch, args=(stop,), name="folder")
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def _today(given: date | None) -> date:
    return given or datetime.now(UTC).date()


def _say(what: str) -> int:
    print(f"cunguan demobank: {what}", file=sys.stderr)
    return 1
