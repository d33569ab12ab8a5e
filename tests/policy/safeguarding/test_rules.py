"""Safeguarding rules: every pack is whole, and none binds before its day."""

from datetime import date, timedelta

import pytest

from cunguan.policy.safeguarding.engine import KINDS
from cunguan.policy.safeguarding.pack import WHOLE_E6, Pack
from cunguan.policy.safeguarding.rules import RULES, UnknownRule, rule, rule_hash


@pytest.mark.parametrize("pack", RULES.values(), ids=RULES)
def test_is_whole(pack: Pack) -> None:
    assert {*pack.requirement, *pack.resource} <= KINDS.keys()
    assert pack.resource[0] == "account" and "client" in pack.requirement
    assert all(days in (0, 1) for days in pack.place_within.values())
    assert all(0 < tier.share_e6 <= WHOLE_E6 for tier in pack.shares)
    assert pack.clauses and pack.sources and pack.name and pack.name_zh


def test_binds_from_its_day_on() -> None:
    for pack in RULES.values():
        assert rule(pack.id, pack.effective_from) is pack
        with pytest.raises(UnknownRule, match="binds from"):
            rule(pack.id, pack.effective_from - timedelta(days=1))
    with pytest.raises(UnknownRule, match="no rule pack is called cass"):
        rule("cass", date(2026, 6, 1))


def test_has_a_hash_of_its_own() -> None:
    assert len({rule_hash(pack) for pack in RULES.values()}) == len(RULES)
