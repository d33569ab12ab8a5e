"""Fetching (取回单): the files a bank lays out are kept, each once, before anybody reads them.

When    a round of the loop bank_files
Reads   the bank's listing; what of it was fetched before (bank_file_seen)
Returns how many files are new. A file that cannot be had is left for the next round, and holds up no other
Errors  TransportFailed: the bank does not answer, or refuses us
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from cunguan.channels.iso20022.profile import Bank
from cunguan.channels.transport.base import Listed, Transport, TransportFailed
from cunguan.doors.inbox.keep import keep
from cunguan.keys.sealed import Sealer
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

Connection = psycopg.Connection[Any]


def fetch(connection: Connection, sealer: Sealer, bank: Bank, now: datetime) -> int:
    """Keep what is new at a bank."""
    with bank.transport.transport() as way:
        return sum(_kept(connection, sealer, bank.name, way, one, now) for one in _unseen(connection, bank.name, way))


def _unseen(connection: Connection, channel: str, way: Transport) -> Sequence[Listed]:
    row = connection.execute(statement("bank_file_last_seen"), {"channel": channel}).fetchone()
    listed = way.listed(row[0] if row is not None else "")
    given = {"channel": channel, "names": [one.name for one in listed], "marks": [one.mark for one in listed]}
    seen = set(connection.execute(statement("bank_file_seen_among"), given).fetchall())
    return [one for one in listed if (one.name, one.mark) not in seen]


def _kept(connection: Connection, sealer: Sealer, channel: str, way: Transport, one: Listed, now: datetime) -> bool:
    try:
        with connection.transaction():
            file = keep(connection, sealer, way.get(one.name), channel=channel, name=one.name, at=now)
            given = {"channel": channel, "name": one.name, "mark": one.mark, "file": file.id}
            connection.execute(statement("bank_file_see"), given)
    except TransportFailed as error:
        log.warning("a file of bank %s was not fetched: %s", channel, error)
        return False
    return file.is_new
