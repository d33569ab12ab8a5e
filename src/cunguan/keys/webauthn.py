"""WebAuthn (通行密钥): verify that a user, verified by his device, signed one text on the custodian's own site.

When    an instruction that a passkey confirms is admitted; a step-up is taken
Shape   public key: SHA-256 of the site's id (32 bytes), then an uncompressed point of P-256 (65), Ed25519 (32), or the modulus of
        RSA-2048 with exponent 65537 (256). Blob: what was shown and what the passkey made of it, as one canonical JSON
Returns whether everything stands: the device's flags, the site, the origin, the challenge, the signature. What is malformed does
        not stand; nothing raises
Source  WebAuthn level 3, 7.2; RFC 8032; RFC 8017 (PKCS #1 v1.5); FIPS 186-5; ADR 0048
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.shown import Shown, shown_challenge

ES256, ED25519, RS256 = "webauthn_es256", "webauthn_ed25519", "webauthn_rs256"

SITE_BYTES: Final = 32
#: evidence kind -> bytes of its public key
PUBLIC_KEY_BYTES: Final = {ES256: SITE_BYTES + 65, ED25519: SITE_BYTES + 32, RS256: SITE_BYTES + 256}

#: flags of an authenticator's data
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED, EXTENDED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80
_FLAGS_AT: Final = 32
_HEAD_BYTES: Final = 37
#: no blob is longer; what is, is not read
BLOB_BYTES_MAX: Final = 65_536
_EXPONENT: Final = 65_537


class Blob(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept as evidence: it can be verified again by anybody who has the public key."""

    shown: bytes
    authenticator_data: bytes
    client_data_json: bytes
    signature: bytes


class _ClientData(msgspec.Struct, frozen=True):
    """What a browser says of a signature; it says more, which is signed with it and not asked for here."""

    type: str
    challenge: str
    origin: str
    cross_origin: bool = msgspec.field(default=False, name="crossOrigin")
    top_origin: str = msgspec.field(default="", name="topOrigin")


def encode(blob: Blob) -> bytes:
    """Return the bytes that are kept."""
    return canonical_json(blob)


def decode(evidence: bytes) -> Blob | None:
    """Return the parts of what was kept; None where it is not exactly what `encode` makes."""
    if len(evidence) > BLOB_BYTES_MAX:
        return None
    try:
        blob = msgspec.json.decode(evidence, type=Blob)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return blob if encode(blob) == evidence else None  # base64 has idle bits: one form only


def shown_of(shown: bytes) -> Shown | None:
    """Return what was shown; None where it is not exactly its canonical form."""
    try:
        found = msgspec.json.decode(shown, type=Shown)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if found.canonical() == shown else None


def confirms(shown: bytes, challenge: bytes, body: bytes | None) -> bool:
    """Return whether a page confirmed an authority's text, together with exactly this canonical body, where it is known."""
    found = shown_of(shown)
    if found is None or found.act:
        return False
    acts = [act for act in found.acts if act.challenge == challenge.hex()]
    if len(acts) != 1:
        return False
    return body is None or acts[0].body == hashlib.sha256(body).hexdigest()


def verify(kind: str, public_key: bytes, challenge: bytes, evidence: bytes, body: bytes | None) -> bool:
    """Return whether kept evidence confirms an authority's text and its instruction's body."""
    blob = decode(evidence)
    return blob is not None and confirms(blob.shown, challenge, body) and stands(kind, public_key, blob)


def stands(kind: str, public_key: bytes, blob: Blob) -> bool:
    """Return whether a passkey signed what was shown, whatever it is."""
    asked = shown_challenge(blob.shown)
    return is_assertion(kind, public_key, asked, blob.authenticator_data, blob.client_data_json, blob.signature)


def is_assertion(
    kind: str, public_key: bytes, challenge: bytes, authenticator_data: bytes, client_data_json: bytes, signature: bytes
) -> bool:
    """Return whether an assertion answers a challenge, by this key, on its site, by a user whom the device verified."""
    if len(public_key) != PUBLIC_KEY_BYTES.get(kind):
        return False
    site, key = public_key[:SITE_BYTES], public_key[SITE_BYTES:]
    if not _is_verified_user(authenticator_data, site) or not _is_answer(client_data_json, challenge, site):
        return False
    signed = authenticator_data + hashlib.sha256(client_data_json).digest()
    try:
        _VERIFIERS[kind](key, signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _is_verified_user(data: bytes, site: bytes) -> bool:
    if len(data) < _HEAD_BYTES or not hmac.compare_digest(data[:SITE_BYTES], site):
        return False
    flags = data[_FLAGS_AT]
    if not flags & PRESENT or not flags & VERIFIED or flags & ATTESTED:
        return False
    if flags & BACKED_UP and not flags & ELIGIBLE:
        return False
    return (len(data) > _HEAD_BYTES) == bool(flags & EXTENDED)


def _is_answer(client_data_json: bytes, challenge: bytes, site: bytes) -> bool:
    try:
        said = msgspec.json.decode(client_data_json, type=_ClientData)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    if said.type != "webauthn.get" or said.cross_origin or said.top_origin:
        return False
    if said.challenge != urlsafe_b64encode(challenge).decode().rstrip("="):
        return False
    return is_origin_of(said.origin, site)


def is_origin_of(origin: str, site: bytes) -> bool:
    """Return whether an origin is https (http only on this very machine), and its host or a domain above it is the site.

    >>> site = hashlib.sha256(b"custodian.example").digest()
    >>> [is_origin_of(one, site) for one in ("https://pay.custodian.example", "https://custodian.example.evil", "http://custodian.example")]
    [True, False, False]
    """
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if f"{parts.scheme}://{host}{'' if port is None else f':{port}'}" != origin:
        return False  # an origin has no path, no user, no capitals
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(host)):
        return False
    labels = host.split(".")
    return any(hashlib.sha256(".".join(labels[n:]).encode()).digest() == site for n in range(len(labels)))


def _is_here(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")


# ── signatures ───────────────────────────────────────────────────────────────
def _es256(key: bytes, signature: bytes, signed: bytes) -> None:
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key).verify(signature, signed, ec.ECDSA(SHA256()))


def _ed25519(key: bytes, signature: bytes, signed: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)


def _rs256(key: bytes, signature: bytes, signed: bytes) -> None:
    public = rsa.RSAPublicNumbers(_EXPONENT, int.from_bytes(key)).public_key()
    public.verify(signature, signed, padding.PKCS1v15(), SHA256())


_VERIFIERS: Final[dict[str, Callable[[bytes, bytes, bytes], None]]] = {
    ES256: _es256,
    ED25519: _ed25519,
    RS256: _rs256,
}
