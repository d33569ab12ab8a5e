"""Signing in with a passkey (通行密钥登录): one touch, no name; the page everybody begins at.

When    GET /signin/: the page · POST /signin/begin/: a challenge, as JSON · POST /signin/: the answer
"""

from allauth.account.models import Login
from allauth.mfa.webauthn.internal import flows
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cunguan.doors.portals.people import ceremonies
from cunguan.doors.portals.people.adapters import first_page
from cunguan.doors.portals.people.asking import at_most
from cunguan.doors.portals.people.going import wanted
from cunguan.doors.portals.shell.gate import open_to_all

#: many sit behind one address of a mobile network
BEGUN, ANSWERED = 240, 240


@open_to_all
@at_most(BEGUN, "passkey-begin")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Give a browser a challenge."""
    return JsonResponse(ceremonies.request())


@open_to_all
@at_most(ANSWERED, "passkey-answer")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the page, or take the answer."""
    if request.method == "GET":
        user = request.reader.user
        return redirect(wanted(request) or first_page(user)) if user else _page(request)
    form = ceremonies.UsePasskey(data=request.POST)
    if not form.is_valid():
        return _page(request, status=400, is_refused=True)
    used = form.cleaned_data["credential"]
    login = Login(user=used.user, redirect_url=wanted(request) or None)
    return flows.perform_passwordless_login(request, used, login)


def _page(request: HttpRequest, *, status: int = 200, is_refused: bool = False) -> HttpResponse:
    shown = {"next": wanted(request), "is_refused": is_refused, "is_ended": "ended" in request.GET}
    return render(request, "people/sign_in.html", shown, status=status)
