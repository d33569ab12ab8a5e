"""Evaluation (规则评估): which rules bind on a day, and what they say of the facts.

When    an operation decides; the lane stores pack id, version and rule-set hash with each batch
Reads   a pack, the name of the operation, the business date, the facts of the operation
Returns the first verdict that is not ok, in the pack's order; touches nothing
"""

import hashlib
from datetime import date
from functools import lru_cache
from typing import Any, Final

import msgspec

from cunguan.kernel.rules import OK, Rule, Verdict, row_in_force
from cunguan.policy.pack import Pack
from cunguan.policy.packs.cn_p2p import CN_P2P
from cunguan.policy.packs.none_recorded import NONE_RECORDED

__all__ = ["PACKS", "Pack", "evaluate", "is_on", "rule_set_hash", "rules_in_force"]

PACKS: Final[dict[str, Pack]] = {
    pack.id: pack
    for pack in (
        CN_P2P,
        NONE_RECORDED,
    )
}


@lru_cache(maxsize=4096)
def rules_in_force(pack: Pack, operation: str, day: date) -> tuple[Rule, ...]:
    """Return the rules that bind this operation on this day, in checking order.

    >>> [rule.id for rule in rules_in_force(PACKS["cn_p2p"], "limit_reserve", date(2024, 3, 1))]
    ['cn_p2p.cap_across_platforms']
    """
    return tuple(rule for rule in pack.rules if operation in rule.applies_to and rule.is_in_force(day))


def evaluate(pack: Pack, operation: str, day: date, facts: Any) -> Verdict:
    """Return the first failing verdict, with the id of its rule, else OK.

    >>> from cunguan.policy.facts import ReserveFacts
    >>> evaluate(PACKS["cn_p2p"], "limit_reserve", date(2024, 3, 1), ReserveFacts("person", 0, 100_000_000)).ok
    True
    >>> evaluate(PACKS["cn_p2p"], "limit_reserve", date(2024, 3, 1), ReserveFacts("person", 0, 100_000_001)).why
    'would owe 1,000,000.01 on all platforms, cap 1,000,000.00'
    """
    for rule in rules_in_force(pack, operation, day):
        verdict = rule.check(facts)
        if not verdict.ok:
            return msgspec.structs.replace(verdict, rule_id=rule.id)
    return OK


def is_on(pack: Pack, switch: str, day: date) -> bool:
    """Test that a pack has turned on, by this day, what is off by default.

    >>> [is_on(PACKS[pack], "interest_top_up", date(2024, 3, 1)) for pack in ("cn_p2p", "none_recorded")]
    [False, True]
    """
    row = row_in_force(pack.switches.get(switch, ()), day)
    return row is not None and bool(row[1])


@lru_cache(maxsize=4096)
def rule_set_hash(pack: Pack, day: date) -> str:
    """Return the SHA-256, in hex, of all that binds on this day: the rules, their dates and their figures.

    What is added later with a later date (a rule, a row of a table, next year's working days) is not in it: the hash
    of today stays what it was.
    """
    on = sorted(switch for switch in pack.switches if is_on(pack, switch, day))
    content: tuple[object, ...] = (
        "cunguan-rule-set-v1",
        pack.id,
        pack.currency,
        [_described(rule, day) for rule in pack.rules if rule.is_in_force(day)],
        sorted(pack.params.items()),
        pack.calendar.name,
        *([on] if on else []),  # a pack without switches keeps the hash it had before there were any
    )
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _described(rule: Rule, day: date) -> tuple[object, ...]:
    # Not effective_until: an end that is announced later does not change what bound before it.
    return (
        rule.id,
        rule.applies_to,
        rule.sentence,
        rule.source,
        rule.effective_from,
        rule.confirmed,
        sorted(rule.params.items()),
        row_in_force(rule.dated, day),
    )
