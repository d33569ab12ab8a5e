"""Documents (企业资料): who owns a company in the end, and its papers, for the custodian's people to review.

When    a company has signed its opening, or is asked for what is missing
Does    keeps each document encrypted under the company's own key; who the beneficial owners are is one of them, after each was
        compared by name and ID; who reviews it names them in the company's file (desks/parties)
Shape   the account waits for review until two people of the custodian have passed it (account_review)
"""

import secrets
from decimal import Decimal
from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from cunguan.desks.parties import identity
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.persons.keeping import PersonRefused
from cunguan.doors.portals.client import known
from cunguan.doors.portals.client.forms import DOCUMENTS, DocumentForm, OwnersForm
from cunguan.doors.portals.client.mine import Mine, account
from cunguan.doors.portals.client.saying import said
from cunguan.doors.portals.shell.gate import open_to
from cunguan.kernel.codes import Code

OWNERS = "beneficial_owners"
WHOLE = 100
#: states in which documents are taken
TAKEN = ("pending_review", "documents_missing", "review_locked")


@open_to(CLIENT)
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, lane: int, base: int) -> HttpResponse:
    """Show what was brought; take one more, or who the owners are."""
    mine = account(request, lane, base)
    if mine.kind != "company":
        raise Http404
    is_owners = request.POST.get("what") == OWNERS
    owners = OwnersForm(request.POST if is_owners else None)
    file = DocumentForm(request.POST or None, request.FILES or None) if not is_owners else DocumentForm()
    if request.method == "POST" and mine.state in TAKEN and _is_right(owners, file, is_owners=is_owners):
        return _keep(request, mine, owners if is_owners else file, is_owners=is_owners)
    names = {**{name: str(label) for name, label in DOCUMENTS}, OWNERS: gettext("Beneficial owners")}
    brought = [(one, names.get(one.kind, one.kind)) for one in known.documents_of(lane, request.reader.reference)]
    return render(
        request,
        "client/documents.html",
        {
            "mine": mine,
            "owners": [[owners[f"{name}_{n}"] for name in ("name", "id_number", "share")] for n in range(1, 5)],
            "owners_form": owners,
            "file": file,
            "brought": brought,
            "is_taken": mine.state in TAKEN,
        },
        status=422 if owners.errors or file.errors else 200,
    )


def _keep(request: HttpRequest, mine: Mine, form: Any, *, is_owners: bool) -> HttpResponse:
    kind, media, content = _content(form, is_owners=is_owners)
    try:
        known.keep_document(mine.lane, request.reader.reference, f"{kind}:{secrets.token_hex(6)}", content, kind, media)
    except PersonRefused:
        messages.error(request, gettext("Your details may not be used now. Call us."))
    else:
        messages.success(request, gettext("It has arrived. The custodian's people will look at it."))
    return redirect("client:documents", mine.lane, mine.base)


def _is_right(owners: Any, file: Any, *, is_owners: bool) -> bool:
    if not is_owners:
        return bool(file.is_valid())
    return bool(owners.is_valid() and _named(owners))


def _named(form: Any) -> bool:
    """Check who each owner is, and that the shares are no more than the whole; what is wrong is said in the form.

    What is told is kept as a document. Who has looked at it names the owners in the company's file: a client writes none but his own.
    """
    owners = form.owners()
    for n, one in enumerate(owners, 1):
        verified = identity.verify(identity.Identity(one["name"], "resident_id", one["id_number"]), 2)
        if isinstance(verified, identity.NotVerified):
            form.add_error(f"id_number_{n}", said(verified.code))
    if sum(Decimal(one["share"]) for one in owners) > WHOLE:
        form.add_error(None, said(Code.owners_do_not_add_up))
    return not form.errors


def _content(form: Any, *, is_owners: bool) -> tuple[str, str, bytes]:
    if is_owners:
        return OWNERS, "application/json", msgspec.json.encode(form.owners())
    return form.cleaned_data["kind"], *form.cleaned_data["file"]
