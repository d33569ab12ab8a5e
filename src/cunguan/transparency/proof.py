"""Proof (包含证明): one file by which anybody sees, without a network, that an entry is in a log that others have looked at.

When    a receipt is issued or checked; somebody asks for the proof of an entry
Shape   text: a first line that names the format · "extra" and bytes in base64, if there are any · "index" and the number of the
        entry · a hash a line, from the leaf upwards · an empty line · the checkpoint as the log and its witnesses signed it
        nothing vouches for the extra bytes
Errors  NoteWrong: not such a file, or not signed by whom it must be · ProofWrong: the entry is not where it says
Units   at most 63 hashes
Source  C2SP tlog-proof; ADR 0036
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final

import msgspec

from cunguan.transparency import checkpoint, note, tree
from cunguan.transparency.note import Check, Key, Note, NoteWrong, coded, decoded

#: says whether it is enough that these keys have cosigned
Quorum = Callable[[Collection[Key]], bool]

_FIRST: Final = "c2sp.org/tlog-proof@v1"
_MAX_HASHES: Final = 63
_MAX_EXTRA: Final = 64 * 1024
#: the note, and 64 kB for what stands above it and is no extra
MAX_BYTES: Final = note.MAX_BYTES + 2 * _MAX_EXTRA


class Proof(msgspec.Struct, frozen=True):
    """Where an entry is, the way from it to the root, and who signed the root."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    def write(self) -> bytes:
        """Return the file's bytes."""
        extra = [f"extra {coded(self.extra)}"] if self.extra else []
        head = [_FIRST, *extra, f"index {self.index}", *(coded(one) for one in self.hashes), "", ""]
        return "\n".join(head).encode() + self.note.write()


def read(content: bytes) -> Proof:
    """Read a file."""
    if len(content) > MAX_BYTES:
        raise NoteWrong(f"the proof is longer than {MAX_BYTES} bytes")
    head, found, rest = content.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n") if found else [""]
    except UnicodeDecodeError:
        lines = [""]
    if lines[0] != _FIRST:
        raise NoteWrong(f"no proof: its first line is not {_FIRST}, or its checkpoint does not follow an empty line")
    extra = _extra(lines.pop(1)) if len(lines) > 1 and lines[1].startswith("extra ") else b""
    return Proof(_index(lines[1:2]), _hashes(lines[2:]), note.parse(rest), extra)


def verify(
    proof: Proof, entry: bytes, log: Key, check: Check, witnesses: Collection[Key] = (), quorum: Quorum | None = None
) -> checkpoint.Checkpoint:
    """Refuse a proof that this entry is in this log, under a checkpoint that enough witnesses cosigned; return the checkpoint.

    Without a quorum nobody but the log is asked: it may have shown others another tree.
    """
    said = checkpoint.signed_by(proof.note, log, check)
    if quorum is not None:
        have = cosigners(proof.note, log, check, witnesses)
        if not quorum(have):
            told = ", ".join(key.name for key in have) or "nobody"
            raise NoteWrong(f"not enough witnesses have cosigned it: {told} of {len(witnesses)}")
    tree.check_inclusion(proof.index, said.size, tree.leaf_hash(entry), proof.hashes, said.root)
    return said


def cosigners(signed: Note, log: Key, check: Check, witnesses: Collection[Key]) -> list[Key]:
    """Return the witnesses that cosigned; a signature under a witness's name that is not his refuses the note.

    The log itself is no witness of its own, whatever it is called: a key of the same public half does not count.
    """
    have = [key for key in dict.fromkeys(witnesses) if signed.of(key) and key.public != log.public]
    for key in have:
        note.require(signed, key, check)
    return have


def _extra(line: str) -> bytes:
    extra = decoded(line.removeprefix("extra "))
    if not extra or len(extra) > _MAX_EXTRA:
        raise NoteWrong(f"the extra line of the proof is not 1 to {_MAX_EXTRA} bytes in base64")
    return extra


def _index(lines: Sequence[str]) -> int:
    word, _, said = (lines[0] if lines else "").partition(" ")
    index = checkpoint.number(said)
    if word != "index" or index is None:
        raise NoteWrong("the proof does not say the index of its entry: index N")
    return index


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    hashes = tuple(decoded(line) for line in lines)
    if len(hashes) > _MAX_HASHES or any(len(one) != tree.HASH_BYTES for one in hashes):
        raise NoteWrong(f"the way to the root is not at most {_MAX_HASHES} lines of 32 bytes in base64")
    return hashes
