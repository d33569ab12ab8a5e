"""API keys (平台公钥): what the platform's programs sign with: list, make another, replace with an overlap, revoke at once.

When    an administrator of the platform signs each of these with a fresh passkey; the private half never comes here
Shape   a new key may do what one that is in force may, or less, from the same networks; the first one comes from the custodian
Source  doors/api/routes/keys.py; issue "People" 7
"""

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.api.lists import Paged
from cunguan.doors.api.platform_keys import KeyShown
from cunguan.doors.api.routes import keys as door
from cunguan.doors.portals.platform.reach import ADMINS, Refused, asked, read
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.signing.begin import step_up
from cunguan.keys.algorithms import ALGORITHMS

FIELDS = ("algorithm", "public_key", "overlap_hours")


@open_to(PLATFORM, roles=ADMINS)
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys, those in force first."""
    found = sorted(_keys(request), key=lambda one: (one.state != "in_force", one.valid_from))
    return render(request, "platform/keys.html", {"keys": found})


@open_to(PLATFORM, roles=ADMINS)
def key(request: HttpRequest, id: str) -> HttpResponse:
    """Show one key."""
    return render(request, "platform/key.html", {"one": _key(request, id)})


@require_http_methods(["GET", "POST"])
@open_to(PLATFORM, roles=ADMINS)
def add(request: HttpRequest, id: str) -> HttpResponse:
    """Make a key beside one that is in force, with its rights or fewer."""
    return _made(request, _key(request, id), is_rotation=False)


@require_http_methods(["GET", "POST"])
@open_to(PLATFORM, roles=ADMINS)
def rotate(request: HttpRequest, id: str) -> HttpResponse:
    """Replace a key; the old one ends after the overlap."""
    return _made(request, _key(request, id), is_rotation=True)


@require_http_methods(["GET", "POST"])
@open_to(PLATFORM, roles=ADMINS)
def revoke(request: HttpRequest, id: str) -> HttpResponse:
    """End a key at once."""
    one, reason = _key(request, id), request.POST.get("reason", request.GET.get("reason", "")).strip()
    if request.method != "POST":
        return render(request, "platform/key_revoke.html", {"one": one, "reason": reason})
    back = f"{request.path}?{urlencode({'reason': reason})}"
    if (
        asks := step_up(request, "platform_key_revoke", [(_("Key"), id), (_("Reason"), reason)], back=back)
    ) is not None:
        return asks
    try:
        asked(request, door.revoke, path={"id": id}, body=read(door.Revocation, reason=reason))
    except Refused as refused:
        messages.error(request, str(refused))
        return render(request, "platform/key_revoke.html", {"one": one, "reason": reason})
    messages.success(request, _("The key is revoked: it is refused from this moment on."))
    return redirect("platform:key", id=id)


def _made(request: HttpRequest, old: KeyShown, *, is_rotation: bool) -> HttpResponse:
    typed = {name: request.POST.get(name, request.GET.get(name, "")).strip() for name in FIELDS}
    scopes = request.POST.getlist("scopes") or request.GET.getlist("scopes") or list(old.scopes)
    page = {"one": old, "typed": typed, "scopes": scopes, "algorithms": tuple(ALGORITHMS), "is_rotation": is_rotation}
    if request.method != "POST":
        return render(request, "platform/key_new.html", page)
    typed["public_key"] = _uploaded(request) or typed["public_key"]
    lines = _lines(old, typed, scopes, is_rotation=is_rotation)
    back = f"{request.path}?{urlencode({**typed, 'scopes': scopes}, doseq=True)}"
    if (
        asks := step_up(request, "platform_key_rotate" if is_rotation else "platform_key_add", lines, back=back)
    ) is not None:
        return asks
    try:
        new = _done(request, old, typed, scopes, is_rotation=is_rotation)
    except Refused as refused:
        messages.error(request, str(refused))
        return render(request, "platform/key_new.html", page)
    messages.success(request, _("The key is in force. Your programs sign with it as %(id)s.") % {"id": new.id})
    return redirect("platform:key", id=new.id)


def _done(
    request: HttpRequest, old: KeyShown, typed: dict[str, str], scopes: list[str], *, is_rotation: bool
) -> KeyShown:
    handler = door.rotate if is_rotation else door.add
    hours = read(_Overlap, hours=typed["overlap_hours"] or "24").hours
    body = read(
        door.Rotation, public_key=typed["public_key"], algorithm=typed["algorithm"], scopes=scopes, overlap_seconds=hours * 3600,
    )  # fmt: skip
    answer = asked(request, handler, body=body, key=old.id)
    made: KeyShown = answer.key if is_rotation else answer
    return made


def _lines(old: KeyShown, typed: dict[str, str], scopes: list[str], *, is_rotation: bool) -> list[tuple[str, str]]:
    """Return what the administrator signs."""
    lines = [
        (_("Key it replaces") if is_rotation else _("Key it is made after"), old.id), (_("Algorithm"), typed["algorithm"]),
        (_("New public key"), typed["public_key"]), (_("Rights"), ", ".join(scopes)),
        (_("Networks"), ", ".join(old.networks) or _("any")),
    ]  # fmt: skip
    return [*lines, (_("The old key goes on for (hours)"), typed["overlap_hours"])] if is_rotation else lines


def _uploaded(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    return file.read(8192).decode("ascii", "replace").strip() if file is not None else ""


def _keys(request: HttpRequest) -> list[KeyShown]:
    return list(asked(request, door.listing, query=Paged(limit=500)).items)


def _key(request: HttpRequest, id: str) -> KeyShown:
    found = next((one for one in _keys(request) if one.id == id), None)
    if found is None:
        raise Http404
    return found


class _Overlap(msgspec.Struct):
    hours: int
