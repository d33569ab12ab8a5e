"""Safeguarding pack: payment and e-money institutions in the United Kingdom, CASS 15 (英国支付与电子货币机构保障资金).

Units   minor units of the pool's currency; a pool of e-money and one of unrelated payment services never net
Source  FCA Handbook, CASS 15.8, in force 2026-05-07
"""

from datetime import date
from typing import Final

from cunguan.policy.calendars.uk import UK_BANK_DAYS
from cunguan.policy.safeguarding.pack import Clause, Notice, Pack

UK_CASS15: Final = Pack(
    id="uk_cass15",
    version=1,
    name="UK payment and e-money institutions, CASS 15",
    name_zh="英国支付与电子货币机构（CASS 15）",
    currency=None,
    effective_from=date(2026, 5, 7),
    effective_until=None,
    requirement=("client", "unallocated", "unclaimed", "interest"),
    resource=("account", "unplaced", "asset", "insurance", "guarantee"),
    place_within={"payment": 1, "e_money": 1, "unrelated_payments": 1},
    calendar=UK_BANK_DAYS,
    notice=Notice("FCA", "not_made_good_that_day", "CASS 15.8 (notifications)"),
    clauses=(
        Clause("CASS 15.8.3R(2)", "e-money and unrelated payment services: each pool by itself", True),
        Clause("CASS 15.8.10R", "internal reconciliation each reconciliation day: requirement against resource, and D+1", True),
        Clause("CASS 15.8.26R", "the resource has four parts: accounts, segregated and not yet placed, assets, cover", True),
        Clause("CASS 15.8.29G", "the requirement is all that must be kept safe", True),
        Clause("CASS 15.8.29G", "money not yet allocated to a client is part of it", False),
        Clause("CASS 15.8.31R", "built up client by client", True),
        Clause("CASS 15.8.31R", "a negative balance counts as nothing and nets nobody's", False),
        Clause("CASS 15.8", "D+1 leaves out what came today and waits to be placed", False),
        Clause("CASS 15.8.42R, 15.8.47R", "external reconciliation each reconciliation day: own records against statements", True),
        Clause("CASS 15.8.50R", "a shortfall is paid in by the end of that day, an excess taken out", True),
        Clause("CASS 15.8 (notifications)", "what cannot be reconciled or made good is told to the FCA without delay", False),
    ),
    sources=("FCA Handbook CASS 15.8", "FCA PS25/12"),
)  # fmt: skip
