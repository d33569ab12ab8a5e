"""Monthly papers (月报页): the return and the custody report as people read them, in English and in Chinese.

Shape   Paper: its tables as texts, and the days of its picture; `lines` for a terminal, `csv_of` for a spreadsheet, paper.py for PDF
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from cunguan.doors.papers.layout import csv_text, table
from cunguan.doors.safeguarding.custody import Report
from cunguan.doors.safeguarding.month import DayFigures
from cunguan.doors.safeguarding.rep027 import Return
from cunguan.kernel.money import format_minor
from cunguan.policy.safeguarding.engine import KINDS, Comparison

Say = Callable[[str], str]

#: English, Chinese
WORDS: Final = {
    "rep027":       ("REP027 safeguarding return",            "REP027 保障资金月报"),
    "custody":      ("Custody report",                        "资金存管报告"),
    "due":          ("due",                                   "报送截止"),
    "firm":         ("1 firm",                                "1 机构"),
    "not_given":    ("not recorded",                          "未登记"),
    "methods":      ("2 methods",                             "2 保障方式"),
    "segregation":  ("segregation",                           "隔离"),
    "insurance_or_guarantee": ("insurance or guarantee",      "保险或保函"),
    "clients":      ("clients with money",                    "有余额客户数"),
    "highest":      ("3 highest requirement",                 "3 最高应保障金额"),
    "lowest":       ("3 lowest requirement",                  "3 最低应保障金额"),
    "held":         ("4 held in",                             "4 存放于"),
    "now":          ("5 requirement, resource",               "5 应保障、已保障"),
    "adjustments":  ("5 own money paid in during the month",  "5 当月存入自有资金"),
    "next_day":     ("6 D+1 requirement, resource",           "6 次日应保障、已保障"),
    "internal":     ("7 days reconciled internally",          "7 内部核对天数"),
    "external":     ("7 days reconciled with statements",     "7 外部核对天数"),
    "missing":      ("days without a run",                    "缺少测算的日期"),
    "early":        ("days run before they were over",        "当日未结束即测算的日期"),
    "unsigned":     ("runs not signed off",                   "未复核的测算"),
    "letters":      ("8 accounts without an acknowledgement letter", "8 缺少银行确认函的账户"),
    "breaches":     ("9 breaches",                            "9 违规数"),
    "notifiable":   ("9 of them to be notified",              "9 其中须报告"),
    "compliant":    ("9 compliant",                           "9 是否合规"),
    "unrelated":    ("10 to 17, unrelated payment services",  "10 至 17，无关支付服务"),
    "yes":          ("yes",                                   "是"),
    "no":           ("no",                                    "否"),
    "shortfall":    ("shortfall",                             "不足"),
    "excess":       ("excess",                                "超出"),
    "reconciled":   ("reconciled",                            "相符"),
    "loan_balance": ("loan balance",                          "借贷余额"),
    "balance":      ("custody balance",                       "存管余额"),
    "of_clients":   ("of it owed to clients",                 "其中应付客户"),
    "borrowers":    ("borrowers",                             "借款人数"),
    "lenders":      ("lenders",                               "出借人数"),
    "days":         ("days run",                              "测算天数"),
    "sound":        ("of them nothing was missing",           "其中无不足"),
    "agree":        ("of them every statement agreed",        "其中账单一致"),
    "found":        ("breaches",                              "违规数"),
    "found_late":   ("of them not made good on their day",    "其中未于当日补足"),
    "volume":       ("trading volume",                        "交易规模"),
    "count":        ("count",                                 "笔数"),
    "amount":       ("amount",                                "金额"),
    "deposits":     ("deposits",                              "充值"),
    "withdrawals":  ("withdrawals",                           "提现"),
    "lent":         ("lent",                                  "出借"),
    "repaid":       ("repaid",                                "还款"),
    "compensated":  ("compensated",                           "代偿"),
    "assigned":     ("claims assigned",                       "债权转让"),
    "fees":         ("fees",                                  "服务费"),
    "item":         ("item",                                  "项目"),
    "value":        ("value",                                 "数值"),
    "at_end":       ("at the end of",                         "截至"),
    "reconciled_how": ("reconciliation",                      "核对情况"),
    "requirement":  ("requirement",                           "应保障金额"),
    "resource":     ("resource",                              "已保障金额"),
    "by_day":       ("day by day",                            "逐日"),
    "runs":         ("from runs",                             "依据测算"),
}  # fmt: skip


class Table(msgspec.Struct, frozen=True):
    """A table of a paper; the columns after the first are numbers where `is_sums`."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_sums: bool = False


class Paper(msgspec.Struct, frozen=True):
    """What a month's paper says, and the days its picture is of."""

    title: str
    about: str
    tables: tuple[Table, ...]
    days: tuple[DayFigures, ...]
    currency: str
    language: int


