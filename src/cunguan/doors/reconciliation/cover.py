"""Cover (法定备付核对): R6, what is owed of a pool against the cash in it, at the end of the date.

Reads   the pool's sums; its state says whether the books know of a shortfall, and its shortfalls explain it
        the safeguarding runs of the date, one a pool and rule, as they were made (`cunguan safeguard`)
Source  domain.md (e.1) R6, (e.4) CN P2P custody; domain-decisions.md 1 (c). The rule packs of regimes are runs of their own
"""

from collections.abc import Iterator, Mapping
from datetime import date

from cunguan.doors.reconciliation.ground import NO_WORDS, Connection, Lane, ask
from cunguan.reconciliation.breaks import Words
from cunguan.reconciliation.daily import Check
from cunguan.reconciliation.equations import missing_minor

#: states in which a pool says that cash is missing
SHORT = frozenset({"short", "payouts_stopped"})
_STATES_ZH = {
    "opening": "待银行确认", "open": "正常", "short": "备付不足", "payouts_stopped": "已暂停客户出金", "stopped": "已停用",
    "closing": "销户中", "closed": "已销户",
}  # fmt: skip


def check(lane: Lane, pool: str, state: str, sums: Mapping[str, int]) -> Check:
    """Return the check of one pool."""
    missing = missing_minor(sums)
    if not missing:
        return Check("R6", lane.lane, pool, "agrees", 1, 1, 0)
    why = Words(
        f"{missing} minor units are missing in cash; the pool is {state}",
        f"现金短缺 {missing}（最小单位），专户状态为“{_STATES_ZH[state]}”",
    )
    return Check("R6", lane.lane, pool, "explained" if state in SHORT else "differs", 1, 0, 0, why)


def by_rules(connection: Connection, lane: Lane, day: date) -> Iterator[Check]:
    """Yield what the last safeguarding run of each pool and rule says of a date."""
    for pool, rule, is_sound, required, there, number in ask(connection, "recon_safeguarding", lane=lane.lane, day=day):
        en = f"run {number}: {required} required, {there} there"
        zh = f"测算 {number}：应有 {required}，实有 {there}"
        why = NO_WORDS if is_sound else Words(en, zh)
        yield Check("R6", lane.lane, f"{pool} {rule}", "agrees" if is_sound else "differs", 1, int(is_sound), 0, why)
