"""Pages (保障资金测算页): a run as a person reads it, in English and in Chinese.

Shape   each term on its own line, then the comparisons, then every place with its statement
Units   amounts with the currency's decimals
"""

from collections.abc import Iterator, Sequence
from typing import Final

from cunguan.doors.papers.layout import table
from cunguan.doors.safeguarding.keeping import Breach, Run
from cunguan.doors.safeguarding.outcome import Outcome
from cunguan.doors.safeguarding.running import Made
from cunguan.doors.safeguarding.top_up import Proposed
from cunguan.kernel.money import format_minor
from cunguan.policy.safeguarding.engine import KINDS, Comparison
from cunguan.policy.safeguarding.pack import WHOLE_E6, Pack
from cunguan.policy.safeguarding.rules import RULES

#: English, Chinese
WORDS: Final = {
    "requirement":  ("requirement",                  "应保障金额"),
    "resource":     ("resource",                     "已保障金额"),
    "next_day":     ("D+1",                          "次日（D+1）"),
    "reconciled":   ("reconciled",                   "相符"),
    "shortfall":    ("shortfall",                    "不足"),
    "excess":       ("excess",                       "超出"),
    "pool":         ("pool",                         "存管专户"),
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
    "run":          ("run",                          "测算"),
    "made_by":      ("made by",                      "编制"),
    "signed_by":    ("signed off by",                "复核"),
    "not_signed":   ("not signed off",               "未复核"),
    "propose":      ("top-up proposed, the same day, from own money", "建议当日以自有资金补足"),
    "type":         ("two people hand it in by",     "由双人提交"),
    "own_money":    ("own money",                    "自有资金"),
    "paid_in_before": ("own money paid in before",   "此前存入的自有资金"),
    "":             ("own money, prudently",         "审慎补足"),
    "not_placed":   ("money not in its place",       "资金未划入专户"),
    "records_differ": ("records differ from statements", "记录与账单不一致"),
    "due":          ("due by the end of",            "应于当日终了前补足"),
    "found":        ("breach",                       "违规"),
    "made_good":    ("made good by run",             "已补足，见测算"),
    "late":         ("not made good on its day",     "未于当日补足"),
    "told":         ("told",                         "已报告"),
    "must_tell":    ("must be told to",              "须报告"),
    "no_runs":      ("no runs",                      "没有测算记录"),
    "notice_title": ("Notice of a safeguarding breach", "保障资金不足报告"),
    "to":           ("To",                           "致"),
    "by_rule":      ("Rule",                         "依据"),
    "same":         ("the books and the rules say the same again", "账簿与规则再次得出相同结果"),
    "other":        ("what is read now is not what the run read", "现在读到的与测算时不同"),
    "date":         ("date",                         "日期"),
    "rule":         ("rule",                         "规则"),
    "verdict":      ("verdict",                      "结论"),
}  # fmt: skip


def made(one: Made, name: str, language: int) -> list[str]:
    """Return a run that was just made, with what it proposes; `name` of its rule pack."""
    lines = outcome(one.outcome, name, language)
    if one.run is not None:
        lines.append(f"  {_word('run', language)} {one.run}")
    return lines + _proposed(one.run, one.proposed, one.outcome.inputs.currency, language)


def run(one: Run, found: Sequence[Breach], language: int) -> list[str]:
    """Return a run that is kept, with its sign-off and what became of what it found."""
    pack_ = RULES[one.outcome.rule]
    lines = outcome(one.outcome, (pack_.name, pack_.name_zh)[language], language)
    lines.append(f"  {signed(one, language)}")
    lines += _proposed(one.id, one.proposed, one.outcome.inputs.currency, language)
    return lines + [f"  {_breach(breach, one.outcome.inputs.currency, language)}" for breach in found]


def signed(one: Run, language: int) -> str:
    """Return who made a run and who signed it off."""
    by = f"{_word('run', language)} {one.id} · {_word('made_by', language)} {one.preparer} {one.at:%Y-%m-%d %H:%M}Z"
    if one.sign_off is None:
        return f"{by} · {_word('not_signed', language)}"
    note = f": {one.sign_off.note}" if one.sign_off.note else ""
    return f"{by} · {_word('signed_by', language)} {one.sign_off.reviewer} {one.sign_off.at:%Y-%m-%d %H:%M}Z{note}"


def run_lines(runs: Sequence[Run], found: Sequence[Breach], language: int) -> list[str]:
    """Return a list of runs, one line each."""
    if not runs:
        return [_word("no_runs", language)]
    head = [
        _word(name, language)
        for name in ("run", "date", "rule", "pool", "requirement", "resource", "verdict", "signed_by")
    ]
    rows = []
    for one in runs:
        inputs, now = one.outcome.inputs, one.outcome.figures.now
        kinds = [_word(breach.kind, language) for breach in found if breach.run == one.id]
        rows.append([
            str(one.id), one.outcome.date.isoformat(), one.outcome.rule, f"{inputs.platform} {inputs.pool}".strip(),
            format_minor(now.requirement_minor, inputs.currency), format_minor(now.resource_minor, inputs.currency),
            ", ".join(kinds) or _word(now.verdict, language), one.sign_off.reviewer if one.sign_off else "",
        ])  # fmt: skip
    return table(head, rows, (0, 4, 5))


def notice(one: Run, found: Sequence[Breach], language: int) -> list[str]:
    """Return what an authority must hear of a run."""
    pack_ = RULES[one.outcome.rule]
    name = (pack_.name, pack_.name_zh)[language]
    lines = [_word("notice_title", language), f"{_word('to', language)}: {found[0].whom}"]
    lines.append(f"{_word('by_rule', language)}: {name} ({found[0].clause})")
    lines += outcome(one.outcome, name, language)
    return lines + [_breach(breach, one.outcome.inputs.currency, language) for breach in found]


def verified(one: Run, same_inputs: bool, same_figures: bool, language: int) -> str:
    """Return whether a run could be made again."""
    return f"{_word('run', language)} {one.id}: {_word('same' if same_inputs and same_figures else 'other', language)}"


def _proposed(number: int | None, proposed: Sequence[Proposed], currency: str, language: int) -> list[str]:
    if not proposed:
        return []
    lines = [f"  {_word('propose', language)}"]
    for one in proposed:
        amount = format_minor(one.amount_minor, currency)
        lines.append(
            "    " + "  ".join(part for part in (one.kind, one.shortfall, _word(one.source, language), amount) if part)
        )
    typed = f"cunguan safeguard top-up {number} --bank-account … --reference … --maker … --checker …"
    return [*lines, f"    {_word('type', language)}: {typed}"]


def _breach(one: Breach, currency: str, language: int) -> str:
    parts = [f"{_word('found', language)}: {_word(one.kind, language)} {format_minor(one.amount_minor, currency)}"]
    parts.append(f"{_word('due', language)} {one.due}")
    if one.good_run is not None:
        parts.append(f"{_word('made_good', language)} {one.good_run} ({one.good_day})")
    if one.is_late:
        parts.append(_word("late", language))
    if one.told_at is not None:
        parts.append(f"{_word('told', language)} {one.whom} {one.told_at:%Y-%m-%d %H:%M}Z {one.told_reference}")
    elif one.must_be_told:
        parts.append(f"{_word('must_tell', language)} {one.whom} ({one.clause})")
    return " · ".join(parts)


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
        f"  {_word('from', language)} {one.effective_from} · {_word('calendar', language)} {one.calendar.name} · "
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
    lines = table(rows[0], rows[1:], (1,))
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
