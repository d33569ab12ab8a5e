"""Safeguarding pack: the pooled custody account of P2P lending in mainland China (网络借贷资金存管专用账户).

When    every day: the sub-accounts of all clients and of the platform add up to the pooled account
Source  网络借贷资金存管业务指引 (银监办发〔2017〕21号), 2017-02-22
"""

from datetime import date
from typing import Final

from cunguan.policy.calendars.cn import CN_WORKDAYS
from cunguan.policy.safeguarding.pack import ANY, Clause, Notice, Pack

CN_P2P_POOL: Final = Pack(
    id="cn_p2p_pool",
    version=1,
    name="China P2P lending, pooled custody account",
    name_zh="网络借贷资金存管专用账户",
    currency="CNY",
    effective_from=date(2017, 2, 22),
    effective_until=None,
    requirement=("client", "unallocated", "unclaimed", "interest"),
    resource=("account",),
    place_within={ANY: 0},
    calendar=CN_WORKDAYS,
    notice=Notice("国家金融监督管理总局派出机构", "without_delay", "存管业务指引"),
    clauses=(
        Clause("存管业务指引", "存管人与委托人每日进行账务核对，确保系统数据一致", True),
        Clause("存管业务指引", "子账户余额之和等于资金存管汇总账户余额", True),
        Clause("存管业务指引", "条款编号；不一致时的报告对象与时限", False),
    ),
    sources=("网络借贷资金存管业务指引 (银监办发〔2017〕21号)",),
    is_equal=True,
)  # fmt: skip
