"""Safeguarding pack: client money of investment firms in the United Kingdom, CASS 7 (英国投资机构客户资金).

Method  individual client balance, normal approach: client bank accounts hold the money. The negative add-back method and
        the alternative approach are not here
Source  FCA Handbook, CASS 7.15, 7.16 as of 2024-08-21
"""

from datetime import date
from typing import Final

from cunguan.policy.calendars.uk import UK_BANK_DAYS
from cunguan.policy.safeguarding.pack import ANY, Clause, Notice, Pack

UK_CASS7: Final = Pack(
    id="uk_cass7",
    version=1,
    name="UK investment firms, client money, CASS 7",
    name_zh="英国投资机构客户资金（CASS 7）",
    currency=None,
    effective_from=date(2014, 12, 1),
    effective_until=None,
    requirement=("client", "margin", "own", "unallocated", "unclaimed", "interest"),
    resource=("account",),
    place_within={ANY: 0},
    calendar=UK_BANK_DAYS,
    notice=Notice("FCA", "not_made_good_that_day", "CASS 7.15.33R"),
    clauses=(
        Clause("CASS 7.15.12R", "internal reconciliation each business day, of the records at the close of the one before", True),
        Clause("CASS 7.16", "each client's balance, none below zero, with margined equity and what is not allocated", False),
        Clause("CASS 7.16", "money segregated prudently is part of the requirement until it is taken out", False),
        Clause("CASS 7.16", "the resource is the balance of client bank accounts at the close", True),
        Clause("CASS 7.15.29R", "a shortfall is paid in, an excess taken out, by the close of that business day", False),
        Clause("CASS 7.15.33R", "what could not be done is told to the FCA without delay", False),
    ),
    sources=("FCA Handbook CASS 7.15, 7.16 (2024-08-21)",),
    netting="own",
)  # fmt: skip
