"""`cunguan liabilities …` (负债证明): snapshots of what pools owe their clients, clients' proofs, attesters' statements.

When    the custodian takes, lists, exports, records; an attester adds up and signs; a client verifies. The jobs take snapshots themselves
Returns 0 done, or it holds · 1 refused, or it does not hold · 2 wrong usage
Units   --json prints one JSON value, amounts in minor units
Source  docs/liabilities.md; ADR 0042
"""

import argparse
import getpass
import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from cunguan.doors.cli import liabilities_attest, liabilities_keys
from cunguan.doors.cli.database import connected, door_url
from cunguan.doors.cli.liabilities_shared import told, wrong
from cunguan.doors.liabilities import recorded, words
from cunguan.doors.liabilities.files import FilesMissing
from cunguan.doors.liabilities.in_log import logged
from cunguan.doors.liabilities.recorded import Logged, Missing, Refused, asked_for
from cunguan.doors.liabilities.taking import Unbalanced, asked, take
from cunguan.doors.papers.moments import Wrong, lane_of
from cunguan.keys.salts import SaltKeys
from cunguan.store.history import History
from cunguan.store.log.folder import folder_of
from cunguan.transparency.liabilities import LiabilityWrong
from cunguan.transparency.liability_files import written

Run = Callable[[argparse.Namespace, Any], int]


def add_parser(subparsers: Any) -> None:
    """Register `liabilities` and its acts."""
    says = "prove what pools owe their clients: snapshots, clients' proofs, attesters"
    acts = subparsers.add_parser("liabilities", help=says, description=says).add_subparsers(
        metavar="ACT", required=True
    )
    taking = _act(acts, "take", run_take, "take a snapshot now, of every pool or of one")
    listing = _act(acts, "list", run_list, "list the snapshots, newest first")
    for act in (taking, listing):
        act.add_argument("--platform", help="whose pools; without it everybody's")
        act.add_argument("--pool", help="one pool")
    listing.add_argument("--limit", type=int, default=100, help="at most so many")
    _act(acts, "show", run_show, "show a snapshot with its attestations").add_argument("id", metavar="ID")
    export = _act(
        acts,
        "export",
        run_export,
        "write the working file of a snapshot for an attester: it holds every client's balance",
    )
    export.add_argument("id", metavar="ID")
    export.add_argument(
        "--for", dest="recipient", required=True, metavar="ATTESTER", help="who is given it; the log keeps that"
    )
    export.add_argument("--by", default="", help="who gives it out; without it the account's name")
    export.add_argument("--out", type=Path, help="where to; without it ID.working")
    record = _act(acts, "record", run_record, "verify an attestation that came back, and put it into the log")
    record.add_argument("file", type=Path, metavar="ATTESTATION")
    record.add_argument("--by", default="", help="who records it; without it the account's name")
    proof = _act(acts, "proof", run_proof, "write a client's proof; nobody keeps who asked")
    proof.add_argument("id", metavar="ID")
    proof.add_argument("holder", metavar="HOLDER")
    proof.add_argument("--out", type=Path, help="where to; without it it is printed")
    liabilities_attest.add_acts(acts, _act)
    liabilities_keys.add_act(acts, _act)


def _act(acts: Any, name: str, run: Run, says: str) -> Any:
    act = acts.add_parser(name, help=says, description=says)
    act.add_argument("--json", action="store_true", help="print one JSON value")
    act.add_argument("--lang", choices=["en", "zh"], help="language of the page (by LANG)")
    act.set_defaults(run=_told(run))
    return act


def _told(run: Run) -> Run:
    def caught(arguments: argparse.Namespace, wiring: Any) -> int:
        try:
            return run(arguments, wiring)
        except (Wrong, LiabilityWrong, Missing, FilesMissing, Refused, Unbalanced) as why:
            return wrong(str(why))
        except OSError as why:
            return wrong(f"{why.filename}: {why.strerror}")

    return caught


