"""Leaf (留痕叶): what the log holds of one committed act: 42 bytes that tell nobody whose money moved.

When    the sequencer takes a lane's committed rows; whoever has an opening recomputes the leaf
Shape   version u8, type u8, sequence u64, commitment 32 bytes
        a commitment is the SHA-256 of a domain and of its parts; a part is HMAC-SHA-256(salt, opening); one who is shown a
        salt and an opening recomputes his part, and the other parts tell him nothing
        journal: header, body, then of each posting its debit side and its credit side
        authority: header, authority · instruction: header, body, detail · act: the one content
        a side is the posting as one of its accounts sees it: the account's own number of it and its part before
Source  design/lanes.md 22; kernel/leaf.py; tests/golden/log.json
"""

import hmac
from collections.abc import Iterable
from enum import IntEnum
from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from cunguan.kernel.canonical import canonical_bytes
from cunguan.kernel.leaf import PostingLeaf, leaf_salt

S = TypeVar("S", bound=msgspec.Struct)

VERSION: Final = 1
BYTES: Final = 42

#: lines of a salt's place that are no posting's: kernel/leaf.py
HEADER, BODY, AUTHORITY_PART, DETAIL = -1, -2, -3, -4
#: the lane of what doors do: its sequence counts log_act
ACTS: Final = -1


class LeafType(IntEnum):
    """What a leaf is of. Of one sequence they stand in the order of their numbers."""

    AUTHORITY = 1  # a client's word that came with the instruction
    JOURNAL = 2  # money moved
    INSTRUCTION = 3  # any other instruction that was done: approvals, rules, openings, closings
    STATEMENT = 4  # a bank's statement was taken in
    RULE = 5  # a rule or a limit of the doors was changed
    KEY = 6  # a key was made, replaced, revoked
    APPROVAL = 7  # two people decided, outside a lane
    ERASURE = 8  # personal data was restricted or shredded
    LIABILITIES = 9  # a proof of liabilities, an attestation of one
    ACCOUNT_STATEMENT = 10  # a month of one account
    ORIGIN = 11  # a log follows another


_DOMAINS: Final = {
    LeafType.AUTHORITY: b"cunguan/log/authority/v1\x00",
    LeafType.JOURNAL: b"cunguan/log/journal/v1\x00",
    LeafType.INSTRUCTION: b"cunguan/log/instruction/v1\x00",
}
_ACT_DOMAIN: Final = b"cunguan/log/act/v1\x00"


class Header(msgspec.Struct, frozen=True):
    """What an instruction was, without whom it was about."""

    lane: int
    seq: int
    id: str
    kind: str
    version: int
    at: str  # the batch's instant, UTC, with microseconds
    business_date: str
    value_date: str  # "" unless the journal has another
    template: str  # "" where no money moved
    postings: int
    pack: str
    pack_version: int
    rule_set_hash: str
    code_version: str


class Side(msgspec.Struct, frozen=True):
    """A posting as the debited or the credited account sees it."""

    posting: PostingLeaf
    side: str  # debit, credit
    account: int
    number: int  # the account's postings are numbered from 1
    previous: str  # hex of the part that was the account's last before; "" for the first


class AuthorityOpening(msgspec.Struct, frozen=True):
    """A client's word as its row has it; bytes as hex."""

    lane: int
    seq: int
    amount_minor: int
    kind: str
    owner: str
    type: str
    payee: str
    listing: str
    until: str
    evidence_kind: str
    key_id: str
    canonical: str
    challenge: str
    public_key: str
    evidence: str


def header_bytes(header: Header) -> bytes:
    """Return the opening of a header."""
    return canonical_bytes("header", 1, header)


def side_bytes(side: Side) -> bytes:
    """Return the opening of one side of a posting."""
    return canonical_bytes("side", 1, side)


def authority_bytes(authority: AuthorityOpening) -> bytes:
    """Return the opening of an authority."""
    return canonical_bytes("authority", 1, authority)


def opened(opening: bytes, shape: type[S]) -> S:
    """Return what an opening says, of which the caller knows what it is: behind two lines, its kind and its version."""
    return msgspec.json.decode(opening.split(b"\n", 2)[2], type=shape)


def side_salt(key: bytes, lane: int, seq: int, line: int, side: str) -> bytes:
    """Return the salt of one side: who is shown his own learns nothing of the other's."""
    return hmac.digest(leaf_salt(key, lane, seq, line), side.encode(), sha256)


def part(salt: bytes, opening: bytes) -> bytes:
    """Return one part of a commitment."""
    return hmac.digest(salt, opening, sha256)


def commitment(kind: LeafType, parts: Iterable[bytes]) -> bytes:
    """Return the commitment of a leaf."""
    return sha256(_DOMAINS.get(kind, _ACT_DOMAIN) + b"".join(parts)).digest()


def entry(kind: LeafType, sequence: int, committed: bytes) -> bytes:
    """Return the bytes of a leaf."""
    return bytes((VERSION, kind)) + sequence.to_bytes(8, "big") + committed
