"""Policy pack: P2P lending in mainland China (网络借贷). One rule a legal sentence.

Units   fen (分); rates a year in millionths; working days by cn_workdays
Source  网络借贷信息中介机构业务活动管理暂行办法 (2016-08-24); 最高人民法院 on private lending (2020).
        confirmed=False marks what is known from general knowledge only: read the clause before you rely on it.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final

from cunguan.kernel.money import format_minor
from cunguan.kernel.rules import OK, Rule, Verdict, row_in_force
from cunguan.policy.calendars.cn import CN_WORKDAYS, SOURCES
from cunguan.policy.facts import ListingFacts, ReserveFacts
from cunguan.policy.pack import Pack

CURRENCY: Final = "CNY"

CAP_ON_ONE_PLATFORM: Final = {
    "person":    20_000_000,
    "company":  100_000_000,
}  # fmt: skip

CAP_ACROSS_PLATFORMS: Final = {
    "person":   100_000_000,
    "company":  500_000_000,
}  # fmt: skip

PARAMS: Final = {
    "raise_working_days":  20,  # a bid is held to the end of the raise at most
    "full_working_days":    5,  # ours, no law: from full to disbursement, or everything goes back
    "lpr_times":            4,
    "claim_holding_days":  30,  # ours, no law: a claim is held so long before it is sold
    # Platform money in the pool: the longest stay in days, ours and no law; an account without a line is off here.
    "stay_days_2110":      31,  # fees: paid out within the month
    "stay_days_2120":     366,  # marketing
    "stay_days_2150":       7,  # on its way from the platform's own account to where it is needed
    "stay_days_2160":      31,  # partners' shares of fees
    "red_packet_day_minor": 10_000_000,  # of a pool, ours and no law
}  # fmt: skip

# One-year loan prime rate (一年期贷款市场报价利率), in force from the day it was published; months without a change are
# left out. Written from general knowledge, to be confirmed against the 全国银行间同业拆借中心's publication.
LPR_ONE_YEAR: Final = (
    # from               millionths
    (date(2019,  8, 20), 42_500),
    (date(2019,  9, 20), 42_000),
    (date(2019, 11, 20), 41_500),
    (date(2020,  2, 20), 40_500),
    (date(2020,  4, 20), 38_500),
    (date(2021, 12, 20), 38_000),
    (date(2022,  1, 20), 37_000),
    (date(2022,  8, 22), 36_500),
    (date(2023,  6, 20), 35_500),
    (date(2023,  8, 21), 34_500),
    (date(2024,  7, 22), 33_500),
    (date(2024, 10, 21), 31_000),
    (date(2025,  5, 20), 30_000),
)  # fmt: skip


def lpr_one_year_e6(day: date) -> int:
    """Return the one-year LPR in force on a day, in millionths; the last one known after the table's end.

    >>> [lpr_one_year_e6(day) for day in (date(2020, 4, 19), date(2020, 4, 20), date(2025, 12, 31))]
    [40500, 38500, 30000]
    """
    row = row_in_force(LPR_ONE_YEAR, day)
    if row is None:
        raise ValueError(f"no LPR was published by {day}; the rate rule binds from 2020-08-20")
    return row[1]


def cap_on_one_platform(caps: Mapping[str, int], facts: ListingFacts) -> Verdict:
    """Test that the borrower stays under the cap on this platform.

    >>> listing = partial(ListingFacts, "person", rate_e6=0, raise_from=date(2024, 3, 1), raise_until=date(2024, 3, 8),
    ...     currency="CNY", day=date(2024, 3, 1))
    >>> cap_on_one_platform(CAP_ON_ONE_PLATFORM, listing(15_000_000, 5_000_000)).ok
    True
    >>> cap_on_one_platform(CAP_ON_ONE_PLATFORM, listing(15_000_000, 5_000_001)).why
    'would owe 200,000.01 on this platform, cap 200,000.00'
    """
    # The operation has compared the listing's currency with the pack's; fen are not cents.
    assert facts.currency == CURRENCY, facts.currency
    owed, cap = facts.outstanding_minor + facts.asked_minor, caps[facts.borrower_kind]
    if owed <= cap:
        return OK
    return Verdict(False, "borrower_cap_exceeded", f"would owe {_yuan(owed)} on this platform, cap {_yuan(cap)}")


def cap_across_platforms(caps: Mapping[str, int], facts: ReserveFacts) -> Verdict:
    """Test that the borrower stays under the cap on all platforms of this custodian together."""
    owed, cap = facts.reserved_minor + facts.asked_minor, caps[facts.person_kind]
    if owed <= cap:
        return OK
    return Verdict(False, "cross_platform_cap_exceeded", f"would owe {_yuan(owed)} on all platforms, cap {_yuan(cap)}")


def raise_days(limit: int, facts: ListingFacts) -> Verdict:
    """Test that the raise lasts no more working days than allowed.

    >>> listing = partial(ListingFacts, "person", 0, 1, 0, currency="CNY", day=date(2024, 1, 31))
    >>> raise_days(20, listing(raise_from=date(2024, 2, 1), raise_until=date(2024, 3, 5))).ok
    True
    >>> raise_days(20, listing(raise_from=date(2024, 2, 1), raise_until=date(2024, 3, 6))).why
    'the raise lasts 21 working days, 20 are allowed'
    """
    days = CN_WORKDAYS.working_days_between(facts.raise_from, facts.raise_until)
    if days <= limit:
        return OK
    return Verdict(False, "raise_too_long", f"the raise lasts {days} working days, {limit} are allowed")


def rate_cap(times: int, facts: ListingFacts) -> Verdict:
    """Test that the rate is no more than so many times the one-year LPR of the day.

    >>> listing = partial(ListingFacts, "person", 0, 1, raise_from=date(2024, 3, 1), raise_until=date(2024, 3, 8),
    ...     currency="CNY", day=date(2024, 3, 1))
    >>> rate_cap(4, listing(rate_e6=138_000)).ok
    True
    >>> rate_cap(4, listing(rate_e6=138_001)).why
    'the rate is 13.8001 % a year, the cap 13.8000 % is 4 times the one-year LPR of 2024-03-01'
    """
    cap_e6 = times * lpr_one_year_e6(facts.day)
    if facts.rate_e6 <= cap_e6:
        return OK
    return Verdict(
        False,
        "rate_cap_exceeded",
        f"the rate is {_percent(facts.rate_e6)} a year, the cap {_percent(cap_e6)} is {times} times the one-year LPR"
        f" of {facts.day}",
    )


def _yuan(minor: int) -> str:
    return format_minor(minor, CURRENCY)


def _percent(rate_e6: int) -> str:
    return f"{rate_e6 // 10_000}.{rate_e6 % 10_000:04d} %"


_PROVISIONAL_MEASURES: Final = "网络借贷信息中介机构业务活动管理暂行办法 (2016)"
_IN_FORCE: Final = date(2016, 8, 24)

CN_P2P: Final = Pack(
    id="cn_p2p",
    version=2,
    name="P2P lending, mainland China",
    currency=CURRENCY,
    rules=(
        Rule(
            id="cn_p2p.cap_on_one_platform",
            applies_to=("listing_registration",),
            sentence="同一自然人在同一网络借贷信息中介机构平台的借款余额上限不超过人民币20万元；同一法人或其他组织不超过人民币100万元",
            source=f"{_PROVISIONAL_MEASURES} 第十七条",
            effective_from=_IN_FORCE,
            effective_until=None,
            confirmed=True,
            check=partial(cap_on_one_platform, CAP_ON_ONE_PLATFORM),
            params=CAP_ON_ONE_PLATFORM,
        ),
        Rule(
            id="cn_p2p.cap_across_platforms",
            applies_to=("limit_reserve",),
            sentence="同一自然人在不同网络借贷信息中介机构平台借款总余额不超过人民币100万元；同一法人或其他组织不超过人民币500万元",
            source=f"{_PROVISIONAL_MEASURES} 第十七条",
            effective_from=_IN_FORCE,
            effective_until=None,
            confirmed=False,
            check=partial(cap_across_platforms, CAP_ACROSS_PLATFORMS),
            params=CAP_ACROSS_PLATFORMS,
        ),
        Rule(
            id="cn_p2p.raise_days",
            applies_to=("listing_registration",),
            sentence="每一融资项目的募集期最长不超过20个工作日",
            source=f"{_PROVISIONAL_MEASURES}; the article's number is to be confirmed",
            effective_from=_IN_FORCE,
            effective_until=None,
            confirmed=True,
            check=partial(raise_days, PARAMS["raise_working_days"]),
            params={"raise_working_days": PARAMS["raise_working_days"]},
        ),
        Rule(
            id="cn_p2p.rate_cap",
            applies_to=("listing_registration",),
            sentence="双方约定的利率不超过合同成立时一年期贷款市场报价利率四倍",
            source="最高人民法院关于审理民间借贷案件适用法律若干问题的规定 (2020修正)；一年期LPR历史",
            effective_from=date(2020, 8, 20),
            effective_until=None,
            confirmed=False,
            check=partial(rate_cap, PARAMS["lpr_times"]),
            params={"lpr_times": PARAMS["lpr_times"]},
            dated=LPR_ONE_YEAR,
        ),
    ),
    calendar=CN_WORKDAYS,
    sources=(_PROVISIONAL_MEASURES, "最高人民法院关于审理民间借贷案件适用法律若干问题的规定 (2020修正)", *SOURCES),
    params=PARAMS,
)
