"""What W3C publishes and what real authenticators have said, through the forms that take a passkey at sign-up and sign-in.

Reads   ../shared/data/05-crypto/webauthn beside the repository; skipped where it is not there
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fido2.webauthn import AttestationObject, AuthenticatorData, CollectedClientData

from tests.portals.device import text
from tests.portals.harness import Site

PUBLISHED = Path(__file__).resolve().parents[4] / "shared/data/05-crypto/webauthn"
OURS = (-7, -8, -257)


def published(name: str) -> Any:
    if not (PUBLISHED / name).exists():
        pytest.skip(f"not here: ../shared/data/05-crypto/webauthn/{name}")
    return json.loads((PUBLISHED / name).read_text())


@contextmanager
def asked(address: str, challenge: bytes) -> Iterator[None]:
    """Be a page of that address that has given this challenge."""
    from allauth.core import context
    from django.test import RequestFactory, override_settings

    request = RequestFactory().post("/")
    request.session = {"mfa.webauthn.state": {"challenge": text(challenge), "user_verification": "required"}}  # type: ignore[assignment]
    with override_settings(ADDRESS=address), context.request_context(request):
        yield


def made(address: str, challenge: bytes, credential: dict[str, Any], user: Any) -> bool:
    from cunguan.doors.portals.people import ceremonies

    with asked(address, challenge):
        return bool(ceremonies.MakePasskey(data={"credential": json.dumps(credential)}, user=user).is_valid())


def used(address: str, challenge: bytes, credential: dict[str, Any], user: Any) -> bool:
    from cunguan.doors.portals.people import ceremonies

    with asked(address, challenge):
        return bool(ceremonies.ConfirmByPasskey(data={"credential": json.dumps(credential)}, user=user).is_valid())


def shaped(id: bytes, **response: bytes) -> dict[str, Any]:
    told = {name: text(value) for name, value in response.items()}
    return {"id": text(id), "rawId": text(id), "type": "public-key", "response": told, "clientExtensionResults": {}}


def test_w3cs_vectors(site: Site) -> None:
    """Of section 16: what our three kinds of keys signed with the user verified stands; the same with a changed bit does not."""
    from allauth.mfa.webauthn.internal.auth import WebAuthn

    held = 0
    for vector in published("w3c-webauthn-test-vectors.json"):
        one = {name: bytes.fromhex(value) for name, value in vector["values_hex"].items() if isinstance(value, str)}
        if "attestationObject" not in one:
            continue
        user, data = site.user("client"), AttestationObject(one["attestationObject"]).auth_data
        framed = CollectedClientData(one["clientDataJSON"]).cross_origin
        assert data.credential_data is not None
        is_ours = data.credential_data.public_key[3] in OURS and not framed
        response = {"attestationObject": one["attestationObject"], "clientDataJSON": one["clientDataJSON"]}
        credential = shaped(one["credential_id"], **response)
        good = is_ours and data.is_user_verified()
        assert made("https://example.org", one["challenge"], credential, user) is good, vector["title"]
        assert not made("https://example.org", one["challenge__2"], credential, user)
        assert not made("https://evil.example", one["challenge"], credential, user)
        if not is_ours:
            continue
        WebAuthn.add(user, "vector", credential)
        signed = shaped(
            one["credential_id"], authenticatorData=one["authenticatorData"], clientDataJSON=one["clientDataJSON__2"],
            signature=one["signature"],
        )  # fmt: skip
        is_verified = AuthenticatorData(one["authenticatorData"]).is_user_verified()
        framed = CollectedClientData(one["clientDataJSON__2"]).cross_origin
        good = is_verified and not framed
        assert used("https://example.org", one["challenge__2"], signed, user) is good, vector["title"]
        changed = bytearray(one["signature"])
        changed[-1] ^= 1
        broken = {**signed, "response": {**signed["response"], "signature": text(bytes(changed))}}
        assert not used("https://example.org", one["challenge__2"], broken, user)
        held += good
    assert held >= 3, "some were verified and stand"


def test_real_authenticators(site: Site) -> None:
    """What real devices said in registrations stands where they verified their user, by a key that the books can verify."""
    seen = 0
    for name, one in published("py_webauthn-credentials-shared.json").items():
        response = one["credential"]["response"]
        if "attestationObject" not in response or one.get("origin") is None:
            continue
        raw = urlsafe_b64decode(response["attestationObject"] + "==")
        data = AttestationObject(raw).auth_data
        client = CollectedClientData(urlsafe_b64decode(response["clientDataJSON"] + "=="))
        assert data.credential_data is not None
        host = client.origin.partition("//")[2].partition(":")[0].partition("/")[0]
        good = data.is_user_verified() and data.credential_data.public_key[3] in OURS and _hash(host) == data.rp_id_hash
        assert made(client.origin, client.challenge, one["credential"], site.user("client")) is good, name
        seen += 1
    assert seen >= 5


def _hash(host: str) -> bytes:
    import hashlib

    return hashlib.sha256(host.encode()).digest()
