"""Break types (差错类型): the seventeen ways in which two sides differ, how bad one is, and how old.

Shape   CODES: code -> its words, its usual cause, what is done about it, in both languages
        severity 1 (worst) to 4, by money at risk and age; a control account or a hold that does not sum (BRK14) and a debit
        at the bank that nobody ordered (BRK08) are 1 whatever their amount
Units   age in calendar days since the day the difference is of; bands in whole units of the currency
Source  domain.md (e.3): codes, buckets. Bands and the table of severity are our own: no source prescribes them
"""

from typing import Final

import msgspec

from cunguan.kernel.currency import exponent_of


class Words(msgspec.Struct, frozen=True):
    """A text in both languages."""

    en: str
    zh: str


class Kind(msgspec.Struct, frozen=True):
    """What a code says, what usually causes it, and what is done."""

    says: Words
    cause: Words
    act: Words


def _kind(says: tuple[str, str], cause: tuple[str, str], act: tuple[str, str]) -> Kind:
    return Kind(Words(*says), Words(*cause), Words(*act))


CODES: Final[dict[str, Kind]] = {
    "BRK01": _kind(("missing at the platform", "平台缺记录"),
                   ("a callback was lost", "回调丢失"), ("notify the platform again", "重新通知平台")),
    "BRK02": _kind(("missing at the custodian", "存管系统缺记录"),
                   ("the platform shows an order that never came", "平台有从未送达的订单"),
                   ("ask the platform; nothing is ever created from it", "向平台查询；绝不据此补建")),
    "BRK03": _kind(("amount differs", "金额不符"),
                   ("one side booked another amount", "一方记错金额"),
                   ("correct the side that is wrong by a journal", "由记错一方以凭证更正")),
    "BRK04": _kind(("status differs", "状态不符"),
                   ("one side has not heard of the result", "一方未收到结果"), ("query, and notify again", "查询并重新通知")),
    "BRK05": _kind(("duplicate", "重复"),
                   ("the same was booked or sent twice", "重复记账或重复发送"),
                   ("reverse the second, or tell the bank", "冲正第二笔，或通知银行")),
    "BRK06": _kind(("counterparty or project differs", "对手方或标的不符"),
                   ("one side names another party", "一方记录的对方不同"), ("find out who is meant", "核实对方身份")),
    "BRK07": _kind(("timing: the cut-off lies between", "时间性差异：跨日切"),
                   ("one side booked it on the day before or after", "双方记在相邻日期"),
                   ("closes by itself when the line comes", "对上后自动关闭")),
    "BRK08": _kind(("bank line without ledger", "银行有、账上无"),
                   ("a receipt nobody is known for, or a debit nobody ordered", "来源不明的收款，或未经指令的扣款"),
                   ("a receipt goes to suspense (2210); of a debit the bank is asked at once", "收款挂账 2210；扣款即刻向银行查询")),
    "BRK09": _kind(("ledger without bank line", "账上有、银行无"),
                   ("in transit", "在途"), ("wait for the line, then ask the bank", "等待银行入账，逾期向银行查询")),
    "BRK10": _kind(("reversal not mirrored", "冲正未对应"),
                   ("one side reversed, the other did not", "一方已冲正，另一方未冲正"),
                   ("reverse it on the other side too", "另一方同样冲正")),
    "BRK11": _kind(("returned remittance", "退汇"),
                   ("the payee's bank sent the money back", "收款行退回"),
                   ("book the return (2220), then credit the client", "记退汇 2220，再入客户账")),
    "BRK12": _kind(("bank fee or interest in the client pool", "银行费用或利息记入客户资金专户"),
                   ("the bank charged or credited the pool itself", "银行直接在专户扣费或付息"),
                   ("the firm makes a fee good the same day; interest goes to 2240", "费用由存管方当日补足；利息记 2240")),
    "BRK13": _kind(("rounding of a currency exchange", "汇兑尾差"),
                   ("each side rounded by itself", "双方各自取整"), ("book the difference by a journal", "以凭证记录尾差")),
    "BRK14": _kind(("control account or holds do not sum", "总分不符或冻结不符"),
                   ("rows were changed outside the plane, or our own mistake", "记录被绕过系统改动，或系统自身错误"),
                   ("the platform's outgoing postings stop until two people restart them", "停止该平台出金，两人查明原因后恢复")),
    "BRK15": _kind(("file missing, damaged or of the wrong length", "文件缺失、损坏或长度不符"),
                   ("it was not sent, or not whole", "未发送或不完整"), ("ask its sender for it again", "请发送方重发")),
    "BRK16": _kind(("another value date", "起息日不符"),
                   ("one side gave it another value date", "一方起息日不同"),
                   ("correct it with a value date in the open day", "在开放日按起息日更正")),
    "BRK17": _kind(("not confirmed by noon of the next working day", "次一工作日中午前未确认"),
                   ("the platform did not answer", "平台未答复"), ("ask the platform to confirm", "催平台确认")),
}  # fmt: skip

#: ageing buckets: their words, and the last day each holds
BUCKETS: Final = (("0", 0), ("1", 1), ("2-5", 5), ("6-30", 30), (">30", None))

#: money at risk in whole units of its currency: up to which each band goes; none at all is a band of its own
BANDS: Final = (10_000, 1_000_000)

SEVERITY: Final = (
    # age 0  1  2-5  6-30  >30
    (4, 4, 4, 3, 3),  # no money
    (4, 4, 3, 2, 2),  # little
    (3, 3, 2, 2, 1),  # more
    (2, 2, 1, 1, 1),  # much
)


def bucket(age_days: int) -> str:
    """Return the ageing bucket.

    >>> [bucket(days) for days in (0, 1, 2, 5, 6, 30, 31)]
    ['0', '1', '2-5', '2-5', '6-30', '6-30', '>30']
    """
    return BUCKETS[_column(age_days)][0]


def severity(code: str, at_risk_minor: int, currency: str, age_days: int, *, unordered: bool = False) -> int:
    """Return how bad a break is; `unordered`: money left the bank and nobody had said so.

    >>> severity("BRK09", 500_00, "CNY", 0), severity("BRK09", 500_00, "CNY", 7), severity("BRK14", 1, "CNY", 0)
    (4, 2, 1)
    """
    if unordered or code == "BRK14":
        return 1
    return SEVERITY[_band(at_risk_minor, currency)][_column(age_days)]


def _column(age_days: int) -> int:
    return next(n for n, (_, last) in enumerate(BUCKETS) if last is None or age_days <= last)


def _band(at_risk_minor: int, currency: str) -> int:
    if at_risk_minor == 0:
        return 0
    unit: int = 10 ** exponent_of(currency)
    return 1 + sum(1 for most in BANDS if at_risk_minor > most * unit)
