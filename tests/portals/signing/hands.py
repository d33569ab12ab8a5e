"""Hands (签署手): a client of the portals with a passkey in software, who reads a page and signs it.

Shape   `signer(site, reference)` makes a user with a passkey as allauth keeps one; Hands: open, sign, and what else a thief would try
"""

import json
import re
import uuid
from base64 import urlsafe_b64encode
from typing import Any

from fido2.cose import CoseKey
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from cunguan.kernel.instruction import Instruction
from cunguan.kernel.shown import shown_challenge
from cunguan.keys.webauthn import Blob
from cunguan.operations.catalogue import operation
from tests.keys.passkey import Passkey

ADDRESS = "http://localhost:8423"


def text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def keep_passkey(user: Any, passkey: Passkey, credential_id: bytes) -> None:
    """Keep a passkey as allauth does after a sign-up."""
    from allauth.mfa.models import Authenticator

    key = passkey.public_key[32:]
    cose = CoseKey.parse({1: 2, 3: -7, -1: 1, -2: key[1:33], -3: key[33:]})
    attested = AttestedCredentialData.create(bytes(16), credential_id, cose)
    data = AuthenticatorData.create(passkey.site, 0x45, 0, attested)
    client = json.dumps({"type": "webauthn.create", "challenge": "AA", "origin": ADDRESS}).encode()
    credential = {
        "id": text(credential_id), "rawId": text(credential_id), "type": "public-key", "clientExtensionResults": {},
        "response": {"clientDataJSON": text(client), "attestationObject": text(bytes(AttestationObject.create("none", data, {})))},
    }  # fmt: skip
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "my phone", "credential": credential}
    )


class Hands:
    """A client who has signed in, with his passkey."""

    def __init__(self, site: Any, kind: str = "client", reference: str = "", **more: Any) -> None:
        self.site, self.client = site, site.signed_in(kind, reference, **more)
        self.user = self.client.user
        self.passkey, self.credential_id = Passkey(site="localhost"), uuid.uuid4().bytes
        keep_passkey(self.user, self.passkey, self.credential_id)

    def begin(self, kind: str, lane: int = 1, name: str = "", /, **body: Any) -> str:
        """Want an instruction signed, as a page of the portal would; return the page's address."""
        return self.want([(lane, Instruction(name or f"{kind}-{uuid.uuid4().hex[:12]}", kind, _body(kind, body)))])

    def want(self, acts: list[tuple[int, Instruction]], back: str = "/me/") -> str:
        """Want several signed by one touch."""
        from cunguan.doors.portals.signing.begin import Wanted, begin

        return str(self.within(lambda request: begin(request, [Wanted(*one) for one in acts], back=back))["Location"])

    def step_up(self, act: str, lines: list[tuple[str, str]]) -> Any:
        """Want an act signed that is no instruction; None where it was signed of late."""
        from cunguan.doors.portals.signing.begin import step_up

        return self.within(lambda request: step_up(request, act, lines, back="/me/"))

    def within(self, do: Any) -> Any:
        """Do something as a view of this session would."""
        from django.db import transaction
        from django.test import RequestFactory

        from cunguan.doors.portals.shell.reader import Who
        from cunguan.doors.portals.shell.wall import raise_for

        request = RequestFactory().get("/", headers={"host": "localhost"})
        request.user, request.session = self.user, self.client.session
        self.user.refresh_from_db()
        request.reader = Who(self.user)
        with transaction.atomic():
            raise_for(request.reader)
            found = do(request)
        request.session.save()
        return found

    def page(self, address: str) -> "Read":
        """Open a page to be signed."""
        response = self.client.get(address)
        assert response.status_code == 200, response
        return Read(response.content.decode())

    def sign(self, address: str, *, page: "Read | None" = None, by: Passkey | None = None, **how: Any) -> Any:
        """Read a page and sign it; what is signed can be made otherwise."""
        read = page or self.page(address)
        blob = self.blob(read.shown, by, **how)
        return self.send(address, read.nonce, blob)

    def blob(self, shown: bytes, by: Passkey | None = None, **how: Any) -> Blob:
        """Return what a browser makes of a page."""
        return (by or self.passkey).sign(shown, **{"origin": ADDRESS, **how})

    def send(self, address: str, nonce: str, blob: Blob, credential_id: bytes = b"") -> Any:
        """Send what a browser made."""
        response = {
            "clientDataJSON": text(blob.client_data_json), "authenticatorData": text(blob.authenticator_data),
            "signature": text(blob.signature),
        }  # fmt: skip
        credential = json.dumps({"rawId": text(credential_id or self.credential_id), "response": response})
        return self.client.post(address, {"nonce": nonce, "credential": credential})

    def outcome(self, address: str) -> Any:
        """Return what the page it leads back to is told."""
        from cunguan.doors.portals.signing.done import outcome

        return self.within(lambda request: outcome(request, address.split("/")[2]))


class Read:
    """A page as it was displayed."""

    def __init__(self, html: str) -> None:
        from cunguan.desks.signing.models import SignShown

        self.html = html
        self.nonce = _found(r'name="nonce" value="([0-9a-f]+)"', html)
        kept = SignShown.objects.get(nonce=self.nonce)
        self.shown = bytes(kept.shown)
        assert _found(r'data-sign="([^"]+)"', html) == text(shown_challenge(self.shown))


def _found(pattern: str, html: str) -> str:
    found = re.search(pattern, html)
    assert found is not None, html[-3000:]
    return found[1]


def _body(kind: str, body: dict[str, Any]) -> Any:
    import msgspec

    return msgspec.convert(body, operation(kind).body)


def told(response: Any) -> str:
    """Return the words of a page that refused."""
    assert response.status_code == 422, response
    return str(response.content.decode())


__all__ = ["ADDRESS", "Hands", "Read", "told"]
