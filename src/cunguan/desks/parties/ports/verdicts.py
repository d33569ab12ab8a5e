"""Verdicts (活体检测结论): the bytes a liveness port signs, and whether it did.

Shape   JSON in one form: names in order, no space; the instant in UTC. What is signed begins with a prefix of its own, so that
        no other signature of that key is taken for a verdict
"""

from datetime import UTC, datetime
from typing import Final

import msgspec
import nacl.exceptions
import nacl.signing

PREFIX: Final = b"cunguan/liveness/v1\n"


def said_of(session: str, purpose: str, subject: str, is_live: bool, at: datetime) -> bytes:
    """Return what is signed."""
    told = {
        "at": at.astimezone(UTC).isoformat(timespec="seconds"), "is_live": is_live, "purpose": purpose, "session": session,
        "subject": subject,
    }  # fmt: skip
    return PREFIX + msgspec.json.encode(told, order="sorted")


def is_signed(said: bytes, signature: bytes, key: bytes) -> bool:
    """Return whether a port's Ed25519 key signed it."""
    try:
        nacl.signing.VerifyKey(key).verify(said, signature)
    except (nacl.exceptions.BadSignatureError, nacl.exceptions.ValueError, ValueError, TypeError):
        return False
    return True
