"""Fraud proof (分叉证据): two checkpoints that one log has signed and that cannot both be true; whoever has the key sees it.

When    a mirror, a witness, the holder of a receipt meets a checkpoint that does not go on from another
Shape   kind · log: its key · notes: both checkpoints, as signed, the smaller first · prefix, proof: of a rewritten log
        forked      one size, two roots
        rewritten   the larger tree does not begin with the smaller: `proof` shows that its first leaves have the root `prefix`,
                    which is not the root that was signed for them. That a proof cannot be made would show nothing: anybody can
                    make one that fails
        rolled_back the larger begins with the smaller, which was shown later: a fault, but no fraud that anybody else could see
Errors  FraudWrong: it shows nothing of the kind; the message says why
Source  RFC 9162 2.1.4; C2SP tlog-witness, tlog-checkpoint; ADR 0036
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from cunguan.transparency import checkpoint, note, tree
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import Check, Key, Note, NoteWrong, coded, decoded

FORKED, REWRITTEN, ROLLED_BACK = "forked", "rewritten", "rolled_back"
FORMAT: Final = "cunguan/log/fraud/v1"
#: two notes in JSON, and 64 hashes
MAX_BYTES: Final = 4 * note.MAX_BYTES + 64 * 1024


class FraudWrong(ValueError):
    """What was shown is no proof of a fraud."""


class Fraud(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two checkpoints of a log, and what shows that they cannot both be true."""

    format: str
    kind: str
    log: str
    notes: tuple[str, str]
    prefix: str = ""
    proof: tuple[str, ...] = ()

    def write(self) -> bytes:
        """Return the file's bytes."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def read(content: bytes) -> Fraud:
    """Read a file."""
    if len(content) > MAX_BYTES:
        raise FraudWrong(f"it is longer than {MAX_BYTES} bytes")
    try:
        fraud = msgspec.json.decode(content, type=Fraud)
    except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
        raise FraudWrong(f"it is no fraud proof: {wrong}") from None
    if fraud.format != FORMAT:
        raise FraudWrong(f"it is of the format {fraud.format!r}, not {FORMAT}")
    return fraud


def between(
    log: Key, known: tuple[Note, Checkpoint], shown: tuple[Note, Checkpoint], prefix: bytes, proof: Sequence[bytes]
) -> Fraud | None:
    """Return what two checkpoints of a log show, the second of which was seen later; None where the log went on as it must.

    `prefix` is the root that the larger tree has at the smaller size, `proof` that it has; neither of two of one size.
    """
    (small, smaller), (large, larger) = sorted((known, shown), key=lambda one: one[1].size)
    notes = (small.write().decode(), large.write().decode())
    if smaller.size == larger.size:
        return Fraud(FORMAT, FORKED, log.text(), notes) if smaller.root != larger.root else None
    tree.check_consistency(smaller.size, larger.size, prefix, larger.root, proof)
    if prefix != smaller.root:
        return Fraud(FORMAT, REWRITTEN, log.text(), notes, coded(prefix), tuple(coded(one) for one in proof))
    return Fraud(FORMAT, ROLLED_BACK, log.text(), notes) if shown[1].size < known[1].size else None


def verify(fraud: Fraud, log: Key, check: Check, *older: Key) -> str:
    """Return the sentence that the two checkpoints prove of this log; refuse what proves nothing.

    The key in the file is only a help for who looks for the right one: the keys that count are the reader's own, `older` those that
    the log had before.
    """
    smaller, larger = (_signed(text, (log, *older), check) for text in fraud.notes)
    if smaller.size > larger.size:
        raise FraudWrong("the checkpoints are not in order: the smaller comes first")
    if fraud.kind == FORKED:
        return _forked(smaller, larger)
    if fraud.kind == REWRITTEN:
        return _rewritten(fraud, smaller, larger)
    if fraud.kind == ROLLED_BACK:
        raise FraudWrong(
            f"{log.name} signed the sizes {smaller.size} and {larger.size}; that it showed the smaller one later is the word "
            "of who found it, and these checkpoints do not contradict each other"
        )
    raise FraudWrong(f"it is of the kind {fraud.kind!r}: {FORKED} and {REWRITTEN} are known")


def _signed(text: str, keys: Sequence[Key], check: Check) -> Checkpoint:
    try:
        return checkpoint.signed_by_one(note.parse(text.encode()), keys, check)
    except (NoteWrong, UnicodeEncodeError) as wrong:
        raise FraudWrong(f"one of its checkpoints is not the log's: {wrong}") from None


def _forked(one: Checkpoint, other: Checkpoint) -> str:
    if one.size != other.size or one.root == other.root:
        raise FraudWrong("the checkpoints are not of one size with two roots")
    return (
        f"{one.origin} has signed two trees of {one.size} leaves: root {coded(one.root)} and root {coded(other.root)}"
    )


def _rewritten(fraud: Fraud, smaller: Checkpoint, larger: Checkpoint) -> str:
    prefix = decoded(fraud.prefix)
    if prefix == smaller.root or not smaller.size < larger.size:
        raise FraudWrong("the larger tree begins with the smaller")
    try:
        tree.check_consistency(smaller.size, larger.size, prefix, larger.root, [decoded(one) for one in fraud.proof])
    except tree.ProofWrong as wrong:
        raise FraudWrong(f"that the larger tree begins otherwise is not shown: {wrong}") from None
    return (
        f"{smaller.origin} has signed {smaller.size} leaves with the root {coded(smaller.root)}, and {larger.size} leaves of which "
        f"the first {smaller.size} have the root {coded(prefix)}"
    )