# ── acts ─────────────────────────────────────────────────────────────────────
def run_take(arguments: argparse.Namespace, wiring: Any) -> int:
    """Take a snapshot."""
    now = datetime.now(UTC)
    with connected(wiring) as connection:
        lane = _lane(arguments, wiring)
        taken = take(door_url(wiring), wiring.home, asked(now), now, lane, arguments.pool)
        if not taken:
            raise Wrong("there is no such pool; see --platform and --pool")
        found = [recorded.snapshot(connection, one.snapshot.id) for one in taken]
    told(arguments, wiring, found, lambda language: [text for one in found for text in words.page(one, language)])
    return 0


def run_list(arguments: argparse.Namespace, wiring: Any) -> int:
    """List snapshots."""
    with connected(wiring) as connection:
        found = recorded.snapshots(
            connection, asked_for(lane=_lane(arguments, wiring), pool=arguments.pool, limit=arguments.limit)
        )
    told(arguments, wiring, found, lambda language: [words.line(one, language) for one in found])
    return 0


def run_show(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show a snapshot."""
    with connected(wiring) as connection:
        seen = recorded.snapshot(connection, arguments.id)
    told(arguments, wiring, seen, lambda language: words.page(seen, language))
    return 0


def run_export(arguments: argparse.Namespace, wiring: Any) -> int:
    """Write a working file; that it was given out is in the log before it is whole."""
    path = arguments.out or Path(f"{arguments.id}.working")
    with connected(wiring) as connection:
        seen = recorded.snapshot(connection, arguments.id)
        salts, log = SaltKeys(wiring.keys).of, _logged(connection, wiring)
        digest = _written(path, recorded.working(connection, wiring.home, salts, log, seen, arguments.recipient))
        recorded.given_out(connection, seen, arguments.recipient, digest, _by(arguments), datetime.now(UTC))
    value = {"file": str(path), "sha256": digest, "recipient": arguments.recipient}
    told(arguments, wiring, value, lambda language: [f"{path}  {digest}"])
    return 0


def run_record(arguments: argparse.Namespace, wiring: Any) -> int:
    """Record an attestation."""
    content = arguments.file.read_bytes()
    with connected(wiring) as connection:
        said = recorded.record(connection, SaltKeys(wiring.keys).of, content, _by(arguments), datetime.now(UTC))
        seen = recorded.snapshot(connection, said.snapshot)
    told(arguments, wiring, seen, lambda language: words.page(seen, language))
    return 0


def run_proof(arguments: argparse.Namespace, wiring: Any) -> int:
    """Write a client's proof."""
    with connected(wiring) as connection:
        seen = recorded.snapshot(connection, arguments.id)
        salts, log = SaltKeys(wiring.keys).of, _logged(connection, wiring)
        content = written(recorded.proof(connection, wiring.home, salts, log, seen, arguments.holder))
    if arguments.out is None:
        sys.stdout.write(content.decode())
    else:
        _written(arguments.out, [content])
        told(arguments, wiring, {"file": str(arguments.out)}, lambda language: [str(arguments.out)])
    return 0


# ── helpers ──────────────────────────────────────────────────────────────────
def _lane(arguments: argparse.Namespace, wiring: Any) -> int | None:
    if not arguments.platform:
        return None
    with History(door_url(wiring)) as history:
        return lane_of(history, arguments.platform).lane


def _logged(connection: psycopg.Connection[Any], wiring: Any) -> Logged:
    return logged(connection, lambda log: folder_of(wiring.home, wiring.environ, log))


def _by(arguments: argparse.Namespace) -> str:
    return str(arguments.by.strip() or getpass.getuser())


def _written(path: Path, parts: Iterable[bytes]) -> str:
    """Write a file that only its owner reads, never over another; return its SHA-256."""
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for part in parts:
            digest.update(part)
            file.write(part)
    return digest.hexdigest()
