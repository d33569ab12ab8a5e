"""Evidence (确认凭据), verified again with code of its own: what a client's key signed, and what he saw when it did.

Reads   an authority's challenge, the key, the evidence, and the body of the instruction as it is stored
Returns why it does not stand, or None. A passkey: the device verified its user, on the site the key is for, from an https origin
        of that site, for a page that shows this authority and this very body. A one-time code: the custodian's word for the same
Source  WebAuthn level 3, 7.2; RFC 8032; RFC 8017; ADR 0048
"""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from nacl.bindings import crypto_sign_open
from nacl.exceptions import CryptoError

#: evidence kind -> bytes of its key
KINDS = {
    "sandbox_ed25519":  32,
    "otp_ed25519":      32,
    "webauthn_ed25519": 64,
    "webauthn_es256":   97,
    "webauthn_rs256":  288,
}  # fmt: skip

#: the custodian's word stands for these alone, up to so much; the text does not say the currency, so it is the most of any
BY_CODE, CODE_TYPES, CODE_MOST = "otp_ed25519", frozenset({"bid", "repayment", "withdrawal", "debt_repayment"}), 100_000

_USER_VERIFIED = 0b0000_0101
_WITH_KEY, _WITH_EXTENSIONS = 0b0100_0000, 0b1000_0000


class _Wrong(Exception):
    """What does not stand."""


def why_not(kind: str, key: bytes, challenge: bytes, evidence: bytes, body: bytes) -> str | None:
    """Return what is wrong with a client's evidence, or None."""
    try:
        if len(key) != KINDS.get(kind):
            return "the key is of another length"
        if kind == "sandbox_ed25519":
            _ed25519(key, evidence, challenge)
            return None
        parts = _parts(evidence, ("shown", "signature") if kind == BY_CODE else _PASSKEY)
        _shown(parts["shown"], challenge, body)
        asked = hashlib.sha256(b"cunguan-shown-v1\n" + parts["shown"]).digest()
        if kind == BY_CODE:
            _ed25519(key, parts["signature"], b"cunguan-otp-v1\n" + asked)
        else:
            _passkey(kind, key, asked, parts)
    except _Wrong as why:
        return str(why)
    except (CryptoError, InvalidSignature):
        return "the signature does not stand"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "the evidence cannot be read"
    return None


def of_act(kind: str, key: bytes, evidence: bytes) -> tuple[str | None, dict[str, Any]]:
    """Return what is wrong with a passkey's signature of an act that is no instruction, or None; and the page it was given on."""
    try:
        if kind == BY_CODE or len(key) != KINDS.get(kind) or kind.startswith("sandbox"):
            return "a passkey signs here, and nothing else", {}
        parts = _parts(evidence, _PASSKEY)
        _passkey(kind, key, hashlib.sha256(b"cunguan-shown-v1\n" + parts["shown"]).digest(), parts)
        return None, json.loads(parts["shown"])
    except _Wrong as why:
        return str(why), {}
    except (CryptoError, InvalidSignature):
        return "the signature does not stand", {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError):
        return "the evidence cannot be read", {}


_PASSKEY = ("shown", "authenticator_data", "client_data_json", "signature")


def _parts(evidence: bytes, names: tuple[str, ...]) -> dict[str, bytes]:
    told = json.loads(evidence)
    parts = {name: base64.b64decode(told[name], validate=True) for name in names}
    again = ",".join(f'"{name}":"{base64.b64encode(part).decode()}"' for name, part in parts.items())
    if f"{{{again}}}".encode() != bytes(evidence):
        raise _Wrong("the evidence has another form than the one that is kept")
    return parts


def _shown(shown: bytes, challenge: bytes, body: bytes) -> None:
    """Refuse a page that does not show this authority once, with this body."""
    page = json.loads(shown)
    if page["act"]:
        raise _Wrong("the page was for another act")
    bodies = [act["body"] for act in page["acts"] if act["challenge"] == bytes(challenge).hex()]
    if not bodies:
        raise _Wrong("the page did not show this authority")
    if bodies != [hashlib.sha256(body).hexdigest()]:
        raise _Wrong("the page showed another instruction than the one that is stored")


def _passkey(kind: str, key: bytes, asked: bytes, parts: dict[str, bytes]) -> None:
    site, public, data = key[:32], key[32:], parts["authenticator_data"]
    if data[:32] != site:
        raise _Wrong("it was signed for another site")
    flags = data[32]
    if flags & _USER_VERIFIED != _USER_VERIFIED:
        raise _Wrong("the device did not verify its user")
    if flags & _WITH_KEY or (flags & _WITH_EXTENSIONS == 0) != (len(data) == 37) or flags & 0b0001_1000 == 0b0001_0000:
        raise _Wrong("the device's data are not those of a signature")
    said = json.loads(parts["client_data_json"])
    _browser(said, asked, site)
    signed = data + hashlib.sha256(parts["client_data_json"]).digest()
    if kind == "webauthn_ed25519":
        _ed25519(public, parts["signature"], signed)
    elif kind == "webauthn_es256":
        if public[0] != 4:
            raise _Wrong("the key is no point")
        point = ec.EllipticCurvePublicNumbers(
            int.from_bytes(public[1:33]), int.from_bytes(public[33:]), ec.SECP256R1()
        ).public_key()
        point.verify(parts["signature"], signed, ec.ECDSA(SHA256()))
    else:
        modulus = rsa.RSAPublicNumbers(65_537, int.from_bytes(public)).public_key()
        modulus.verify(parts["signature"], signed, padding.PKCS1v15(), SHA256())


def _browser(said: Any, asked: bytes, site: bytes) -> None:
    if said["type"] != "webauthn.get" or said.get("crossOrigin") or said.get("topOrigin"):
        raise _Wrong("it was signed within another site's page")
    if said["challenge"] != base64.urlsafe_b64encode(asked).decode().rstrip("="):
        raise _Wrong("it was signed for another page")
    origin = urlsplit(said["origin"])
    host = origin.hostname or ""
    is_here = host == "localhost" or host.endswith(".localhost")
    if origin.scheme != "https" and not (origin.scheme == "http" and is_here):
        raise _Wrong("it was signed on a page without TLS")
    port = "" if origin.port is None else f":{origin.port}"
    if said["origin"] != f"{origin.scheme}://{host}{port}":
        raise _Wrong("its origin is none")
    while hashlib.sha256(host.encode()).digest() != site:
        host = host.partition(".")[2]
        if not host:
            raise _Wrong("it was signed on another site")


def _ed25519(key: bytes, signature: bytes, signed: bytes) -> None:
    if len(signature) != 64 or crypto_sign_open(signature + signed, key) != signed:
        raise _Wrong("the signature does not stand")
