"""Text (审批原文): the canonical bytes of what is asked for, which every signature is about.

Shape   kind "approval", version 1, then the JSON of Text: the place, the kind, the maker, the amount, why, the evidence, the message
        the digest is SHA-256 of a domain and of these bytes; it stands on the page that is signed
Source  kernel/canonical.py; transparency.md part 6; prove/approvals.py reads the same with code of its own
"""

import hashlib
from typing import Any, Final

import msgspec

from cunguan.kernel.canonical import canonical_bytes

_DOMAIN: Final = b"cunguan-approval-v1\n"


class Text(msgspec.Struct, frozen=True):
    """What is asked for. `body` has its fields in the message's order, without the two names."""

    lane: int
    id: str
    version: int
    kind: str
    kind_version: int
    maker: str
    currency: str
    amount_minor: int | None
    quorum: int
    why: str
    evidence: str
    body: dict[str, Any]

    def canonical(self) -> bytes:
        """Return the bytes."""
        return canonical_bytes("approval", 1, self)


def digest(canonical: bytes) -> str:
    """Return what stands for canonical bytes, in hex."""
    return hashlib.sha256(_DOMAIN + canonical).hexdigest()


def read(canonical: bytes) -> Text:
    """Return the text of canonical bytes."""
    return msgspec.json.decode(canonical.split(b"\n", 2)[2], type=Text)
