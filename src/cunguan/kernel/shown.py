"""Shown (确认页原文): what a client saw when he signed, in the one form that is hashed.

Shape   Shown: the act ("" for instructions), the language, the lines as (label, value), the acts that one touch confirms, a nonce
        and when the page ended; Act: the challenge of an authority's text and SHA-256 of the instruction's body, both in hex
Returns the bytes that are kept, and the 32 bytes a passkey signs for them
Source  ADR 0048; transparency.md part 6 "Transaction signing"
"""

import hashlib
from typing import Final

import msgspec

from cunguan.kernel.canonical import canonical_json

DOMAIN: Final = b"cunguan-shown-v1\n"


class Act(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One instruction that is confirmed with a page."""

    challenge: str
    body: str


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a page displayed, to the last field."""

    act: str
    language: str
    lines: tuple[tuple[str, str], ...]
    acts: tuple[Act, ...]
    nonce: str
    expires_at: str

    def canonical(self) -> bytes:
        """Return the bytes that are kept and hashed."""
        return canonical_json(self)


def act_of(challenge: bytes, body: bytes) -> Act:
    """Return an act by its authority's challenge and its canonical body."""
    return Act(challenge.hex(), hashlib.sha256(body).hexdigest())


def shown_challenge(shown: bytes) -> bytes:
    """Return the 32 bytes that a passkey signs for a page."""
    return hashlib.sha256(DOMAIN + shown).digest()
