"""Recovering (账户找回): a client who has lost every passkey comes back, in three steps; payouts then stand still.

When    /recover/: account, recovery code, identity · /recover/look/: the liveness check · /recover/passkey/: a new passkey
Shape   each wrong try counts for the account and the address, with growing waits; one answer to whatever is wrong
        a code is used up by a recovery whose identity is right, and by nothing else
        staff and platforms' people do not recover: two people give them a link again (cunguan people invite --again)
Errors  400 it does not fit · 403 nobody can say by machine who he is: come in person · 429 too often
Source  transparency.md part 6; issue "People" 2; docs/adr/0047
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cunguan.desks.notices.telling import tell
from cunguan.desks.parties.identity import Identity, NotVerified, Session, begin_liveness, liveness_verdict
from cunguan.desks.parties.numbers import PERSONS
from cunguan.desks.people import attempts, clock, recovering
from cunguan.desks.people.models import User
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.people import ceremonies, codes, locks
from cunguan.doors.portals.people.asking import at_most, source_of, wait
from cunguan.doors.portals.people.same_person import Same, same_person
from cunguan.doors.portals.people.signing_up import enter
from cunguan.doors.portals.shell.gate import open_to_all
from cunguan.kernel.codes import Code

HELD: Final = "people.recovering"
MINUTES: Final = timedelta(minutes=15)
LIVENESS: Final = "recovery"
TRIES: Final = 60
_NAMES: Final = {
    "resident_id": gettext_lazy("Resident identity card"),
    "passport": gettext_lazy("Passport"),
    "hk_macau_permit": gettext_lazy("Mainland travel permit for Hong Kong and Macao residents"),
    "taiwan_permit": gettext_lazy("Mainland travel permit for Taiwan residents"),
    "permanent_residence": gettext_lazy("Foreign permanent resident ID card"),
}


def _field(label: Any, autocomplete: str, **more: Any) -> forms.CharField:
    widget = forms.TextInput({"class": "form-control", "autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=140, widget=widget, **more)


class Lost(forms.Form):
    """Who wants his account back."""

    account = _field(
        gettext_lazy("Account number or login name"), "username",
        help_text=gettext_lazy("The number stands on your sheet of recovery codes: p-…"),
    )  # fmt: skip
    code = _field(gettext_lazy("One of your recovery codes"), "off")
    name = _field(gettext_lazy("Your name, as in your document"), "name", required=False)
    id_type = forms.ChoiceField(
        label=gettext_lazy("Document"), choices=[(one, _NAMES[one]) for one in PERSONS],
        widget=forms.Select({"class": "form-select"}),
    )  # fmt: skip
    id_number = _field(gettext_lazy("Its number"), "off", required=False)
    mobile = _field(gettext_lazy("Mobile number"), "tel", required=False)
    card = _field(
        gettext_lazy("Bank card bound to your account"), "off", required=False,
        help_text=gettext_lazy("These four are asked of whoever has opened an account. If you have not, leave them empty."),
    )  # fmt: skip
    consent = forms.BooleanField(
        label=gettext_lazy("I agree that my face is checked for this recovery alone. The picture stays with the checking service."),
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )  # fmt: skip

    @property
    def identity(self) -> Identity:
        """Who he says he is."""
        return Identity(*(self.cleaned_data[one] for one in ("name", "id_type", "id_number", "mobile", "card")))


# ── account, code, identity ──────────────────────────────────────────────────
@open_to_all
@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Show the page, or look at what was given."""
    form = Lost(data=request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "people/recover.html", {"form": form}, status=400 if form.errors else 200)
    now, keys = clock.now(), _keys(request, form.cleaned_data["account"])
    if (until := attempts.waits_until(list(keys), now)) is not None:
        return wait(request, max(1, int((until - now).total_seconds()) + 1))
    user = _user(form.cleaned_data["account"])
    found, session = _held_against(user, form)
    if user is None or found is not Same.YES:
        return _refused(request, form, keys, now, is_unknown=found is Same.UNKNOWN)
    attempts.forgive(next(iter(keys)))
    if not isinstance(session, Session):
        return render(request, "people/recover_later.html", status=503)
    request.session.cycle_key()
    _hold(request, user, session, now)
    return redirect("recover_look")


