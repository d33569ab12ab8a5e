"""`cunguan log status`, `log checkpoint`, `log key` (日志现状、检查点、公钥): how the log stands, and what verifiers are told.

Reads   the database by a door's role; the log's files; nothing is started or changed
Returns status: 0 a sequencer runs, and where there is a policy its quorum has cosigned the newest checkpoint; 1 it is not so
        checkpoint: 0 it is shown, 1 nothing was published · key: 0
Units   --json prints one object; seconds
"""

import argparse
import sys
from typing import Any

import msgspec

from cunguan.doors.cli.database import connected
from cunguan.doors.log import verifying
from cunguan.doors.log.standing import Standing, look
from cunguan.keys.log_key import log_signers
from cunguan.store.log.folder import folder_of
from cunguan.store.log.origins import current


def add_to(acts: Any) -> None:
    """Register the acts that only look."""
    status = acts.add_parser("status", help="how far the log is, what waits, and who has cosigned it")
    status.add_argument("--json", action="store_true", help="print one JSON object")
    status.set_defaults(run=run_status)
    shown = acts.add_parser("checkpoint", help="print the newest published checkpoint, a signed note")
    shown.set_defaults(run=run_checkpoint)
    key = acts.add_parser("key", help="print the log's public keys, as verifiers, witnesses and mirrors are told them")
    key.set_defaults(run=run_key)


def run_status(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print how the log stands."""
    with connected(wiring) as connection:
        found = look(connection, wiring.home, wiring.environ)
    if arguments.json:
        told = {"troubles": found.troubles, "verified": verifying.last(wiring.home)}
        print(msgspec.json.encode({**msgspec.structs.asdict(found), **told}).decode())
    else:
        print("\n".join([*lines(found), verifying.told(wiring.home)]))
        for trouble in found.troubles:
            print(f"! {trouble}", file=sys.stderr)
    return 1 if found.troubles else 0


def run_checkpoint(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print the newest published checkpoint."""
    with connected(wiring) as connection:
        log = current(connection, wiring.environ).log
    note = folder_of(wiring.home, wiring.environ, log).checkpoint()
    if note is None:
        print("cunguan log: nothing was published yet. Type: cunguan log sequence", file=sys.stderr)
        return 1
    sys.stdout.write(note.write().decode())
    return 0


def run_key(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print the log's public keys, a line each."""
    with connected(wiring) as connection:
        origin = current(connection, wiring.environ).origin
    for signer in log_signers(wiring.home, origin, wiring.environ):
        print(signer.key.text())
    return 0


def lines(found: Standing) -> list[str]:
    """Return how the log stands, for a person."""
    told = [
        f"log {found.log}, {found.origin}: {'a sequencer runs' if found.is_running else 'no sequencer runs'}",
        f"{found.size} leaves, {found.published} published"
        + (f", {found.published_at:%Y-%m-%d %H:%M:%S}Z" if found.published_at else ""),
        _witnessed(found),
    ]
    told += [
        f"  {'acts' if one.lane < 0 else f'lane {one.lane}'}: taken in up to {one.taken} of {one.head}"
        + (f", {one.behind} wait, the first since {one.lag_seconds:.1f} s" if one.behind else "")
        for one in found.lanes
    ]
    return told


def _witnessed(found: Standing) -> str:
    if not found.witnesses:
        return "nobody witnesses it: whoever owns the database could still show different logs to different people"
    by = ", ".join(found.cosigners) or "nobody"
    return f"the newest checkpoint is cosigned by {by}, of {', '.join(found.witnesses)}; the quorum has cosigned {found.cosigned} leaves"
