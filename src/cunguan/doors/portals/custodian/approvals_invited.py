"""The link of an invitation (邀请链接): made when it is shown, once, to who asked for the invitation.

When    an invitation has its signatures; the link's secret stands nowhere but on this page
"""

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cunguan.desks.approvals.kinds import kind_of
from cunguan.desks.approvals.models import Proposal
from cunguan.desks.people import invitations
from cunguan.desks.people.roles import ROLE_ADMIN, STAFF
from cunguan.doors.portals.custodian.acts import staff_invitation
from cunguan.doors.portals.custodian.doing import doing_of
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house

#: so long after the decision a link may be made
DAYS: Final = timedelta(days=3)


@open_to(STAFF, roles={ROLE_ADMIN})
@require_POST
def link(request: HttpRequest, name: str) -> HttpResponse:
    """Make a link and show it, this once."""
    one = Proposal.objects.filter(pk=name, kind=staff_invitation.KIND, state="done", maker=request.reader.user).first()
    if one is None:
        raise Http404
    done, now = doing_of(one, kind_of(one.kind)), house().context.clock.now()
    if now - done.at > DAYS:
        messages.error(request, gettext("The invitation is too old: ask for it again."))
        return redirect("custodian:approvals_one", name)
    try:
        secret = invitations.invite(
            STAFF, done.body.reference, now, roles=done.body.roles, maker=done.maker, checker=done.checker
        )
    except (invitations.Taken, invitations.RoleWrong) as wrong:
        messages.error(request, str(wrong))
        return redirect("custodian:approvals_one", name)
    address = f"{house().places.portal}/invited/{secret}/"
    return render(
        request, "custodian/approvals/invited.html", {"one": one, "address": address, "reference": done.body.reference}
    )
