"""End of a platform's key (吊销平台密钥): it signs no more, at once and in every process, by two people.

When    who asks has signed, and another has looked. A platform revokes its own keys itself, and an operator in haste at the command line
Does    revokes it as `cunguan key revoke` does
"""

from typing import Final

import msgspec
import psycopg

from cunguan.desks.approvals.permitted import KEYS
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code
from cunguan.store.sqlfiles import statement

KIND: Final = "platform_key_end"
RESOURCE: Final = KEYS
LANE: Final = "platform"
_ENDED: Final = "SELECT revoked_at FROM door_key WHERE id = %s AND for_lane = %s"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which key, and why."""

    key: str
    reason: str


def do(done: Doing) -> Outcome:
    """Revoke it; one that is revoked stays so."""
    values = {
        "id": done.body.key, "lane": done.lane, "now": done.at, "by": f"{done.maker}, {done.checker} ({done.id})",
        "reason": done.body.reason,
    }  # fmt: skip
    with psycopg.connect(house().places.door_url, autocommit=True) as connection:
        connection.execute(statement("door_key_revoke"), values)
        row = connection.execute(_ENDED, (done.body.key, done.lane)).fetchone()
    return DONE if row is not None and row[0] is not None else Outcome(Code.key_not_found, done.body.key)
