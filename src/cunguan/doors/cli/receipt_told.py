"""What `cunguan receipt verify` says (回执核验结果): for people in their language, and as values for programs."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cunguan.doors.papers.words import Words
from cunguan.doors.receipts.words import word
from cunguan.kernel.money import format_minor
from cunguan.transparency.chain import Found
from cunguan.transparency.receipt import CHECKS, Checked, Month, Own, Result

_MARKS: Final = {"ok": "✓", "failed": "✗", "open": "!"}


# ── for programs ─────────────────────────────────────────────────────────────
def told(results: Sequence[tuple[str, Result]], found: Sequence[Found]) -> dict[str, Any]:
    """Return everything as values."""
    files = [_values(name, result) for name, result in results]
    chain = [{**msgspec.structs.asdict(one), "is_wrong": one.is_wrong} for one in found]
    is_good = all(result.is_good for _, result in results) and not any(one.is_wrong for one in found)
    return {"is_good": is_good, "files": files, "chain": chain}


def _values(name: str, result: Result) -> dict[str, Any]:
    values = {**msgspec.to_builtins(result), "file": name, "is_good": result.is_good}
    values.pop("receipt")
    values["latest"] = None if result.latest is None else instant(result.latest)
    return values


# ── for people ───────────────────────────────────────────────────────────────
def told_result(name: str, result: Result, language: str) -> Iterator[str]:
    """Yield what a file came to, line by line."""
    verdict = "bad" if not result.is_good else "good_unpinned" if result.from_file else "good"
    yield f"{name}: {word(verdict, language)}"
    yield from _said(result, language) if result.is_good else ()
    yield f"  {word('checks', language)}"
    made = {one.name: one for one in result.checks}
    for check in CHECKS:
        yield f"    {_check(check, made.get(check), language)}"
    if result.is_good:
        yield f"  {word('not_proved', language)}"
        yield from (f"    - {word(f'not_{one}', language)}" for one in result.not_proved)


def _check(name: str, made: Checked | None, language: str) -> str:
    if made is None:
        return f"· {word(f'check_{name}', language)}: {word('not_reached', language)}"
    why = word(f"why_{made.word}", language, made.found) if made.word else ""
    return f"{_MARKS[made.state]} {word(f'check_{name}', language)}" + (f": {why}" if why else "")


def _said(result: Result, language: str) -> Iterator[str]:
    if result.from_file:
        between = "、" if language == "zh" else ", "
        names = between.join(word(f"from_{one}", language) for one in result.from_file)
        yield f"  ! {word('unpinned', language, names)}"
    if result.header is not None:
        yield f"  {result.header.id}  {result.header.kind}  {result.header.business_date}  {result.header.at}"
    for own in result.own:
        yield f"  {_own(own, language)}"
    if result.month is not None:
        yield from (f"  {line}" for line in _month(result.month, language))
    elif result.content:
        yield f"  {result.content}"
    if result.authority is not None:
        yield f"  {word('authority', language)}: {result.authority.get('type', '')} {result.authority.get('payee', '')}".rstrip()
    latest = word("no_latest", language) if result.latest is None else instant(result.latest)
    seen = ", ".join(f"{one.name} ({instant(one.at)})" for one in result.witnessed) or word("nobody", language)
    yield f"  {word('at_latest', language)}: {latest}"
    yield f"  {word('witnesses', language)}: {seen}"
    places = ", ".join(word("place_of", language, place + 1, result.size) for place in result.places)
    yield f"  {word('place', language)}: {places}, {result.origin}"


def _own(own: Own, language: str) -> str:
    amount = f"{own.account.currency} {format_minor(own.amount_minor, own.account.currency)}"
    to = word("credited" if own.change_minor > 0 else "debited", language, Words(language).account(own.account.code))
    return f"{amount}  {to}  {own.account.owner}  {word('number', language)}: {own.number}"


def _month(month: Month, language: str) -> Iterator[str]:
    numbers = _span(month.first_number, month.last_number)
    lines = word("month_lines", language, month.postings, numbers) if month.postings else word("month_empty", language)
    yield f"{word('month_title', language, month.month)}  {Words(language).account(month.code)}  {month.owner}  {lines}"
    for name, minor in (("opening", month.opening_minor), ("closing", month.closing_minor)):
        yield f"{word(name, language)}: {month.currency} {format_minor(minor, month.currency)}"


def told_chain(found: Sequence[Found], language: str) -> Iterator[str]:
    """Yield what several files say together."""
    if found:
        verdict = "chain_bad" if any(one.is_wrong for one in found) else "chain_good"
        yield f"{word('chain', language)}: {word(verdict, language)}"
    for one in found:
        said = word(f"found_{one.what}", language, _span(one.first, one.last)).replace("{month}", one.month)
        yield f"  {'✗' if one.is_wrong else '✓'} {word('chain_account', language, one.account)}: {said}"


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def instant(seconds: int) -> str:
    """Return an instant as people read it.

    >>> instant(1772442001)
    '2026-03-02 09:00:01 UTC'
    """
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
