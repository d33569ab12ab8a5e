"""Keys of accounts (账户密钥): which keys confirm for each account of a client; one is added or removed by another.

When    a client has another device, sold one, or wants codes for low amounts
Shape   GET lists accounts with their keys; POST begins key_addition for all accounts that lack a passkey of his or the code's key,
        signed by one touch; or key_removal of one
Source  operations/key_addition.py; ADR 0048
"""

import secrets
from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cunguan.desks.people.models import User
from cunguan.desks.people.roles import CLIENT
from cunguan.desks.signing.keys import Passkey, passkeys_of
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows
from cunguan.doors.portals.signing.begin import Wanted, begin
from cunguan.kernel.instruction import Instruction
from cunguan.keys.otp import OTP, CodeKeys
from cunguan.operations import key_addition, key_removal


@never_cache
@open_to(CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def own_keys(request: HttpRequest) -> HttpResponse:
    """List the keys, or begin to add or remove one."""
    user = request.reader.user
    found = rows("signing_accounts", {"person": user.reference})
    offered = _offered(user)
    if request.method != "POST":
        return render(request, "signing/own_keys.html", {"accounts": _told(found, offered), "is_code": _has_code(user)})
    wanted = list(_wanted(request, found, offered))
    return begin(request, wanted, back=request.path) if wanted else redirect(request.path)


def _offered(user: User) -> dict[str, Passkey]:
    """Return what could be a key of his accounts: his passkeys, and the custodian's key for his codes."""
    offered = {key.key_word: key for key in passkeys_of(user)}
    if _has_code(user):
        own = CodeKeys.open(house().context.home).public_key(user.reference)
        offered["code"] = Passkey(b"", "", OTP, own)
    return offered


def _has_code(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def _wanted(request: HttpRequest, found: list[dict[str, Any]], offered: dict[str, Passkey]) -> Iterator[Wanted]:
    if "remove" in request.POST:
        asked = request.POST["remove"].partition(":")
        known = {(str(row["lane"]), row["key_id"]): row for row in found if row["key_state"] == "active"}
        row = known.get((asked[0], asked[2]))
        if row is None:
            raise Http404
        body = key_removal.Body(row["holder"], row["key_id"])
        yield Wanted(row["lane"], Instruction(_id("key-removal"), key_removal.KIND, body))
        return
    key = offered.get(request.POST.get("add", ""))
    if key is None:
        raise Http404
    for lane, holder in sorted({(row["lane"], row["holder"]) for row in found}):
        if not _is_there(found, lane, holder, key):
            name = f"{holder}:{key.key_word if key.evidence_kind != OTP else 'code'}:{secrets.token_hex(4)}"
            addition = key_addition.Body(holder, name, key.evidence_kind, key.public_key)
            yield Wanted(lane, Instruction(_id("key-addition"), key_addition.KIND, addition))


def _id(what: str) -> str:
    return f"{what}:{secrets.token_hex(12)}"


def _is_there(found: list[dict[str, Any]], lane: int, holder: str, key: Passkey) -> bool:
    return any(
        (row["lane"], row["holder"], bytes(row["public_key"]), row["key_state"])
        == (lane, holder, key.public_key, "active")
        for row in found
    )


def _told(found: list[dict[str, Any]], offered: dict[str, Passkey]) -> list[dict[str, Any]]:
    """Return the accounts with their keys, and with what could be added."""
    accounts: dict[tuple[int, str], dict[str, Any]] = {}
    for row in found:
        place = (row["lane"], row["holder"])
        account = accounts.setdefault(place, {**row, "keys": [], "missing": []})
        known = next((key for key in offered.values() if key.public_key == bytes(row["public_key"])), None)
        account["keys"].append(
            {**row, "name": known.name if known else "", "fingerprint": _fingerprint(row["public_key"])}
        )
    for (lane, holder), account in accounts.items():
        account["missing"] = [(word, key) for word, key in offered.items() if not _is_there(found, lane, holder, key)]
    return list(accounts.values())


def _fingerprint(public_key: bytes) -> str:
    word = Passkey(b"", "", "", bytes(public_key)).key_word
    return " ".join(word[n : n + 4] for n in range(0, 16, 4))
