"""Safeguarding pack: single-purpose prepaid cards in Beijing (北京市单用途预付卡预收资金管理).

Units   fen; share of the balance at the end of the last quarter. From 500,000.00 yuan on an operator must file, and is bound;
        below it only whoever has filed of his own will
Source  北京市单用途预付卡管理条例 (2022-06-01); 北京市单用途商业预付卡备案及预收资金管理实施办法（试行）(京商秩字〔2023〕18号, 2023-09-01)
"""

from datetime import date
from typing import Final

from cunguan.policy.calendars.cn import CN_WORKDAYS
from cunguan.policy.safeguarding.pack import ANY, Clause, Notice, Pack, Tier

CN_PREPAID_BEIJING: Final = Pack(
    id="cn_prepaid_beijing",
    version=1,
    name="Single-purpose prepaid cards, Beijing: retail, restaurants, personal services",
    name_zh="北京市单用途商业预付卡",
    currency="CNY",
    effective_from=date(2023, 9, 1),
    effective_until=None,
    requirement=("client", "unallocated", "unclaimed", "interest"),
    resource=("account", "insurance", "guarantee"),
    place_within={ANY: 0},
    calendar=CN_WORKDAYS,
    notice=Notice("区商务部门", "without_delay", "实施办法"),
    clauses=(
        Clause("条例", "经营者通过专用存管账户收取预收资金，存管银行与本市资金存管信息平台对接", True),
        Clause("实施办法", "预收资金余额达五十万元的应当备案；接受管理的预收资金不低于上季度末余额的百分之四十", True),
        Clause("实施办法", "其施行日期（此处取发文日）；保险、保函可否冲抵；不足时的报告对象与时限", False),
    ),
    sources=("北京市单用途预付卡管理条例 (2022-06-01)", "京商秩字〔2023〕18号"),
    shares=(
        #    firm class  above       share
        Tier("filed",    0,          400_000),  # 自愿备案
        Tier("unfiled",  49_999_999, 400_000),  # from 500,000.00 on
    ),
    share_of="quarter_end",
)  # fmt: skip
