"""Lines (对账行): what the matching takes and gives: one shape for platform, ledger and bank, one for what is found.

Shape   Line: a row of a side; the same columns for all three. `line` tells it apart within its side. A text that is empty is
        not said, and is compared with nothing
          reference     what both sides call it: the id of the instruction, the end-to-end id, the request number
          batch         the file or message it went out in, or was booked by: PmtInfId, a channel and its settlement date
          account       the custody bank account, as every side names it
          counterparty  a keyed hash or an opaque id, never a name
          kind          of a bank's or the ledger's line: "" ordinary, or one of KINDS
          at_platform   of a ledger line: the platform must have it (an order of its client)
          at_bank       of a ledger line: the bank must show it (a posting of 1010)
        Found: what is wrong with one reference, or with one line that has none; one break each, the first of the ladder in
        `match.py`. …_line is the first line of that side (None: there is none), …_count how many, …_minor their sum
          field, …_said  what differs, and what each side says of it
          cause          one of CAUSES
          perhaps_side, perhaps_line   the only line that would fit but for its date or party: a hint, never a match
Units   amount_minor is signed: into the account is positive, out of it negative; at_risk_minor is never negative
Source  domain.md (e.1), (e.3)
"""

from datetime import date
from typing import Final

import msgspec

from cunguan.reconciliation.breaks import Words, severity

SIDES: Final = ("platform", "ledger", "bank")

#: what a line may be besides an ordinary payment
KINDS: Final = ("reversal", "return", "charge", "interest", "exchange")


class Line(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A row of one side."""

    line: int
    amount_minor: int
    currency: str
    booked_on: date
    reference: str = ""
    batch: str = ""
    account: str = ""
    counterparty: str = ""
    listing: str = ""
    status: str = ""
    kind: str = ""
    value_on: date | None = None
    at_platform: bool = True
    at_bank: bool = True


class Found(msgspec.Struct, frozen=True, gc=False):
    """One break."""

    code: str
    since: date
    age_days: int
    currency: str
    at_risk_minor: int
    reference: str
    account: str
    platform_line: int | None
    ledger_line: int | None
    bank_line: int | None
    platform_count: int
    ledger_count: int
    bank_count: int
    platform_minor: int | None
    ledger_minor: int | None
    bank_minor: int | None
    field: str
    platform_said: str
    ledger_said: str
    bank_said: str
    cause: str
    perhaps_side: str
    perhaps_line: int | None

    @property
    def severity(self) -> int:
        """How bad it is, 1 the worst."""
        unordered = self.cause == "unordered_debit"
        return severity(self.code, self.at_risk_minor, self.currency, self.age_days, unordered=unordered)


def _causes(*rows: tuple[str, str, str]) -> dict[str, Words]:
    return {name: Words(en, zh) for name, en, zh in rows}


CAUSES: Final = _causes(
    ("callback_lost",        "ledger and bank agree: a callback was lost",            "账与银行相符：回调丢失"),
    ("ordered_elsewhere",    "only the platform has it: the order never came",        "仅平台有：订单未送达"),
    ("ledger_missed_it",     "platform and bank have it: the ledger missed it",       "平台与银行均有：账上漏记"),
    ("unidentified_receipt", "only the bank has it: a receipt nobody announced",      "仅银行有：来源不明的收款"),
    ("unordered_debit",      "only the bank has it: a debit nobody ordered",          "仅银行有：未经指令的扣款"),
    ("in_transit",           "the bank has not shown it yet",                         "在途：银行尚未入账"),
    ("ledger_alone",         "neither platform nor bank have it",                     "平台与银行均无：仅账上有"),
    ("platform_differs",     "ledger and bank agree: the platform is wrong",          "账与银行相符：平台有误"),
    ("ledger_differs",       "platform and bank agree: the ledger is wrong",          "平台与银行相符：账上有误"),
    ("bank_differs",         "platform and ledger agree: the bank is wrong",          "平台与账相符：银行有误"),
    ("sides_differ",         "the sides differ, and no two of three agree",           "各方互不相符"),
    ("twice_at_platform",    "the platform has it more than once",                    "平台重复"),
    ("twice_in_ledger",      "the ledger has it more than once",                      "账上重复"),
    ("twice_at_bank",        "the bank has it more than once",                        "银行重复"),
    ("cut_off_between",      "booked on either side of the cut-off",                  "跨日切记账"),
    ("reversed_at_bank",     "the bank reversed it, the ledger did not",              "银行已冲正，账上未冲正"),
    ("reversed_in_ledger",   "the ledger reversed it, the bank did not",              "账上已冲正，银行未冲正"),
    ("returned_by_bank",     "the bank sent it back, the ledger has not booked that", "银行退汇，账上未记"),
    ("charged_by_bank",      "the bank took a charge from the pool",                  "银行在专户扣费"),
    ("interest_by_bank",     "the bank booked interest on the pool",                  "银行在专户结息"),
    ("rounded_apart",        "an exchange that each side rounded by itself",          "汇兑双方各自取整"),
)  # fmt: skip
