"""Canonical bytes (规范字节): one byte form of a value, for sameness, signing and the log.

Shape   kind LF version LF, then the JSON of the typed struct: declared order, defaults filled in,
        UTF-8, no spaces, integers only, ISO dates
Errors  none; that no message has a field for a float is held by a test, not here
Source  design/lanes.md "Formats that last"; fixed once, tests/golden/canonical.json
"""

import hashlib
from typing import Any

import msgspec

_encode = msgspec.json.Encoder(decimal_format="string").encode


def canonical_bytes(kind: str, version: int, value: msgspec.Struct) -> bytes:
    r"""Return the canonical form of a typed message.

    >>> class Bid(msgspec.Struct):
    ...     lender: str
    ...     amount_minor: int
    ...     mandate: str = ""
    >>> canonical_bytes("bid_hold", 1, Bid("L7", 60000))
    b'bid_hold\n1\n{"lender":"L7","amount_minor":60000,"mandate":""}'
    """
    return b"%s\n%d\n%s" % (kind.encode(), version, _encode(value))


def canonical_json(value: Any) -> bytes:
    """Return the JSON part alone, as it is stored in a body or an answer."""
    return _encode(value)


def key16(instruction_id: str) -> bytes:
    """Return the first 16 bytes of SHA-256 of an id: the narrow key that instruction_key holds."""
    return hashlib.sha256(instruction_id.encode()).digest()[:16]


def challenge(canonical: bytes) -> bytes:
    """Return the 32 bytes a client signs to give authority for one canonical text."""
    return hashlib.sha256(b"cunguan-authority-v1\n" + canonical).digest()
