"""Derivation (叶的推导): from the rows of one committed sequence to its leaves, with every opening and every salt.

When    a receipt is made; the bulk way of the sequencer (transparency/bulk.py) is held equal to this one by a test
Shape   Leaf: type, sequence, parts in the order in which they are committed to
        Part: its name (header, body, detail, authority, content; debit:0, credit:0, debit:1, …), its salt, its opening
Returns of one sequence: its authority if it brought one, then its journal if money moved, else its instruction
Source  design/lanes.md 22; transparency/leaf.py; tests/golden/log.json
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec

from cunguan.kernel.leaf import PostingLeaf, leaf_salt
from cunguan.transparency.leaf import (
    ACTS,
    AUTHORITY_PART,
    BODY,
    DETAIL,
    HEADER,
    AuthorityOpening,
    Header,
    LeafType,
    Side,
    authority_bytes,
    commitment,
    entry,
    header_bytes,
    part,
    side_bytes,
    side_salt,
)


class Part(msgspec.Struct, frozen=True):
    """One part of a leaf, opened."""

    name: str
    salt: bytes
    opening: bytes

    @property
    def hash(self) -> bytes:
        """What the commitment is made of, and all that others learn."""
        return part(self.salt, self.opening)


class Leaf(msgspec.Struct, frozen=True):
    """A leaf with all its openings."""

    type: LeafType
    sequence: int
    parts: tuple[Part, ...]

    @property
    def entry(self) -> bytes:
        """The bytes in the log."""
        return entry(self.type, self.sequence, commitment(self.type, [one.hash for one in self.parts]))


class Batch(msgspec.Struct, frozen=True):
    """What a sequence shares with those it was committed with."""

    first_seq: int
    last_seq: int
    at: datetime
    business_date: date
    pack: str
    pack_version: int
    rule_set_hash: str
    code_version: str
    salt_key_id: int


class Done(msgspec.Struct, frozen=True):
    """An instruction that was done."""

    lane: int
    seq: int
    id: str
    kind: str
    version: int
    body: bytes
    detail: bytes


class Numbered(msgspec.Struct, frozen=True):
    """How many postings an account has with this one, and the part of its side before; b"" for the first."""

    number: int
    previous: bytes


class Posted(msgspec.Struct, frozen=True):
    """A posting, and what it is to each of its two accounts."""

    posting: PostingLeaf
    debit: Numbered
    credit: Numbered


class Journal(msgspec.Struct, frozen=True):
    """The postings of one instruction."""

    template: str
    value_date: date | None
    postings: Sequence[Posted]


def leaves(
    key: bytes, batch: Batch, done: Done, journal: Journal | None, authority: AuthorityOpening | None
) -> list[Leaf]:
    """Return the leaves of one sequence."""
    header = _part(key, done, "header", HEADER, header_bytes(header_of(batch, done, journal)))
    body = _part(key, done, "body", BODY, done.body)
    found = []
    if authority is not None:
        given = _part(key, done, "authority", AUTHORITY_PART, authority_bytes(authority))
        found.append(Leaf(LeafType.AUTHORITY, done.seq, (header, given)))
    if journal is not None:
        sides = [side for one in journal.postings for side in _sides(key, one)]
        found.append(Leaf(LeafType.JOURNAL, done.seq, (header, body, *sides)))
    else:
        detail = _part(key, done, "detail", DETAIL, done.detail)
        found.append(Leaf(LeafType.INSTRUCTION, done.seq, (header, body, detail)))
    return found


def act_leaf(key: bytes, kind: LeafType, seq: int, content: bytes) -> Leaf:
    """Return the leaf of something that doors did."""
    return Leaf(kind, seq, (Part("content", leaf_salt(key, ACTS, seq, 0), content),))


def header_of(batch: Batch, done: Done, journal: Journal | None) -> Header:
    """Return what an instruction was, without whom it was about."""
    return Header(
        done.lane, done.seq, done.id, done.kind, done.version, instant(batch.at), batch.business_date.isoformat(),
        journal.value_date.isoformat() if journal and journal.value_date else "", journal.template if journal else "",
        len(journal.postings) if journal else 0, batch.pack, batch.pack_version, batch.rule_set_hash, batch.code_version,
    )  # fmt: skip


def instant(at: datetime) -> str:
    """Return an instant as it is committed to.

    >>> instant(datetime(2026, 3, 2, 9, tzinfo=UTC))
    '2026-03-02T09:00:00.000000Z'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _part(key: bytes, done: Done, name: str, line: int, opening: bytes) -> Part:
    return Part(name, leaf_salt(key, done.lane, done.seq, line), opening)


def _sides(key: bytes, one: Posted) -> list[Part]:
    posting = one.posting
    return [
        Part(
            f"{side}:{posting.line}",
            side_salt(key, posting.lane, posting.seq, posting.line, side),
            side_bytes(Side(posting, side, account, numbered.number, numbered.previous.hex())),
        )
        for side, account, numbered in (
            ("debit", posting.debit_account, one.debit),
            ("credit", posting.credit_account, one.credit),
        )
    ]
