"""Keys (平台公钥管理): a platform sees its keys, replaces the one it signs with, revokes those it lost; and the custodian's own.

When    a key is renewed by plan, or has fallen into other hands; a first key comes from the custodian (`cunguan key add`)
Returns the keys of the caller's platform; a new key with the same rights or fewer, the old one ending after the overlap;
        a revoked key, refused from that instant on by every process
        /.well-known/cunguan-keys: what the custodian's answers, webhooks and check files are verified with
Errors  404 another platform's key and an absent one alike; 409 the key was replaced before, or is known already
"""

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cunguan.doors.api.cursors import cursor, place
from cunguan.doors.api.endpoint import Call, Endpoint, Reply
from cunguan.doors.api.lists import Items, Paged
from cunguan.doors.api.platform_keys import KeyShown, Scope, new_key, shown
from cunguan.doors.api.problem import Problem, not_found
from cunguan.kernel.codes import Code
from cunguan.keys.algorithms import KeyWrong
from cunguan.keys.custodian import ALGORITHM, CustodianKey
from cunguan.store.sqlfiles import statement

OVERLAP_SECONDS, OVERLAP_SECONDS_MAX = 86_400, 30 * 86_400


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new public key in place of the one this request is signed with."""

    public_key: Annotated[str, Meta(min_length=1, max_length=4096, description="PEM, or base64 as keys are shown")]
    algorithm: Annotated[str, Meta(max_length=32, description="ed25519, ecdsa-p256-sha256, rsa-pss-sha512 or sm2-sm3")]
    scopes: (
        Annotated[list[Scope], Meta(min_length=1, max_length=8, description="the same or fewer; left out: the same")]
        | UnsetType
    ) = UNSET
    overlap_seconds: Annotated[
        int, Meta(ge=0, le=OVERLAP_SECONDS_MAX, description="how long the old key still holds")
    ] = OVERLAP_SECONDS


class Revocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a key ends."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class Rotated(msgspec.Struct, frozen=True):
    """The new key, and when the old one ends."""

    key: KeyShown
    replaced: str
    replaced_until: datetime


class CustodiansKey(msgspec.Struct, frozen=True):
    """A public key of the custodian's."""

    id: str
    algorithm: str
    public_key: Annotated[str, Meta(description="base64 of 32 bytes")]


class CustodiansKeys(msgspec.Struct, frozen=True):
    """All of them."""

    keys: list[CustodiansKey]


async def listing(call: Call) -> Items[KeyShown]:
    """Return the platform's keys, the revoked ones too."""
    rows = await _rows(call, after=place(call, str) or "", limit=call.query.limit + 1)
    found = rows[: call.query.limit]
    return Items(found, cursor(call, found[-1].id) if len(rows) > len(found) else None)


async def rotate(call: Call) -> Reply:
    """Make a new key and let the one that signed end after the overlap."""
    old = await _acted_with(call)
    values = _values(call, old)
    if old.replaced_by not in (None, values["id"]):
        raise Problem(409, Code.key_exists, f"this key was replaced by {old.replaced_by}: sign with that one")
    ends = call.context.clock.now() + timedelta(seconds=call.body.overlap_seconds)
    async with call.context.pool.connection() as connection, connection.transaction():
        made = await (await connection.execute(statement("door_key_add"), values)).fetchone()
        if made is None and old.replaced_by != values["id"]:
            raise Problem(
                409,
                Code.key_exists,
                "this public key is known already, or the key was replaced just now: GET /v1/keys tells",
                field="public_key",
            )
        ended = await (await connection.execute(statement("door_key_end"), {"id": old.id, "at": ends})).fetchone()
        assert ended is not None
    (new,) = await _rows(call, id=values["id"])
    return Reply(Rotated(new, old.id, ended[0]), 200 if made is None else 201)


