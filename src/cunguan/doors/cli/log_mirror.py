"""`cunguan log mirror`, `cunguan log fraud` (镜像、分叉证据): keep a copy of a log; see for yourself what somebody says a log did.

When    platform, regulator or auditor keeps a copy of its own, on a machine that is not the custodian's; needs no database
Returns mirror: 0 all that is there is here, or told to stop · 1 the log does not answer, does not fit together, or was caught
        fraud: 0 the file proves a fraud of this log · 1 it proves none
        2 the key, the policy or the address cannot be used
Source  doors/log/mirror.py; docs/log.md
"""

import argparse
import signal
import sys
import threading
from pathlib import Path
from typing import Any, Final

import msgspec

from cunguan.doors.log.mirror import Copied, DamagedHere, LogFalse, LogWrong, Mirror
from cunguan.doors.log.remote import LogSilent, Remote
from cunguan.keys.note_keys import check
from cunguan.transparency import fraud, policy
from cunguan.transparency.note import Key, NoteWrong

_EVERY: Final = 60.0


def add_to(acts: Any) -> None:
    """Register `mirror` and `fraud`."""
    says = "keep a copy of a log, hash every entry of it, and stop with a proof where it was forked, rewritten or rolled back"
    mirror = acts.add_parser("mirror", help=says, description=says)
    mirror.add_argument("address", metavar="URL", help="where the log is served: below it lie checkpoint and tile/")
    mirror.add_argument(
        "folder", metavar="DIR", type=Path, help="where the copy is kept; it may be served as it stands"
    )
    _add_key(mirror)
    mirror.add_argument(
        "--policy", metavar="FILE", type=Path, help="take no checkpoint without the quorum of this policy"
    )
    when = mirror.add_mutually_exclusive_group()
    when.add_argument("--once", action="store_true", help="look once")
    when.add_argument(
        "--every", metavar="SECONDS", type=_seconds, default=_EVERY, help=f"look again and again ({_EVERY:.0f})"
    )
    mirror.add_argument("--json", action="store_true", help="print one JSON object a look")
    mirror.set_defaults(run=run_mirror)

    says = "see whether a file proves that a log showed two trees that cannot both be true"
    seen = acts.add_parser("fraud", help=says, description=says)
    seen.add_argument("file", metavar="FILE", type=Path)
    _add_key(seen)
    seen.set_defaults(run=run_fraud)


def _add_key(act: Any) -> None:
    says = "the log's key, NAME+ID+KEY, had from somebody else than the log; again for one that it had before"
    act.add_argument("--key", metavar="VKEY", required=True, action="append", help=says)


def _seconds(text: str) -> float:
    if (seconds := float(text)) < 1:
        raise argparse.ArgumentTypeError("once a second at most")
    return seconds


def run_mirror(arguments: argparse.Namespace, wiring: Any) -> int:
    """Keep the copy until told to stop, or look once."""
    try:
        keys = [Key.parse(text) for given in arguments.key for text in given.split()]
        rule = policy.read(arguments.policy.read_bytes()) if arguments.policy else None
        remote = Remote(arguments.address)
        mirror = Mirror(arguments.folder, remote.fetch, keys, rule)
    except (NoteWrong, policy.PolicyWrong, ValueError) as wrong:
        return _say(str(wrong), 2)
    except OSError as wrong:
        return _say(f"{wrong.filename}: {wrong.strerror}", 2)
    with remote:
        return _look(mirror, arguments) if arguments.once else _look_on(mirror, arguments)


def _look_on(mirror: Mirror, arguments: argparse.Namespace) -> int:
    """Look again and again: what does not fit today may fit when its sender was mended; what was caught never will."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        try:
            _show(mirror.look(), arguments)
        except (LogSilent, LogWrong) as wrong:
            _say(str(wrong), 1)
        except (LogFalse, DamagedHere, OSError) as wrong:
            return _caught(wrong)
        stop.wait(arguments.every)
    return 0


def _look(mirror: Mirror, arguments: argparse.Namespace) -> int:
    try:
        _show(mirror.look(), arguments)
    except (LogWrong, LogFalse, DamagedHere, OSError) as wrong:
        return _caught(wrong)
    return 0


def _caught(wrong: Exception) -> int:
    if isinstance(wrong, LogFalse):
        return _say(f"{wrong}\nkeep {wrong.path} and show it to whoever relies on this log", 1)
    return _say(str(wrong), 1)


def _show(copied: Copied, arguments: argparse.Namespace) -> None:
    if arguments.json:
        line = msgspec.json.encode(copied).decode()
    else:
        by = f", cosigned by {', '.join(copied.witnesses)}" if copied.witnesses else ""
        line = f"{copied.origin}: {copied.size} entries, {copied.new} new, root {copied.root}{by}"
    print(line, flush=True)


def run_fraud(arguments: argparse.Namespace, wiring: Any) -> int:
    """Verify a fraud proof, without a network."""
    try:
        key, *older = [Key.parse(text) for given in arguments.key for text in given.split()]
        print(fraud.verify(fraud.read(arguments.file.read_bytes()), key, check, *older))
    except fraud.FraudWrong as wrong:
        return _say(f"{arguments.file} proves no fraud: {wrong}", 1)
    except NoteWrong as wrong:
        return _say(str(wrong), 2)
    except OSError as wrong:
        return _say(f"{arguments.file}: {wrong.strerror}", 2)
    return 0


def _say(what: str, code: int) -> int:
    print(f"cunguan: {what}", file=sys.stderr, flush=True)
    return code
