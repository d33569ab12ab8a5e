"""Signing (签署): whether what a browser sent stands, before anything is kept; and what is kept then.

Order   the page is of this request and not old, the answer can be read, the passkey is his, the page it was made on is ours, the
        signature and the device's word that it verified him; for instructions: each account is his, payouts are not frozen, the
        key is one of that account
Returns None when it stands and is kept; else a Fault with what he should do
Source  issue "People" 3; ADR 0048
"""

import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_noop
from fido2.utils import websafe_decode

from cunguan.desks.people.freezes import payout_frozen_until
from cunguan.desks.people.models import User
from cunguan.desks.signing.keys import Passkey, passkeys_of
from cunguan.desks.signing.models import SignAssertion, SignRequest, SignShown
from cunguan.doors.api import authorisations, openings
from cunguan.doors.api.problem import Problem
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import row
from cunguan.doors.portals.signing import claiming, handing
from cunguan.doors.portals.signing.keeping import Kept, acts_of
from cunguan.kernel.instruction import Evidence
from cunguan.keys import webauthn

#: what stands still while payouts are frozen: money that leaves, and the ways by which it could
PAYOUTS: Final = frozenset({
    "card_binding", "card_unbind", "client_limit", "key_addition", "mandate_grant", "trustee_payee", "withdrawal",
})  # fmt: skip

OLD: Final = gettext_noop("This page had become old. Read it again and sign what stands here now.")
UNREAD: Final = gettext_noop("Your browser sent something that cannot be read. Load the page again.")
STRANGE: Final = gettext_noop("This passkey is not one of yours here. Use a passkey that stands under Security.")
UNVERIFIED: Final = gettext_noop(
    "The signature does not stand: your device must verify your finger, your face or your PIN, on this very page. Nothing was "
    "done. Try again."
)
NOT_HIS: Final = gettext_noop("This account is not yours. Sign in as the one it belongs to.")
UNKNOWN: Final = gettext_noop("Say who you are first: an account is opened for a person whose identity was checked.")
FROZEN: Final = gettext_noop(
    "After your recovery, payouts stand still for a while, so that nobody who took your access can take your money. Come back "
    "later, or call the custodian."
)
NO_KEY: Final = gettext_noop(
    "This account does not know this passkey yet. Add it under Keys of your accounts, or sign with the one it was opened by."
)
TAKEN: Final = gettext_noop(
    "Its number was used for something else in between. Nothing was done: go back and begin again."
)


class Fault(msgspec.Struct, frozen=True):
    """Why nothing was done; `words` are translated when they are shown."""

    words: str


def sign(request: HttpRequest, one: SignRequest, page: SignShown | None, credential: str) -> Fault | None:
    """Verify what a passkey made of a page, keep it, and hand the instructions in."""
    user, now = request.reader.user, house().context.clock.now()
    if page is None or page.expires_at <= now:
        return Fault(OLD)
    made = _read(page, credential)
    if made is None:
        return Fault(UNREAD)
    credential_id, blob = made
    passkey = next((key for key in passkeys_of(user) if key.credential_id == credential_id), None)
    if passkey is None:
        return Fault(STRANGE)
    if not _is_from_here(blob) or not webauthn.stands(passkey.evidence_kind, passkey.public_key, blob):
        return Fault(UNVERIFIED)
    evidence = webauthn.encode(blob)
    given = evidence_of(user, acts_of(one), passkey, evidence)
    if isinstance(given, Fault):
        return given
    assertion = SignAssertion(
        request=one, page=page, credential_id=credential_id, evidence_kind=passkey.evidence_kind,
        public_key=passkey.public_key, evidence=evidence, signed_at=now,
    )  # fmt: skip
    return keep(user, one, assertion, given)


def keep(user: User, one: SignRequest, assertion: SignAssertion, given: Sequence[Evidence]) -> Fault | None:
    """Keep a signature once, then hand in; the signature of a request that was signed before changes nothing."""
    acts = acts_of(one)
    try:
        with transaction.atomic():
            assertion.save(force_insert=True)
            requests = house().call(handing.note, acts, f"portal:{user.pk}")
    except IntegrityError:
        return None  # it was signed meanwhile: what it led to is told where it leads back to
    except Problem:
        return Fault(TAKEN)
    house().call(handing.keep, requests, given)
    hand_in(requests)
    return None


def hand_in(requests: Sequence[authorisations.Authorisation]) -> None:
    """Hand in what was kept; what the plane cannot take now is not lost, the sweep hands it in."""
    try:
        house().call(handing.hand_in, requests)
    except (OSError, TimeoutError):
        pass  # told as waiting; kept above


def evidence_of(user: User, acts: Sequence[Kept], passkey: Passkey, evidence: bytes) -> list[Evidence] | Fault:
    """Return the evidence for each instruction, or why there is none."""
    given: list[Evidence] = []
    for act in acts:
        found = refusal(user, act) or _evidence(act, passkey, evidence)
        if isinstance(found, Fault):
            return found
        given.append(found)
    return given


def refusal(user: User, act: Kept) -> Fault | None:
    """Return why this user may not confirm an instruction now, or None."""
    if act.kind == openings.KIND:
        return None if claiming.is_identified(user, _person(act)) else Fault(UNKNOWN)
    if account(act)["person"] != user.reference:
        return Fault(NOT_HIS)
    if act.kind in PAYOUTS and payout_frozen_until(user) is not None:
        return Fault(FROZEN)
    return None


def _evidence(act: Kept, passkey: Passkey, evidence: bytes) -> Evidence | Fault:
    if act.kind == openings.KIND:
        key_id = openings.first_key(act.text.owner)
        return Evidence(passkey.evidence_kind, key_id, passkey.public_key, evidence)
    known = row("signing_key", {
        "lane": act.lane, "holder": act.text.owner, "evidence_kind": passkey.evidence_kind, "public_key": passkey.public_key,
    })  # fmt: skip
    if known is not None:
        return Evidence(passkey.evidence_kind, known["id"], passkey.public_key, evidence)
    first = account(act)
    if house().context.is_sandbox and str(first["evidence_kind"]).startswith("sandbox"):
        return house().call(handing.sandbox_evidence, act, first["key_id"])
    return Fault(NO_KEY)


def account(act: Kept) -> dict[str, Any]:
    """Return whose account an instruction is about, and its first key."""
    found = row("signing_account", {"lane": act.lane, "holder": act.text.owner})
    return found or {"person": None, "key_id": "", "evidence_kind": ""}


def _person(act: Kept) -> str:
    return msgspec.json.decode(act.body, type=openings.Body).person


def _read(page: SignShown, credential: str) -> tuple[bytes, webauthn.Blob] | None:
    try:
        told = json.loads(credential)
        response = told["response"]
        names = ("authenticatorData", "clientDataJSON", "signature")
        parts = [bytes(websafe_decode(response[name])) for name in names]
        return bytes(websafe_decode(told["rawId"])), webauthn.Blob(bytes(page.shown), *parts)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _is_from_here(blob: webauthn.Blob) -> bool:
    """Return whether it was made on this very address; the books would take a page below it as well."""
    try:
        return bool(json.loads(blob.client_data_json)["origin"] == settings.ADDRESS)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
