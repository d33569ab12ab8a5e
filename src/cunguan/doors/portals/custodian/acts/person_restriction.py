"""Restriction of a client's details (限制处理客户信息): two people keep them from being shown, or take that back.

When    a client has asked, or the law says so
Does    what `cunguan person restrict|resume` does; only the owner of the database may: an operator does it (cunguan approvals do)
"""

from typing import Final, Literal

import msgspec

from cunguan.desks.approvals.permitted import PERSONS

KIND: Final = "person_restriction"
RESOURCE: Final = PERSONS
LANE: Final = "platform"
BY_OPERATOR: Final = True


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose, what, and why: who asked and where that is found; no personal data."""

    person: str
    event: Literal["restrict", "resume"]
    reason: str
