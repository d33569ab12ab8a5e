"""Freeze (本人紧急冻结): one touch that stops whatever somebody could start in the client's name, on all platforms.

When    his phone is gone, or something happened that he did not do; his session is enough, for a freeze can only lower
Shape   the person is locked in lane 0 and by messages in each lane (person_self_lock). It is lifted by two people of the custodian
        when he was identified afresh (person_self_unlock), never here
Source  domain-decisions.md 29, 30; issue "People" 5
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from cunguan.desks.notices.telling import tell
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.api import sql
from cunguan.doors.api.context import Context
from cunguan.doors.portals.client import acting
from cunguan.doors.portals.client import mine as of
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Instruction
from cunguan.operations import person_self_lock
from cunguan.operations.locking import EMERGENCY

PREFIX = "freeze:"


@open_to(CLIENT)
@require_GET
def freeze(request: HttpRequest) -> HttpResponse:
    """Show what a freeze does, or that it is on."""
    lock = house().call(_lock, request.reader.reference)
    return render(request, "client/freeze.html", {
        "lock": lock, "is_locked": lock is not None and lock["state"] != "active",
        "is_own": lock is not None and lock["reason"] == EMERGENCY, "accounts": of.accounts(request), "act": f"{PREFIX}{acting.new_id()}",
    })  # fmt: skip


async def _lock(context: Context, person: str) -> dict[str, Any] | None:
    return await sql.row(context, "client_lock", {"person": person})


@open_to(CLIENT)
@require_POST
def now(request: HttpRequest) -> HttpResponse:
    """Freeze at once. The form brings the act's id, so that one that is sent twice is one."""
    act, person = request.POST.get("act", ""), request.reader.reference
    if not is_id(act) or not act.startswith(PREFIX):
        raise Http404
    answer = house().ask(0, Instruction(act, person_self_lock.KIND, person_self_lock.Body(act, person)))
    if answer.code is Code.done:
        tell(request.reader.user, "self_frozen", source=f"self:{act}")
        messages.success(request, gettext("Your accounts are frozen. Nothing can be started from them any more."))
    elif answer.code is Code.person_locked:
        messages.info(request, gettext("Your accounts were locked already."))
    elif answer.code is Code.person_not_found:
        messages.info(request, gettext("You have no account yet that could be frozen."))
    else:
        messages.error(
            request, gettext("We could not freeze them this moment. Please try again, or call the custodian.")
        )
    return redirect("client:freeze")
