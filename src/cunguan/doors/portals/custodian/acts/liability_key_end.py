"""End of a liability key (停用鉴证人或银行公钥): two people let a key of an attester or a bank count no longer.

When    who asks has signed, and another has looked
Does    what `cunguan liabilities key end` does; only the owner of the database may: an operator does it (cunguan approvals do)
"""

from typing import Final

import msgspec

from cunguan.desks.approvals.permitted import KEYS

KIND: Final = "liability_key_end"
RESOURCE: Final = KEYS
BY_OPERATOR: Final = True


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which key, and why."""

    key: str
    reason: str
