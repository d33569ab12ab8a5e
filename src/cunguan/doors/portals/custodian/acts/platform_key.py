"""Platform key (登记平台密钥): a platform may sign with a further public key, by two people.

When    the platform has brought its key, and another than who took it in has compared its fingerprint
Does    adds the key as `cunguan key add` does; its id is its fingerprint, so that twice is once
Errors  as doors/api/platform_keys.py refuses
"""

from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg
from django.utils.translation import gettext_noop

from cunguan.desks.approvals.permitted import KEYS
from cunguan.desks.approvals.refused import Refused
from cunguan.doors.api.platform_keys import NAMED, SCOPES, new_key
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code
from cunguan.keys.algorithms import ALGORITHMS, KeyWrong
from cunguan.store.sqlfiles import statement

KIND: Final = "platform_key"
RESOURCE: Final = KEYS
LANE: Final = "platform"
HINTS: Final = {
    "public_key": gettext_noop("As the platform sent it: base64 or PEM."),
    "scopes": gettext_noop(
        "One a line: read, instruct, files, webhooks, keys, persons; empty: all but reveal and sandbox."
    ),
    "networks": gettext_noop("One a line: where it may be used from; empty: anywhere."),
}
_OURS: Final = "SELECT made_by FROM door_key WHERE id = %s"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The key."""

    platform: str
    public_key: str
    algorithm: str = "ed25519"
    scopes: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


def choices(name: str) -> list[tuple[str, str]]:
    """Return the algorithms there are."""
    return [(one, one) for one in ALGORITHMS] if name == "algorithm" else []


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse a key that cannot be read."""
    try:
        _values(msgspec.convert(body, Body), "", now)
    except KeyWrong as wrong:
        raise Refused(Code.malformed, str(wrong)) from None


def _values(body: Body, by: str, now: datetime) -> dict[str, Any]:
    scopes = body.scopes or tuple(one for one in SCOPES if one not in NAMED and one != "sandbox")
    return new_key(body.platform, body.algorithm, body.public_key, scopes, body.networks, by=by, now=now)


def do(done: Doing) -> Outcome:
    """Add it."""
    by = f"{done.maker}, {done.checker} ({done.id})"
    values = _values(done.body, by, done.at)
    with psycopg.connect(house().places.door_url, autocommit=True) as connection:
        if connection.execute(statement("door_key_add"), values).fetchone() is None:
            row = connection.execute(_OURS, (values["id"],)).fetchone()
            if row is None:
                return Outcome(Code.platform_not_found, done.body.platform)
            return DONE if row[0] == by else Outcome(Code.key_exists, values["id"])
    return Outcome(Code.done, detail={"key": values["id"]})
