"""`cunguan payee` (收款人): the custodian's people bring whom a payout goes to: the hash is what both of them bind (payee_binding).

When    an account of the platform's, a partner's, an authority's or the firm's own is to be paid
Reads   one JSON object at standard input: {"name": …, "account": …, "bank": …}; no name or number stands on a command line
Returns 0 and the hash · 1 there is no such client, or nothing of him may be used · 2 what was given names nobody a bank could pay
Source  domain-decisions.md 26; doors/payees/details.py
"""

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg

from cunguan.channels.base import Payee
from cunguan.doors.payees.details import PayeeWrong, kept, remember
from cunguan.doors.persons.keeping import PersonRefused, Persons, no_client
from cunguan.doors.persons.opening import opened
from cunguan.doors.persons.payees import keep_payee
from cunguan.doors.sealing import sealer
from cunguan.keys.sealed import Sealer
from cunguan.store.sqlfiles import statement


class Known(msgspec.Struct, frozen=True):
    """What stands for a payee."""

    payee_hash: str
    account: str


def add_parser(subparsers: Any) -> None:
    """Register `payee`."""
    verb = subparsers.add_parser("payee", help="bring name and account of a payee, read from standard input")
    verb.add_argument("--platform", help="with --person: whose client he is")
    verb.add_argument(
        "--person", help="the client whose card it is, where his details are kept: it lies under his own key"
    )
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Keep a payee and print what stands for him."""
    if (arguments.person is None) is not (arguments.platform is None):
        print("cunguan payee: say --person and --platform, or neither", file=sys.stderr)
        return 2
    try:
        payee = msgspec.json.decode(sys.stdin.buffer.read(), type=Payee)
        url = wiring.door_url(wiring.database().start())
        with psycopg.connect(url, autocommit=True) as connection:
            seal = sealer(wiring.keys, connection)
            hash = _kept(connection, seal, payee, arguments, wiring)
    except (msgspec.DecodeError, PayeeWrong) as wrong:
        print(f'cunguan payee: {wrong}; give {{"name": …, "account": …, "bank": …}}', file=sys.stderr)
        return 2
    except PersonRefused as refused:
        print(f"cunguan payee: {refused.code.name}: {refused.why}", file=sys.stderr)
        return 1
    known = Known(hash, payee.shown)
    print(msgspec.json.encode(known).decode() if arguments.json else f"{known.payee_hash}  {known.account}")
    return 0


def _kept(connection: Any, seal: Sealer, payee: Payee, arguments: argparse.Namespace, wiring: Any) -> str:
    """Keep a payee under the installation's key, or under that of the client whose card it is."""
    now = datetime.now(UTC)
    if arguments.person is None:
        return remember(connection, seal, payee, now)
    found = connection.execute(statement("person_platform"), {"platform": arguments.platform}).fetchone()
    if found is None:
        raise no_client()
    row, persons = kept(seal, payee, now), Persons(connection, opened(wiring.keys, connection))
    with connection.transaction():
        persons.usable(found[0], arguments.person)
        hashes = (row.name_hash, row.account_hash)
        keep_payee(persons, found[0], arguments.person, row.payee_hash, payee, hashes, now)
    return row.payee_hash
