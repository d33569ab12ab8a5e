"""Recoveries (找回队列): clients who came back by a recovery, and the accounts whose key in the books is still their lost one.

When    a key admin or a maker looks; he proposes to replace the key of each account, and others sign (approvals)
Shape   of the last DAYS days; an account is done when a passkey of the client confirms for it
        what the proposal holds is filled in: the account, the key that ends, the newest passkey; how he was identified
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from cunguan.desks.people import clock
from cunguan.desks.people.freezes import RECOVERY
from cunguan.desks.people.models import Freeze, User
from cunguan.desks.people.roles import CHECKER, KEY_ADMIN, MAKER, SENIOR_CHECKER, STAFF
from cunguan.desks.signing.keys import Passkey, passkeys_of
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.reading import rows

DAYS: Final = timedelta(days=30)
MOST: Final = 200


class Waiting(msgspec.Struct, frozen=True):
    """An account of a client who came back."""

    person: str
    since: Any
    frozen_until: Any
    lane: int
    holder: str
    is_done: bool
    propose: str


@open_to(STAFF, roles={MAKER, CHECKER, SENIOR_CHECKER, KEY_ADMIN})
@require_GET
def recoveries(request: HttpRequest) -> HttpResponse:
    """Show who came back."""
    recent = Freeze.objects.filter(why=RECOVERY, since__gt=clock.now() - DAYS).select_related("user")
    frozen = {one.user.reference: one for one in recent.order_by("since")[:MOST]}
    found = rows("recovered_accounts", {"persons": list(frozen)})
    keys = {person: passkeys_of(one.user) for person, one in frozen.items()}
    shown = [_waiting(row, frozen[row["person"]], keys[row["person"]]) for row in found]
    bare = [one for person, one in frozen.items() if not any(row["person"] == person for row in found)]
    return render(request, "custodian/recoveries.html", {"waiting": shown, "bare": bare})


def _waiting(row: dict[str, Any], frozen: Freeze, passkeys: Sequence[Passkey]) -> Waiting:
    is_done = any(one.public_key == bytes(row["public_key"]) for one in passkeys)
    propose = "" if is_done or not passkeys else _address(row, frozen.user, passkeys[-1])
    return Waiting(row["person"], frozen.since, frozen.until, row["lane"], row["holder"], is_done, propose)


def _address(row: dict[str, Any], user: User, passkey: Passkey) -> str:
    """Return the form of a proposal, filled in."""
    said = {
        "lane": row["lane"], "holder": row["holder"], "old_key_id": row["key_id"], "key_id": f"{row['holder']}:{passkey.key_word}",
        "evidence_kind": passkey.evidence_kind, "public_key": b64encode(passkey.public_key).decode(), "method": "recovery",
        "source": f"recovery of user {user.pk}",
    }  # fmt: skip
    return f"/custodian/approvals/new/key_replacement/?{urlencode(said)}"
