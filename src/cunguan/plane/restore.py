"""Restore (灾后恢复): a person declares that an older copy goes on; its sequences go on above all that was acknowledged.

When    `cunguan db declare-restore`, while no plane runs
Does    a new epoch above the high-water mark, in one transaction; every outgoing payment of before it is held from then on
        (operations/held.py), until the bank has spoken of it or two people release it
Shape   a lane that the copy does not have, and the mark has, gets a head above it too: nothing is numbered twice
Errors  NotDeclared: a plane runs, or the names or the reason are missing; nothing was changed
Source  design/lanes.md rule 20
"""

from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from cunguan.operations.two_names import two_names
from cunguan.operations.withdrawal import CreditTransfer
from cunguan.plane import highwater
from cunguan.store.postgres import check_schema
from cunguan.store.sqlfiles import statement

#: the mark is written each second: what was acknowledged after it is below this distance, whatever the machine
ABOVE_MARK = 1_000_000


class NotDeclared(RuntimeError):
    """The restore is not declared."""


class Declared(msgspec.Struct, frozen=True):
    """What was declared; lane -> sequence."""

    epoch: int
    restored: dict[str, int]
    heads: dict[str, int]
    held: int


class HeldPayment(msgspec.Struct, frozen=True):
    """A payment of before the restore that waits."""

    lane: int
    payment: str
    channel: str
    state: str
    seq: int
    end_to_end_id: str
    amount_minor: int


class UnmatchedPayment(msgspec.Struct, frozen=True):
    """A payment that a bank has, and the books do not."""

    lane: int
    seq: int
    channel: str
    end_to_end_id: str
    status: str
    amount_minor: int


class Held(msgspec.Struct, frozen=True):
    """What a restore has left open."""

    held: list[HeldPayment]
    unmatched: list[UnmatchedPayment]


def declare(owner_conninfo: str, folder: Path, *, reason: str, by: str, and_by: str) -> Declared:
    """Declare that this copy goes on: two people answer for it."""
    if two_names(by, and_by) is not None or not reason.strip():
        raise NotDeclared("a restore is declared with a reason and by two different names")
    check_schema(owner_conninfo)
    found = highwater.seen(owner_conninfo)
    mark = highwater.kept(found, folder) or found
    lanes = sorted(found.heads.keys() | mark.heads.keys(), key=int)
    heads = {lane: max(found.heads.get(lane, 0), mark.heads.get(lane, 0)) + ABOVE_MARK for lane in lanes}
    epoch = max(found.epoch, mark.epoch) + 1
    declared = {
        "epoch": epoch, "reason": reason.strip(), "heads": Jsonb(heads), "restored": Jsonb(found.heads),
        "declared_by": by.strip(), "confirmed_by": and_by.strip(),
    }  # fmt: skip
    with psycopg.connect(owner_conninfo) as owner:
        owner.execute("LOCK TABLE lease IN EXCLUSIVE MODE")
        if writers := owner.execute(statement("lanes_written")).fetchall():
            raise NotDeclared(f"a plane writes this database: {', '.join(sorted({name for _, name in writers}))}")
        for lane, head in heads.items():
            owner.execute(statement("lane_lift"), {"lane": int(lane), "head": head})
        owner.execute(statement("epoch_declare"), declared)
    return Declared(epoch, found.heads, heads, len(held(owner_conninfo).held))


def held(conninfo: str) -> Held:
    """Return what the last restore still holds, and what banks have beside the books."""
    with psycopg.connect(conninfo) as connection:
        waiting = connection.execute(statement("payments_held")).fetchall()
        unmatched = connection.execute(statement("payments_unmatched")).fetchall()
    return Held([_held(*row) for row in waiting], [_unmatched(*row) for row in unmatched])


def _held(lane: int, payment: str, channel: str, state: str, seq: int, payload: bytes) -> HeldPayment:
    transfer = msgspec.json.decode(payload, type=CreditTransfer)
    return HeldPayment(lane, payment, channel, state, seq, transfer.end_to_end_id, transfer.amount_minor)


def _unmatched(lane: int, seq: int, body: bytes) -> UnmatchedPayment:
    said: dict[str, Any] = msgspec.json.decode(body)
    return UnmatchedPayment(lane, seq, said["channel"], said["end_to_end_id"], said["status"], said["amount_minor"])
