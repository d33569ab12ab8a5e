"""Safeguarding engine: k.2 from a firm's own records, what must never be netted or counted, and each pack's own figures."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cunguan.policy.safeguarding.cn_p2p_pool import CN_P2P_POOL
from cunguan.policy.safeguarding.cn_prepaid import CN_PREPAID
from cunguan.policy.safeguarding.cn_prepaid_beijing import CN_PREPAID_BEIJING
from cunguan.policy.safeguarding.cn_prepaid_shanghai import CN_PREPAID_SHANGHAI
from cunguan.policy.safeguarding.engine import Adding, FactMissing, Facts, Figures, Line, add_up, compute, line_of
from cunguan.policy.safeguarding.hk_svf import HK_SVF
from cunguan.policy.safeguarding.pack import Pack
from cunguan.policy.safeguarding.sg_ps import SG_PS
from cunguan.policy.safeguarding.uk_cass7 import UK_CASS7
from cunguan.policy.safeguarding.uk_cass15 import UK_CASS15

K2 = [
    Line("client", "A", 50_000), Line("client", "B", 30_000), Line("client", "C", -5_000), Line("unallocated", "", 2_000),
    Line("account", "bank", 70_000), Line("unplaced", "till", 9_000),
]  # fmt: skip


def figures(pack: Pack, lines: list[Line], **facts: object) -> Figures:
    return compute(pack, add_up(lines, pack.netting), Facts(**facts))  # type: ignore[arg-type]


def both(found: Figures) -> tuple[int, ...]:
    assert found.next_day is not None
    now, then = found.now, found.next_day
    return (now.requirement_minor, now.resource_minor, now.shortfall_minor,
            then.requirement_minor, then.resource_minor, then.shortfall_minor)  # fmt: skip


def test_gives_k2() -> None:
    found = figures(UK_CASS15, K2, received_today_minor=9_000)
    assert both(found) == (82_000, 79_000, 3_000, 73_000, 70_000, 3_000)
    assert (found.missing_minor, found.to_place_minor, found.is_sound) == (3_000, 0, False)
    made_good = figures(UK_CASS15, [*K2, Line("account", "bank", 3_000)], received_today_minor=9_000)
    assert (made_good.now.verdict, made_good.is_sound) == ("reconciled", True)


def test_would_be_an_excess_of_20_if_a_negative_balance_were_netted() -> None:
    netted = [Line("client", "A", 50_000 - 5_000), *K2[1:2], *K2[3:]]
    assert figures(UK_CASS15, netted, received_today_minor=9_000).now.excess_minor == 2_000  # the trap
    assert figures(UK_CASS15, K2, received_today_minor=9_000).now.excess_minor == 0


@pytest.mark.parametrize(
    ("received", "next_day"),
    [
        (9_000, (73_000, 70_000, 3_000)),
        (5_000, (77_000, 70_000, 7_000)),  # 4,000 have waited since yesterday: they should have their place
        (50_000, (73_000, 70_000, 3_000)),  # what came today and was placed at once is required like all else
    ],
)
def test_leaves_out_of_d_plus_1_only_what_came_today_and_waits(received: int, next_day: tuple[int, ...]) -> None:
    found = figures(UK_CASS15, K2, received_today_minor=received)
    assert both(found)[3:] == next_day
    assert found.to_place_minor == next_day[2] - 3_000


@pytest.mark.parametrize(("pack", "there"), [(UK_CASS15, 40_100), (UK_CASS7, 40_000)])
def test_nets_a_clients_own_accounts_only_where_the_pack_says_so(pack: Pack, there: int) -> None:
    lines = [Line("client", "A", 40_100), Line("client", "B", -1), Line("client", "A", -100)]
    assert figures(pack, lines).now.requirement_minor == there


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(-(10**6), 10**6))), st.randoms())
def test_requires_as_much_in_any_order_and_never_less_for_a_debt(rows: list[tuple[str, int]], random: object) -> None:
    lines = [Line("client", owner, minor) for owner, minor in rows]
    shuffled = sorted(lines, key=lambda _: random.random())  # type: ignore[attr-defined]
    for pack in (UK_CASS15, UK_CASS7):
        grouped = Adding(pack.netting, is_grouped=True)
        for line in sorted(lines, key=lambda line: line.owner):
            grouped.add(line)
        assert grouped.held() == add_up(lines, pack.netting)
        whole = figures(pack, lines).now.requirement_minor
        assert whole == figures(pack, shuffled).now.requirement_minor >= max(sum(line.minor for line in lines), 0)
        assert figures(pack, [*lines, Line("client", "debtor", -777)]).now.requirement_minor == whole


def test_counts_each_account_of_the_chart_on_its_side() -> None:
    balances = [
        ("2010", "A", 1), ("2020", "A", 2), ("2030", "A", 4), ("2040", "B", 8), ("2210", "main", 16), ("2220", "main", 32),
        ("2230", "main", 64), ("2240", "main", 128), ("2310", "B", 256),
        ("2015", "A", 10_000), ("1020", "clearing", 10_000), ("1030", "main", 10_000), ("1040", "C", 10_000),
        ("3010", "main", 10_000),  # its cash is in the bank account already
        ("1010", "safe", 700), ("1010", "till", 50), ("2110", "main", 3), ("2155", "main", 5),
    ]  # fmt: skip
    lines = [line for one in balances if (line := line_of(*one, {"till"}))]
    assert both(figures(UK_CASS15, lines))[:2] == (511, 742)
    assert both(figures(UK_CASS15, lines))[4] == 692


def test_takes_money_on_its_way_only_where_the_clock_allows_it() -> None:
    assert figures(SG_PS, K2, pool_class="payment", received_today_minor=9_000).now.resource_minor == 79_000
    at_once = figures(SG_PS, K2, pool_class="e_money", received_today_minor=9_000)
    assert (at_once.now.resource_minor, at_once.next_day) == (70_000, None)
    assert figures(HK_SVF, K2).now.resource_minor == 70_000
    with pytest.raises(FactMissing, match="knows no pool of class 'savings': one of payment, e_money"):
        figures(SG_PS, K2, pool_class="savings")


@pytest.mark.parametrize(
    ("kind", "packs"), [("asset", {"uk_cass15", "hk_svf"}), ("insurance", {"uk_cass15", "cn_prepaid"})]
)
def test_counts_only_the_cover_a_pack_takes(kind: str, packs: set[str]) -> None:
    cover = [*K2, Line(kind, "", 4_000)]
    facts = {"firm_class": "scale", "quarter_end_minor": 0}
    took = {
        pack.id
        for pack in (UK_CASS15, UK_CASS7, SG_PS, HK_SVF, CN_PREPAID)
        if figures(pack, cover, **facts).now.resource_minor > figures(pack, K2, **facts).now.resource_minor
    }
    assert took == packs


def test_counts_money_segregated_prudently_as_required_by_cass_7_alone() -> None:
    lines = [Line("client", "A", 100), Line("own", "main", 30), Line("account", "bank", 130)]
    assert figures(UK_CASS7, lines).now.verdict == "reconciled"
    assert figures(UK_CASS15, lines).now.excess_minor == 30


@pytest.mark.parametrize(("cash", "is_sound"), [(99, False), (100, True), (110, True), (111, False)])
def test_takes_more_than_the_sub_accounts_for_a_break_but_for_own_money(cash: int, is_sound: bool) -> None:
    lines = [Line("client", "A", 100), Line("own", "main", 10), Line("account", "bank", cash)]
    assert figures(CN_P2P_POOL, lines).is_sound is is_sound


# 预付卡: amounts in fen
@pytest.mark.parametrize(
    ("pack", "facts", "balance", "required"),
    [
        (CN_PREPAID, {"firm_class": "scale", "quarter_end_minor": 1_000_001}, 5, 200_001),  # rounded up
        (CN_PREPAID, {"firm_class": "group", "quarter_end_minor": 1_000_000}, 5, 300_000),
        (CN_PREPAID, {"firm_class": "brand", "quarter_end_minor": 1_000_000}, 5, 400_000),
        (CN_PREPAID_BEIJING, {"firm_class": "unfiled", "quarter_end_minor": 49_999_999}, 5, 0),
        (CN_PREPAID_BEIJING, {"firm_class": "unfiled", "quarter_end_minor": 50_000_000}, 5, 20_000_000),
        (CN_PREPAID_BEIJING, {"firm_class": "filed", "quarter_end_minor": 1_000_000}, 5, 400_000),
        (CN_PREPAID_SHANGHAI, {"firm_class": "first_year", "revenue_minor": 0}, 20_000_000, 0),
        (CN_PREPAID_SHANGHAI, {"firm_class": "first_year", "revenue_minor": 0}, 20_000_001, 20_000_001),
        (CN_PREPAID_SHANGHAI, {"firm_class": "established", "revenue_minor": 500_000_000}, 20_000_000, 0),
        (CN_PREPAID_SHANGHAI, {"firm_class": "established", "revenue_minor": 500_000_000}, 30_000_000, 12_000_000),
        # 20 % of 5,000,000.00 yuan of revenue are 1,000,000.00: up to it 40 %, above it all
        (CN_PREPAID_SHANGHAI, {"firm_class": "established", "revenue_minor": 500_000_000}, 100_000_000, 40_000_000),
        (CN_PREPAID_SHANGHAI, {"firm_class": "established", "revenue_minor": 500_000_000}, 100_000_001, 100_000_001),
        # a firm of little revenue: the line does not fall below 200,000.00; of much: not above 50,000,000.00
        (CN_PREPAID_SHANGHAI, {"firm_class": "established", "revenue_minor": 0}, 20_000_001, 20_000_001),
        (CN_PREPAID_SHANGHAI, {"firm_class": "established", "revenue_minor": 10**14}, 5_000_000_000, 2_000_000_000),
        (CN_PREPAID_SHANGHAI, {"firm_class": "established", "revenue_minor": 10**14}, 5_000_000_001, 5_000_000_001),
    ],
)  # fmt: skip
def test_requires_the_share_of_a_prepaid_pack(
    pack: Pack, facts: dict[str, object], balance: int, required: int
) -> None:
    assert figures(pack, [Line("client", "A", balance)], **facts).now.requirement_minor == required


@pytest.mark.parametrize(
    ("pack", "facts", "asks"),
    [
        (CN_PREPAID, {"firm_class": "scale"}, "quarter_end_minor"),
        (CN_PREPAID, {"quarter_end_minor": 1}, "one of brand, group, scale"),
        (CN_PREPAID_SHANGHAI, {"firm_class": "established"}, "revenue_minor"),
    ],
)
def test_asks_for_a_fact_it_was_not_given(pack: Pack, facts: dict[str, object], asks: str) -> None:
    with pytest.raises(FactMissing, match=asks):
        figures(pack, K2, **facts)
