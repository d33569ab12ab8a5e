"""Evidence (客户确认凭据): verify what a client signed, by kind.

When    an instruction is admitted, before it stands in the lane's order: the costly part is done outside it
Returns whether the signature holds for the challenge, and for the body where the kind signs it too; an unknown kind never holds
Source  design/lanes.md "sandbox evidence"; RFC 8032; ADR 0048
"""

from nacl.bindings import crypto_sign_BYTES, crypto_sign_open, crypto_sign_PUBLICKEYBYTES
from nacl.exceptions import BadSignatureError, CryptoError

from cunguan.keys import otp, webauthn

SANDBOX_ED25519 = "sandbox_ed25519"


def verify(kind: str, public_key: bytes, challenge: bytes, signature: bytes, body: bytes | None = None) -> bool:
    """Return whether evidence of this kind stands; `body` is the instruction's canonical body, None where it is not known."""
    if kind == SANDBOX_ED25519:
        return _is_sandbox(public_key, challenge, signature)
    if kind in webauthn.PUBLIC_KEY_BYTES:
        return webauthn.verify(kind, public_key, challenge, signature, body)
    return kind == otp.OTP and otp.verify(public_key, challenge, signature, body)


def _is_sandbox(public_key: bytes, challenge: bytes, signature: bytes) -> bool:
    if len(public_key) != crypto_sign_PUBLICKEYBYTES or len(signature) != crypto_sign_BYTES:
        return False
    try:
        crypto_sign_open(signature + challenge, public_key)
    except (BadSignatureError, CryptoError, ValueError):
        return False
    return True
