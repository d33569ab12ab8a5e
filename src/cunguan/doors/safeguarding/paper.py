"""Monthly papers as PDF (月报PDF): laid out for people by typst, with the month's picture: required and there, day by day.

Reads   papers; monthly.typ
Returns, Errors  doors/papers/typeset.py
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from cunguan.doors.papers import typeset
from cunguan.doors.safeguarding.monthly_pages import WORDS, Paper
from cunguan.kernel.money import format_minor

TEMPLATE: Final = Path(__file__).with_name("monthly.typ")
#: the tallest bar
WHOLE: Final = 1_000


def as_pdf(papers: Sequence[Paper]) -> bytes:
    """Return papers as one PDF, each on a page of its own."""
    return typeset.as_pdf(TEMPLATE, _data(papers))


def as_pages(papers: Sequence[Paper], ppi: float = 96.0) -> list[bytes]:
    """Return the pages as PNG."""
    return typeset.as_pages(TEMPLATE, _data(papers), ppi)


def _data(papers: Sequence[Paper]) -> dict[str, Any]:
    return {"papers": [typeset.printable(_laid_out(one)) for one in papers]}


def _laid_out(one: Paper) -> dict[str, Any]:
    tallest = max([1, *(max(day.requirement_minor, day.resource_minor) for day in one.days)])
    return {
        "language": "zh" if one.language else "en", "title": one.title, "about": one.about,
        "made_on": [one.days[-1].day.year, one.days[-1].day.month, one.days[-1].day.day],
        "requirement": WORDS["requirement"][one.language], "resource": WORDS["resource"][one.language],
        "by_day": WORDS["by_day"][one.language], "tallest": f"{format_minor(tallest, one.currency)} {one.currency}",
        "tables": [
            {"head": of.head, "rows": of.rows, "is_sums": of.is_sums}
            for of in one.tables
        ],
        "days": [
            {"day": str(day.day.day), "requirement": max(day.requirement_minor, 0) * WHOLE // tallest,
             "resource": max(day.resource_minor, 0) * WHOLE // tallest, "is_sound": day.is_sound}
            for day in one.days
        ],
    }  # fmt: skip
