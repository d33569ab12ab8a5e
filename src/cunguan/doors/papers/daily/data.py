"""Data of the daily report (对账报告数据): the run as JSON, whole, and as rows of one CSV.

Shape   json: reconciliation/daily.py as it was stored, with the sums, verdicts and differences that follow from it beside it
        CSV: one row a figure; `section` says of which kind it is, so that one file holds all of it
Units   minor units
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from cunguan.doors.papers.daily.figures import ages, known, open_breaks, platforms, risks
from cunguan.doors.papers.daily.words import Say
from cunguan.doors.papers.layout import csv_text
from cunguan.reconciliation.daily import Break, Day, Equation, Pool

HEAD: Final = ("section", "platform", "pool", "subject", "code", "item", "side", "currency", "amount", "count", "verdict", "severity",
               "since", "age", "owner", "value")  # fmt: skip


def as_json(day: Day, say: Say) -> bytes:
    """Return the run as JSON; words stand beside keys in the language asked for."""
    told: dict[str, Any] = msgspec.to_builtins(day)
    told["verdict"], told["verdict_says"], told["language"] = day.verdict, say.word(day.verdict), say.language
    for pool, of in zip(told["pools"], day.pools, strict=True):
        pool["equations"] = [_equation(one, say) for one in of.equations]
    told["breaks"] = [
        {**msgspec.to_builtins(one), "bucket": one.bucket, "says": say.code(one.code)}
        for one in day.breaks
    ]  # fmt: skip
    open_ = open_breaks(day)
    told["open_by_age"], told["at_risk_minor_by_age"] = ages(open_), risks(open_)
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def _equation(one: Equation, say: Say) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(one),
        "says": say.word(f"equation_{one.number}"),
        "left_minor": one.left_minor,
        "right_minor": one.right_minor,
        "difference_minor": one.difference_minor,
        "holds": one.holds,
    }


def as_csv(day: Day, say: Say) -> str:
    """Return the run as CSV, with a mark at its beginning by which a spreadsheet knows UTF-8."""
    return "\ufeff" + csv_text([say(name) for name in HEAD], rows(day, say))


def rows(day: Day, say: Say) -> Iterator[Sequence[object]]:
    """Yield every figure of the run."""
    for item, value in (
        ("date", day.date.isoformat()), ("run", day.run), ("made", day.made_at.isoformat()), ("verdict", say.word(day.verdict)),
        ("version", day.code_version), ("hash", day.inputs_hash),
    ):  # fmt: skip
        yield _row(section=say("summary"), item=say(item), value=value)
    names = platforms(day)
    for lane, head in sorted(day.heads.items()):
        yield _row(section=say("reads"), platform=names[lane], item=say("head"), value=head)
    for pool in day.pools:
        yield from _pool(pool, say)
    for check in day.checks:
        yield _row(section=say("Checks"), platform=names[check.lane], subject=check.subject, code=check.rule, item=say.word(check.rule),
                   count=check.compared_count, verdict=say.word(check.verdict), value=say.of(check.why))  # fmt: skip
    for one in day.breaks:
        yield _break(one, say)


def _pool(pool: Pool, say: Say) -> Iterator[Sequence[object]]:
    of = {"platform": pool.platform, "pool": pool.pool}
    for account in pool.accounts:
        for item, amount in (
            ("opening", account.opening_minor), ("credit", account.credit_minor), ("debit", account.debit_minor),
            ("closing", account.closing_minor), ("balance", account.ledger_minor),
        ):  # fmt: skip
            yield _row(**of, section=say("bank accounts"), subject=account.id, item=say(item), currency=account.currency,
                       amount="" if amount is None else amount, value=account.statement or say("no statement"))  # fmt: skip
    for one in pool.equations:
        yield from _terms(one, of, say)
    for parked in pool.parked:
        yield _row(**of, section=say("Suspense"), code=parked.code, item=say.word(parked.code), currency=pool.currency,
                   amount=parked.amount_minor, count=parked.count, age=parked.bucket)  # fmt: skip


def _terms(one: Equation, of: dict[str, str], say: Say) -> Iterator[Sequence[object]]:
    there = {**of, "section": say("equations"), "subject": one.subject, "code": one.number, "currency": one.currency}
    for side, terms in (("left", one.left), ("right", one.right)):
        for term in terms:
            yield _row(**there, item=say.word(term.key), side=say(side), amount=known(one, term, ""), value=" ".join(term.codes),
                       count="" if term.count is None else term.count)  # fmt: skip
    verdict = say.word("incomplete" if one.missing else "agrees" if one.holds else "differs")
    yield _row(**there, item=say("difference"), amount="" if one.missing else one.difference_minor, verdict=verdict)


def _break(one: Break, say: Say) -> Sequence[object]:
    sides = f"{one.field} {say('ours')}: {one.ours} | {say('theirs')}: {one.theirs} | {say.of(one.cause)}".strip()
    return _row(
        section=say("Breaks"), platform=one.platform, pool=one.pool, subject=f"{one.id} {one.subject}", code=one.code,
        item=say.code(one.code), currency=one.currency, amount=one.at_risk_minor, verdict=say.word(one.state), severity=one.severity,
        since=one.since.isoformat(), age=one.age_days, owner=one.owner, value=sides,
    )  # fmt: skip


def _row(**cells: object) -> list[object]:
    return [cells.get(name, "") for name in HEAD]
