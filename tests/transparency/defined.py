"""RFC 6962 2.1 as it is written there, by recursion over the leaves: the second opinion of the tests, slow and plain."""

from collections.abc import Sequence
from hashlib import sha256


def split(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def head(leaves: Sequence[bytes]) -> bytes:
    """2.1: the hash of a list of entries."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    at = split(len(leaves))
    return sha256(b"\x01" + head(leaves[:at]) + head(leaves[at:])).digest()


def way(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """2.1.1: what must be known to go from a leaf to the root."""
    if len(leaves) == 1:
        return []
    at = split(len(leaves))
    if index < at:
        return [*way(index, leaves[:at]), head(leaves[at:])]
    return [*way(index - at, leaves[at:]), head(leaves[:at])]


def growth(old: int, leaves: Sequence[bytes], is_whole: bool = True) -> list[bytes]:
    """2.1.2: what must be known to go from an older root to the root."""
    if old == len(leaves):
        return [] if is_whole else [head(leaves)]
    at = split(len(leaves))
    if old <= at:
        return [*growth(old, leaves[:at], is_whole), head(leaves[at:])]
    return [*growth(old - at, leaves[at:], False), head(leaves[:at])]
