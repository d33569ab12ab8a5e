"""Keys of users (用户密钥): a user's passkeys, in the form in which the books keep a client's key.

Reads   allauth's authenticators of type WEBAUTHN, which are read to their attested credential
Shape   Passkey: the public key is 32 bytes SHA-256 of the site's id, then the key itself: an uncompressed point of P-256, 32 bytes
        of Ed25519, or 256 bytes of an RSA modulus whose exponent is 65537 (keys/webauthn.py reads it)
Returns passkeys of kinds that the books verify; another kind can sign in, and confirms nothing
Source  WebAuthn level 3, 6.5.1; RFC 9053; ADR 0048
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from allauth.mfa.models import Authenticator
from fido2.webauthn import RegistrationResponse

from cunguan.desks.people.models import User

ES256: Final = "webauthn_es256"
ED25519: Final = "webauthn_ed25519"
RS256: Final = "webauthn_rs256"

#: how the books name the algorithms of COSE, and the curve or exponent they are used with
_KINDS: Final = {-7: ES256, -8: ED25519, -257: RS256}
_EXPONENT: Final = (65537).to_bytes(3)


class Passkey(msgspec.Struct, frozen=True):
    """A passkey of a user: what he calls it, and what the books would verify."""

    credential_id: bytes
    name: str
    evidence_kind: str
    public_key: bytes

    @property
    def key_word(self) -> str:
        """What its key is called in the books, behind the account's name: the same for the same passkey."""
        return hashlib.sha256(self.public_key).hexdigest()[:16]


def passkeys_of(user: User) -> list[Passkey]:
    """Return a user's passkeys, the oldest first."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("created_at", "pk")
    return [found for row in rows if (found := _passkey(row.data)) is not None]


def _passkey(data: Mapping[str, Any]) -> Passkey | None:
    attested = RegistrationResponse.from_dict(data["credential"]).response.attestation_object.auth_data
    credential = attested.credential_data
    if credential is None:
        return None
    known = _public(credential.public_key)
    if known is None:
        return None
    kind, public = known
    return Passkey(credential.credential_id, str(data.get("name", "")), kind, attested.rp_id_hash + public)


def _public(cose: Mapping[int, Any]) -> tuple[str, bytes] | None:
    """Return a COSE key in the books' form; None for one that the books do not verify."""
    kind = _KINDS.get(cose.get(3, 0))
    if kind == ES256 and cose.get(-1) == 1:
        return kind, b"\x04" + cose[-2] + cose[-3]
    if kind == ED25519 and cose.get(-1) == 6:
        return kind, bytes(cose[-2])
    if kind == RS256 and cose.get(-2) == _EXPONENT and len(cose[-1]) == 256:
        return kind, bytes(cose[-1])
    return None
