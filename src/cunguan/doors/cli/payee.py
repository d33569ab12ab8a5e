"""`cunguan payee` (收款人): the custodian's people bring whom a payout goes to: the hash is what both of them bind (payee_binding).

When    an account of the platform's, a partner's, an authority's or the firm's own is to be paid
Reads   one JSON object at standard input: {"name": …, "account": …, "bank": …}; no name or number stands on a command line
Returns 0 and the hash · 2 what was given names nobody a bank could pay
Source  domain-decisions.md 26; doors/payees/details.py
"""

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg

from cunguan.channels.base import Payee
from cunguan.doors.payees.details import PayeeWrong, remember
from cunguan.doors.sealing import sealer


class Known(msgspec.Struct, frozen=True):
    """What stands for a payee."""

    payee_hash: str
    account: str


def add_parser(subparsers: Any) -> None:
    """Register `payee`."""
    verb = subparsers.add_parser("payee", help="bring name and account of a payee, read from standard input")
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Keep a payee and print what stands for him."""
    try:
        payee = msgspec.json.decode(sys.stdin.buffer.read(), type=Payee)
        url = wiring.door_url(wiring.database().start())
        with psycopg.connect(url, autocommit=True) as connection:
            hash = remember(connection, sealer(wiring.keys, connection), payee, datetime.now(UTC))
    except (msgspec.DecodeError, PayeeWrong) as wrong:
        print(f'cunguan payee: {wrong}; give {{"name": …, "account": …, "bank": …}}', file=sys.stderr)
        return 2
    known = Known(hash, payee.shown)
    print(msgspec.json.encode(known).decode() if arguments.json else f"{known.payee_hash}  {known.account}")
    return 0
