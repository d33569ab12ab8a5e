"""Trial balance at any moment (试算平衡表): balances by pool and code as of a sequence; even in each pool, or the books are wrong.

Reads   the last posting of each account up to the sequence
Shape   TrialBalance: lines by pool, currency and code; the sums of both sides of each pool
Source  ledger/trial_balance.py; invariant 1; S-24
"""

from itertools import groupby

import msgspec

from cunguan.ledger import trial_balance as rule
from cunguan.store.history import CodeBalance, History, LaneSeen


class PoolSides(msgspec.Struct, frozen=True):
    """What stands on each side in one pool."""

    pool: str
    currency: str
    debit_minor: int
    credit_minor: int


class TrialBalance(msgspec.Struct, frozen=True):
    """A lane's pools as of a sequence."""

    platform: str
    seq: int
    is_even: bool
    pools: list[PoolSides]
    lines: list[CodeBalance]


def trial_balance(history: History, lane: LaneSeen, seq: int) -> TrialBalance:
    """Return the trial balance as of a sequence."""
    lines = history.trial_balance(lane.lane, seq)
    pools = [
        PoolSides(*place, *rule.sides((line.code, line.balance_minor) for line in of))
        for place, of in groupby(lines, lambda line: (line.pool, line.currency))
    ]
    return TrialBalance(lane.platform, seq, all(pool.debit_minor == pool.credit_minor for pool in pools), pools, lines)
