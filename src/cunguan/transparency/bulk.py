"""Bulk derivation (批量推导): a chunk's entries from a lane's rows at once, as the sequencer needs them.

When    the sequencer takes a range of one lane in, and when it derives the last chunks again after a crash
Shape   Rows: what was committed in a range of sequences, each table in the order of its key; only what was done
        ends: of each account its last number and its last part; must hold every account of the postings that was posted to
        before; holds their new ends afterwards
Returns entries, and the packed sides of the postings (transparency/sides.py)
Errors  RowsWrong: they do not fit together
Source  transparency/derive.py says what is derived; a test holds this equal to it. HMAC by its definition (RFC 2104) with the
        two pads of a key prepared, since each key meets few messages: half the time of a call for each
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import islice
from typing import Final

import msgspec

from cunguan.transparency.derive import Batch, instant
from cunguan.transparency.leaf import (
    ACTS,
    AUTHORITY_PART,
    BODY,
    DETAIL,
    HEADER,
    AuthorityOpening,
    LeafType,
    authority_bytes,
    commitment,
    entry,
)
from cunguan.transparency.sides import numbered, pack

Ends = dict[int, tuple[int, bytes]]

# fmt: off
_INNER: Final = bytes(sign ^ 0x36 for sign in range(256))
_OUTER: Final = bytes(sign ^ 0x5C for sign in range(256))
_INNER_REST, _OUTER_REST = b"\x36" * 32, b"\x5c" * 32  # of a key of 32 bytes, in a block of 64
_NONE: Final = bytes(32)
_HEADER: Final = b'header\n1\n{"lane":%d,"seq":%%d,"id":%%s,"kind":%%s,"version":%%d,"at":"%s","business_date":"%s","value_date":"%%s","template":%%s,"postings":%%d,"pack":%s,"pack_version":%d,"rule_set_hash":%s,"code_version":%s}'  # noqa: E501
_POSTING: Final = b'{"lane":%d,"seq":%d,"line":%d,"debit_account":%d,"credit_account":%d,"amount_minor":%d,"authority":%s,"opened":%s}'
_DEBIT: Final = b'side\n1\n{"posting":%s,"side":"debit","account":%d,"number":%d,"previous":"%s"}'
_CREDIT: Final = b'side\n1\n{"posting":%s,"side":"credit","account":%d,"number":%d,"previous":"%s"}'
# fmt: on

#: line, debit_account, credit_account, amount_minor, authority, opened
Posting = tuple[int, int, int, int, int | None, int | None]
#: seq, id, kind, version, body, detail
Instruction = tuple[int, str, str, int, bytes, bytes]
#: seq, type, salt_key_id, content
Act = tuple[int, int, int, bytes]


class RowsWrong(RuntimeError):
    """Rows that no writer of ours has committed; nothing is derived from them."""


class Rows(msgspec.Struct, frozen=True):
    """What was committed in a range of one lane, and was done."""

    lane: int
    batches: Sequence[Batch]
    instructions: Sequence[Instruction]
    journals: dict[int, tuple[int, date | None, str]]  # by seq: postings, value date, template
    postings: Sequence[Posting]  # of the journals, in their order
    authorities: dict[int, AuthorityOpening]  # by seq


def entries(rows: Rows, salt_key: Callable[[int], bytes], ends: Ends) -> tuple[list[bytes], bytes]:
    """Return a range's entries and packed sides; `ends` moves on."""
    found: list[bytes] = []
    sides: list[bytes] = []
    postings = iter(rows.postings)
    seen = 0
    for batch, instructions in _by_batch(rows):
        maker = _Maker(rows.lane, batch, salt_key(batch.salt_key_id), ends, sides)
        for one in instructions:
            journal = rows.journals.get(one[0])
            theirs = list(islice(postings, journal[0])) if journal else []
            found += maker.leaves(one, journal, theirs, rows.authorities.get(one[0]))
        seen += len(instructions)
    if seen != len(rows.instructions) or next(postings, None) is not None:
        raise RowsWrong(
            f"lane {rows.lane}: an instruction without a batch, or postings without an instruction that was done"
        )
    return found, b"".join(sides)


def act_entries(acts: Iterable[Act], salt_key: Callable[[int], bytes]) -> list[bytes]:
    """Return the entries of what doors did."""
    return [
        entry(LeafType(kind), seq, commitment(LeafType(kind), [_mac(_salter(salt_key(key))(ACTS, seq, 0), content)]))
        for seq, kind, key, content in acts
    ]


def ends_before(postings: Iterable[Posting], sides: bytes) -> Ends:
    """Return the ends that a chunk began with, by the sides it has."""
    ends: Ends = {}
    for (_, debit, credit, *_), numbers in zip(postings, numbered(sides), strict=True):
        for account, one in zip((debit, credit), numbers, strict=True):
            ends.setdefault(account, (one.number - 1, one.previous))
    return ends


