"""Webhook signatures (回调签名): what is signed of a message, how a secret is written, and both kinds of signature.

Shape   signed: "<id>.<timestamp>.<body>"; v1: HMAC-SHA256 by the endpoint's secret; v1a: Ed25519 by the custodian's key
        a secret is written whsec_<base64>, a public key whpk_<base64>
Errors  SecretMalformed
Source  Standard Webhooks 1.0.0 "Signature scheme"; RFC 2104; RFC 8032
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence

from nacl.bindings import crypto_sign_BYTES, crypto_sign_open, crypto_sign_PUBLICKEYBYTES
from nacl.exceptions import BadSignatureError, CryptoError

SECRET_PREFIX, PUBLIC_PREFIX = "whsec_", "whpk_"
SECRET_BYTES = 32
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 24, 64


class SecretMalformed(ValueError):
    """A secret or a public key that is not written as it should be."""


def new_secret() -> bytes:
    """Return a secret nobody has seen."""
    return secrets.token_bytes(SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """Return a secret as its owner is shown it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def secret_of(text: str) -> bytes:
    """Return the bytes of a secret as it was shown."""
    found = _unwritten(text.removeprefix(SECRET_PREFIX), "the secret")
    if not SECRET_BYTES_MIN <= len(found) <= SECRET_BYTES_MAX:
        raise SecretMalformed(f"the secret has {len(found)} bytes, not {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX}")
    return found


def public_key_text(public_key: bytes) -> str:
    """Return the custodian's public key as receivers are told it."""
    return PUBLIC_PREFIX + base64.b64encode(public_key).decode()


def public_key_of(text: str) -> bytes:
    """Return the bytes of a public key as it was told, with or without its prefix."""
    found = _unwritten(text.removeprefix(PUBLIC_PREFIX), "the public key")
    if len(found) != crypto_sign_PUBLICKEYBYTES:
        raise SecretMalformed(f"the public key has {len(found)} bytes, not {crypto_sign_PUBLICKEYBYTES}")
    return found


def signatures(
    webhook_id: str, timestamp: int, body: bytes, shared: Sequence[bytes], sign: Callable[[bytes], bytes] | None
) -> str:
    """Return the header webhook-signature: one v1 for each secret that has not ended, and the custodian's v1a."""
    content = signed(webhook_id, str(timestamp), body)
    found = [f"v1,{_written(mac(secret, content))}" for secret in shared]
    return " ".join([*found, *([f"v1a,{_written(sign(content))}"] if sign else [])])


def signed(webhook_id: str, timestamp: str, body: bytes) -> bytes:
    """Return what the signatures are over."""
    return b"%s.%s.%s" % (webhook_id.encode(), timestamp.encode(), body)


def mac(secret: bytes, content: bytes) -> bytes:
    """Return the symmetric signature."""
    return hmac.digest(secret, content, hashlib.sha256)


def is_signed(content: bytes, signature: bytes, public_key: bytes) -> bool:
    """Return whether an asymmetric signature stands."""
    if len(signature) != crypto_sign_BYTES:
        return False
    try:
        crypto_sign_open(signature + content, public_key)
    except (BadSignatureError, CryptoError, ValueError):
        return False
    return True


def _written(found: bytes) -> str:
    return base64.b64encode(found).decode()


def _unwritten(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SecretMalformed(f"{what} is not base64") from error
