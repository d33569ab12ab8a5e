"""Decoding (取数): a row of a console statement whose parts are JSON, ready for a template.

When    a page is one statement, for a page may ask the database no more than a few times
Errors  Http404 where there is no such row: the same for what is not there and what is mistyped
"""

import json
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest

from cunguan.doors.portals.shell.reading import rows

#: fields of rows that hold a date or an instant
_DATED: Final = re.compile(r"(^|_)(at|date|until|by|on|since|from)$")
DATE_LENGTH: Final = 10


def one(name: str, values: Mapping[str, object], parts: Collection[str] = ()) -> dict[str, Any]:
    """Return the only row of a statement, its JSON parts read."""
    found = rows(name, values)
    if not found:
        raise Http404
    return {key: read(value) if key in parts else value for key, value in found[0].items()}


def read(value: Any) -> Any:
    """Return what a JSON column holds: Django leaves it as text."""
    return json.loads(value, object_hook=_dated) if isinstance(value, str) else value


def _dated(held: dict[str, Any]) -> dict[str, Any]:
    """Return an object whose dates and instants are such, and no text."""
    return {
        name: _when(value) if isinstance(value, str) and _DATED.search(name) else value for name, value in held.items()
    }


def _when(text: str) -> Any:
    try:
        return date.fromisoformat(text) if len(text) == DATE_LENGTH else datetime.fromisoformat(text)
    except ValueError:
        return text


def day_in(request: HttpRequest) -> date | None:
    """Return the date a page is asked for as of; what is no date is none."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
