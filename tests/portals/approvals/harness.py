"""Harness of approvals: staff with roles who sign; their passkeys' part is played by rows that the signing pages would write."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from cunguan.kernel.shown import Shown, shown_challenge
from cunguan.keys.webauthn import encode
from tests.keys.passkey import Passkey
from tests.portals.harness import Site


def signs(client: Any, address: str) -> Any:
    """Follow a page to its signature, give it, and come back; return the last answer."""
    answer = client.get(address)
    if answer.status_code == 302 and answer.headers["location"].startswith("/sign/"):
        give(answer.headers["location"].split("/")[2], passkey_of(client.user))
        answer = client.get(address)
    return answer


_PASSKEYS: dict[Any, Passkey] = {}


def passkey_of(user: Any) -> Passkey:
    """Return a user's passkey: a key in software, that signs as a browser does."""
    return _PASSKEYS.setdefault(user.pk, Passkey(site="localhost"))


def shown_of(act: str, lines: Any) -> bytes:
    """Return the page of an act that is no instruction."""
    said = tuple((label, value) for label, value in lines)
    return Shown(act, "zh-hans", said, (), uuid.uuid4().hex, "2026-03-02T01:02:00+00:00").canonical()


def give(token: str, passkey: Passkey) -> None:
    """Sign what a token stands for, as the signing page does."""
    from cunguan.desks.signing.models import SignAssertion, SignRequest, SignShown

    request = SignRequest.objects.get(token_hash=hashlib.sha256(token.encode()).hexdigest())
    now, shown = datetime.now(UTC), shown_of(request.act, request.lines)
    blob = passkey.sign(shown, origin="http://localhost")
    page = SignShown.objects.create(
        request=request, nonce=uuid.uuid4().hex, shown=shown, challenge=shown_challenge(shown), shown_at=now,
        expires_at=now + timedelta(seconds=120),
    )  # fmt: skip
    SignAssertion.objects.create(
        request=request, page=page, credential_id=b"c", evidence_kind=passkey.kind, public_key=passkey.public_key,
        evidence=encode(blob), signed_at=now,
    )  # fmt: skip


def staff(site: Site, *roles: str) -> Any:
    """Return a test client of somebody of the staff."""
    return site.signed_in("staff", roles=roles)


def asked(client: Any, kind: str, lane: int, why: str = "because", **body: object) -> Any:
    """Fill a form in and hand it in; return the answer."""
    given = {f"body-{name.replace('__', '-')}": value for name, value in body.items()}
    return client.post(f"/custodian/approvals/new/{kind}/", {"lane": lane, "why": why, **given})


def name_of(answer: Any) -> str:
    """Return the proposal that a form led to."""
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(answer.headers["location"].split("/")[3])


def approve(client: Any, name: str, version: int = 1) -> Any:
    """Sign a proposal."""
    return signs(client, f"/custodian/approvals/{name}/sign/{version}/")
