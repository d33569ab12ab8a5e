"""Words (词汇): what papers say in English and in Chinese, beside the names of the house.

Shape   one table a kind of word; English first. What is not in a table stands as it is: an id, a kind, a code
"""

import os
from collections.abc import Mapping
from typing import Final

from cunguan.doors.catalogue.traditional import traditional
from cunguan.ledger.chart import CHART

ACCOUNTS: Final = {
    "1010": "存管专用账户",
    "1020": "应收渠道清算款",
    "1030": "应收自有补足款",
    "1040": "应收客户款",
    "2010": "可用余额",
    "2015": "未到账",
    "2020": "冻结余额",
    "2030": "提现在途",
    "2040": "司法冻结",
    "2110": "平台服务费",
    "2120": "平台营销款",
    "2125": "营销款冻结",
    "2130": "平台贴息款",
    "2150": "平台划转款",
    "2155": "平台款出金在途",
    "2160": "合作方款",
    "2210": "待查款",
    "2220": "退汇待处理",
    "2230": "对账差错款",
    "2240": "账户利息",
    "2310": "无人认领款",
    "3010": "存管人自有款",
}

#: English, Chinese
LABELS: Final = {
    "account":         ("account",               "账户"),
    "accounts":        ("accounts",              "户数"),
    "amount":          ("amount",                "金额"),
    "authority":       ("authority",             "授权依据"),
    "balance":         ("balance",               "余额"),
    "batch":           ("batch",                 "批次"),
    "body":            ("what was asked",        "指令内容"),
    "brought forward": ("brought forward",       "期初余额"),
    "carried forward": ("carried forward",       "期末余额"),
    "claim":           ("claim",                 "债权"),
    "claims":          ("claims",                "债权登记"),
    "client statement": ("client statement",     "客户对账单"),
    "code":            ("code",                  "科目"),
    "counter":         ("counter account",       "对方账户"),
    "credit":          ("credit",                "贷方"),
    "date":            ("date",                  "业务日"),
    "debit":           ("debit",                 "借方"),
    "due":             ("due",                   "应还日"),
    "even":            ("debit and credit are equal", "借贷平衡"),
    "evidence":        ("evidence",              "证据"),
    "holder":          ("holder",                "持有人"),
    "instruction":     ("instruction",           "指令"),
    "interest":        ("interest",              "利息"),
    "journal":         ("journal",               "凭证"),
    "late":            ("late charge",           "罚息"),
    "lent":            ("lent",                  "出借本金"),
    "listing":         ("listing",               "标的"),
    "no lines":        ("nothing was posted",    "无发生额"),
    "nothing posted":  ("it posted nothing",     "没有记账"),
    "on behalf":       ("paid on his behalf",    "他人代偿"),
    "open":            ("set aside and open",    "冻结及在途明细"),
    "page":            ("go on with --page",     "下一页 --page"),
    "paid interest":   ("interest paid",         "已还利息"),
    "paid late":       ("late charge paid",      "已还罚息"),
    "paid lent":       ("principal paid",        "已还本金"),
    "plan":            ("repayment plan",        "还款计划"),
    "pool":            ("pool",                  "存管专户"),
    "principal":       ("principal left",        "剩余本金"),
    "purpose":         ("for",                   "用途"),
    "reason":          ("reason",                "原因"),
    "recourse":        ("recourse",              "追偿"),
    "row":             ("row",                   "期"),
    "rules":           ("rules",                 "规则集"),
    "sequence":        ("sequence",              "序号"),
    "state":           ("state",                 "状态"),
    "states":          ("states",                "状态变更"),
    "statement":       ("statement",             "明细账"),
    "sum":             ("sum",                   "合计"),
    "trial balance":   ("trial balance",         "试算平衡表"),
    "uneven":          ("debit and credit DIFFER", "借贷不平"),
    "value date":      ("value date",            "起息日"),
    "voucher":         ("general-ledger voucher", "总账凭证"),
    "retention":       ("what retention lets go", "到期保存资料"),
}  # fmt: skip

AUTHORITIES: Final = {
    "P": ("his own confirmation of this instruction",     "客户本人对该指令的确认"),
    "A": ("a standing mandate he gave",                   "客户的长期授权"),
    "F": ("the fee schedule he agreed to",                "客户确认的收费标准"),
    "L": ("an authority's legal order, under two names",  "有权机关指令，双人经办"),
    "M": ("a decision by two people of the custodian",    "存管人双人决定"),
}  # fmt: skip


class Words:
    """The words of one language: en, zh or zh-hant."""

    def __init__(self, language: str) -> None:
        self._place = 1 if language.startswith("zh") else 0
        self._is_traditional = language == "zh-hant"

    def __call__(self, name: str) -> str:
        """Return a label."""
        return self._in(LABELS[name])

    def account(self, code: str) -> str:
        """Return a code of the chart with its name."""
        name = CHART[code].name
        return f"{code} {self._in((name.replace('_', ' '), ACCOUNTS.get(code, name)))}"

    def authority(self, kind: str) -> str:
        """Return what a kind of authority is."""
        return self._in(AUTHORITIES[kind])

    def _in(self, pair: tuple[str, str]) -> str:
        return traditional(pair[1]) if self._is_traditional else pair[self._place]


def language_of(environ: Mapping[str, str] | None = None) -> str:
    """Return zh where the surroundings speak Chinese, else en.

    >>> language_of({"LANG": "zh_CN.UTF-8"}), language_of({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}), language_of({})
    ('zh', 'en', 'en')
    """
    environ = os.environ if environ is None else environ
    names = (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next((name for name in names if name), "").startswith("zh") else "en"
