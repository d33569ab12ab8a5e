"""Leaves from rows (由账册推导留痕叶): what the log must hold of a sequence, written a second time from the description of the format.

When    a lane is compared with the log
Shape   commitments of 32 bytes; parts are HMAC-SHA-256 of an opening under its salt; an opening is kind, version and JSON
        Chain: how many postings an account has had, and its last part
        what a side is built on: its account's number of it, and the part before (32 zero bytes for the first): 40 bytes
Source  docs/log.md "Leaves"; nothing is imported from where the sequencer has its own (ADR 0041)
"""

import struct
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import msgspec

AUTHORITY, JOURNAL, INSTRUCTION = 1, 2, 3
ACTS: Final = -1
ENTRY_BYTES: Final = 42

#: what a side was built on, as log_chunk keeps it
pack = struct.Struct(">Q32s").pack
SIDE_BYTES: Final = 40

_json = msgspec.json.Encoder().encode
_INNER: Final = bytes(one ^ 0x36 for one in range(256))
_OUTER: Final = bytes(one ^ 0x5C for one in range(256))
KEY_BYTES: Final = 32
_INNER_REST, _OUTER_REST = b"\x36" * 32, b"\x5c" * 32  # of a block of 64

#: account -> how many postings it had, and its last part
Chain = dict[int, tuple[int, bytes]]
FIRST: Final = (0, b"")
Row = tuple[Any, ...]

_SIDE: Final = b'side\n1\n{"posting":%b,"side":"%b","account":%d,"number":%d,"previous":"%b"}'
_POSTING: Final = b'{"lane":%d,"seq":%d,"line":%d,"debit_account":%d,"credit_account":%d,"amount_minor":%d,"authority":%b,"opened":%b}'
_HEADER: Final = b'header\n1\n{"lane":%d,"seq":%d,"id":%b,"kind":%b,"version":%d,%b,"value_date":"%b","template":%b,"postings":%d,%b}'
_AUTHORITY: Final = (
    "amount_minor", "kind", "owner", "type", "payee", "listing", "until", "evidence_kind", "key_id", "canonical", "challenge",
    "public_key", "evidence",
)  # fmt: skip


class Keyed:
    """HMAC-SHA-256 under one key for many messages (RFC 2104): its two blocks are made once."""

    def __init__(self, key: bytes) -> None:
        self._inner, self._outer = _blocks(key)

    def __call__(self, message: bytes) -> bytes:
        """Return the HMAC of a message."""
        return sha256(self._outer + sha256(self._inner + message).digest()).digest()


def part(salt: bytes, opening: bytes) -> bytes:
    """Return one part: an HMAC under a salt.

    >>> import hmac
    >>> part(b"s" * 32, b"opening") == hmac.digest(b"s" * 32, b"opening", "sha256")
    True
    """
    inner = sha256(salt.translate(_INNER) + _INNER_REST + opening).digest()
    return sha256(salt.translate(_OUTER) + _OUTER_REST + inner).digest()


def _blocks(key: bytes) -> tuple[bytes, bytes]:
    assert len(key) == KEY_BYTES, "a salt, or a salt key, has 32 bytes"
    return key.translate(_INNER) + _INNER_REST, key.translate(_OUTER) + _OUTER_REST


class Batch:
    """What the sequences of one commit share: two pieces of JSON and the salt key."""

    def __init__(self, row: Row, key: bytes) -> None:
        self.first, self.last, at, day, code_version, pack, pack_version, rules, self.salt_key_id = row
        self.salt = Keyed(key)
        self.when = b'"at":"%b","business_date":"%b"' % (_instant(at), day.isoformat().encode())
        self.under = b'"pack":%b,"pack_version":%d,"rule_set_hash":%b,"code_version":%b' % (
            _json(pack), pack_version, _json(rules), _json(code_version),
        )  # fmt: skip


def _instant(at: datetime) -> bytes:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()


class Sequence:
    """One instruction that was done, with what came with it."""

    __slots__ = ("authority", "batch", "has_batch", "instruction", "journal", "lane", "postings", "seq")

    def __init__(
        self,
        lane: int,
        batch: Batch | None,
        instruction: Row,
        journal: Row | None,
        postings: list[Row],
        authority: Row | None,
    ) -> None:
        self.lane, self.has_batch, self.instruction = lane, batch is not None, instruction
        if batch is not None:
            self.batch = batch
        self.journal, self.postings, self.authority = journal, postings, authority
        self.seq: int = instruction[0]

    def _part(self, line: int, opening: bytes) -> bytes:
        return part(self.batch.salt(b"%d\n%d\n%d" % (self.lane, self.seq, line)), opening)

    def header(self) -> bytes:
        """Return the header's part."""
        seq, version, id_, kind, _, _ = self.instruction
        count, value_date, template = self.journal[1:] if self.journal else (0, None, "")
        day = value_date.isoformat().encode() if value_date else b""
        return self._part(-1, _HEADER % (
            self.lane, seq, _json(id_), _json(kind), version, self.batch.when, day, _json(template), count, self.batch.under,
        ))  # fmt: skip

    def body(self) -> bytes:
        """Return the body's part."""
        return self._part(-2, self.instruction[4])

    def authority_leaf(self, header: bytes) -> bytes:
        """Return the commitment to the authority that came with it."""
        assert self.authority is not None
        told = [one.hex() if isinstance(one, bytes) else one for one in self.authority[1:]]
        said = {"lane": self.lane, "seq": self.seq, **dict(zip(_AUTHORITY, told, strict=True))}
        opening = b"authority\n1\n" + _json(said)
        return sha256(b"cunguan/log/authority/v1\0" + header + self._part(-3, opening)).digest()

    def instruction_leaf(self, header: bytes, body: bytes) -> bytes:
        """Return the commitment to an instruction that moved no money."""
        return sha256(b"cunguan/log/instruction/v1\0" + header + body + self._part(-4, self.instruction[5])).digest()

    def journal_leaf(self, header: bytes, body: bytes, sides: Iterable[bytes]) -> bytes:
        """Return the commitment to a journal."""
        return sha256(b"cunguan/log/journal/v1\0" + header + body + b"".join(sides)).digest()

    def sides(self, chain: Chain) -> tuple[list[bytes], list[bytes]]:
        """Return the parts of all sides, debit before credit, and what each was built on; go on in the chain of each account."""
        parts: list[bytes] = []
        built_on: list[bytes] = []
        salt, lane = self.batch.salt, self.lane
        for seq, line, debit, credit, amount, authority, opened in self.postings:
            posting = _POSTING % (lane, seq, line, debit, credit, amount, _number(authority), _number(opened))
            inner, outer = _blocks(salt(b"%d\n%d\n%d" % (lane, seq, line)))
            for side, account in ((b"debit", debit), (b"credit", credit)):
                number, previous = chain.get(account, FIRST)
                own = sha256(outer + sha256(inner + side).digest()).digest()
                made = part(own, _SIDE % (posting, side, account, number + 1, previous.hex().encode()))
                chain[account] = (number + 1, made)
                parts.append(made)
                built_on.append(pack(number + 1, previous))
        return parts, built_on


def _number(value: int | None) -> bytes:
    return b"null" if value is None else b"%d" % value


def act_leaf(key: Keyed, seq: int, content: bytes) -> bytes:
    """Return the commitment to something that doors did."""
    salt = key(b"%d\n%d\n0" % (ACTS, seq))
    return sha256(b"cunguan/log/act/v1\0" + part(salt, content)).digest()
