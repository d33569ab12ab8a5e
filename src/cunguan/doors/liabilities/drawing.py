"""Drawn moments (随机时点): when a snapshot is taken that nobody could prepare for.

When    every minute the jobs look; a snapshot that is due is taken at once
Shape   of each ten minutes the first checkpoint draws, and each signature on it for itself: SHA-256 of
        "cunguan/liabilities/draw/v1" 0x00 ‖ key id ‖ signature, as a number; one that ONE_IN divides takes a snapshot at once.
        What draws are witnesses' cosignatures, once there ever was one: the custodian learns the outcome with them, and each witness
        knows of its own whether it drew. Without a witness the log's own signature draws, which the custodian can make and throw
        away as often as he likes: such a snapshot says `custodian`
Source  ADR 0042; C2SP tlog-cosignature
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import psycopg

from cunguan.doors.liabilities.taking import Why
from cunguan.store.sqlfiles import statement
from cunguan.transparency import note
from cunguan.transparency.note import Note, Signature

#: one signature in so many: ten minutes x 144 are a day, so that each witness draws once a day on average
ONE_IN: Final = 144
#: what was drawn while no worker ran is taken late, and shows how late
LOOK_BACK: Final = timedelta(hours=24)
_DOMAIN: Final = b"cunguan/liabilities/draw/v1\x00"


def daily(day: date) -> Why:
    """Return the slot of a day."""
    return Why(f"daily:{day}")


def drawn(connection: psycopg.Connection[Any], now: datetime, one_in: int = ONE_IN) -> Iterator[Why]:
    """Yield the slots that were drawn and may still be to be taken."""
    for log, size, content, _, is_cosigned in connection.execute(
        statement("liability_draws"), {"since": now - LOOK_BACK}
    ):
        if draws(note.parse(content), is_cosigned=is_cosigned, one_in=one_in):
            yield Why(f"drawn:{log}:{size}", "witness" if is_cosigned else "custodian")


def draws(signed: Note, *, is_cosigned: bool, one_in: int = ONE_IN) -> bool:
    """Return whether a signature of a checkpoint takes a snapshot: a cosignature alone, where there are any."""
    own = signed.text.split("\n", 1)[0]
    return any(_number(one) % one_in == 0 for one in signed.signatures if not is_cosigned or one.name != own)


def _number(one: Signature) -> int:
    return int.from_bytes(sha256(_DOMAIN + one.key_id + one.blob).digest(), "big")