def _held_against(user: User | None, form: Lost) -> tuple[Same, Session | NotVerified | None]:
    """Use the code, look at the identity, begin the liveness check; the code is used up only where all went well."""
    with transaction.atomic():
        if not codes.used(user, form.cleaned_data["code"]) or user is None:
            return Same.NO, None
        found = same_person(user, form.identity)
        session = begin_liveness(LIVENESS, user.reference, has_consent=True) if found is Same.YES else None
        if not isinstance(session, Session):
            transaction.set_rollback(True)
        return found, session


def _refused(
    request: HttpRequest, form: Lost, keys: dict[str, int], now: datetime, *, is_unknown: bool
) -> HttpResponse:
    for key, free in keys.items():
        attempts.failed(key, free, now)
    if is_unknown:
        return render(request, "people/recover_in_person.html", status=403)
    form.add_error(None, gettext_lazy("Account, code and identity do not belong together. The code is still good."))
    return render(request, "people/recover.html", {"form": form}, status=400)


def _user(account: str) -> User | None:
    plain = account.strip()
    return (
        User.objects.filter(kind=CLIENT, reference=plain, is_active=True).first()
        or User.objects.filter(kind=CLIENT, login=locks.login(plain), is_active=True).first()
    )


def _keys(request: HttpRequest, account: str) -> dict[str, int]:
    return {
        locks.index("recover-name", locks.normal(account)): attempts.FREE_OF_NAME,
        locks.index("recover-address", source_of(request)): attempts.FREE_OF_ADDRESS,
    }


# ── what this session has shown so far ───────────────────────────────────────
def _hold(request: HttpRequest, user: User, session: Session, now: datetime) -> None:
    request.session[HELD] = {
        "user": str(user.pk), "liveness": session.id, "url": session.url, "until": (now + MINUTES).isoformat(), "is_live": False,
    }  # fmt: skip


def _held(request: HttpRequest) -> dict[str, Any] | None:
    held: dict[str, Any] | None = request.session.get(HELD)
    return held if held is not None and datetime.fromisoformat(held["until"]) > clock.now() else None


# ── the liveness check ───────────────────────────────────────────────────────
@open_to_all
@at_most(TRIES, "recover-look")
@require_http_methods(["GET", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """Send him to the check, or ask what it saw."""
    held = _held(request)
    if held is None:
        return redirect("recover")
    if request.method == "GET":
        return render(request, "people/recover_look.html", {"url": held["url"]})
    user = User.objects.get(pk=uuid.UUID(held["user"]))
    said = liveness_verdict(held["liveness"], LIVENESS, user.reference)
    if isinstance(said, NotVerified):
        shown = {
            "url": held["url"],
            "is_open": said.code is Code.in_doubt,
            "is_refused": said.code is not Code.in_doubt,
        }
        return render(request, "people/recover_look.html", shown, status=400)
    request.session[HELD] = {**held, "is_live": True}
    return redirect("recover_passkey")


# ── the new passkey ──────────────────────────────────────────────────────────
@open_to_all
@at_most(TRIES, "recover-begin")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Say what the browser is to make."""
    user = _shown(request)
    return JsonResponse({}, status=403) if user is None else JsonResponse(ceremonies.creation(user))


@open_to_all
@at_most(TRIES, "recover-passkey")
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """Show the page, or end what was and begin anew with the passkey that was made."""
    user = _shown(request)
    if user is None:
        return redirect("recover")
    if request.method == "GET":
        return render(request, "people/recover_passkey.html")
    form = ceremonies.MakePasskey(data=request.POST, user=user)
    if not form.is_valid():
        return render(request, "people/recover_passkey.html", {"is_refused": True}, status=400)
    del request.session[HELD]
    frozen = recovering.recovered(user, clock.now())
    tell(user, "recovery", until=frozen.until.isoformat())
    return enter(request, user, form, to="/security/codes/")


def _shown(request: HttpRequest) -> User | None:
    held = _held(request)
    return User.objects.get(pk=uuid.UUID(held["user"])) if held is not None and held["is_live"] else None
