"""A device with passkeys in software, for pages that are asked in this process: it answers what they ask as a browser would.

Shape   Device(): `create(options)` and `get(options)` return what a page's script puts into its form; each part can be made otherwise
        make(client, …), use(client, …): the two steps of a page: the challenge, then the answer
"""

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256

#: user present, user verified, attested credential data
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    """Return bytes as WebAuthn's JSON has them."""
    return urlsafe_b64encode(data).decode().rstrip("=")


class Device:
    """One device with one passkey."""

    def __init__(self, *, is_verified: bool = True, origin: str = "") -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.id, self.user, self.is_verified, self._origin = secrets.token_bytes(16), b"", is_verified, origin

    def create(self, options: dict[str, Any], **other: Any) -> str:
        """Make the passkey."""
        told = options["publicKey"]
        self.user, self.site = told["user"]["id"], told["rp"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self._private.public_key())))
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + public
        data = self._data(ATTESTED, **other) + attested
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", told["challenge"], **other)
        return self._json({"attestationObject": text(made), "clientDataJSON": text(client)})

    def get(self, options: dict[str, Any], **other: Any) -> str:
        """Use the passkey."""
        told = options["publicKey"]
        client, data = self._client("webauthn.get", told["challenge"], **other), self._data(0, **other)
        signature = self._private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._json({
            "authenticatorData": text(data), "clientDataJSON": text(client), "signature": text(other.get("signature", signature)),
            "userHandle": other.get("user", self.user),
        })  # fmt: skip

    def _data(self, more: int, *, site: str = "", is_verified: bool | None = None, **_: Any) -> bytes:
        verified = VERIFIED if (self.is_verified if is_verified is None else is_verified) else 0
        return hashlib.sha256((site or self.site).encode()).digest() + bytes([PRESENT | verified | more]) + bytes(4)

    def _client(self, kind: str, challenge: str, *, origin: str = "", **_: Any) -> bytes:
        from django.conf import settings

        told = {"type": kind, "challenge": challenge, "origin": origin or self._origin or settings.ADDRESS}
        return json.dumps({**told, "crossOrigin": False}).encode()

    def _json(self, response: dict[str, Any]) -> str:
        told = {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
        return json.dumps({**told, "clientExtensionResults": {"credProps": {"rk": True}}})


def sign(client: Any, device: Device, page: str) -> str:
    """Let a device sign the page that an act leads to; return where it leads back to."""
    html = client.get(page).content.decode()
    challenge, nonce = (
        re.search(one, html)[1] for one in (r'data-sign="([^"]+)"', r'name="nonce" value="([0-9a-f]+)"')
    )  # type: ignore[index]
    answer = client.post(page, {"nonce": nonce, "credential": device.get({"publicKey": {"challenge": challenge}})})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["location"])


def opens(client: Any, device: Device, page: str) -> None:
    """Sign what opens a page of the security centre."""
    asked = client.get(page)
    if asked.status_code == 302:
        sign(client, device, asked.headers["location"])


def make(client: Any, page: str, device: Device, *, begin: str = "", **form: Any) -> Any:
    """Let a device make a passkey on a page; return the answer to it."""
    asked = client.post(begin or f"{page}begin/")
    assert asked.status_code == 200, asked.content
    return client.post(page, {"credential": device.create(asked.json()), **form})


def use(
    client: Any, device: Device, page: str = "/signin/", *, form: dict[str, Any] | None = None, **other: Any
) -> Any:
    """Let a device use its passkey on a page; return the answer to it."""
    asked = client.post(f"{page}begin/")
    assert asked.status_code == 200, asked.content
    return client.post(page, {"credential": device.get(asked.json(), **other), **(form or {})})


def signed_up(client: Any, device: Device | None = None) -> tuple[Any, Device]:
    """Let a newcomer make an account; return the user and his device."""
    from cunguan.desks.people.models import User

    device = device or Device()
    answer = make(client, "/signup/", device)
    assert answer.status_code == 302, answer.content.decode()
    return User.objects.get(pk=client.session["_auth_user_id"]), device
