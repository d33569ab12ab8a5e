"""Safeguarding pack: clients' reserve of payment institutions in mainland China (非银行支付机构客户备付金).

Source  非银行支付机构客户备付金存管办法 (中国人民银行令〔2021〕第1号), 2021-03-01; 非银行支付机构监督管理条例 (国务院令第768号), 2024-05-01
"""

from datetime import date
from typing import Final

from cunguan.policy.calendars.cn import CN_WORKDAYS
from cunguan.policy.safeguarding.pack import ANY, Clause, Notice, Pack

CN_RESERVE: Final = Pack(
    id="cn_reserve",
    version=1,
    name="China payment institutions, clients' reserve",
    name_zh="非银行支付机构客户备付金",
    currency="CNY",
    effective_from=date(2021, 3, 1),
    effective_until=None,
    requirement=("client", "unallocated", "unclaimed", "interest"),
    resource=("account",),
    place_within={ANY: 0},
    calendar=CN_WORKDAYS,
    notice=Notice("中国人民银行分支机构", "without_delay", "存管办法"),
    clauses=(
        Clause("存管办法", "客户备付金全额集中交存至备付金集中存管账户", True),
        Clause("存管办法", "应付客户与应付商户之和不得超过账户余额", True),
        Clause("监督管理条例 第二十七条", "备付金仅按用户指令划转，不得挪用、占用、借用或用于质押", True),
        Clause("存管办法", "发现差额时的报告对象与时限", False),
    ),
    sources=("非银行支付机构客户备付金存管办法 (令〔2021〕第1号)", "非银行支付机构监督管理条例 (国务院令第768号)"),
)  # fmt: skip
