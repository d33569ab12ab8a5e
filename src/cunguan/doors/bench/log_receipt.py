"""Receipt (回执核验基准): how large a client's receipt of an ordinary journal is, and how long its check takes.

When    `cunguan bench log`, part `receipt`
Does    makes a receipt of one posting under a log of 2**20 leaves that three witnesses have cosigned, and checks it again and again
Units   ms a check, the middle one of a round; bytes of the file
Source  the issue "Trust nobody": a receipt is < 5 kB and is verified in < 5 ms
"""

import statistics
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from msgspec.structs import replace

from cunguan.doors.bench.form import Figure, figure
from cunguan.kernel.leaf import PostingLeaf, leaf_salt
from cunguan.keys.note_keys import Cosigner, Ed25519Signer, check
from cunguan.transparency import policy, tree
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.leaf import (
    BODY,
    HEADER,
    Header,
    LeafType,
    Side,
    commitment,
    entry,
    header_bytes,
    part,
    side_bytes,
    side_salt,
)
from cunguan.transparency.note import Note
from cunguan.transparency.policy import Witness
from cunguan.transparency.proof import Proof
from cunguan.transparency.receipt import (
    FORMAT,
    Account,
    Part,
    Pins,
    Receipt,
    coded,
    encode,
    logged,
    signed_text,
    verify,
)

NAME: Final = "receipt"
COUNT: Final = 500
COUNTED: Final = "checks"

_DEPTH: Final = 20
_INDEX: Final = 654_321
_KEY: Final = bytes(32)
_LOG: Final = Ed25519Signer("bench.invalid/log", sha256(b"log").digest())
_CUSTODIAN: Final = Ed25519Signer("custodian-bench", sha256(b"custodian").digest())
_WITNESSES: Final = [
    Cosigner(f"{name}.invalid", sha256(name.encode()).digest()) for name in ("platform", "regulator", "auditor")
]


def measure(count: int, rounds: int, say: Callable[[str], None]) -> list[Figure]:
    """Measure with so many checks a round."""
    names = [Witness(one.key.name.partition(".")[0], one.key) for one in _WITNESSES]
    text = policy.majority([_LOG.key], names, 2)
    content, pins = _file(text), Pins(None, policy.read(text.encode()), _CUSTODIAN.key)
    checked = [statistics.median(_seconds(content, pins) for _ in range(count)) * 1000 for _ in range(rounds)]
    return [
        figure("check of a receipt", "ms", checked, bar="< 5 ms", meets=lambda ms: ms < 5),
        figure("size of a receipt", "bytes", [float(len(content))], bar="< 5000", meets=lambda size: size < 5000),
    ]


def _seconds(content: bytes, pins: Pins) -> float:
    begun = time.perf_counter()
    assert verify(content, pins, check).is_good
    return time.perf_counter() - begun


def _file(policy_text: str) -> bytes:
    """Return a receipt of a posting of a client, whose counterparty and body are hidden."""
    header = Header(
        1, 7, "repayment-2026-000001", "repayment", 1, "2026-03-02T08:59:58.000000Z", "2026-03-02", "", "repayment", 1, "cn_p2p", 1,
        "ab" * 32, "1.0",
    )  # fmt: skip
    own = Side(PostingLeaf(1, 7, 0, 11, 13, 60_000, 7, 7), "credit", 13, 42, "cd" * 32)
    salts = {"header": leaf_salt(_KEY, 1, 7, HEADER), "credit:0": side_salt(_KEY, 1, 7, 0, "credit")}
    openings = {"header": header_bytes(header), "credit:0": side_bytes(own)}
    hidden = {name: part(leaf_salt(_KEY, 1, 7, line), b"hidden") for name, line in (("body", BODY), ("debit:0", 0))}
    parts = [
        Part(name, coded(salts[name]), openings[name].decode())
        if name in openings
        else Part(name, hash=coded(hidden[name]))
        for name in ("header", "body", "debit:0", "credit:0")
    ]
    values = [part(salts[one.name], openings[one.name]) if one.opening else hidden[one.name] for one in parts]
    proof = _proof(entry(LeafType.JOURNAL, 7, commitment(LeafType.JOURNAL, values)))
    receipt = Receipt(
        FORMAT, "P1", "L7", 1, 7, (Account(13, "L7", "2010", "CNY"),), tuple(parts), (logged(LeafType.JOURNAL, proof),),
        proof.note.write().decode(), policy_text, _CUSTODIAN.key.text(), "",
    )  # fmt: skip
    return encode(replace(receipt, signature=coded(_CUSTODIAN.sign(signed_text(receipt)).blob)))


def _proof(leaf: bytes) -> Proof:
    """Return the proof of a leaf between subtrees of which nothing but the hash is known, under a cosigned checkpoint."""
    beside = tuple(sha256(b"beside %d" % level).digest() for level in range(_DEPTH))
    root = tree.leaf_hash(leaf)
    for level, sibling in enumerate(beside):
        root = tree.node_hash(sibling, root) if _INDEX >> level & 1 else tree.node_hash(root, sibling)
    text = Checkpoint(_LOG.key.name, 1 << _DEPTH, root).text()
    return Proof(_INDEX, beside, Note(text, (_LOG.sign(text), *(one.sign(text) for one in _WITNESSES))))
