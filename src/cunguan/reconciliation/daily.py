"""A day's reconciliation (日终对账结果): what was compared, what the three equations say, and which breaks are open.

Shape   Day: the whole, of every platform or of one; Pool: one currency and regime of one platform with its equations;
        BankAccount: a statement against 1010; Check: one of R1 to R6 over one subject; Break: one difference
        Equation: terms on both sides of the equals sign; 1 bank closing + explained timing items = 1010, one a bank account;
        2 1010 + 1030 + 1040 = everybody's money + 3010, one a pool; 3 1020 = 2015, one a pool
        WORDS: every word above in both languages
Units   minor units, signed in equation 1: what the bank has not yet is added, what we have not yet is taken away
Source  domain-decisions.md 7; domain.md (e.1)
"""

from datetime import date, datetime
from typing import Final, Literal

import msgspec

from cunguan.reconciliation.breaks import Words, bucket

#: agrees; explained: it agrees with timing items, each with its evidence; differs; incomplete: a side is missing
Verdict = Literal["agrees", "explained", "differs", "incomplete"]
#: where a break stands: states/break_.py
State = Literal["open", "owned", "timing", "closed"]


class Term(msgspec.Struct, frozen=True):
    """One term of an equation; `count`: of how many items it is the sum, where it is one."""

    key: str
    amount_minor: int
    codes: tuple[str, ...] = ()
    count: int | None = None


class Equation(msgspec.Struct, frozen=True):
    """One of the three; `subject` is a bank account or a pool; `missing`: what is not known, so that it says nothing."""

    number: int
    subject: str
    currency: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    missing: str = ""

    @property
    def left_minor(self) -> int:
        """The sum of its left side."""
        return sum(term.amount_minor for term in self.left)

    @property
    def right_minor(self) -> int:
        """The sum of its right side."""
        return sum(term.amount_minor for term in self.right)

    @property
    def difference_minor(self) -> int:
        """What the left side is more than the right."""
        return self.left_minor - self.right_minor

    @property
    def holds(self) -> bool:
        """Test that it is known and both sides are the same."""
        return not self.missing and self.difference_minor == 0


class BankAccount(msgspec.Struct, frozen=True):
    """A bank account of a pool: what the bank says of the day, and what 1010 says; None where there is no statement."""

    id: str
    pool: str
    channel: str
    currency: str
    statement: str
    opening_minor: int | None
    credit_minor: int | None
    debit_minor: int | None
    closing_minor: int | None
    ledger_minor: int
    matched_count: int
    unmatched_count: int


class Parked(msgspec.Struct, frozen=True):
    """Money in suspense when the run was made, of one account (2210, 2220, 2230) and one ageing bucket."""

    code: str
    bucket: str
    count: int
    amount_minor: int


class Pool(msgspec.Struct, frozen=True):
    """One pool of one platform; `missing_minor`: what is owed of it above its cash; `parked`: suspense by account and age."""

    lane: int
    platform: str
    pool: str
    currency: str
    regime: str
    state: str
    accounts: tuple[BankAccount, ...]
    equations: tuple[Equation, ...]
    missing_minor: int = 0
    parked: tuple[Parked, ...] = ()


class Check(msgspec.Struct, frozen=True):
    """One of R1 to R6 over one subject; `why` says what is missing, or what differs."""

    rule: str
    lane: int
    subject: str
    verdict: Verdict
    compared_count: int
    matched_count: int
    break_count: int
    why: Words = Words("", "")


class Evidence(msgspec.Struct, frozen=True):
    """What speaks for a suggested cause: `kind` bank_entry, instruction, journal, check_file, claim …; `reference` finds it again."""

    kind: str
    reference: str
    says: Words


class Break(msgspec.Struct, frozen=True):
    """One difference; `since` is the day it is of; `owner` empty: nobody has it yet; `of_earlier`: the break it is again."""

    id: str
    code: str
    rule: str
    lane: int
    platform: str
    pool: str
    subject: str
    field: str
    ours: str
    theirs: str
    currency: str
    at_risk_minor: int
    severity: int
    since: date
    age_days: int
    state: State
    owner: str
    cause: Words
    evidence: tuple[Evidence, ...] = ()
    of_earlier: str = ""

    @property
    def bucket(self) -> str:
        """Its ageing bucket."""
        return bucket(self.age_days)


