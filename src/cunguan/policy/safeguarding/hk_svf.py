"""Safeguarding pack: stored value facilities in Hong Kong (香港储值支付工具浮存金保障).

Source  Payment Systems and Stored Value Facilities Ordinance (Cap. 584); HKMA guideline on supervision of SVF licensees. The
        guideline was not read: the clauses are from general knowledge
"""

from datetime import date
from typing import Final

from cunguan.policy.calendars.hk import HK_BANK_DAYS
from cunguan.policy.safeguarding.pack import ANY, Clause, Notice, Pack

HK_SVF: Final = Pack(
    id="hk_svf",
    version=1,
    name="Hong Kong stored value facilities, float",
    name_zh="香港储值支付工具浮存金",
    currency=None,
    effective_from=date(2016, 11, 13),
    effective_until=None,
    requirement=("client", "unallocated", "unclaimed", "interest"),
    resource=("account", "asset", "guarantee"),
    place_within={ANY: 0},
    calendar=HK_BANK_DAYS,
    notice=Notice("HKMA", "without_delay", "Cap. 584"),
    clauses=(
        Clause("Cap. 584", "the float is fully protected at all times, with its own records", False),
        Clause("HKMA guideline", "in cash or low-risk assets, under a trust or a bank's guarantee", False),
        Clause("HKMA guideline", "float and assets are reconciled every day", False),
        Clause("Cap. 584", "whom to tell of a shortfall, and when", False),
    ),
    sources=("Payment Systems and Stored Value Facilities Ordinance (Cap. 584)", "HKMA guideline on SVF licensees"),
)  # fmt: skip
