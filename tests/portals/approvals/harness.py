"""Harness of approvals: staff with roles who sign; their passkeys' part is played by rows that the signing pages would write."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.portals.harness import Site


def signs(client: Any, address: str) -> Any:
    """Follow a page to its signature, give it, and come back; return the last answer."""
    answer = client.get(address)
    if answer.status_code == 302 and answer.headers["location"].startswith("/sign/"):
        _give(answer.headers["location"].split("/")[2])
        answer = client.get(address)
    return answer


def _give(token: str) -> None:
    from cunguan.desks.signing.models import SignAssertion, SignRequest, SignShown

    request = SignRequest.objects.get(token_hash=hashlib.sha256(token.encode()).hexdigest())
    now = datetime.now(UTC)
    page = SignShown.objects.create(
        request=request, nonce=uuid.uuid4().hex, shown=b"shown", challenge=uuid.uuid4().bytes, shown_at=now,
        expires_at=now + timedelta(seconds=120),
    )  # fmt: skip
    SignAssertion.objects.create(
        request=request, page=page, credential_id=b"c", evidence_kind="webauthn_es256", public_key=b"p", evidence=b"e",
        signed_at=now,
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