def rep027(one: Return, language: int) -> Paper:
    """Return the return of one pool."""
    say, money = _words(language), _amounts(one.currency)
    rows = [
        (say("firm"), one.firm or say("not_given")),
        (say("methods"), ", ".join(map(say, one.methods))),
        (say("clients"), str(one.clients)),
        (say("highest"), f"{money(one.highest.requirement_minor)}  {one.highest.day}"),
        (say("lowest"), f"{money(one.lowest.requirement_minor)}  {one.lowest.day}"),
        *((say("held"), f"{KINDS[held.kind][language]} {held.count}: {money(held.minor)}") for held in one.held),
        (say("now"), _comparison(one.now, one.currency, language)),
        (say("adjustments"), money(one.adjustments_minor)),
        *([(say("next_day"), _comparison(one.next_day, one.currency, language))] if one.next_day else []),
        (say("internal"), str(one.internal_days)),
        (say("external"), str(one.external_days)),
        *_gaps(say, missing=one.missing_days, unsigned=one.unsigned_runs),
        (say("letters"), str(one.letters_missing)),
        (say("breaches"), str(one.breaches)),
        (say("notifiable"), str(one.notifiable_breaches)),
        (say("compliant"), say("yes" if one.is_compliant else "no")),
        (say("runs"), ", ".join(str(day.run) for day in one.days_run)),
    ]
    where = f"{one.platform} {one.pool} {one.pool_class} {one.currency} · {say('due')} {one.due}".strip()
    about = f"{where} · {say('unrelated')}" if one.is_unrelated else where
    tables = (Table((say("item"), say("value")), tuple(rows)),)
    return Paper(f"{say('rep027')} {one.month}", about, tables, one.days_run, one.currency, language)


def custody(one: Report, language: int) -> Paper:
    """Return the custody report of one pool."""
    say, money = _words(language), _amounts(one.currency)
    volumes = tuple((say(each.name), str(each.count), money(each.minor)) for each in one.volumes)
    sums = (
        (say("loan_balance"), money(one.loan_balance_minor)),
        (say("balance"), money(one.custody_balance_minor)),
        (say("of_clients"), money(one.clients_minor)),
        (say("clients"), str(one.clients)),
        (say("borrowers"), str(one.borrowers)),
        (say("lenders"), str(one.lenders)),
    )
    days = (
        (say("days"), str(one.days)),
        (say("sound"), str(one.reconciled_days)),
        (say("agree"), str(one.statements_agree_days)),
        *_gaps(say, missing=one.missing_days, early=one.early_days, unsigned=one.unsigned_runs),
        (say("found"), str(one.breaches)),
        (say("found_late"), str(one.breaches_late)),
        (say("runs"), ", ".join(str(day.run) for day in one.days_run)),
    )
    tables = (
        Table((say("volume"), say("count"), say("amount")), volumes, is_sums=True),
        Table((f"{say('at_end')} {one.at_end}", say("value")), sums, is_sums=True),
        Table((say("reconciled_how"), say("value")), days),
    )
    return Paper(
        f"{say('custody')} {one.month}", f"{one.platform} {one.pool} {one.currency}".strip(), tables, one.days_run,
        one.currency, language,
    )  # fmt: skip


def lines(paper: Paper) -> list[str]:
    """Return a paper as a person reads it in a terminal."""
    found = [f"{paper.title} · {paper.about}"]
    for one in paper.tables:
        found += table(one.head, one.rows, range(1, len(one.head)) if one.is_sums else ())
    return found


def csv_of(papers: Sequence[Paper]) -> str:
    """Return papers as rows: which paper, what, and its values."""
    rows = [(paper.title, paper.about, *row) for paper in papers for one in paper.tables for row in one.rows]
    longest = max(len(row) for row in rows)
    return csv_text(
        ("paper", "pool", "item", *(f"value_{n}" for n in range(1, longest - 2))),
        [(*row, *("" for _ in range(longest - len(row)))) for row in rows],
    )


def _words(language: int) -> Say:
    return lambda name: WORDS[name][language]


def _amounts(currency: str) -> Callable[[int], str]:
    return lambda minor: format_minor(minor, currency)


def _gaps(say: Say, **found: Sequence[object]) -> list[tuple[str, str]]:
    return [(say(name), ", ".join(map(str, what))) for name, what in found.items() if what]


def _comparison(one: Comparison, currency: str, language: int) -> str:
    by = format_minor(one.shortfall_minor or one.excess_minor, currency)
    verdict = WORDS[one.verdict][language] + ("" if one.verdict == "reconciled" else f" {by}")
    return f"{format_minor(one.requirement_minor, currency)}, {format_minor(one.resource_minor, currency)}: {verdict}"
