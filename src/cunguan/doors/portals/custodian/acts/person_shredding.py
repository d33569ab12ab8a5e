"""Shredding of a client's details (粉碎客户信息): two people destroy his keys when the law lets his details go.

When    the period is over, and his accounts are closed
Does    what `cunguan person shred` does; only the owner of the database may: an operator does it (cunguan approvals do)
"""

from typing import Final, Literal

import msgspec

from cunguan.desks.approvals.permitted import PERSONS

KIND: Final = "person_shredding"
RESOURCE: Final = PERSONS
LANE: Final = "platform"
BY_OPERATOR: Final = True
#: nothing brings them back: two look at it
QUORUM: Final = 2


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose, and why: who asked and where that is found; no personal data."""

    person: str
    reason: str
    event: Literal["shred"] = "shred"
