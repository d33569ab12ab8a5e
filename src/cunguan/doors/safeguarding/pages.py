"""Pages (保障资金测算页): a run as a person reads it, in English and in Chinese.

Shape   each term on its own line, then the comparisons, then every place with its statement
Units   amounts with the currency's decimals
"""

from collections.abc import Iterator
from typing import Final

from cunguan.doors.papers.layout import table
from cunguan.doors.safeguarding.outcome import Outcome
from cunguan.kernel.money import format_minor
from cunguan.policy.safeguarding.engine import KINDS, Comparison
from cunguan.policy.safeguarding.pack import WHOLE_E6, Pack

#: English, Chinese
WORDS: Final = {
    "requirement":  ("requirement",                  "应保障金额"),
    "resource":     ("resource",                     "已保障金额"),
    "next_day":     ("D+1",                          "次日（D+1）"),
    "reconciled":   ("reconciled",                   "相符"),
    "shortfall":    ("shortfall",                    "不足"),
    "excess":       ("excess",                       "超出"),
    "pool":         ("pool",                         "资金池"),
    "external":     ("own records against statements", "本方记录与对方账单核对"),
    "agrees":       ("agrees",                       "一致"),
    "differs":      ("differs",                      "不一致"),
    "incomplete":   ("incomplete: a statement is missing", "不完整：缺少账单"),
    "place":        ("place",                        "存放处"),
    "record":       ("our record",                   "本方记录"),
    "statement":    ("statement",                    "对方账单"),
    "none":         ("none",                         "无"),
    "clients":      ("clients with money",           "有余额客户数"),
    "below_zero":   ("negative balances, which net nobody's", "负余额（不得抵减他人）"),
    "to_place":     ("to be brought to its place today", "当日须划入专户"),
    "read":         ("read",                         "依据"),
    "share":        ("share of",                     "比例，基数"),
    "from":         ("in force from",                "施行日期"),
    "calendar":     ("working days of",              "工作日历"),
    "notice":       ("told to",                      "报告对象"),
    "not_confirmed": ("clause not read, from general knowledge", "条款未核对原文，来自一般知识"),
}  # fmt: skip


def outcome(one: Outcome, name: str, language: int) -> list[str]:
    """Return one pool's run; `name` of its rule pack."""
    inputs, figures = one.inputs, one.figures
    currency = inputs.currency
    where = f"{inputs.platform} · {inputs.pool}" if inputs.platform else inputs.pool
    lines = [f"{one.rule}  {name}  {one.date}  {_word('pool', language)} {where} {currency}"]
    lines += _terms(one, language)
    lines.append("  " + _comparison(figures.now, currency, language))
    if figures.next_day is not None:
        lines.append(f"  {_word('next_day', language)}: {_comparison(figures.next_day, currency, language)}")
    lines += [f"  {text}" for text in _remarks(one, language)]
    return [*lines, *(f"  {text}" for text in _external(one, language)), f"  {_origin(one, language)}"]


def pack(one: Pack, language: int) -> list[str]:
    """Return a rule pack with its clauses."""
    lines = [f"{one.id} v{one.version}  {(one.name, one.name_zh)[language]}"]
    lines.append(
        f"  {_word('from', language)} {one.effective_from} · {_word('calendar', language)} {one.calendar} · "
        f"{_word('notice', language)} {one.notice.whom}"
    )
    for clause in one.clauses:
        mark = "" if clause.confirmed else f" [{_word('not_confirmed', language)}]"
        lines.append(f"  {clause.place}: {clause.says}{mark}")
    return [*lines, *(f"  {source}" for source in one.sources)]


def _word(name: str, language: int) -> str:
    return WORDS[name][language]


def _terms(one: Outcome, language: int) -> list[str]:
    figures = one.figures
    rows: list[list[str]] = []
    for name, terms in (("requirement", figures.requirement), ("resource", figures.resource)):
        total_minor = sum(term.minor for term in terms)
        rows += [[f"  {_word(name, language)}", format_minor(total_minor, one.inputs.currency)]]
        rows += [[f"    {KINDS[term.kind][language]}", format_minor(term.minor, one.inputs.currency)] for term in terms]
    lines = table(*rows[:1], rows[1:], (1,))
    if figures.share_e6 == WHOLE_E6:
        return lines
    base = format_minor(figures.share_of_minor, one.inputs.currency)
    return [*lines, f"    {figures.share_e6 // 10_000} % {_word('share', language)} {base}"]


def _comparison(one: Comparison, currency: str, language: int) -> str:
    names = [
        f"{_word(name, language)} {format_minor(minor, currency)}"
        for name, minor in (("requirement", one.requirement_minor), ("resource", one.resource_minor))
    ]
    by = format_minor(one.shortfall_minor or one.excess_minor, currency)
    return " · ".join([*names, _word(one.verdict, language) + ("" if one.verdict == "reconciled" else f" {by}")])


def _remarks(one: Outcome, language: int) -> Iterator[str]:
    figures, currency = one.figures, one.inputs.currency
    yield f"{_word('clients', language)} {figures.clients}"
    if figures.below_zero_minor:
        yield f"{_word('below_zero', language)} {format_minor(figures.below_zero_minor, currency)}"
    if figures.to_place_minor:
        yield f"{_word('to_place', language)} {format_minor(figures.to_place_minor, currency)}"


def _external(one: Outcome, language: int) -> list[str]:
    currency = one.inputs.currency
    rows = [
        [record.name or KINDS[record.kind][language], format_minor(record.record_minor, currency),
         _word("none", language) if record.statement_minor is None else format_minor(record.statement_minor, currency),
         "" if record.agrees else "≠"]
        for record in one.inputs.records
    ]  # fmt: skip
    head = [_word("place", language), _word("record", language), _word("statement", language), ""]
    return [f"{_word('external', language)}: {_word(one.external, language)}", *table(head, rows, (1, 2))]


def _origin(one: Outcome, language: int) -> str:
    upto = f" ≤ {one.inputs.upto_seq}" if one.inputs.source == "books" else ""
    return (
        f"{_word('read', language)} {one.inputs.source}{upto} · {one.inputs.held.lines} · {one.inputs_sha256[:16]} · "
        f"rule {one.rule_hash[:16]} · cunguan {one.code_version}"
    )
