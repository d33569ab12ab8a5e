"""Proofs of liabilities (负债证明): the snapshots of the platform's pools, and each client's proof that he was counted.

When    a platform hands its clients their proofs: all of them, with their statements, so that nobody learns who looks
Returns snapshots, newest first, without figures; a proof as the file it is, byte for byte: docs/liabilities.md says how it is checked
Not     nobody keeps which proofs were asked for: who knew could leave out those who never look
Errors  Problem 404 for a snapshot that is not of this platform's pools, or an account that was not in it; 503 where the snapshot's
        working files are not on this host
Source  ADR 0042
"""

from typing import TypeVar

import msgspec
from msgspec import UNSET
from starlette.responses import Response

from cunguan.doors.api.cursors import cursor, place
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.api.lists import Id, Items, Paged, named
from cunguan.doors.api.problem import Problem, not_found
from cunguan.doors.liabilities import recorded
from cunguan.doors.liabilities.files import FilesMissing
from cunguan.doors.liabilities.in_log import logged
from cunguan.doors.liabilities.recorded import AttestedShown, Connection, Missing, Seen, asked_for
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.keys.salts import SaltKeys
from cunguan.store.shown import Seq
from cunguan.transparency.liability_files import written

T = TypeVar("T")


class SnapshotsQuery(Paged, frozen=True):
    """Of which pool."""

    pool: Id | msgspec.UnsetType = UNSET


class LiabilitySnapshot(msgspec.Struct, frozen=True):
    """What a pool owed at one moment, as the log binds it: commitments; `assets` is what attesters say of the money."""

    id: str
    pool: str
    currency: str
    at: str
    business_date: str
    seq: Seq
    slot: str
    drawn_by: str
    root: str
    total: str
    act: int
    assets: str
    attested: list[AttestedShown]


class _Place(msgspec.Struct, frozen=True, array_like=True):
    """Where the list goes on."""

    at: str
    id: str


async def snapshots(call: Call) -> Items[LiabilitySnapshot]:
    """List the snapshots of the platform's pools."""
    after, limit = place(call, _Place), call.query.limit
    asked = asked_for(
        lane=call.caller.lane, pool=None if call.query.pool is UNSET else call.query.pool,
        before=(after.at, after.id) if after else None, limit=limit + 1,
    )  # fmt: skip
    found = await in_thread(call.context, lambda connection: recorded.snapshots(connection, asked))
    more = _Place(found[limit - 1].at, found[limit - 1].id) if len(found) > limit else None
    return Items([_shown(one) for one in found[:limit]], cursor(call, more))


async def proof(call: Call) -> Response:
    """Return a client's proof."""
    holder, id = named(call, "account"), call.path["snapshot"]
    if not is_id(id):
        raise not_found("snapshot")
    try:
        content = await in_thread(call.context, lambda connection: _proof(call, connection, id, holder))
    except Missing as why:
        raise Problem(404, Code.not_found, str(why)) from None
    except FilesMissing:
        detail = "the snapshot's working files are not on this host: ask the custodian"
        raise Problem(503, Code.liability_files_missing, detail) from None
    return Response(content, media_type="application/json")


def _proof(call: Call, connection: Connection, id: str, holder: str) -> bytes:
    context, seen = call.context, recorded.snapshot(connection, id, call.caller.lane)
    log = logged(connection, context.log_folder)
    return written(recorded.proof(connection, context.home, SaltKeys(context.keys).of, log, seen, holder))


def _shown(seen: Seen) -> LiabilitySnapshot:
    return LiabilitySnapshot(
        seen.id, seen.pool, seen.currency, seen.at, seen.business_date, seen.seq, seen.slot, seen.drawn_by, seen.root, seen.total,
        seen.act, seen.assets, seen.attested,
    )  # fmt: skip


ENDPOINTS = (
    Endpoint("GET", "/v1/liabilities", "List the snapshots of what your pools owe (负债快照)", "read", snapshots,
             answer=Items[LiabilitySnapshot], query=SnapshotsQuery, tag="liabilities"),
    Endpoint("GET", "/v1/accounts/{id}/liabilities/{snapshot}", "A client's proof that he was counted, as a file (负债证明)", "read",
             proof, tag="liabilities"),
)  # fmt: skip
