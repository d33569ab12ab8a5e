"""Note keys (便签密钥): who signs checkpoints and cosigns them, and whether a signature is whose it says.

When    the sequencer signs a checkpoint, a witness cosigns, anyone verifies
Shape   Check as transparency/note.py asks; a Signer has its Key and signs a text
        lines: Ed25519 (01), ECDSA on P-256 (02), cosignature/v1 (04), ML-DSA-44 (06), SM2 with SM3 (ff); who does not know a line
        passes it over. The public key of an SM2 line begins with a name of ours, for ff has no owner
        a line by ML-DSA-44 is over the checkpoint as a tree from 0 to its size, with its time and the log's origin
Errors  none from a check: an unknown algorithm, or one whose library is missing, is no signature of anybody
Source  C2SP signed-note, tlog-cosignature, tlog-checkpoint; RFC 8032; FIPS 186-5; FIPS 204; GB/T 32918.2 (SM2), GB/T 32905 (SM3)
"""

import time
from collections.abc import Callable
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, mldsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey as NaclKey
from nacl.signing import VerifyKey

from cunguan.keys.providers import base
from cunguan.keys.software import sm2_library
from cunguan.transparency import checkpoint
from cunguan.transparency.note import (
    COSIGNATURE,
    ECDSA_P256,
    ED25519,
    ML_DSA_44,
    OTHER,
    Key,
    NoteWrong,
    Signature,
    cosigned_message,
)

#: what a public key of type ff begins with
SM2_SM3: Final = b"cunguan/sm2-sm3/v1\n"
_TIME_BYTES: Final = 8


class Signer(Protocol):
    """Signs texts of notes; a module's key never leaves the module."""

    @property
    def key(self) -> Key:
        """Whose signature it is."""

    def sign(self, text: str) -> Signature:
        """Return the line for this text."""


class Ed25519Signer:
    """A log's key that lies in memory."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = NaclKey(seed)
        self.key = Key(name, ED25519, bytes(self._key.verify_key))

    def sign(self, text: str) -> Signature:
        """Return the line for this text."""
        return Signature(self.key.name, self.key.id, self._key.sign(text.encode()).signature)


class Cosigner:
    """A witness's key that lies in memory; a cosignature says when it was given."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = NaclKey(seed)
        self.key = Key(name, COSIGNATURE, bytes(self._key.verify_key))

    def sign(self, text: str) -> Signature:
        """Return the line for this text, with the time."""
        now = int(time.time())
        blob = now.to_bytes(_TIME_BYTES, "big") + self._key.sign(cosigned_message(text, now)).signature
        return Signature(self.key.name, self.key.id, blob)


class ProviderSigner:
    """A key of a provider (keys/providers), as a line of one of the types above."""

    def __init__(self, name: str, algorithm: int, signing: base.SigningKey) -> None:
        self._signing = signing
        self.key = Key(name, algorithm, (SM2_SM3 if algorithm == OTHER else b"") + signing.public)

    def sign(self, text: str) -> Signature:
        """Return the line for this text."""
        if self.key.algorithm not in _TIMED:
            return Signature(self.key.name, self.key.id, self._signing.sign(text.encode()))
        now = int(time.time())
        message = _TIMED[self.key.algorithm](self.key.name, text, now)
        blob = now.to_bytes(_TIME_BYTES, "big") + self._signing.sign(message)
        return Signature(self.key.name, self.key.id, blob)


def check(key: Key, text: str, blob: bytes) -> bool:
    """Return whether this is the key's signature of the text."""
    verify = _VERIFY.get(key.algorithm)
    return verify is not None and verify(key, text, blob)


def tree_message(name: str, text: str, time: int) -> bytes:
    """Return what a key of ML-DSA-44 signs of a checkpoint; NoteWrong where the text is none."""
    told = checkpoint.read(text)
    return b"".join((
        b"subtree/v1\n\0", _short(name), time.to_bytes(8, "big"), _short(told.origin),
        bytes(8), told.size.to_bytes(8, "big"), told.root,
    ))  # fmt: skip


def _short(text: str) -> bytes:
    """Return a text after its length in one byte."""
    content = text.encode()
    if not 1 <= len(content) <= 255:
        raise NoteWrong(f"{text!r} is no name for ML-DSA-44: 1 to 255 bytes")
    return bytes((len(content),)) + content


_TIMED: Final[dict[int, Callable[[str, str, int], bytes]]] = {
    COSIGNATURE: lambda name, text, time: cosigned_message(text, time),
    ML_DSA_44: tree_message,
}


# ── checks ───────────────────────────────────────────────────────────────────
def _is_ed25519(key: Key, text: str, blob: bytes) -> bool:
    return _ed25519(key.public, text.encode(), blob)


def _is_cosigned(key: Key, text: str, blob: bytes) -> bool:
    time, signature = _timed(blob)
    return _ed25519(key.public, cosigned_message(text, time), signature)


def _is_p256(key: Key, text: str, blob: bytes) -> bool:
    try:
        public = load_der_public_key(key.public)
        if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
            return False
        public.verify(blob, text.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _is_ml_dsa_44(key: Key, text: str, blob: bytes) -> bool:
    time, signature = _timed(blob)
    try:
        public = mldsa.MLDSA44PublicKey.from_public_bytes(key.public)
        public.verify(signature, tree_message(key.name, text, time))
    except (InvalidSignature, NoteWrong, ValueError, TypeError):
        return False
    return True


def _is_sm2(key: Key, text: str, blob: bytes) -> bool:
    if not key.public.startswith(SM2_SM3):
        return False
    try:
        library = sm2_library()
    except base.KeysWrong:
        return False
    try:
        return bool(library.sm2_verify(key.public.removeprefix(SM2_SM3), text.encode(), blob))
    except (library.GmsslInnerError, ValueError, TypeError):
        return False


_VERIFY: Final[dict[int, Callable[[Key, str, bytes], bool]]] = {
    ED25519: _is_ed25519,
    ECDSA_P256: _is_p256,
    COSIGNATURE: _is_cosigned,
    ML_DSA_44: _is_ml_dsa_44,
    OTHER: _is_sm2,
}


def _timed(blob: bytes) -> tuple[int, bytes]:
    """Return the time of a signature and the signature."""
    return int.from_bytes(blob[:_TIME_BYTES], "big"), blob[_TIME_BYTES:]


def _ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(public).verify(message, signature)
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True
