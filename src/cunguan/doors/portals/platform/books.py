"""Books (账簿行): the platform's rows as its API shows them, read behind the wall.

When    a page shows clients, listings, holds …
Shape   the statements are the API's (store/reading.py); they run on this request's connection, whose wall shows the reader's lane
        and no other, so that a lane asked for wrongly has no rows
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from django.db import connection
from django.http import Http404, HttpRequest
from django.utils.http import urlencode

from cunguan.doors.portals.platform.reach import lane_of
from cunguan.doors.portals.shell.lists import EXPORT_MAX, PAGE, Listed, key_in, key_text
from cunguan.kernel.ids import is_id
from cunguan.store import reading, shown
from cunguan.store.reading import Page

T = TypeVar("T", bound=msgspec.Struct)
EXPORT_PAGE = 1_000


def listed(request: HttpRequest, shape: type[T], filters: Mapping[str, str], *, page: int = PAGE) -> Listed:
    """Return a page of rows; where few fit the filters it may hold fewer than a page, and still go on."""
    after, asked = key_in(request.GET.get("after", "")), {name: value for name, value in filters.items() if value}
    found = some(request, shape, asked, after if isinstance(after, str) else "", page)
    return Listed(
        found.items, f"?{urlencode({**asked, 'after': key_text(found.next)})}" if found.next is not None else "",
        f"?{urlencode(asked)}" if after is not None else "", f"?{urlencode({**asked, 'export': 'csv'})}", filters,
    )  # fmt: skip


def everything(request: HttpRequest, shape: type[T], filters: Mapping[str, str]) -> list[T]:
    """Return all rows, for an export."""
    asked = {name: value for name, value in filters.items() if value}
    found: list[T] = []
    after = ""
    while len(found) < EXPORT_MAX:
        page = some(request, shape, asked, after, EXPORT_PAGE)
        found += page.items
        if page.next is None:
            break
        after = page.next
    return found


def some(request: HttpRequest, shape: type[T], asked: Mapping[str, str], after: str, limit: int) -> Page:
    """Return the rows after an id."""
    question = reading.question(shape, lane_of(request), asked, after, limit)
    return reading.answered(shape, question, _rows(question.text, question.given))


def one(request: HttpRequest, shape: type[T], id: str) -> T:
    """Return one row; what is not in the reader's lane is not there."""
    rows = _rows(reading.row_text(shape), {"lane": lane_of(request), "id": id}) if is_id(id) else []
    found = reading.first(shape, rows)
    if found is None:
        raise Http404
    return found


def plan(request: HttpRequest, listing: str, after: int, limit: int) -> list[shown.PlanRow]:
    """Return the rows of a listing's plan after a number."""
    given = {"lane": lane_of(request), "listing": listing, "after": after, "limit": limit}
    return [shown.PlanRow(*row) for row in _rows(reading.plan_text(), given)]


def _rows(text: str, given: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return cursor.fetchall()
