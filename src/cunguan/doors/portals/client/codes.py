"""Codes (核验码): a code on an e-receipt, by which anybody asks the custodian whether it stands in the books.

When    an e-receipt is printed; somebody types the code, or reads the square with a telephone
Shape   24 letters and digits in six groups, no I, L, O, U: a lane, a sequence and an account under this installation's own key, with
        28 bits that are zero: what was not made here is no code, and from one code nobody finds another. Nothing is stored
Errors  a text that is no code of ours reads as None
Source  Crockford's base 32; a Feistel network over two halves of 60 bits, HMAC-SHA-256 (Luby, Rackoff 1988)
"""

import hmac
from pathlib import Path
from typing import Final, NamedTuple

from cunguan.doors.api.authorisations import fingerprint
from cunguan.doors.portals.shell.house import house

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP, ROUNDS, HALF = 24, 4, 10, 60
#: bits: zero, lane, sequence, account
ZERO, LANE, SEQ, BASE = 28, 16, 40, 36
#: what people read for another letter
_MISREAD: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})


class Pointed(NamedTuple):
    """What a code points to."""

    lane: int
    seq: int
    base: int


def code_of(lane: int, seq: int, base: int) -> str:
    """Return the code of a movement of an account."""
    return written(Pointed(lane, seq, base), _key(house().places.home))


def read(text: str) -> Pointed | None:
    """Return what a code points to, None for what is no code of ours."""
    return understood(text, _key(house().places.home))


def written(at: Pointed, key: bytes) -> str:
    """Return a code under a key.

    >>> written(Pointed(3, 1042, 105), b"key"), understood("3", b"key")
    ('AJXJ-1AB1-X2X5-Y463-3CAY-4H74', None)
    """
    assert 0 <= at.lane < 1 << LANE and 0 <= at.seq < 1 << SEQ and 0 <= at.base < 1 << BASE
    number = _mixed(((at.lane << SEQ) + at.seq << BASE) + at.base, key, range(ROUNDS))
    text = "".join(LETTERS[number >> 5 * n & 31] for n in reversed(range(LENGTH)))
    return "-".join(text[n : n + GROUP] for n in range(0, LENGTH, GROUP))


def understood(text: str, key: bytes) -> Pointed | None:
    """Return what a code points to under a key; what was not written under it is None."""
    plain = text.upper().translate(_MISREAD)
    if len(plain) != LENGTH or any(letter not in LETTERS for letter in plain):
        return None
    number = 0
    for letter in plain:
        number = (number << 5) + LETTERS.index(letter)
    clear = _unmixed(number, key)
    if clear >> LANE + SEQ + BASE:
        return None
    return Pointed(clear >> SEQ + BASE, clear >> BASE & (1 << SEQ) - 1, clear & (1 << BASE) - 1)


def _mixed(number: int, key: bytes, rounds: range) -> int:
    left, right = number >> HALF, number & (1 << HALF) - 1
    for n in rounds:
        left, right = right, left ^ _round(right, n, key)
    return (left << HALF) + right


def _unmixed(number: int, key: bytes) -> int:
    left, right = number >> HALF, number & (1 << HALF) - 1
    for n in reversed(range(ROUNDS)):
        left, right = right ^ _round(left, n, key), left
    return (left << HALF) + right


def _round(half: int, n: int, key: bytes) -> int:
    digest = hmac.digest(key, bytes([n]) + half.to_bytes(8), "sha256")
    return int.from_bytes(digest[:8]) >> 64 - HALF


def _key(home: Path) -> bytes:
    return bytes.fromhex(fingerprint(home, "receipt code"))
