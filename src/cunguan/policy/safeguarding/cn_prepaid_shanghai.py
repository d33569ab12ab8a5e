"""Safeguarding pack: single-purpose prepaid cards in Shanghai (上海市单用途预付消费卡预收资金存管).

Units   fen; shares of the whole balance now
Source  上海市单用途预付消费卡管理规定 (2018-07-27) 第十五条 leaves the lines to 市商务部门; they are those of
        its 实施办法 第十条、第十一条
"""

from datetime import date
from typing import Final

from cunguan.policy.calendars.cn import CN_WORKDAYS
from cunguan.policy.safeguarding.pack import ANY, Clause, Notice, Pack, Tier

_WARNING_MINOR: Final = 20_000_000  # 200,000.00 yuan, 风险警示标准

CN_PREPAID_SHANGHAI: Final = Pack(
    id="cn_prepaid_shanghai",
    version=1,
    name="Single-purpose prepaid cards, Shanghai",
    name_zh="上海市单用途预付消费卡",
    currency="CNY",
    effective_from=date(2019, 1, 1),
    effective_until=None,
    requirement=("client", "unallocated", "unclaimed", "interest"),
    resource=("account", "insurance", "guarantee"),
    place_within={ANY: 0},
    calendar=CN_WORKDAYS,
    notice=Notice("单用途卡行业主管部门", "without_delay", "第十五条"),
    clauses=(
        Clause("管理规定 第十五条", "余额超过风险警示标准的，应当采取专用存款账户管理；可以采取履约保证保险等冲抵存管资金", True),
        Clause("实施办法 第十条", "余额超过二十万元的，存管全部余额的百分之四十", True),
        Clause("实施办法 第十一条", "超过上一年度主营业务收入百分之二十（高于二十万元，最高五千万元）的，存管百分之一百", True),
        Clause("实施办法 第十一条", "开业不满一年的，余额超过二十万元，存管百分之一百", True),
        Clause("实施办法", "余额以何日计算，不足时的报告对象与时限", False),
    ),
    sources=("上海市单用途预付消费卡管理规定 (2018-07-27)", "上海市单用途预付消费卡管理实施办法 (2019)"),
    shares=(
        #    firm class     above           share      line: of last year's revenue, at most
        Tier("established", _WARNING_MINOR, 400_000),
        Tier("established", _WARNING_MINOR, 1_000_000, 200_000,                      5_000_000_000),
        Tier("first_year",  _WARNING_MINOR, 1_000_000),
    ),
)  # fmt: skip
