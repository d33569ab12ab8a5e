"""Destroying keys (密钥销毁): old versions of a key go for ever: proposed by one person, done by another, a day later.

When    `cunguan key destroy`, after a rotation: nothing is under the old versions any more
Does    counts before it is proposed and again before it is done; the newest version, and version 0 of the sealing key, stay
Returns what is proposed, or done
Errors  NotDestroyed: something is under them still, one person alone, the day is not over; the message says what to do
Units   a day between the two, by this machine's clock; the database holds it too
Source  NIST SP 800-57 part 1, 8.3.4 (destruction); ADR 0043
"""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import psycopg

from cunguan.doors.keys import kek, names, sealing
from cunguan.doors.sealing import sealer
from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import KEK
from cunguan.store.sqlfiles import statement

WAITS: Final = timedelta(days=1)

Connection = psycopg.Connection[Any]


class NotDestroyed(RuntimeError):
    """A key is not destroyed, and why."""


class Destruction(msgspec.Struct, frozen=True):
    """What is proposed, or done."""

    name: str
    through: int
    maker: str
    proposed_at: datetime
    reason: str
    checker: str = ""
    done_at: datetime | None = None


def destroy(
    connection: Connection, keys: Keys, name: str, through: int, *, by: str, reason: str, now: datetime
) -> Destruction:
    """Propose, or do what another has proposed."""
    with connection.transaction():
        row = connection.execute(statement("key_destruction_open"), {"name": name}).fetchone()
        _refuse_needed(connection, keys, name, through)
        if row is None:
            if not reason:
                raise NotDestroyed("who proposes says why: --reason")
            given = {"name": name, "through": through, "maker": by, "at": now, "reason": reason}
            connection.execute(statement("key_destruction_propose"), given)
            return Destruction(name, through, by, now, reason)
        proposed = Destruction(*row[1:])
        _refuse_early(proposed, through, by, now)
        given = {"number": row[0], "checker": by, "at": now}
        connection.execute(statement("key_destruction_done"), given)
        _do(connection, keys, name, through, now)
        return msgspec.structs.replace(proposed, checker=by, done_at=now)


def _refuse_needed(connection: Connection, keys: Keys, name: str, through: int) -> None:
    """Refuse what would take away a key that something is under."""
    if name == names.SEALING:
        found, newest = sealing.counts(connection), sealer(keys, connection).version
        if through < 1:
            raise NotDestroyed("version 0 of the sealing key stays: the hashes of names and accounts are made from it")
    elif name == KEK:
        found, newest = kek.counts(connection, keys), (keys.provider.versions(KEK) or [0])[-1]
    else:
        provider = names.provider_of(keys, name)
        found, newest = {}, (provider.versions(name) or [0])[-1]
    if through >= newest:
        raise NotDestroyed(f"version {through} of {name} is the newest: cunguan key rotate {name} makes another first")
    left = sum(count for version, count in found.items() if 0 < version <= through)
    if left:
        raise NotDestroyed(
            f"{left:,} are under version {through} of {name} or older: cunguan key rotate {name} ends that first"
        )


def _refuse_early(proposed: Destruction, through: int, by: str, now: datetime) -> None:
    if through != proposed.through:
        raise NotDestroyed(
            f"{proposed.maker} has proposed {proposed.name} through version {proposed.through}: that first"
        )
    if by == proposed.maker:
        raise NotDestroyed(f"{by} has proposed it: another person does it")
    if now < proposed.proposed_at + WAITS:
        raise NotDestroyed(
            f"it is done from {proposed.proposed_at + WAITS:%Y-%m-%d %H:%M}Z on, a day after it was proposed"
        )


def _do(connection: Connection, keys: Keys, name: str, through: int, now: datetime) -> None:
    """Destroy: what cannot be undone comes last, and is harmless when it is done again."""
    if name == names.SEALING:
        connection.execute(statement("sealing_key_retire"), {"versions": list(range(1, through + 1)), "at": now})
        connection.execute(statement("sealing_key_destroy"), {"through": through, "at": now})
    else:
        names.provider_of(keys, name).destroy(name, through)
