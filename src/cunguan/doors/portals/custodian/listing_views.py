"""Lists (列表页): every list of the console by one view: filters, pages by key, and the way to its export.

When    /custodian/lists/<name>/; the list says who may read it
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cunguan.desks.people.roles import AUDITOR, REGULATOR, STAFF
from cunguan.doors.api import sql
from cunguan.doors.portals.custodian import tables
from cunguan.doors.portals.custodian.cells import cells
from cunguan.doors.portals.custodian.tables import Table
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.lists import PAGE, listed
from cunguan.doors.portals.shell.reading import rows


@open_to(STAFF, REGULATOR, AUDITOR)
def table(request: HttpRequest, name: str) -> HttpResponse:
    """Show a page of a list."""
    of = table_of(request, name)
    asked = {one.name: request.GET.get(one.name, one.default) for one in of.filters}
    found = listed(
        request, lambda after, limit: read(of, asked, after, limit), lambda row: tables.key_of(of, row), asked
    )
    given = {
        "table": of,
        "list": found,
        "lines": [cells(of, row) for row in found.rows],
        "asked": asked,
        "fields": [(one, asked[one.name]) for one in of.filters],
        "is_narrowed": any(asked[one.name] != one.default for one in of.filters),
    }
    return render(request, "custodian/table.html", given)


def table_of(request: HttpRequest, name: str) -> Table:
    """Return a list its reader may see; else there is no such page."""
    of = tables.tables().get(name)
    if of is None or request.reader.kind not in of.kinds:
        raise Http404
    return of


def read(of: Table, asked: Mapping[str, str], after: Any, limit: int = PAGE + 1) -> Sequence[Mapping[str, Any]]:
    """Return rows of a list after a key."""
    given = tables.parameters(of, asked, after, limit)
    return house().call(sql.rows, of.statement, given) if of.by_door else rows(of.statement, given)
