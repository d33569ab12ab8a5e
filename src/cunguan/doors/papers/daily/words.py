"""Words of the daily report (对账报告词汇): its labels in both languages, beside those of reconciliation/daily.py and breaks.py.

Shape   LABELS: name -> (English, Chinese)
"""

from typing import Final

from cunguan.reconciliation.breaks import CODES, Words
from cunguan.reconciliation.daily import WORDS

LABELS: Final = {
    "account":        ("bank account",                "银行账户"),
    "act":            ("what is done",                "处理办法"),
    "age":            ("age, days",                   "账龄（天）"),
    "ages":           ("Open breaks by age",          "未关闭差错的账龄"),
    "ages note":      ("number of breaks by age in days and severity, 1 is the worst",
                       "按账龄（天）与严重程度的笔数，1 级最重"),
    "amount":         ("amount, minor units",         "金额（最小货币单位）"),
    "at risk":        ("money at risk",               "涉险金额"),
    "balance":        ("ledger 1010",                 "账面 1010"),
    "bank accounts":  ("Bank accounts",               "银行账户"),
    "break":          ("break",                       "差错"),
    "breaks":         ("breaks",                      "差错"),
    "Breaks":         ("Breaks",                      "差错明细"),
    "cause":          ("suggested cause",             "可能原因"),
    "checked":        ("Reviewed by (another person)", "复核人（须为另一人）"),
    "checks":         ("checks that agree",           "核对相符"),
    "Checks":         ("Checks",                      "核对结果"),
    "closed today":   ("closed by this run",          "本次关闭"),
    "closing":        ("closing",                     "期末"),
    "code":           ("code",                        "代码"),
    "codes":          ("Break codes in this report",  "本报告中的差错代码"),
    "compared":       ("compared",                    "核对数"),
    "count":          ("items",                       "笔数"),
    "credit":         ("credits",                     "贷方"),
    "currency":       ("currency",                    "币种"),
    "date":           ("date",                        "日期"),
    "debit":          ("debits",                      "借方"),
    "difference":     ("difference",                  "差额"),
    "equations":      ("Three equations",             "三条等式"),
    "evidence":       ("evidence",                    "证据"),
    "field":          ("field",                       "字段"),
    "hash":           ("hash of all it read",         "输入数据哈希"),
    "head":           ("read up to sequence",         "读取至序号"),
    "item":           ("item",                        "项目"),
    "left out":       ("{n} more breaks, less severe, are in the CSV and XLSX of this report",
                       "另有 {n} 笔较轻差错，见本报告的 CSV 与 XLSX"),
    "made":           ("run at",                      "对账时间"),
    "matched":        ("matched",                     "相符数"),
    "missing":        ("missing: {what}",             "缺少：{what}"),
    "no breaks":      ("No break is open on this date.", "当日没有未关闭的差错。"),
    "no pools":       ("No pool was open on this date.", "当日没有开立的存管专户。"),
    "no statement":   ("no statement",                "无对账单"),
    "nobody":         ("nobody yet",                  "尚无"),
    "of cash":        ("owed above its cash",         "超出现金的应付"),
    "open breaks":    ("open breaks",                 "未关闭差错"),
    "opening":        ("opening",                     "期初"),
    "ours":           ("ours",                        "我方"),
    "owner":          ("owner",                       "负责人"),
    "page":           ("page",                        "页"),
    "platform":       ("platform",                    "平台"),
    "platforms":      ("platforms",                   "平台数"),
    "pool":           ("pool",                        "存管专户"),
    "pools":          ("pools",                       "专户数"),
    "Pools":          ("Pools and equations",         "存管专户与等式"),
    "prepared":       ("Prepared by",                 "编制人"),
    "reads":          ("What was read",               "数据来源"),
    "right":          ("right side",                  "右方"),
    "rule":           ("check",                       "核对"),
    "run":            ("run",                         "批次"),
    "section":        ("section",                     "部分"),
    "severity":       ("severity",                    "严重程度"),
    "side":           ("side",                        "方向"),
    "signature":      ("name, date, signature",       "姓名、日期、签字"),
    "since":          ("since",                       "发生日"),
    "state":          ("state",                       "状态"),
    "statement":      ("bank statement",              "银行对账单"),
    "subject":        ("subject",                     "对象"),
    "sum":            ("sum",                         "合计"),
    "summary":        ("Summary",                     "摘要"),
    "Suspense":       ("Suspense by age",             "挂账账龄"),
    "items":          ("items",                       "笔数"),
    "left":           ("left side",                   "左方"),
    "theirs":         ("theirs",                      "对方"),
    "title":          ("Daily reconciliation report", "日终对账报告"),
    "unmatched":      ("unmatched",                   "未达"),
    "value":          ("value",                       "值"),
    "verdict":        ("verdict",                     "结论"),
    "version":        ("code version",                "程序版本"),
    "why":            ("why",                         "原因"),
    "worst":          ("of severity 1",               "其中 1 级"),
}  # fmt: skip


class Say:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._place = 1 if language == "zh" else 0

    def __call__(self, name: str, **filled: object) -> str:
        """Return a label, with what it leaves open filled in."""
        text = LABELS[name][self._place]
        return text.format(**filled) if filled else text

    def word(self, key: str) -> str:
        """Return a word of reconciliation/daily.py: a term, an equation, a check, a verdict, a state."""
        return self.of(WORDS[key])

    def of(self, words: Words) -> str:
        """Return a text of both languages in this one."""
        return words.zh if self._place else words.en

    def code(self, code: str) -> str:
        """Return what a break code says."""
        return self.of(CODES[code].says)
