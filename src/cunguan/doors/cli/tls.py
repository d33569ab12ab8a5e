"""`cunguan tls …` (证书): a small authority for planes and their callers, where the custodian has none of its own.

When    planes are to be reached from other hosts; done once, on a machine that is not theirs
Returns 0 the files are written · 1 they are there already, or cannot be written
Source  docs/runbooks/planes-on-several-hosts.md; ADR 0020
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cunguan.keys.certificates import AUTHORITY_DAYS, LEAF_DAYS, Pair, authority, common_name, issue


def add_parser(subparsers: Any) -> None:
    """Register `tls`."""
    acts = subparsers.add_parser("tls", help="a small authority for planes and their callers").add_subparsers(
        metavar="ACT", required=True
    )
    first = acts.add_parser("authority", help="make the authority: ca.pem for everybody, ca.key for nobody else")
    first.set_defaults(run=run_authority)
    first.add_argument("folder", metavar="DIR", type=Path)
    first.add_argument("--days", type=int, default=AUTHORITY_DAYS)
    leaf = acts.add_parser("issue", help="make the certificate of one plane or caller: NAME.pem, NAME.key")
    leaf.set_defaults(run=run_issue)
    leaf.add_argument("folder", metavar="DIR", type=Path)
    leaf.add_argument("name")
    leaf.add_argument("--host", action="append", default=[], help="a name or address it is reached by; may be repeated")
    leaf.add_argument("--days", type=int, default=LEAF_DAYS)


def run_authority(arguments: argparse.Namespace, wiring: Any) -> int:
    """Make an authority."""
    arguments.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _write(arguments.folder, "ca", authority("Cunguan planes", datetime.now(UTC), arguments.days))


def run_issue(arguments: argparse.Namespace, wiring: Any) -> int:
    """Make a certificate."""
    try:
        ca = Pair((arguments.folder / "ca.pem").read_bytes(), (arguments.folder / "ca.key").read_bytes())
    except OSError as wrong:
        print(f"cunguan: {wrong}: make the authority first, or name its folder", file=sys.stderr)
        return 1
    made = issue(ca, common_name(ca.cert), arguments.name, arguments.host, datetime.now(UTC), arguments.days)
    return _write(arguments.folder, arguments.name, made)


def _write(folder: Path, name: str, pair: Pair) -> int:
    """Write both files; never over others: who has the old key would lose his way in, or keep it, unnoticed."""
    try:
        for path, mode, text in ((folder / f"{name}.key", 0o600, pair.key), (folder / f"{name}.pem", 0o644, pair.cert)):
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(text)
    except OSError as wrong:
        print(f"cunguan: {wrong.filename}: {wrong.strerror}", file=sys.stderr)
        return 1
    print(folder / f"{name}.pem")
    return 0
