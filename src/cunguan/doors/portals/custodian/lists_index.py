"""Queues and lists (列表总览): every list of the console by what it is about; calendars and rules beside them, which stand in code."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop as _

from cunguan.desks.people.roles import AUDITOR, REGULATOR, STAFF
from cunguan.doors.cli.calendar import look
from cunguan.doors.portals.custodian.tables import tables
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.policy.cutoffs import CUT_OFFS
from cunguan.policy.evaluate import PACKS

GROUPS: Final = (
    ("work", _("Work queues")),
    ("books", _("Books")),
    ("masters", _("Master data")),
    ("people", _("People")),
)


@open_to(STAFF, REGULATOR, AUDITOR)
def index(request: HttpRequest) -> HttpResponse:
    """Show every list the reader may see."""
    seen = [one for one in tables().values() if request.reader.kind in one.kinds]
    groups = [(name, label, [one for one in seen if one.group == name]) for name, label in GROUPS]
    return render(request, "custodian/lists.html", {"groups": groups})


@open_to(STAFF, REGULATOR, AUDITOR)
def calendars(request: HttpRequest) -> HttpResponse:
    """Show each currency's day: the date of now, when it ends, what follows."""
    now = house().context.clock.now()
    return render(
        request, "custodian/calendars.html", {"days": [look(CUT_OFFS[name], now) for name in sorted(CUT_OFFS)]}
    )


@open_to(STAFF, REGULATOR, AUDITOR)
def rules(request: HttpRequest) -> HttpResponse:
    """Show each pack's rules with the sentence they answer, and its limits."""
    return render(request, "custodian/rules.html", {"packs": list(PACKS.values())})
