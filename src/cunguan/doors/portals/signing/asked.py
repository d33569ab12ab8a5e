"""What a platform asks (平台请求): a platform has sent its client here to confirm one instruction.

When    the address that POST /v1/authorisations or /v1/openings answered with is opened
Shape   GET tells who asks what, or what became of it; POST leads to the page that is signed, or declines
        the address is the client's alone, and not enough: he must be signed in as the one who is asked. An account is opened for the
        client who signs in with it and has said who he is (client/opening.py), by his passkey's public key (claiming.py)
Errors  404: no such request, or another's
Source  issue "People" 3; doors/api/routes/authorise.py
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cunguan.desks.people.models import User
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.api import authorisations, openings, shown
from cunguan.doors.api.authorisations import Authorisation
from cunguan.doors.catalogue.codes_zh import SAYS_ZH
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.tongue import either, tongue
from cunguan.doors.portals.signing import claiming, keeping, signing
from cunguan.doors.portals.signing.begin import to_page
from cunguan.doors.portals.signing.keeping import Kept
from cunguan.kernel.codes import Code


@never_cache
@open_to(CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, page: str) -> HttpResponse:
    """Show what a platform asks; lead on, or decline."""
    found = house().call(authorisations.of_page, page)
    if found is None or not _is_asked(request.reader.user, found):
        raise Http404
    if request.method == "POST" and found.state == "waiting":
        if request.POST.get("answer") == "decline":
            house().call(authorisations.decline, found)
            return HttpResponseRedirect(request.path)
        if _is_stranger(request.reader.user, found):
            return redirect("client:open_asked", page)
        return to_page(keeping.request_of(request, "", (_kept(found),), (), request.path))
    if found.state == "confirmed" and found.answer is None:
        found = house().call(authorisations.hand_in, found)
    is_stranger = found.state == "waiting" and _is_stranger(request.reader.user, found)
    return render(request, "signing/asked.html", {**_told(found), "is_stranger": is_stranger})


def _is_asked(user: User, found: Authorisation) -> bool:
    if found.kind == openings.KIND:
        return claiming.may_claim(user, found.text.payee)
    return bool(signing.account(_kept(found))["person"] == user.reference)


def _is_stranger(user: User, found: Authorisation) -> bool:
    """Return whether an account is to be opened for who has not said yet who he is."""
    return found.kind == openings.KIND and not claiming.is_identified(user, found.text.payee)


def _kept(found: Authorisation) -> Kept:
    return Kept(
        found.lane, found.kind, found.version, found.id, bytes(found.body).decode(), bytes(found.canonical).decode()
    )


def code_in_words(code: Code) -> str:
    """Return what a result code says, in the reader's language."""
    return either(code.name.replace("_", " "), SAYS_ZH.get(code.name, code.name))


def _told(found: Authorisation) -> dict[str, object]:
    view = house().call(shown.of, found)
    language = tongue()
    amount, said = found.text.amount_minor, found.said
    return {
        "why": "" if said is None else code_in_words(said.code),
        "asked": found, "said": said, "platform": view.platform, "title": shown.title(view, language),
        "amount": shown.money(amount, found.currency) if amount else "", "rows": list(shown.rows(view, language)),
        "means": shown.means(view, language), "return_url": found.return_url,
    }  # fmt: skip
