"""Platform profile (设定平台接入方式): two people say how a platform may speak here.

When    a contract changes, or a platform moves to mutual TLS
Does    what `cunguan key profile` does; only the owner of the database may: an operator does it (cunguan approvals do)
"""

from typing import Final

import msgspec

from cunguan.desks.approvals.permitted import KEYS

KIND: Final = "platform_profile"
RESOURCE: Final = KEYS
LANE: Final = "platform"
BY_OPERATOR: Final = True


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it may speak."""

    mutual_tls: bool
    legacy_rsa_sha1: bool
    rate_per_second: int
    burst: int
