"""Lists (列表): a page of rows that is found by a key, with its filters and its export.

When    a view shows rows that may be many
Shape   Listed: the rows of this page, the key of the next, what was filtered by. A page is found by the last key of the one
        before, never by counting; one row more than is shown tells that there is a next
        export: all rows, as CSV (with a mark that spreadsheets know as UTF-8); a text that begins as a formula is quoted
Errors  KeyWrong: the address holds no key of ours
"""

import csv
import io
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import urlencode

PAGE: Final = 25
EXPORT_MAX: Final = 50_000
#: a spreadsheet takes a text that begins so for a formula
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Listed(msgspec.Struct, frozen=True):
    """One page of a list.

    rows     what is shown
    next     the address of the next page, "" on the last
    first    the address of the first page, "" on it
    export   the address of the export
    filters  what was filtered by, as it was asked for
    """

    rows: Sequence[Any]
    next: str
    first: str
    export: str
    filters: Mapping[str, str]


def listed(
    request: HttpRequest, read: Callable[[Any, int], Sequence[Any]], key_of: Callable[[Any], Any], filters: Mapping[str, str] = {},
    *, page: int = PAGE,
) -> Listed:  # fmt: skip
    """Return a page of a list; `read(after, limit)` returns rows after a key (None: from the first)."""
    after = key_in(request.GET.get("after", ""))
    found = read(after, page + 1)
    shown = found[:page]
    asked = {name: value for name, value in filters.items() if value}
    following = f"?{urlencode({**asked, 'after': key_text(key_of(shown[-1]))})}" if len(found) > page else ""
    return Listed(
        shown,
        following,
        f"?{urlencode(asked)}" if after is not None else "",
        f"?{urlencode({**asked, 'export': 'csv'})}",
        filters,
    )


def key_text(key: Any) -> str:
    """Return a key as it stands in an address."""
    return urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def key_in(text: str) -> Any:
    """Return the key an address holds, None where it holds none; what is no key is no page."""
    if not text:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, msgspec.DecodeError):
        raise Http404 from None


def wants_export(request: HttpRequest) -> bool:
    """Return whether the list is asked for as a file."""
    return request.GET.get("export") == "csv"


def exported(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return rows as a CSV file."""
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(head)
    written.writerows(_cells(rows))
    response = HttpResponse("﻿" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _cells(rows: Iterable[Sequence[object]]) -> Iterator[list[str]]:
    for row in rows:
        yield [cell(value) for value in row]


def cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet computes.

    >>> cell("=1+1"), cell(-5), cell("abc"), cell(None)
    ("'=1+1", '-5', 'abc', '')
    """
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def everything(read: Callable[[Any, int], Sequence[Any]], key_of: Callable[[Any], Any]) -> Iterator[Any]:
    """Yield all rows of a list, page after page, up to EXPORT_MAX."""
    after, count = None, 0
    while count < EXPORT_MAX and (found := read(after, 1000)):
        yield from found
        after, count = key_of(found[-1]), count + len(found)
