"""Safeguarding pack: payment and e-money institutions in the European Union (欧盟支付与电子货币机构保障资金).

Source  Directive (EU) 2015/2366 (PSD2) article 10; Directive 2009/110/EC (EMD2) article 7. PSD3 and the PSR are not in force
"""

from datetime import date
from typing import Final

from cunguan.policy.calendars.target import TARGET_DAYS
from cunguan.policy.safeguarding.pack import Clause, Notice, Pack

EU_PSD2: Final = Pack(
    id="eu_psd2",
    version=1,
    name="EU payment and e-money institutions, PSD2 article 10, EMD2 article 7",
    name_zh="欧盟支付与电子货币机构（PSD2 第10条、EMD2 第7条）",
    currency=None,
    effective_from=date(2018, 1, 13),
    effective_until=None,
    requirement=("client", "unallocated", "unclaimed", "interest"),
    resource=("account", "unplaced", "asset", "insurance", "guarantee"),
    place_within={"payment": 1, "e_money": 1},
    calendar=TARGET_DAYS,
    notice=Notice("national competent authority", "without_delay", "PSD2 10"),
    clauses=(
        Clause("PSD2 10(1)(a)", "never commingled at any time with the money of others", True),
        Clause("PSD2 10(1)(a)", "still held at the end of the business day after receipt: in a separate account or low-risk assets", True),
        Clause("PSD2 10(1)(b)", "or covered by insurance or a guarantee from outside the group, for what would be segregated", True),
        Clause("EMD2 7(1)", "money paid by a payment instrument from its credit on, five business days after issue at the latest", False),
        Clause("PSD2 10", "whom to tell, and when, is national law", False),
    ),
    sources=("Directive (EU) 2015/2366 article 10", "Directive 2009/110/EC article 7"),
)  # fmt: skip