def _by_batch(rows: Rows) -> Iterator[tuple[Batch, list[Instruction]]]:
    at = 0
    for batch in rows.batches:
        first = at
        while at < len(rows.instructions) and rows.instructions[at][0] <= batch.last_seq:
            at += 1
        if first < at:
            yield batch, list(rows.instructions[first:at])


class _Maker:
    """Makes the leaves of one batch."""

    def __init__(self, lane: int, batch: Batch, key: bytes, ends: Ends, sides: list[bytes]) -> None:
        self._lane = lane
        self._salt = _salter(key)
        self._ends = ends
        self._sides = sides
        texts = map(_quoted, (batch.pack, batch.rule_set_hash, batch.code_version))
        pack_id, rules, code = (text.replace(b"%", b"%%") for text in texts)
        self._header = _HEADER % (
            lane, instant(batch.at).encode(), batch.business_date.isoformat().encode(), pack_id, batch.pack_version, rules, code,
        )  # fmt: skip

    def leaves(
        self, one: Instruction, journal: tuple[int, date | None, str] | None, postings: list[Posting],
        authority: AuthorityOpening | None,
    ) -> Iterator[bytes]:  # fmt: skip
        """Yield the entries of one sequence."""
        seq, id, kind, version, body, detail = one
        count, value_date, template = journal or (0, None, "")
        value = value_date.isoformat().encode() if value_date else b""
        opening = self._header % (seq, _encode(id), _quoted(kind), version, value, _quoted(template), count)
        header = self._part(seq, HEADER, opening)
        if authority is not None:
            given = self._part(seq, AUTHORITY_PART, authority_bytes(authority))
            yield entry(LeafType.AUTHORITY, seq, commitment(LeafType.AUTHORITY, (header, given)))
        told = self._part(seq, BODY, body)
        if journal is not None:
            parts = [header, told, *self._postings(seq, postings)]
            yield entry(LeafType.JOURNAL, seq, commitment(LeafType.JOURNAL, parts))
        else:
            rest = self._part(seq, DETAIL, detail)
            yield entry(LeafType.INSTRUCTION, seq, commitment(LeafType.INSTRUCTION, (header, told, rest)))

    def _part(self, seq: int, line: int, opening: bytes) -> bytes:
        return _mac(self._salt(self._lane, seq, line), opening)

    def _postings(self, seq: int, postings: list[Posting]) -> Iterator[bytes]:
        lane, salt, ends, hashed = self._lane, self._salt, self._ends, sha256
        for line, debit, credit, amount, authority, opened in postings:
            place = salt(lane, seq, line)
            inner, outer = place.translate(_INNER) + _INNER_REST, place.translate(_OUTER) + _OUTER_REST
            posting = _POSTING % (
                lane, seq, line, debit, credit, amount,
                b"null" if authority is None else b"%d" % authority, b"null" if opened is None else b"%d" % opened,
            )  # fmt: skip
            number, before = ends.get(debit, (0, b""))
            side = hashed(outer + hashed(inner + b"debit").digest()).digest()
            part = _mac(side, _DEBIT % (posting, debit, number + 1, before.hex().encode()))
            ends[debit] = number + 1, part
            yield part
            other, last = ends.get(credit, (0, b""))
            side = hashed(outer + hashed(inner + b"credit").digest()).digest()
            part = _mac(side, _CREDIT % (posting, credit, other + 1, last.hex().encode()))
            ends[credit] = other + 1, part
            yield part
            self._sides.append(pack(number + 1, before or _NONE, other + 1, last or _NONE))


def _mac(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA-256 under a key of 32 bytes."""
    inner = sha256(key.translate(_INNER) + _INNER_REST + message).digest()
    return sha256(key.translate(_OUTER) + _OUTER_REST + inner).digest()


@cache
def _salter(key: bytes) -> Callable[[int, int, int], bytes]:
    """Return what makes the salts of one key: kernel/leaf.py leaf_salt."""
    assert len(key) == 32, "a salt key has 32 bytes"
    inner, outer = key.translate(_INNER) + _INNER_REST, key.translate(_OUTER) + _OUTER_REST

    def salt(lane: int, seq: int, line: int) -> bytes:
        return sha256(outer + sha256(b"%b%d\n%d\n%d" % (inner, lane, seq, line)).digest()).digest()

    return salt


_encode: Final = msgspec.json.Encoder().encode


@cache
def _quoted(text: str) -> bytes:
    """Return a text of which there are few, as JSON has it."""
    return _encode(text)
