"""Tree (默克尔树): hashes, roots, inclusion and consistency proofs of an append-only log.

When    the log grows, a receipt is made or checked, a witness compares two checkpoints
Shape   a hash is 32 bytes; a tree is its size and `read(level, index)`, which returns the hash of the 2**level leaves from
        index * 2**level on; a proof is a list of hashes from the leaf upwards
Errors  ProofWrong: what was shown does not prove what was said
Source  RFC 6962 2.1; RFC 9162 2.1.3.2, 2.1.4.2; ADR 0036 (what the RFCs leave open)
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

Read = Callable[[int, int], bytes]

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()


class ProofWrong(ValueError):
    """A proof does not prove what it came with; the message says what differs."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def leaf_hashes(entries: Sequence[bytes]) -> list[bytes]:
    """Return the hashes of entries, in their order."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the hashes one level up; an odd last one has no parent yet and is left out."""
    pairs = iter(hashes)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def of_hashes(hashes: Sequence[bytes]) -> Read:
    """Return a small tree that is held whole, by its leaves' hashes."""
    levels = [list(hashes)]
    while len(levels[-1]) > 1:
        levels.append(parents(levels[-1]))
    return lambda level, index: levels[level][index]


def root(size: int, read: Read) -> bytes:
    """Return the root of the first `size` leaves."""
    return _range(0, size, read) if size else EMPTY_ROOT


def inclusion(index: int, size: int, read: Read) -> list[bytes]:
    """Return the proof that the leaf at `index` is in the tree of `size` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    proof, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(_range(middle, high, read))
            high = middle
        else:
            proof.append(_range(low, middle, read))
            low = middle
    return proof[::-1]


def consistency(old: int, new: int, read: Read) -> list[bytes]:
    """Return the proof that the tree of `old` leaves is the beginning of the tree of `new` leaves."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves is no beginning of one of {new}")
    if old in (0, new):
        return []
    proof, low, high, whole = [], 0, new, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            proof.append(_range(middle, high, read))
            high = middle
        else:
            proof.append(_range(low, middle, read))
            low, whole = middle, False
    if not whole:
        proof.append(_range(low, high, read))
    return proof[::-1]


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root_hash: bytes) -> None:
    """Refuse a proof that the leaf with this hash stands at `index` under this root."""
    if not 0 <= index < size:
        raise ProofWrong(f"there is no leaf {index} in a tree of {size}")
    _are_hashes(leaf, root_hash, *proof)
    found, place, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            raise ProofWrong("the inclusion proof is too long")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofWrong("the inclusion proof is too short")
    if found != root_hash:
        raise ProofWrong(f"leaf {index} is not under this root")


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Refuse a proof that the tree of `old` leaves is the beginning of the other; an empty tree begins every tree."""
    if not 0 <= old <= new:
        raise ProofWrong(f"a tree of {old} leaves is no beginning of one of {new}")
    _are_hashes(old_root, new_root, *proof)
    if old in (0, new):
        if proof:
            raise ProofWrong("a proof between an empty or an equal tree is empty")
        if old == 0 and old_root != EMPTY_ROOT:
            raise ProofWrong("the root of an empty tree is the hash of nothing")
        if old == new and old_root != new_root:
            raise ProofWrong(f"two roots of {old} leaves differ")
        return
    if not proof:
        raise ProofWrong("the consistency proof is empty")
    _check_growth(old, new, old_root, new_root, list(proof))


def _check_growth(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> None:
    if old & (old - 1) == 0:
        proof.insert(0, old_root)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            raise ProofWrong("the consistency proof is too long")
        if place & 1 or place == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofWrong("the consistency proof is too short")
    if older != old_root or newer != new_root:
        raise ProofWrong(f"the tree of {old} leaves is not the beginning of the tree of {new}")


def _are_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofWrong("a hash is not 32 bytes long")


def _split(count: int) -> int:
    """Return the largest power of two that is smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range(low: int, high: int, read: Read) -> bytes:
    """Return the root of leaves [low, high), where `low` is a multiple of the largest power of two within."""
    count = high - low
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return read(level, low >> level)
    middle = low + _split(count)
    return node_hash(_range(low, middle, read), _range(middle, high, read))
