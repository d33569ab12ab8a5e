"""Safeguarding rules (保障资金规则目录): which packs there are, which binds on a day, and the hash that tells them apart.

Errors  UnknownRule: nobody knows this pack, or it does not bind on that day; the message says what to write
"""

import hashlib
from datetime import date
from functools import cache
from typing import Final

from cunguan.kernel.canonical import canonical_json
from cunguan.policy.safeguarding.cn_p2p_pool import CN_P2P_POOL
from cunguan.policy.safeguarding.cn_prepaid import CN_PREPAID
from cunguan.policy.safeguarding.cn_prepaid_beijing import CN_PREPAID_BEIJING
from cunguan.policy.safeguarding.cn_prepaid_shanghai import CN_PREPAID_SHANGHAI
from cunguan.policy.safeguarding.cn_reserve import CN_RESERVE
from cunguan.policy.safeguarding.eu_psd2 import EU_PSD2
from cunguan.policy.safeguarding.hk_svf import HK_SVF
from cunguan.policy.safeguarding.pack import Pack
from cunguan.policy.safeguarding.sg_ps import SG_PS
from cunguan.policy.safeguarding.uk_cass7 import UK_CASS7
from cunguan.policy.safeguarding.uk_cass15 import UK_CASS15

RULES: Final[dict[str, Pack]] = {
    pack.id: pack
    for pack in (
        UK_CASS15,
        UK_CASS7,
        EU_PSD2,
        SG_PS,
        HK_SVF,
        CN_RESERVE,
        CN_PREPAID,
        CN_PREPAID_SHANGHAI,
        CN_PREPAID_BEIJING,
        CN_P2P_POOL,
    )
}


class UnknownRule(ValueError):
    """No pack of that name binds on that day."""


def rule(name: str, day: date) -> Pack:
    """Return a pack that binds on a day.

    >>> rule("uk_cass15", date(2026, 5, 6))
    Traceback (most recent call last):
    ...
    cunguan.policy.safeguarding.rules.UnknownRule: uk_cass15 binds from 2026-05-07
    """
    pack = RULES.get(name)
    if pack is None:
        raise UnknownRule(f"no rule pack is called {name}; there are {', '.join(RULES)}")
    if not pack.is_in_force(day):
        until = f" until {pack.effective_until}" if pack.effective_until else ""
        raise UnknownRule(f"{name} binds from {pack.effective_from}{until}")
    return pack


@cache
def rule_hash(pack: Pack) -> str:
    """Return the SHA-256, in hex, of everything a pack says."""
    return hashlib.sha256(b"cunguan-safeguarding-v1\n" + canonical_json(pack.said())).hexdigest()
