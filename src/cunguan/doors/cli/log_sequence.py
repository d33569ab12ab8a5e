"""`cunguan log key` (留痕密钥): whose signatures the log's checkpoints bear.

Source  C2SP signed-note
"""

import argparse
from typing import Any

from cunguan.doors.cli.database import connected
from cunguan.keys.log_key import log_signers
from cunguan.store.log.origins import current


def add_to(acts: Any) -> None:
    """Register the acts of who keeps the log."""
    key = acts.add_parser("key", help="show the log's public keys, as verifiers, witnesses and mirrors are told them")
    key.set_defaults(run=run_key)


def run_key(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show the log's public keys, a line each."""
    with connected(wiring) as connection:
        origin = current(connection, wiring.environ).origin
    for signer in log_signers(wiring.home, origin, wiring.environ):
        print(signer.key.text())
    return 0
