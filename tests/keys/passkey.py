"""A passkey in software: what an authenticator and a browser make of a challenge, for the tests of those who verify it.

Shape   Passkey(kind, site): `public_key` as the books keep it; `sign(shown)` the evidence, with any part of it made otherwise
        shown_for(text, body): the canonical page that shows one act
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cunguan.kernel.instruction import AuthorityText, Evidence
from cunguan.kernel.shown import Shown, act_of, shown_challenge
from cunguan.keys.webauthn import Blob, encode

SITE = "custodian.example"
ORIGIN = f"https://{SITE}"
KINDS = ("webauthn_es256", "webauthn_ed25519", "webauthn_rs256")


def shown_for(text: AuthorityText, body: bytes, **change: Any) -> bytes:
    """Return a page that shows one act."""
    told = {
        "act": "", "language": "zh-hans", "lines": (("提现", ""), ("金额", "CNY 600.00")), "acts": (act_of(text.challenge(), body),),
        "nonce": "00" * 16, "expires_at": "2026-03-02T01:02:00+00:00",
    }  # fmt: skip
    return Shown(**{**told, **change}).canonical()


class Passkey:
    """One key pair of a device."""

    def __init__(self, kind: str = "webauthn_es256", site: str = SITE) -> None:
        self.kind, self.site = kind, hashlib.sha256(site.encode()).digest()
        self._private: Any = {
            "webauthn_es256": lambda: ec.generate_private_key(ec.SECP256R1()),
            "webauthn_ed25519": Ed25519PrivateKey.generate,
            "webauthn_rs256": lambda: rsa.generate_private_key(65_537, 2048),
        }[kind]()

    @property
    def public_key(self) -> bytes:
        """The public half, in the books' form."""
        public = self._private.public_key()
        if self.kind == "webauthn_es256":
            return self.site + public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        if self.kind == "webauthn_ed25519":
            return self.site + public.public_bytes_raw()
        return self.site + public.public_numbers().n.to_bytes(256)

    def evidence(self, text: AuthorityText, body: bytes, key_id: str) -> Evidence:
        """Return the evidence of one act on one page."""
        return Evidence(self.kind, key_id, self.public_key, encode(self.sign(shown_for(text, body))))

    def sign(self, shown: bytes, *, flags: int = 0x05, counter: int = 1, more: bytes = b"", site: bytes | None = None,
             origin: str = ORIGIN, **client: Any) -> Blob:  # fmt: skip
        """Return what a browser hands over for a page; a client field of None is left away."""
        data = (self.site if site is None else site) + bytes([flags]) + counter.to_bytes(4) + more
        challenge = urlsafe_b64encode(shown_challenge(shown)).decode().rstrip("=")
        told = {"type": "webauthn.get", "challenge": challenge, "origin": origin, "crossOrigin": False, **client}
        client_data = json.dumps({name: value for name, value in told.items() if value is not None}).encode()
        return Blob(shown, data, client_data, self.signed(data + hashlib.sha256(client_data).digest()))

    def signed(self, content: bytes) -> bytes:
        """Return a bare signature."""
        if self.kind == "webauthn_es256":
            return bytes(self._private.sign(content, ec.ECDSA(SHA256())))
        if self.kind == "webauthn_ed25519":
            return bytes(self._private.sign(content))
        return bytes(self._private.sign(content, padding.PKCS1v15(), SHA256()))
