"""Proposed top-ups: exactly what is missing, against what the books know to be owed, each the same instruction twice."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cunguan.doors.safeguarding.top_up import Hands, Owed, Proposed, instructions, propose
from cunguan.policy.safeguarding.engine import Line, add_up, compute
from cunguan.policy.safeguarding.pack import Pack
from cunguan.policy.safeguarding.uk_cass7 import UK_CASS7
from cunguan.policy.safeguarding.uk_cass15 import UK_CASS15

HANDS = Hands("bank", "FT-1", "m1", "c1")


def proposed(pack: Pack, missing: int, own: int, *owed: Owed) -> list[tuple[str, str, str, int]]:
    cash = 1_000 + (own if "own" in pack.requirement else 0) - missing
    lines = [Line("client", "A", 1_000), Line("own", "", own), Line("account", "bank", cash)]
    found = propose(pack, compute(pack, add_up(lines)), owed)
    return [(one.kind, one.shortfall, one.source, one.amount_minor) for one in found]


@pytest.mark.parametrize(
    ("missing", "own", "owed", "expected"),
    [
        (0, 0, [("S1", "loss", 30)], []),
        (30, 0, [("S1", "loss", 30)], [("pool_top_up", "S1", "own_money", 30)]),
        (10, 20, [("S1", "loss", 30)], [("pool_top_up", "S1", "own_money", 10)]),  # the rest is covered by 3010 already
        (30, 0, [("S1", "loss", 20), ("CB", "client_debt", 50)],
         [("pool_top_up", "S1", "own_money", 20), ("pool_top_up", "CB", "own_money", 10)]),
        (30, 0, [("S1", "loss", 20)], [("pool_top_up", "S1", "own_money", 20), ("prudent_top_up", "", "", 10)]),
    ],
)  # fmt: skip
def test_makes_good_what_the_books_know_first(
    missing: int, own: int, owed: list[Owed], expected: list[tuple[str, str, str, int]]
) -> None:
    assert proposed(UK_CASS15, missing, own, *owed) == expected


def test_uses_own_money_in_the_pool_first_where_it_is_itself_required() -> None:
    assert proposed(UK_CASS7, 30, 20, ("CB", "client_debt", 5), ("S1", "loss", 25)) == [
        ("pool_top_up", "CB", "own_money", 5),
        ("pool_top_up", "S1", "paid_in_before", 20),
        ("pool_top_up", "S1", "own_money", 5),
    ]


amounts = st.integers(1, 10**9)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.lists(st.tuples(st.sampled_from(["loss", "client_debt"]), amounts), max_size=5),
)
def test_is_what_is_missing_to_the_unit_and_never_more_than_is_owed(
    missing: int, own: int, rows: list[tuple[str, int]]
) -> None:
    owed = [(f"S{n}", cause, minor) for n, (cause, minor) in enumerate(rows)]
    for pack in (UK_CASS15, UK_CASS7):
        found = proposed(pack, missing, own, *owed)
        assert sum(one[3] for one in found) == missing and all(one[3] > 0 for one in found)
        for name, _, minor in owed:
            assert sum(one[3] for one in found if one[1] == name) <= minor
        assert sum(one[3] for one in found if one[2] == "paid_in_before") <= own


def test_the_same_run_gives_the_same_instructions() -> None:
    ready = (Proposed("pool_top_up", "S1", "own_money", 20), Proposed("prudent_top_up", "", "", 10))
    first, second = instructions(17, "main", ready, HANDS), instructions(17, "main", ready, HANDS)
    assert first == second and [one.id for one in first] == ["safeguard:17:1", "safeguard:17:2"]
