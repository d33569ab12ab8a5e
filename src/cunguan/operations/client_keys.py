"""Client keys (客户密钥): which kinds there are, and what is the same for all that add, replace and remove one.

Shape   PUBLIC_KEY_BYTES: kinds by which an account may be opened; ADDED: those a client may add beside one that he has
        BY_CODE: the custodian's word that a client gave the right one-time code: good for low amounts, and never the only key
Source  ADR 0048; WebAuthn level 3
"""

from typing import Final

#: evidence kind -> bytes of its public key; a passkey's begins with the 32 bytes of its site
PUBLIC_KEY_BYTES: Final = {
    "sandbox_ed25519":  32,
    "webauthn_es256":   32 + 65,
    "webauthn_ed25519": 32 + 32,
    "webauthn_rs256":   32 + 256,
}  # fmt: skip

BY_CODE: Final = frozenset({"otp_ed25519"})

ADDED: Final = {**PUBLIC_KEY_BYTES, "otp_ed25519": 32}