class Day(msgspec.Struct, frozen=True):
    """A run over one date: `heads` are the lanes' sequences it read up to; `inputs_hash` of everything it read.

    breaks  those open on that date, and those that this run closed
    """

    date: date
    run: int
    made_at: datetime
    code_version: str
    inputs_hash: str
    heads: dict[int, int]
    pools: tuple[Pool, ...]
    checks: tuple[Check, ...]
    breaks: tuple[Break, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its checks; equations that do not hold differ whatever a check says."""
        equations = [one for pool in self.pools for one in pool.equations]
        if any(not one.holds and not one.missing for one in equations):
            return "differs"
        found = {check.verdict for check in self.checks}
        if any(one.missing for one in equations) and "differs" not in found:
            return "incomplete"
        return next((word for word in WORST_FIRST if word in found), "agrees")


WORST_FIRST: Final[tuple[Verdict, ...]] = ("differs", "incomplete", "explained", "agrees")

#: the words of equations, checks, verdicts and states
WORDS: Final[dict[str, Words]] = {
    key: Words(en, zh)
    for key, en, zh in (
        # equations
        ("equation_1",              "bank and cash account",                     "银行余额与存管专户账"),
        ("equation_2",              "assets and whose money they are",           "资产与权属"),
        ("equation_3",              "clearing and uncleared money",              "待清算与未到账资金"),
        ("bank_closing",            "bank's closing balance",                    "银行期末余额"),
        ("receipts_in_transit",     "received in the books, not yet at the bank", "账上已收、银行未收"),
        ("payments_in_transit",     "paid in the books, not yet at the bank",    "账上已付、银行未付"),
        ("receipts_to_book",        "received at the bank, not yet in the books", "银行已收、账上未收"),
        ("payments_to_book",        "paid at the bank, not yet in the books",    "银行已付、账上未付"),
        ("custody_bank_account",    "custody bank account (1010)",               "存管银行账户 (1010)"),
        ("firm_topup_receivable",   "firm's top-up receivable (1030)",           "应收存管方补足款 (1030)"),
        ("client_debt",             "clients' debts (1040)",                     "客户欠款 (1040)"),
        ("available",               "holders: available (2010)",                 "客户可用 (2010)"),
        ("held",                    "holders: held (2020)",                      "客户冻结 (2020)"),
        ("frozen",                  "holders: frozen by law (2040)",             "司法冻结 (2040)"),
        ("outbound",                "outbound (2030)",                           "出金在途 (2030)"),
        ("suspense",                "suspense (2210, 2220, 2230)",               "挂账 (2210、2220、2230)"),
        ("unclaimed",               "unclaimed (2310)",                          "久悬未取 (2310)"),
        ("pool_interest",           "pool interest (2240)",                      "专户利息 (2240)"),
        ("platform_and_partner",    "platform and partner accounts (21xx)",      "平台与合作方账户 (21xx)"),
        ("custodian_own",           "custodian's own (3010)",                    "存管方自有 (3010)"),
        ("clearing",                "clearing, owed by channels (1020)",         "渠道待清算 (1020)"),
        ("uncleared",               "holders: uncleared (2015)",                 "客户未到账 (2015)"),
        # suspense by age
        ("2210",                    "suspense, owner unknown (2210)",            "挂账：待查明 (2210)"),
        ("2220",                    "suspense, returned (2220)",                 "挂账：退回款 (2220)"),
        ("2230",                    "suspense, of a break (2230)",               "挂账：对账差错 (2230)"),
        # checks
        ("R1",                      "bank lines and cash account",               "银行流水与存管专户账"),
        ("R2",                      "channel settlement and clearing",           "渠道清算与待清算账"),
        ("R3",                      "platform orders",                           "平台订单"),
        ("R4",                      "platform balances",                         "平台余额"),
        ("R5",                      "control accounts and holds",                "总分账与冻结"),
        ("R6",                      "statutory cover",                           "法定备付"),
        # verdicts
        ("agrees",                  "agrees",                                    "相符"),
        ("explained",               "agrees with explained timing items",        "相符（含已说明的时间性差异）"),
        ("differs",                 "differs",                                   "不符"),
        ("incomplete",              "incomplete: a side is missing",             "不完整：缺一方数据"),
        # states of a break
        ("open",                    "open",                                      "未处理"),
        ("owned",                   "assigned",                                  "已指派"),
        ("timing",                  "explained: timing",                         "已说明：时间性"),
        ("closed",                  "closed",                                    "已关闭"),
    )
}  # fmt: skip
