"""Decoding (取数): a row of a console statement whose parts are JSON, ready for a template.

When    a page is one statement, for a page may ask the database no more than a few times
Errors  Http404 where there is no such row: the same for what is not there and what is mistyped
"""

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest

from cunguan.doors.portals.shell.reading import rows


def one(name: str, values: Mapping[str, object], parts: Collection[str] = ()) -> dict[str, Any]:
    """Return the only row of a statement, its JSON parts read."""
    found = rows(name, values)
    if not found:
        raise Http404
    return {key: read(value) if key in parts else value for key, value in found[0].items()}


def read(value: Any) -> Any:
    """Return what a JSON column holds: Django leaves it as text."""
    return json.loads(value) if isinstance(value, str) else value


def day_in(request: HttpRequest) -> date | None:
    """Return the date a page is asked for as of; what is no date is none."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
