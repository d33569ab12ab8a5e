"""Notices that have not gone out (站外通知未送出): how many wait for the message gateway and why, and what was given up, to be sent again.

When    the overview says so; a client asks why he was not told
Does    `again`: what was given up is tried anew for three days, by the same key: what the gateway did take it delivers once
Shape   who may read lists may read this; sending again is for those who call clients back
Source  desks/notices/sending.py, trying.py; docs/notices.md
"""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from cunguan.desks.notices.wording import WHY
from cunguan.desks.people.roles import AUDITOR, CHECKER, MAKER, RECONCILER, REGULATOR, REVIEWER, STAFF
from cunguan.doors.jobs import notices_sending
from cunguan.doors.portals.custodian import cells
from cunguan.doors.portals.custodian.decoding import one, read
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows

ROLES: Final = frozenset({MAKER, CHECKER, RECONCILER, REVIEWER})
#: as many of a state as are counted
MOST: Final = 10_000


@open_to(STAFF, REGULATOR, AUDITOR)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show what has not gone out, by how it stands and why."""
    found = [{**row, "why": cells.show("not_sent", row["last_error"])} for row in rows("console_notices_not_out", {})]
    states = [_state(name, [row for row in found if row["state"] == name]) for name in ("failed", "waiting")]
    given = {"states": [one for one in states if one["notices"]], "may_send": bool(ROLES & request.reader.roles)}
    return render(request, "custodian/notices.html", given)


def _state(name: str, groups: list[dict[str, Any]]) -> dict[str, Any]:
    count = sum(row["notices"] for row in groups)
    since = min((row["since"] for row in groups), default=None)
    return {"name": name, "groups": groups, "notices": count, "is_full": count >= MOST, "since": since}


@open_to(STAFF, REGULATOR, AUDITOR)
@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """Show one notice and how it stands."""
    of = one("console_notice", {"number": number})
    said = cells.notice(of["kind"], read(of["values"]))
    given = {
        "of": of,
        "said": said,
        "why": cells.show("not_sent", of["last_error"]),
        "may_send": bool(ROLES & request.reader.roles),
    }
    return render(request, "custodian/notice.html", given)


@open_to(STAFF, roles=ROLES)
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Have one notice, or all of one error, sent again."""
    number, error = request.POST.get("number", ""), request.POST.get("why", "")
    if (number and (not number.isdecimal() or len(number) > 18)) or (not number and error not in WHY):
        raise Http404
    asked = {"number": int(number)} if number else {"why": error}
    count = house().call(notices_sending.again, request.reader.reference, **asked)
    if count:
        said = ngettext("%(count)d notice is sent again.", "%(count)d notices are sent again.", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, gettext("Nothing was left to send again: somebody else has done it, or it went out."))
    return redirect("custodian:notice", int(number)) if number else redirect("custodian:notices")