async def add(call: Call) -> KeyShown:
    """Make a key beside the one acted with, with its rights or fewer; a person of the platform asks at the console, never a key."""
    old = await _acted_with(call)
    if old.replaced_by is not None:
        raise Problem(409, Code.key_exists, f"this key was replaced by {old.replaced_by}: begin with that one")
    values = {**_values(call, old), "replaces": None}
    async with call.context.pool.connection() as connection, connection.transaction():
        made = await (await connection.execute(statement("door_key_add"), values)).fetchone()
    if made is None:
        raise Problem(409, Code.key_exists, "this public key is known already", field="public_key")
    return (await _rows(call, id=values["id"]))[0]


async def _acted_with(call: Call) -> KeyShown:
    """Return the key that signed, or that a person of the platform acts with; the gate lets no other sign than one in force."""
    rows = await _rows(call, id=call.caller.key_id)
    if not rows:
        raise not_found("key")
    if rows[0].state != "in_force":
        raise Problem(401, Code.key_not_in_force, f"the key is {rows[0].state}: begin with one that is in force")
    return rows[0]


def _values(call: Call, old: KeyShown) -> dict[str, Any]:
    scopes = old.scopes if call.body.scopes is UNSET else call.body.scopes
    if more := sorted(set(scopes) - set(old.scopes)):
        raise Problem(403, Code.scope_missing, f"a new key may not do more than the old one: {more[0]}", field="scopes")
    # what was to end on a date goes on to end then; a key in its overlap has been replaced, and does not come here again
    until = old.valid_until if old.replaced_by is None else None
    try:
        return new_key(
            call.caller.platform, call.body.algorithm, call.body.public_key, scopes, old.networks, by=call.caller.person or old.id,
            now=call.context.clock.now(), until=until, replaces=old.id,
        )  # fmt: skip
    except KeyWrong as wrong:
        raise Problem(422, Code.malformed, str(wrong), field="public_key") from wrong


async def revoke(call: Call) -> KeyShown:
    """End a key at once; again is the same."""
    if not (rows := await _rows(call, id=call.path["id"])):
        raise not_found("key")
    values = {
        "id": rows[0].id, "lane": call.caller.lane, "now": call.context.clock.now(), "by": call.caller.person or call.caller.key_id,
        "reason": call.body.reason,
    }  # fmt: skip
    async with call.context.pool.connection() as connection, connection.transaction():
        await connection.execute(statement("door_key_revoke"), values)
    return (await _rows(call, id=rows[0].id))[0]


async def custodians(call: Call) -> CustodiansKeys:
    """Return what the custodian's signatures are verified with."""
    found = CustodianKey.all_of(call.context.keys)
    return CustodiansKeys([CustodiansKey(key.id, ALGORITHM, key.public_text) for key in found])


async def _rows(call: Call, *, id: str = "", after: str = "", limit: int = 1) -> list[KeyShown]:
    values = {"lane": call.caller.lane, "id": id, "after": after, "limit": limit}
    async with call.context.pool.connection() as connection:
        rows = await (await connection.execute(statement("door_keys"), values)).fetchall()
    return [shown(row, call.context.clock.now()) for row in rows]


ENDPOINTS = (
    Endpoint("GET", "/v1/keys", "List the platform's keys (平台公钥)", "keys", listing, answer=Items[KeyShown], query=Paged,
             tag="keys"),
    Endpoint("POST", "/v1/keys", "Replace the key this request is signed with", "keys", rotate, answer=Rotated, body=Rotation,
             status=201, tag="keys",
             example={"public_key": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "algorithm": "ed25519",
                      "overlap_seconds": 86_400}),
    Endpoint("POST", "/v1/keys/{id}/revoke", "Revoke a key at once", "keys", revoke, answer=KeyShown, body=Revocation,
             tag="keys", example={"reason": "the laptop it was on is lost"}),
    Endpoint("GET", "/.well-known/cunguan-keys", "What the custodian's signatures are verified with", "", custodians,
             answer=CustodiansKeys, tag="keys"),
)  # fmt: skip
