"""Proof of liabilities (负债证明): a tree over what each client of a pool is owed; every node binds both sums below it, hidden.

When    a snapshot is taken; an attester adds it up anew; a client looks whether he was counted
Shape   one tree a snapshot, that is a pool and its currency at one moment, under a key K of 32 bytes made for it alone
        HMAC is HMAC-SHA-256, H is SHA-256, numbers in labels are decimal, hashes in files 64 lower-case hex digits
        place   HMAC(K, "place\\n" holder): leaves stand in rising order of it: it tells nothing, and no holder stands there twice
        leaf    H(0x00 ‖ HMAC(HMAC(K, "client\\n" holder), canonical bytes "liability" 1 of Owed))
        padding H(0x00 ‖ HMAC(HMAC(K, "padding\\n" index), "")) with the sum 0, up to a power of two, at least one leaf
        C(v)    HMAC(HMAC(K, "sum\\n" level "\\n" index), v as u64 big-endian); level 0 are the leaves
        node    H(0x01 ‖ C(left) ‖ left ‖ C(right) ‖ right)
        root    H(0x02 ‖ C(sum of all) ‖ the node on top)
        A client opens his own leaf and its C; of the others he sees commitments. Who has K opens everything
Units   minor units; 0 <= v < 2**63 of each part, each client, each node
Errors  LiabilityWrong: a client twice or out of order, an amount out of range, a proof that does not lead to its root
Source  ADR 0042; transparency.md 4; Hu, Zhang, Guo, eprint 2018/1139 (why both sums are bound); tests/golden/liabilities.json
"""

from array import array
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Final

import msgspec

from cunguan.kernel.canonical import canonical_json

KEY_BYTES: Final = 32
NODE_BYTES: Final = 64  # C(v), hash
MINOR_LIMIT: Final = 2**63
#: a tree of 2**40 clients: no proof is longer
DEPTH_MAX: Final = 40
_HEAD: Final = b"liability\n1\n"
#: HMAC's two pads over a key of 32 bytes: the library's one-shot HMAC takes twice as long, and a tree asks it six million times
_INNER, _OUTER = bytes(byte ^ 0x36 for byte in range(256)), bytes(byte ^ 0x5C for byte in range(256))
_INNER_END, _OUTER_END = b"\x36" * 32, b"\x5c" * 32


class LiabilityWrong(ValueError):
    """A tree cannot be built of this, or a proof does not prove it; the message says what is wrong."""


