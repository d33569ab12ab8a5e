"""The leaves of a sequence are what tests/golden/log.json says, byte by byte, for ever."""

import json
from hashlib import sha256
from hmac import digest
from pathlib import Path

from cunguan.kernel.leaf import leaf_salt
from cunguan.transparency.derive import Leaf
from cunguan.transparency.leaf import LeafType
from cunguan.transparency.sides import numbered, pack
from tests.transparency.log_rows import JOURNAL, KEY, all_leaves

GOLDEN = Path(__file__).parents[1] / "golden" / "log.json"


def told(leaf: Leaf) -> dict[str, object]:
    """Return a leaf as the golden file has it."""
    parts = [{"name": one.name, "salt": one.salt.hex(), "opening": one.opening.decode()} for one in leaf.parts]
    return {"type": int(leaf.type), "sequence": leaf.sequence, "entry": leaf.entry.hex(), "parts": parts}


def test_leaves_are_as_they_were_fixed() -> None:
    assert [told(leaf) for leaf in all_leaves()] == json.loads(GOLDEN.read_text("utf-8"))


def test_a_sequence_gives_its_authority_then_its_journal_and_another_gives_an_instruction() -> None:
    kinds = [(leaf.type, leaf.sequence) for leaf in all_leaves()]
    assert kinds == [(LeafType.AUTHORITY, 7), (LeafType.JOURNAL, 7), (LeafType.INSTRUCTION, 8), (LeafType.KEY, 3)]


def test_one_side_is_opened_without_the_other() -> None:
    journal = all_leaves()[1]
    debit, credit = journal.parts[2:4]
    assert (debit.name, credit.name) == ("debit:0", "credit:0")
    assert debit.salt == digest(leaf_salt(KEY, 1, 7, 0), b"debit", sha256) != credit.salt
    hashes = b"".join(one.hash for one in journal.parts)
    assert journal.entry[10:] == sha256(b"cunguan/log/journal/v1\x00" + hashes).digest()


def test_packed_sides_come_out_as_they_went_in() -> None:
    pairs = [(one.debit, one.credit) for one in JOURNAL.postings]
    packed = b"".join(pack(d.number, d.previous, c.number, c.previous) for d, c in pairs)
    assert list(numbered(packed)) == pairs
