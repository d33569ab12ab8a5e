"""Liability key (登记鉴证人或银行公钥): two people register whose attestations are recorded, or whose statements count.

When    a regulator, an auditor or a bank has brought its key, and another than who took it in has compared its fingerprint
Does    what `cunguan liabilities key add` does; only the owner of the database may: an operator does it (cunguan approvals do)
"""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from django.utils.translation import gettext, gettext_noop

from cunguan.desks.approvals.permitted import KEYS
from cunguan.desks.approvals.refused import Refused
from cunguan.kernel.codes import Code
from cunguan.keys.algorithms import ALGORITHMS, KeyWrong, algorithm

KIND: Final = "liability_key"
RESOURCE: Final = KEYS
BY_OPERATOR: Final = True
HINTS: Final = {"public_key": gettext_noop("As it was sent: base64 or PEM.")}
_ROLES: Final = {
    "regulator": gettext_noop("Regulator"), "auditor": gettext_noop("Auditor"), "bank": gettext_noop("Bank"),
}  # fmt: skip


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The key, and whose it is."""

    name: str
    role: Literal["regulator", "auditor", "bank"]
    public_key: str
    algorithm: str = "ed25519"


def choices(name: str) -> list[tuple[str, str]]:
    """Return the algorithms and the roles there are."""
    if name == "role":
        return [(role, gettext(said)) for role, said in _ROLES.items()]
    return [(one, one) for one in ALGORITHMS] if name == "algorithm" else []


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse a key that cannot be read, and one of nobody."""
    if not body["name"].strip():
        raise Refused(Code.details_missing, "name")
    try:
        algorithm(body["algorithm"]).read(body["public_key"])
    except (KeyError, KeyWrong) as wrong:
        raise Refused(Code.malformed, str(wrong)) from None
