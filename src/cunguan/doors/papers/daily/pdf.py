"""PDF of the daily report (对账报告PDF): the run laid out for people by typst, with the picture of its breaks and its equations.

Reads   a run and a language; daily.typ
Returns, Errors  doors/papers/typeset.py
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from cunguan.doors.papers import fonts, typeset
from cunguan.doors.papers.daily.figures import AGES, ages, bars, known, open_breaks, platforms, risks
from cunguan.doors.papers.daily.words import LABELS, Say
from cunguan.kernel.money import format_minor
from cunguan.reconciliation.breaks import CODES
from cunguan.reconciliation.daily import BankAccount, Break, Check, Day, Equation, Pool

TEMPLATE: Final = Path(__file__).with_name("daily.typ")
#: breaks that are printed; the other forms hold them all
BREAKS_MAX: Final = 300
TONES: Final = {"agrees": "good", "explained": "fair", "differs": "bad", "incomplete": "unknown"}
#: a long name may be broken after one of these, or after so many letters
BREAKS_AFTER: Final = "_:/.#@+=,"
LETTERS_MAX: Final = 14


def as_pdf(day: Day, say: Say) -> bytes:
    """Return the report as PDF."""
    return typeset.as_pdf(TEMPLATE, laid_out(day, say))


def as_pages(day: Day, say: Say, ppi: float = 96.0) -> list[bytes]:
    """Return the pages of the report as PNG."""
    return typeset.as_pages(TEMPLATE, laid_out(day, say), ppi)


def laid_out(day: Day, say: Say) -> Any:
    """Return what the template prints: texts as they stand on paper, and the lengths of its pictures."""
    open_, names = open_breaks(day), platforms(day)
    label = {name: say(name) for name in LABELS if "{" not in LABELS[name][0]}
    return typeset.printable({
        "language": say.language,
        "label": label,
        "made_on": [day.made_at.year, day.made_at.month, day.made_at.day],
        "date": day.date.isoformat(),
        "verdict": {"says": say.word(day.verdict), "tone": TONES[day.verdict]},
        "facts": [[say(item), value] for item, value in _facts(day).items()],
        "tiles": _tiles(day, open_, say),
        "ages": [{"age": age, "counts": counts} for age, counts in ages(open_).items()],
        "risks": [
            [currency, *(format_minor(sums[age], currency) for age in AGES), format_minor(sum(sums.values()), currency)]
            for currency, sums in risks(open_).items()
        ],
        "checks": [_check(one, names, say) for one in day.checks],
        "pools": [_pool(one, say) for one in day.pools],
        "breaks": [_break(one, say) for one in open_[:BREAKS_MAX]],
        "left_out": say("left out", n=len(open_) - BREAKS_MAX) if len(open_) > BREAKS_MAX else "",
        "codes": [[code, say.code(code), say.of(CODES[code].act)] for code in sorted({one.code for one in open_})],
        "reads": [[names[lane] or str(lane), str(head)] for lane, head in sorted(day.heads.items())],
    })  # fmt: skip


def _facts(day: Day) -> dict[str, str]:
    return {
        "run": f"#{day.run}",
        "made": f"{day.made_at:%Y-%m-%d %H:%M:%S%z}",
        "version": day.code_version,
        "hash": foldable(day.inputs_hash),
    }


def _tiles(day: Day, open_: Sequence[Break], say: Say) -> list[list[str]]:
    """Return the figures at the top: value, label, tone."""
    agree = sum(one.verdict in ("agrees", "explained") for one in day.checks)
    worst = sum(one.severity == 1 for one in open_)
    return [
        [str(len({pool.platform for pool in day.pools})), say("platforms"), "plain"],
        [str(len(day.pools)), say("pools"), "plain"],
        [f"{agree} / {len(day.checks)}", say("checks"), "good" if agree == len(day.checks) else "bad"],
        [str(len(open_)), say("open breaks"), "fair" if open_ else "good"],
        [str(worst), say("worst"), "bad" if worst else "good"],
        [str(len(day.breaks) - len(open_)), say("closed today"), "plain"],
    ]


def _check(one: Check, names: dict[int, str], say: Say) -> dict[str, Any]:
    platform = names[one.lane]
    subject = " / ".join(dict.fromkeys(part for part in (platform, one.subject) if part))
    return {
        "rule": one.rule, "says": say.word(one.rule), "subject": foldable(subject), "verdict": say.word(one.verdict),
        "tone": TONES[one.verdict], "counts": [f"{n:,}" for n in (one.compared_count, one.matched_count, one.break_count)],
        "why": foldable(say.of(one.why)),
    }  # fmt: skip


def _pool(one: Pool, say: Say) -> dict[str, Any]:
    missing = f"{say('of cash')} {format_minor(one.missing_minor, one.currency)}" if one.missing_minor else ""
    return {
        "name": f"{one.platform} / {one.pool}", "currency": one.currency, "about": f"{one.regime}, {one.state}", "missing": missing,
        "accounts": [_account(account, say) for account in one.accounts],
        "equations": [_equation(equation, say) for equation in one.equations],
        "parked": [
            [say.word(of.code), of.bucket, f"{of.count:,}", format_minor(of.amount_minor, one.currency)] for of in one.parked
        ],
    }  # fmt: skip


def _account(one: BankAccount, say: Say) -> list[str]:
    amount = partial(_amount, currency=one.currency)
    return [
        foldable(f"{one.id} ({one.channel})"), foldable(one.statement) or say("no statement"), amount(one.opening_minor),
        amount(one.credit_minor), amount(one.debit_minor), amount(one.closing_minor), amount(one.ledger_minor), f"{one.matched_count:,}",
        f"{one.unmatched_count:,}",
    ]  # fmt: skip


def _amount(minor: int | None, currency: str) -> str:
    return "–" if minor is None else format_minor(minor, currency)


def _equation(one: Equation, say: Say) -> dict[str, Any]:
    verdict = "incomplete" if one.missing else "agrees" if one.holds else "differs"
    lines = [
        {"side": bar.side, "says": say.word(bar.term.key), "amount": _amount(known(one, bar.term, None), one.currency),
         "count": "" if bar.term.count is None else f"({bar.term.count:,})", "begins": bar.begins, "ends": bar.ends,
         "takes": bar.term.amount_minor < 0}
        for bar in bars(one)
    ]  # fmt: skip
    return {
        "title": f"{one.number}  {say.word(f'equation_{one.number}')}", "subject": foldable(one.subject), "currency": one.currency,
        "verdict": say("missing", what=_missing(one, say)) if one.missing else say.word(verdict), "tone": TONES[verdict], "lines": lines,
        "sums": {side: format_minor(sum_minor, one.currency) for side, sum_minor in (("left", one.left_minor), ("right", one.right_minor))},
        "difference": "" if one.holds or one.missing else format_minor(one.difference_minor, one.currency),
    }  # fmt: skip


def _missing(one: Equation, say: Say) -> str:
    return say(one.missing) if one.missing in LABELS else one.missing


def _break(one: Break, say: Say) -> dict[str, Any]:
    sides = [[say(side), foldable(text)] for side, text in (("ours", one.ours), ("theirs", one.theirs)) if text]
    at_risk = f"{format_minor(one.at_risk_minor, one.currency)} {one.currency}" if one.currency else "–"
    return {
        "severity": one.severity, "code": one.code, "says": say.code(one.code), "id": foldable(one.id),
        "subject": foldable(" / ".join(dict.fromkeys(part for part in (one.platform, one.pool, one.subject) if part))),
        "field": one.field, "sides": sides, "at_risk": at_risk, "age": str(one.age_days), "since": one.since.isoformat(),
        "state": say.word(one.state), "owner": one.owner or say("nobody"),
        "cause": say.of(one.cause), "evidence": [[say.of(of.says), foldable(of.reference)] for of in one.evidence],
    }  # fmt: skip


def foldable(text: str) -> str:
    """Return a text whose long words may be broken on paper.

    >>> foldable("bank:main").split(fonts.BREAK_HERE), foldable("0" * 20).split(fonts.BREAK_HERE)
    (['bank:', 'main'], ['00000000000000', '000000'])
    """
    made, since = [], 0
    for letter in text:
        since = 0 if letter.isspace() else since + 1
        made.append(letter)
        if letter in BREAKS_AFTER or since == LETTERS_MAX:
            made.append(fonts.BREAK_HERE)
            since = 0
    return "".join(made).removesuffix(fonts.BREAK_HERE)
