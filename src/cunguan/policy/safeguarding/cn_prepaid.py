"""Safeguarding pack: single-purpose commercial prepaid cards in mainland China (单用途商业预付卡预收资金存管，全国).

Units   fen; shares of the balance at the end of the last quarter
Source  单用途商业预付卡管理办法（试行）(商务部令2012年第9号) 第二十六条至第二十八条
"""

from datetime import date
from typing import Final

from cunguan.policy.calendars.cn import CN_WORKDAYS
from cunguan.policy.safeguarding.pack import ANY, Clause, Notice, Pack, Tier

CN_PREPAID: Final = Pack(
    id="cn_prepaid",
    version=1,
    name="China single-purpose prepaid cards, national",
    name_zh="单用途商业预付卡（全国）",
    currency="CNY",
    effective_from=date(2012, 11, 1),
    effective_until=None,
    requirement=("client", "unallocated", "unclaimed", "interest"),
    resource=("account", "insurance", "guarantee"),
    place_within={ANY: 0},
    calendar=CN_WORKDAYS,
    notice=Notice("备案机关", "without_delay", "第二十六条"),
    clauses=(
        Clause("第二十六条", "存管资金不低于上一季度预收资金余额：规模发卡企业20%，集团发卡企业30%，品牌发卡企业40%", True),
        Clause("第二十七条", "存管银行对超出存管余额的支取予以拒绝", True),
        Clause("第二十八条", "可以使用保函、保险等方式冲抵存管资金", True),
        Clause("第二十六条", "不足时的报告对象与时限", False),
    ),
    sources=("单用途商业预付卡管理办法（试行）(商务部令2012年第9号)",),
    shares=(
        #    firm class  above  share
        Tier("scale",    0,     200_000),  # 规模发卡企业
        Tier("group",    0,     300_000),  # 集团发卡企业
        Tier("brand",    0,     400_000),  # 品牌发卡企业
    ),
    share_of="quarter_end",
)  # fmt: skip
