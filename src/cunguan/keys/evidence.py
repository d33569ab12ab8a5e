"""Evidence (客户确认凭据): verify what a client signed, by kind.

When    an instruction is admitted, before it stands in the lane's order: the costly part is done outside it
Returns whether the signature holds for the challenge; an unknown kind never holds
Source  design/lanes.md "sandbox evidence"; RFC 8032
"""

from nacl.bindings import crypto_sign_BYTES, crypto_sign_open, crypto_sign_PUBLICKEYBYTES
from nacl.exceptions import BadSignatureError, CryptoError

SANDBOX_ED25519 = "sandbox_ed25519"


def verify(kind: str, public_key: bytes, challenge: bytes, signature: bytes) -> bool:
    """Return whether a signature of this kind stands."""
    if kind != SANDBOX_ED25519:
        return False
    if len(public_key) != crypto_sign_PUBLICKEYBYTES or len(signature) != crypto_sign_BYTES:
        return False
    try:
        crypto_sign_open(signature + challenge, public_key)
    except (BadSignatureError, CryptoError, ValueError):
        return False
    return True