class Owed(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What one holder is owed in the pool: his five accounts, and what of his became unclaimed."""

    holder: str
    available_minor: int
    uncleared_minor: int
    held_minor: int
    outbound_minor: int
    frozen_minor: int
    unclaimed_minor: int

    def parts(self) -> tuple[int, int, int, int, int, int]:
        """Return the six amounts."""
        return (
            self.available_minor, self.uncleared_minor, self.held_minor, self.outbound_minor, self.frozen_minor,
            self.unclaimed_minor,
        )  # fmt: skip


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One level of a client's proof: the commitment and hash beside him, and the commitment of the sum above both."""

    sum: str
    hash: str
    above: str


class Inclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A client's place under a root: his own opening, and what stands beside his way to the top."""

    index: int
    owed: Owed
    salt: str
    sum_salt: str
    steps: list[Step]


# ── salts and hashes ─────────────────────────────────────────────────────────
def mac(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA-256 under a key of 32 bytes."""
    inner = sha256(key.translate(_INNER) + _INNER_END + message).digest()
    return sha256(key.translate(_OUTER) + _OUTER_END + inner).digest()


def macs(key: bytes) -> Callable[[bytes], bytes]:
    """Return `mac` under one key, which is made ready once."""
    inner, outer = key.translate(_INNER) + _INNER_END, key.translate(_OUTER) + _OUTER_END
    return lambda message: sha256(outer + sha256(inner + message).digest()).digest()


def place(key: bytes, holder: str) -> bytes:
    """Return what orders the leaves."""
    return mac(key, b"place\n" + holder.encode())


def client_salt(key: bytes, holder: str) -> bytes:
    """Return the salt of a client's leaf."""
    return mac(key, b"client\n" + holder.encode())


def sum_salt(key: bytes, level: int, index: int) -> bytes:
    """Return the salt of a node's sum."""
    return mac(key, b"sum\n%d\n%d" % (level, index))


def sum_hash(salt: bytes, minor: int) -> bytes:
    """Return C(v)."""
    return mac(salt, minor.to_bytes(8, "big"))


def leaf_hash(salt: bytes, owed: Owed) -> bytes:
    """Return the hash of a client's leaf."""
    return sha256(b"\x00" + mac(salt, _HEAD + canonical_json(owed))).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two nodes, each given as its commitment and its hash."""
    return sha256(b"\x01" + left + right).digest()


def root_hash(top: bytes) -> bytes:
    """Return the root over the topmost node, given as its commitment and its hash."""
    return sha256(b"\x02" + top).digest()


def total_minor(owed: Owed) -> int:
    """Return what a client is owed in all; LiabilityWrong where a part or the whole is out of range."""
    parts = owed.parts()
    if min(parts) < 0:
        raise LiabilityWrong(f"{owed.holder}: {min(parts)} is not from 0 to 2**63 - 1")
    return _in_range(sum(parts), owed.holder)


def _in_range(minor: int, whose: str) -> int:
    if not 0 <= minor < MINOR_LIMIT:
        raise LiabilityWrong(f"{whose}: {minor} is not from 0 to 2**63 - 1")
    return minor


# ── building ─────────────────────────────────────────────────────────────────
class Tree(msgspec.Struct, frozen=True):
    """A whole tree; a level is its nodes side by side, 64 bytes each, leaves first."""

    count: int
    minor: int
    levels: list[bytes]

    @property
    def total(self) -> bytes:
        """The commitment of the sum of all."""
        return self.levels[-1][:32]

    @property
    def root(self) -> bytes:
        """The root."""
        return root_hash(self.levels[-1])


class Growing:
    """Takes clients in the order of their places and builds the tree: the custodian's, and an attester's own."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise LiabilityWrong("the key of a snapshot has 32 bytes")
        self._key, self._last, self._of_key = key, b"", macs(key)
        self._minors, self._hashes = array("q"), bytearray()

    def add(self, at: bytes, owed: Owed) -> None:
        """Take one client; `at` is his place."""
        if at <= self._last:
            raise LiabilityWrong(f"{owed.holder} stands twice, or out of order")
        self._last = at
        self._minors.append(total_minor(owed))
        self._hashes += leaf_hash(self._of_key(b"client\n" + owed.holder.encode()), owed)

    def tree(self) -> Tree:
        """Return the tree over all that were taken."""
        count, of_key = len(self._minors), self._of_key
        for index in range(count, 1 << max(count - 1, 0).bit_length()):
            self._minors.append(0)
            self._hashes += sha256(b"\x00" + mac(of_key(b"padding\n%d" % index), b"")).digest()
        minors, hashes, levels = self._minors, bytes(self._hashes), list[bytes]()
        while True:
            levels.append(_level(of_key, len(levels), minors, hashes))
            if len(minors) == 1:
                return Tree(count, minors[0], levels)
            minors, hashes = _sums(minors), _above(levels[-1])


def grown(key: bytes, clients: Iterable[Owed]) -> tuple[list[Owed], Tree]:
    """Return clients in the order of their leaves, and their tree."""
    of_key = macs(key)
    placed = sorted(((of_key(b"place\n" + owed.holder.encode()), owed) for owed in clients), key=lambda one: one[0])
    growing = Growing(key)
    for at, owed in placed:
        growing.add(at, owed)
    return [owed for _, owed in placed], growing.tree()


def _level(of_key: Callable[[bytes], bytes], level: int, minors: "array[int]", hashes: bytes) -> bytes:
    nodes = bytearray()
    for index, minor in enumerate(minors):
        nodes += mac(of_key(b"sum\n%d\n%d" % (level, index)), minor.to_bytes(8, "big"))
        nodes += hashes[index * 32 : index * 32 + 32]
    return bytes(nodes)


def _above(level: bytes) -> bytes:
    pair = 2 * NODE_BYTES
    return b"".join(sha256(b"\x01" + level[at : at + pair]).digest() for at in range(0, len(level), pair))


def _sums(minors: "array[int]") -> "array[int]":
    pairs = iter(minors)
    return array("q", (_in_range(left + right, "a sum") for left, right in zip(pairs, pairs, strict=True)))


# ── a client's proof ─────────────────────────────────────────────────────────
def inclusion(key: bytes, index: int, owed: Owed, nodes: Iterable[tuple[bytes, bytes]]) -> Inclusion:
    """Return a client's proof; `nodes`: level by level the node beside his way and the one above both, 64 bytes each."""
    steps = [Step(beside[:32].hex(), beside[32:].hex(), above[:32].hex()) for beside, above in nodes]
    return Inclusion(index, owed, client_salt(key, owed.holder).hex(), sum_salt(key, 0, index).hex(), steps)


def way(index: int, depth: int) -> Iterator[tuple[int, int, int]]:
    """Yield level by level: the level, the index beside the way up from a leaf, the index above both.

    >>> list(way(5, 3))
    [(0, 4, 2), (1, 3, 1), (2, 0, 0)]
    """
    for level in range(depth):
        yield level, index >> level ^ 1, index >> level + 1


def check(shown: Inclusion, root: bytes, total: bytes) -> int:
    """Return what the client is owed under this root; LiabilityWrong where the proof does not lead to it."""
    if len(shown.steps) > DEPTH_MAX or not 0 <= shown.index < 1 << len(shown.steps):
        raise LiabilityWrong(f"there is no leaf {shown.index} in a tree of {len(shown.steps)} levels")
    minor = total_minor(shown.owed)
    committed = sum_hash(unhex(shown.sum_salt), minor)
    found = committed + leaf_hash(unhex(shown.salt), shown.owed)
    for level, step in enumerate(shown.steps):
        beside = unhex(step.sum) + unhex(step.hash)
        pair = (beside, found) if shown.index >> level & 1 else (found, beside)
        found = unhex(step.above) + node_hash(*pair)
    if found[:32] != total:
        raise LiabilityWrong("the proof leads to another sum than the snapshot's")
    if root_hash(found) != root:
        raise LiabilityWrong(f"{shown.owed.holder} with this balance is not under this root")
    return minor


def unhex(text: str) -> bytes:
    """Return the 32 bytes of a hash, key or salt as files write it."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 32 or found.hex() != text:
        raise LiabilityWrong("a hash is written as 64 lower-case hex digits")
    return found
