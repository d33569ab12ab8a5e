"""Details (收款人信息): name, account and bank behind a payee's hash: kept sealed, taken out when a bank is told or a person asked.

When    a platform or the custodian brings a payee; a bank's line shows from where money came, so that it can go back
Shape   `kept` makes the row, with its hash: the same payee twice is one row; doors/persons/payees.py reads it, as it reads
        those that lie under a client's own key
        the hash fixes name, account and bank: whoever is paid by it is who was meant
Errors  PayeeWrong: what was given names nobody a bank could pay
Source  domain-decisions.md 26, last sentence
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg

from cunguan.channels.base import Payee
from cunguan.keys.sealed import Sealer
from cunguan.store.sqlfiles import statement

#: ISO 20022: Max70Text of the versions that are written, Max34Text, and a bank's code
NAME_CHARACTERS_MAX, ACCOUNT_CHARACTERS_MAX, BANK_CHARACTERS_MAX = 70, 34, 35


class PayeeWrong(ValueError):
    """A payee cannot be kept: the message says what to give."""


class PayeeRow(msgspec.Struct, frozen=True):
    """A row of payee_detail."""

    payee_hash: str
    name_hash: str
    account_hash: str
    content: bytes
    at: datetime


KEEP: Final = "payee_detail_keep"


def kept(sealer: Sealer, payee: Payee, at: datetime) -> PayeeRow:
    """Return the row that keeps a payee."""
    hash = sealer.payee_hash(payee.name, payee.account, payee.bank)
    if not hash:
        raise PayeeWrong("a payee has a name and an account, of letters or digits")
    return _row(sealer, payee, hash, at)


def _row(sealer: Sealer, payee: Payee, hash: str, at: datetime) -> PayeeRow:
    for what, text, most in (
        ("name", payee.name, NAME_CHARACTERS_MAX), ("account", payee.account, ACCOUNT_CHARACTERS_MAX),
        ("bank", payee.bank, BANK_CHARACTERS_MAX),
    ):  # fmt: skip
        if len(text) > most or not text.isprintable():
            raise PayeeWrong(f"the payee's {what} has at most {most} printable characters")
    sealed = sealer.seal(msgspec.json.encode(payee), what_of(hash))
    return PayeeRow(hash, sealer.name_hash(payee.name), sealer.account_hash(payee.account), sealed, at)


def remember(connection: psycopg.Connection[Any], sealer: Sealer, payee: Payee, at: datetime) -> str:
    """Keep a payee and return its hash."""
    row = kept(sealer, payee, at)
    connection.execute(statement(KEEP), msgspec.structs.asdict(row))
    return row.payee_hash


def remember_all(
    connection: psycopg.Connection[Any], sealer: Sealer, payees: Mapping[str, Payee], at: datetime
) -> None:
    """Keep payees by their hashes; one that no bank could pay is left out."""
    known = {one for (one,) in connection.execute(statement("payee_details_known"), {"hashes": sorted(payees)})}
    rows: list[PayeeRow] = []
    for hash in sorted(payees.keys() - known):
        with suppress(PayeeWrong):
            rows.append(_row(sealer, payees[hash], hash, at))
    if rows:
        connection.execute(statement("payee_details_keep"), {
            "payee_hashes": [one.payee_hash for one in rows], "name_hashes": [one.name_hash for one in rows],
            "account_hashes": [one.account_hash for one in rows], "contents": [one.content for one in rows], "at": at,
        })  # fmt: skip


def opened(sealer: Sealer, hash: str, content: bytes) -> Payee:
    """Return the payee of a row's sealed bytes."""
    return msgspec.json.decode(sealer.unseal(content, what_of(hash)), type=Payee)


def what_of(hash: str) -> str:
    """Return whose bytes a payee's are, as they are sealed."""
    return f"payee_detail:{hash}"
