"""Proof of an entry (包含证明基准): how long it takes to prove one entry from tiles on disk, and to check the proof.

When    `cunguan bench log`, part `proof`; how fast all entries are hashed again is told by the part `audit`
Does    writes a log of entries of 42 bytes, then proves single entries by chance, each from files that are read anew
Units   ms a proof, the middle one of a round's 500
Source  the issue "Trust nobody", "Speed": a proof < 1 ms
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from cunguan.doors.bench.form import Figure, figure
from cunguan.keys.note_keys import Ed25519Signer
from cunguan.store.log.folder import Folder
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.leaf import LeafType, entry
from cunguan.transparency.note import Note
from cunguan.transparency.tiles import Edge, Tiles
from cunguan.transparency.tree import check_inclusion, inclusion, leaf_hash

NAME: Final = "proof"
COUNT: Final = 1_000_000
COUNTED: Final = "entries"

_BATCH: Final = 16_384
_PROOFS: Final = 500
_SIGNER: Final = Ed25519Signer("bench.invalid/log", bytes(32))


def measure(count: int, rounds: int, say: Callable[[str], None]) -> list[Figure]:
    """Measure on a log of so many entries."""
    with tempfile.TemporaryDirectory(prefix="cunguan-bench-") as place:
        folder = Folder(Path(place))
        checkpoint = _write(folder, count)
        say("the log is written")
        proved = [list(_proofs(folder, checkpoint, seed)) for seed in range(rounds)]
        made = [statistics.median(one[0] for one in round_) * 1000 for round_ in proved]
        checked = [statistics.median(one[1] for one in round_) * 1000 for round_ in proved]
    return [
        figure("inclusion proof from tiles on disk", "ms", made, bar="< 1 ms", meets=lambda ms: ms < 1),
        figure("its check", "ms", checked),
    ]


def _entry(number: int) -> bytes:
    return entry(LeafType.JOURNAL, number, number.to_bytes(32, "big"))


def _write(folder: Folder, count: int) -> Checkpoint:
    edge = Edge()
    while edge.size < count:
        numbers = range(edge.size, min(count, edge.size + _BATCH))
        for name, content in edge.append([_entry(number) for number in numbers]):
            if ".p/" not in name or numbers.stop == count:
                folder.put(name, content)
    said = Checkpoint(_SIGNER.key.name, count, edge.root())
    folder.publish(Note(said.text(), (_SIGNER.sign(said.text()),)))
    return said


def _proofs(folder: Folder, said: Checkpoint, seed: int) -> Iterator[tuple[float, float]]:
    """Yield the seconds that a proof took to be made, with nothing kept from the one before, and to be checked."""
    chance = random.Random(seed)
    for _ in range(_PROOFS):
        index = chance.randrange(said.size)
        begun = time.perf_counter()
        proof = inclusion(index, said.size, Tiles(said.size, folder.fetch).read)
        made = time.perf_counter()
        check_inclusion(index, said.size, leaf_hash(_entry(index)), proof, said.root)
        yield made - begun, time.perf_counter() - made
