"""Cover (法定备付核对): R6, what is owed of a pool against the cash in it, at the end of the date.

Reads   the pool's sums; its state says whether the books know of a shortfall, and its shortfalls explain it
Source  domain.md (e.1) R6, (e.4) CN P2P custody; domain-decisions.md 1 (c). The rule packs of other regimes are runs of their own
"""

from collections.abc import Mapping

from cunguan.doors.reconciliation.ground import Lane
from cunguan.reconciliation.breaks import Words
from cunguan.reconciliation.daily import Check
from cunguan.reconciliation.equations import missing_minor

#: states in which a pool says that cash is missing
SHORT = frozenset({"short", "payouts_stopped"})


def check(lane: Lane, pool: str, state: str, sums: Mapping[str, int]) -> Check:
    """Return the check of one pool."""
    missing = missing_minor(sums)
    if not missing:
        return Check("R6", lane.lane, pool, "agrees", 1, 1, 0)
    why = Words(
        f"{missing} minor units are missing in cash; the pool is {state}",
        f"现金短缺 {missing}（最小单位），专户状态 {state}",
    )
    return Check("R6", lane.lane, pool, "explained" if state in SHORT else "differs", 1, 0, 0, why)
