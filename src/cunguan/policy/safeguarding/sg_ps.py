"""Safeguarding pack: major payment institutions in Singapore (新加坡支付机构客户资金保障).

Source  Payment Services Act 2019 section 23, as amended from 2024-04-04; Payment Services Regulations 2019 regulations 14 to 16
"""

from datetime import date
from typing import Final

from cunguan.policy.calendars.sg import SG_BANK_DAYS
from cunguan.policy.safeguarding.pack import Clause, Notice, Pack

SG_PS: Final = Pack(
    id="sg_ps",
    version=1,
    name="Singapore payment institutions, Payment Services Act section 23",
    name_zh="新加坡支付机构（《支付服务法》第23条）",
    currency=None,
    effective_from=date(2020, 1, 28),
    effective_until=None,
    requirement=("client", "unallocated", "unclaimed", "interest"),
    resource=("account", "unplaced", "guarantee"),
    place_within={"payment": 1, "e_money": 0},
    calendar=SG_BANK_DAYS,
    notice=Notice("MAS", "without_delay", "Payment Services Act"),
    clauses=(
        Clause("section 23(2)", "transfers and merchant acquisition: safeguarded no later than the next business day", True),
        Clause("section 23(4)", "e-money: safeguarded from the time it is received", True),
        Clause("section 23(2), (4)", "by an undertaking, a guarantee, or a trust account, of a safeguarding institution", True),
        Clause("regulation 16", "the institution acknowledges the trust and gives up set-off, in writing, before money comes", True),
        Clause("Payment Services Act", "when a shortfall is told to MAS", False),
    ),
    sources=("Payment Services Act 2019 section 23", "Payment Services Regulations 2019 regulations 14 to 16"),
)  # fmt: skip
