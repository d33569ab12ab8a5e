"""Words (词汇): what became of a movement, and why, in both languages; what to do where a person must.

Shape   OUTCOMES, CAUSES: word -> English, Chinese; a cause that is not here is the code of the refusal, and stands as it is
"""

from typing import Final

OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    "":        ("to be booked",           "待入账"),
    "booked":  ("booked",                 "已入账"),
    "known":   ("in the books before",    "此前已入账"),
    "waits":   ("waits",                  "等待中"),
    "person":  ("two people must book it", "需双人处理"),
    "nothing": ("not booked",             "不入账"),
}  # fmt: skip

CAUSES: Final[dict[str, tuple[str, str]]] = {
    "deposit":           ("a deposit",                                               "充值"),
    "payment":           ("a payment of ours",                                       "我方付款"),
    "return":            ("a payment that came back",                                "退汇"),
    "settlement":        ("a channel's settlement",                                  "渠道清算"),
    "interest":          ("interest on the pool",                                    "存管账户利息"),
    "unidentified":      ("nobody is known to own it: in suspense",                  "来源不明，已挂账"),
    "returned_twice":    ("a second return of one payment: in suspense",             "同一付款再次退汇，已挂账"),
    "return_differs":    ("a return of another amount: in suspense",                 "退汇金额不符，已挂账"),
    "return_of_unpaid":  ("a return of what was never paid: in suspense",            "未付款项的退汇，已挂账"),
    "settled_twice":     ("a second credit of one settlement: in suspense",          "同一清算再次到账，已挂账"),
    "settlement_file":   ("for the channel's settlement file",                       "等待渠道清算文件"),
    "settlement_differs": ("the settlement file says another amount",                "清算文件金额不符"),
    "settled_in_part":   ("the settlement was booked in part: see its file",         "清算只入账一部分，请查清算文件"),
    "payment_not_sent":  ("the books say that this payment has not left",            "账上该付款尚未发出"),
    "paid_twice":        ("a second debit of one payment",                           "同一付款重复扣款"),
    "paid_after_end":    ("paid although it had ended otherwise",                    "已终结的付款又被支付"),
    "overpaid":          ("a payment of ours, and what was taken beyond it",         "我方付款，多扣部分计损失"),
    "amount_differs":    ("the payment is of another amount",                        "付款金额不符"),
    "ended_otherwise":   ("the bank says rejected, and the books have it paid",      "银行称已拒付，账上已付"),
    "not_ours":          ("it is no payment of ours",                                "不是我方付款"),
    "not_final":         ("a rejection that is not final yet",                       "尚非最终的拒付"),
    "charge":            ("a charge of the bank on the pool",                        "银行在存管账户扣收的费用"),
    "debit_unknown":     ("a debit that nobody here ordered",                        "未经指令的扣款"),
    "credit_taken_back": ("the bank takes a credit back",                            "银行冲回入账"),
    "debit_taken_back":  ("the bank gives a debit back",                             "银行冲回扣款"),
    "told_alike":        ("one like it is booked, told under another reference",     "疑与另一编号的已入账流水为同一笔"),
    "own_money":         ("the firm's, the platform's or a partner's own money",     "存管人、平台或合作方自有资金"),
    "quarantined":       ("a mistake of ours stopped it: see `cunguan quarantine`",  "系统自身错误，已隔离，见 cunguan quarantine"),
    "booked_before":     ("booked by hand before",                                   "此前已由人工入账"),
    "told_in_parts":     ("told before, in parts",                                   "此前已分笔入账"),
    "not_sound":         ("its statement is not sound",                              "所属对账单不可用"),
    "pending":           ("not booked by the bank yet",                              "银行尚未记账"),
    "information":       ("for information only",                                    "仅供参考"),
    "no_booking_date":   ("without a booking date: the day's statement has it",      "无记账日，以日终对账单为准"),
}  # fmt: skip


def said(outcome: str, cause: str, language: str) -> str:
    """Return what became of a movement, and why.

    >>> said("person", "charge", "en"), said("person", "deposit_differs", "en")
    ('two people must book it: a charge of the bank on the pool', 'two people must book it: deposit_differs')
    """
    place = 1 if language == "zh" else 0
    became, why = OUTCOMES[outcome][place], CAUSES[cause][place] if cause in CAUSES else cause
    return f"{became}{('：' if place else ': ') if why else ''}{why}"
