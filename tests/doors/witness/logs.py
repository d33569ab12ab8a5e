"""A log that is signed here, its forks, and what is sent to witnesses of it."""

from cunguan.keys.note_keys import Ed25519Signer
from cunguan.transparency import tree, witness
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import Note

ORIGIN = "log.example/1"


class Log:
    """A small log, held whole."""

    def __init__(self, seed: int = 0, origin: str = ORIGIN, key: int = 7) -> None:
        self.signer = Ed25519Signer(origin, bytes([key]) * 32)
        self._read = tree.of_hashes(tree.leaf_hashes([bytes([seed, place]) for place in range(64)]))

    @property
    def key(self) -> str:
        return self.signer.key.text()

    def note(self, size: int) -> Note:
        text = Checkpoint(self.signer.key.name, size, tree.root(size, self._read)).text()
        return Note(text, (self.signer.sign(text),))

    def proof(self, old: int, size: int) -> list[bytes]:
        return tree.consistency(old, size, self._read)

    def request(self, old: int, size: int) -> bytes:
        return witness.write(old, self.proof(old, size) if old <= size else [], self.note(size))
