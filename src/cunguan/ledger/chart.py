"""Chart of accounts (科目表): every account the books may hold, its side, and whether it may be opened.

Shape   code, name, side (debit for assets, credit for liabilities), who owns it, note; `off` says why not
Units   every account has floor 0: no asset and no liability goes below zero
Source  domain.md (b.2, c.2, c.3) corrected by domain-decisions.md 2, 14; off: rules after 2016-08 forbid platform
        guarantees; what the gateways have withdrawn since
"""

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """One line of the chart."""

    code: str
    name: str
    side: str
    owner: str
    off: str = ""


CHART: dict[str, Entry] = {
    entry.code: entry
    for entry in (
        #     code    name                       side      owner
        Entry("1010", "custody_bank_account",    "debit",  "bank account"),
        Entry("1020", "clearing_in",             "debit",  "channel and settlement date"),
        Entry("1030", "firm_topup_receivable",   "debit",  "pool"),
        Entry("1040", "client_debt",             "debit",  "holder"),
        Entry("2010", "available",               "credit", "holder"),
        Entry("2015", "uncleared",               "credit", "holder"),
        Entry("2020", "held",                    "credit", "holder"),
        Entry("2030", "outbound",                "credit", "holder"),
        Entry("2040", "frozen",                  "credit", "holder"),
        Entry("2110", "platform_fee",            "credit", "pool"),
        Entry("2120", "platform_marketing",      "credit", "pool"),
        Entry("2125", "platform_marketing_held", "credit", "pool"),
        Entry("2130", "platform_interest",       "credit", "pool"),
        Entry("2140", "platform_compensation",   "credit", "pool", "platform guarantees are forbidden"),
        Entry("2145", "platform_profit",         "credit", "pool", "withdrawn by the gateways with 2140"),
        Entry("2150", "platform_transfer",       "credit", "pool"),
        Entry("2155", "platform_outbound",       "credit", "pool"),
        Entry("2160", "partner",                 "credit", "partner"),
        Entry("2210", "suspense_unallocated",    "credit", "pool"),
        Entry("2220", "suspense_returned",       "credit", "pool"),
        Entry("2230", "suspense_rec_break",      "credit", "pool"),
        Entry("2240", "pool_interest",           "credit", "pool"),
        Entry("2310", "unclaimed",               "credit", "holder"),
        Entry("3010", "custodian_own",           "credit", "pool"),
        Entry("9010", "claim_register",          "memo",   "listing and creditor"),
        Entry("9020", "commitment",              "memo",   "listing"),
    )
}  # fmt: skip


class Off(msgspec.Struct, frozen=True):
    """A kind of instruction that is off by default: the account it would move, and why.

    switch  the switch of a pack (policy/pack.py) that turns it on from a day; none: nothing does
    """

    code: str
    why: str
    switch: str = ""


OFF: dict[str, Off] = {
    "interest_top_up":       Off("2130", "a return topped up by the platform promises a yield (暂行办法 第十条); on only where "
                                         "the pack says so", "interest_top_up"),
    "interest_repayment":    Off("2130", "what was credited to a client is his: nothing takes interest back from him"),
    "platform_compensation": Off("2140", CHART["2140"].off),
    "profit_sharing":        Off("2145", CHART["2145"].off),
    "auto_withdrawal":       Off("2030", "withdrawn by the gateways: money leaves on the client's own word; under a mandate, "
                                         "where a pack has one, it is a withdrawal"),
    "auto_recharge":         Off("1020", "withdrawn by the gateways: a client's bank is debited on his own word, in the channel"),
    "plan_hold":             Off("2020", "a hold for a plan names no listing: that pools clients' money (资金池)"),
}  # fmt: skip

#: the five accounts of a holder, in the order of their numbers
HOLDER_CODES = ("2010", "2015", "2020", "2030", "2040")

#: accounts that are opened when they are first needed, one an owner: operations/further.py
FURTHER_CODES = frozenset({"1040", "2155", "2160", "2310"})

#: the platform's own and the suspense accounts of a pool, in the order of their numbers
POOL_CODES = ("2110", "2120", "2125", "2130", "2150", "2210", "2220", "2230", "2240", "3010")


def pool_account(base: int, code: str) -> int:
    """Return the number of one of a pool's own accounts.

    >>> pool_account(100, "2120")
    101
    """
    return base + POOL_CODES.index(code)
