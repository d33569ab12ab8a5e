"""A log to be copied, in memory, that can be made to lie in every way a mirror must notice."""

from cunguan.keys.note_keys import Cosigner, Ed25519Signer
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import Note
from cunguan.transparency.tiles import Edge

LOG = Ed25519Signer("example.com/log", bytes(32))
WITNESSES = [Cosigner(f"witness.example/{number}", bytes([number] * 32)) for number in (1, 2, 3)]
POLICY = "\n".join([
    f"log {LOG.key.text()}",
    *(f"witness w{number} {witness.key.text()}" for number, witness in enumerate(WITNESSES, 1)),
    "group outside 2 w1 w2 w3",
    "quorum outside",
    "",
]).encode()  # fmt: skip


class ServedLog(dict[str, bytes]):
    """The files of a log as they would be served."""

    def __init__(self) -> None:
        super().__init__()
        self.edge, self.asked = Edge(), []
        self.sign()

    asked: list[str]

    def fetch(self, name: str) -> bytes:
        self.asked.append(name)
        if name not in self:
            raise FileNotFoundError(name)
        return self[name]

    def grow(self, *entries: bytes) -> "ServedLog":
        self.update(self.edge.append(entries))
        return self.sign()

    def to(self, size: int, word: str = "true") -> "ServedLog":
        return self.grow(*(f"{word} {number}".encode() for number in range(self.edge.size, size)))

    def sign(self, *witnesses: Cosigner, size: int | None = None, root: bytes | None = None) -> "ServedLog":
        text = Checkpoint(LOG.key.name, self.edge.size if size is None else size, root or self.edge.root()).text()
        self["checkpoint"] = Note(text, (LOG.sign(text), *(one.sign(text) for one in witnesses))).write()
        return self

    def forget(self) -> "ServedLog":
        """Take away the beginnings of tiles and bundles that are full by now."""
        for name in [name for name in self if ".p/" in name and name.partition(".p/")[0] in self]:
            del self[name]
        return self
