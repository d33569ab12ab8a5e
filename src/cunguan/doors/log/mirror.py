"""Mirror (镜像): a whole copy of a log, kept by somebody else, that has hashed every entry itself.

When    `cunguan log mirror`, again and again
Does    takes the newest checkpoint, asks for the log's signature and the quorum of a policy, compares it with every checkpoint it knows,
        copies and hashes what is new, compares each tile with its own, writes files before the checkpoint that speaks of them
Shape   DIR/checkpoint, DIR/tile/…: a log that may be served as it stands · DIR/pending: a checkpoint whose entries are not all here
        DIR/fraud-OLD-NEW.json: what a log did that it must not do (transparency/fraud.py)
Errors  LogWrong: the log shows what does not fit together, but nothing that proves it to others; what was held stays
        LogFalse: a fork, a rewritten log, a rollback; the file that shows it is written, and the mirror stops
        DamagedHere: this folder is not what its own checkpoint says · LogSilent: remote.py
Order   a crash at any place is gone on from: full files that are here are hashed again instead of fetched
Source  C2SP tlog-tiles, tlog-checkpoint; docs/log.md; ADR 0036
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec

from cunguan.keys.note_keys import check
from cunguan.store.log.folder import CHECKPOINT, Folder
from cunguan.transparency import checkpoint, fraud, note, tiles
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.fraud import Fraud
from cunguan.transparency.note import Key, Note, NoteWrong
from cunguan.transparency.policy import Policy
from cunguan.transparency.tiles import WIDTH, Edge, Fetch, Tiles, TileWrong
from cunguan.transparency.tree import HASH_BYTES, ProofWrong, check_consistency, consistency, root

#: bundles that are copied, hashed and written at a time
_ROUND: Final = 64
_HANDS: Final = 4

#: a checkpoint as it was signed, and what it says
Said = tuple[Note, Checkpoint]


class LogWrong(Exception):
    """What the log shows does not fit together; the message says what."""


class DamagedHere(Exception):
    """The mirror's own files are not what its checkpoint says."""


class LogFalse(Exception):
    """The log did what it must not do; `path` shows it."""

    def __init__(self, says: str, path: Path) -> None:
        super().__init__(says)
        self.path = path


class Copied(msgspec.Struct, frozen=True):
    """What a look at the log brought."""

    origin: str
    size: int
    root: str
    new: int
    witnesses: tuple[str, ...]  # of the policy, that had cosigned


class Mirror:
    """A copy of one log in a folder; `keys` are the log's own, the newest first: while one is replaced there are two."""

    def __init__(self, path: Path, fetch: Fetch, keys: Sequence[Key], policy: Policy | None = None) -> None:
        if any(key.name != keys[0].name for key in keys):
            raise NoteWrong("the keys are of several logs: " + ", ".join(key.name for key in keys))
        for key in keys:
            if policy is not None:
                policy.refuse_own(key)
        self._path, self._folder, self._fetch, self._keys, self._policy = path, Folder(path), fetch, keys, policy

    def look(self) -> Copied:
        """Take in what the log has now.

        What it signed is compared before witnesses are counted: that they did not cosign a fork must not hide it.
        """
        shown, held, pending = self._shown(), self._held(), self._known(self._path / "pending")
        if held is not None:
            self._compare(held, shown, self._folder.fetch)
        if pending is not None:
            self._compare(pending, shown, self._fetch)
        witnesses = self._cosigners(*shown)
        before = held[1].size if held is not None else 0
        if held is None or shown[1].size > before:
            self._grow(shown, before)
        else:
            self._folder.publish(_together(held[0], shown[0]))
        size, top = shown[1].size, note.coded(shown[1].root)
        return Copied(self._keys[0].name, size, top, size - before, witnesses)

    def _shown(self) -> Said:
        """Return the log's newest checkpoint."""
        try:
            signed = note.parse(self._fetch(CHECKPOINT))
            return signed, checkpoint.signed_by_one(signed, self._keys, check)
        except FileNotFoundError as wrong:
            raise LogWrong(f"there is no log: {wrong}") from None
        except NoteWrong as wrong:
            raise LogWrong(f"its checkpoint: {wrong}") from None

    def _cosigners(self, signed: Note, said: Checkpoint) -> tuple[str, ...]:
        """Return the witnesses of the policy who cosigned; refuse too few."""
        if self._policy is None:
            return ()
        names = self._policy.cosigners(signed, check)
        if not self._policy.is_met(names):
            raise LogWrong(f"size {said.size} is not cosigned as the policy asks: {', '.join(names) or 'by nobody'}")
        return names

    def _held(self) -> Said | None:
        held = self._known(self._path / CHECKPOINT)
        if held is not None:
            try:
                found = Edge.read(held[1].size, self._folder.fetch).root()
            except (TileWrong, FileNotFoundError) as wrong:
                raise DamagedHere(f"{self._path}: {wrong}") from None
            if found != held[1].root:
                raise DamagedHere(f"{self._path}: its tiles do not make the root of its checkpoint")
        return held

    def _known(self, place: Path) -> Said | None:
        try:
            signed = note.parse(place.read_bytes())
            return signed, checkpoint.signed_by_one(signed, self._keys, check)
        except FileNotFoundError:
            return None
        except NoteWrong as wrong:
            raise DamagedHere(f"{place} is not of the log {self._keys[0].name}: {wrong}") from None

    def _compare(self, known: Said, shown: Said, before: Fetch) -> None:
        """Stop where the log does not go on from what it has said before, of which `before` has the tiles."""
        small, large = sorted((known[1].size, shown[1].size))
        tree = Tiles(large, before if known[1].size > shown[1].size else self._fetch)
        try:
            beginning, proof = (
                (b"", []) if small == large else (root(small, tree.read), consistency(small, large, tree.read))
            )
            found = fraud.between(self._keys[0], known, shown, beginning, proof)
        except (ProofWrong, TileWrong, FileNotFoundError) as wrong:
            raise LogWrong(
                f"whether size {shown[1].size} goes on from {known[1].size} cannot be seen: {wrong}"
            ) from None
        if found is not None:
            self._stop(found, known[1], shown[1])

    def _stop(self, found: Fraud, known: Checkpoint, shown: Checkpoint) -> None:
        path = self._path / f"fraud-{known.size}-{shown.size}.json"
        _put(path, found.write())
        if found.kind == fraud.ROLLED_BACK:
            says = f"{known.origin} had {known.size} leaves and shows {shown.size}: it was rolled back, or somebody shows it as it was"
            raise LogFalse(says, path)
        raise LogFalse(fraud.verify(found, self._keys[0], check, *self._keys[1:]), path)

    def _grow(self, shown: Said, before: int) -> None:
        """Copy what is new, and publish the checkpoint when all of it is here."""
        signed, said = shown
        _put(self._path / "pending", signed.write())
        edge, tree = Edge.read(before, self._folder.fetch), Tiles(said.size, self._fetch)
        with ThreadPoolExecutor(_HANDS) as hands:
            while edge.size < said.size:
                self._copy(edge, tree, said, hands)
        if edge.root() != said.root:
            raise LogWrong(f"its {said.size} entries do not make the root that it signed")
        self._folder.publish(signed)
        (self._path / "pending").unlink(missing_ok=True)
        for name in tiles.filled(before, said.size):
            self._folder.clear(name)

    def _copy(self, edge: Edge, tree: Tiles, said: Checkpoint, hands: ThreadPoolExecutor) -> None:
        """Copy some bundles; nothing of them is written unless the tree that was signed begins with them."""
        first, kept = divmod(edge.size, WIDTH)
        until = min(said.size, (first + _ROUND) * WIDTH)
        bundles = list(hands.map(lambda number: self._bundle(number, said.size), range(first, -(-until // WIDTH))))
        entries = [entry for one in bundles for entry in one]
        files = list(edge.append(entries[kept:]))
        if until < said.size:
            files = [(name, content) for name, content in files if ".p/" not in name]
        self._are_the_logs(files, hands)
        self._is_begun_by(edge, tree, said)
        for name, content in files:
            self._folder.put(name, content)
        self._folder.settle()

    def _bundle(self, number: int, size: int) -> list[bytes]:
        """Return the entries of a bundle: from here when a look that was cut off has brought it, else from the log."""
        width = tiles.width_of(0, number, size)
        try:
            if width == WIDTH:
                return Tiles(size, self._folder.fetch).entries(number)
        except (FileNotFoundError, TileWrong):
            pass
        try:
            return Tiles(size, self._fetch).entries(number)
        except (FileNotFoundError, TileWrong) as wrong:
            raise LogWrong(f"a bundle cannot be had: {wrong}") from None

    def _are_the_logs(self, files: Sequence[tuple[str, bytes]], hands: ThreadPoolExecutor) -> None:
        """Refuse entries that do not hash to the tiles that the log serves."""
        ours = {name: content for name, content in files if not name.startswith("tile/entries/")}
        for name, theirs in zip(ours, hands.map(self._tile, ours), strict=True):
            if theirs != ours[name]:
                raise LogWrong(f"its entries do not hash to its {name}")

    def _tile(self, name: str) -> bytes:
        whole, partial, width = name.partition(".p/")
        try:
            return self._fetch(name)
        except FileNotFoundError as wrong:
            if not partial:
                raise LogWrong(f"a tile cannot be had: {wrong}") from None
        return self._tile(whole)[: int(width) * HASH_BYTES]

    def _is_begun_by(self, edge: Edge, tree: Tiles, said: Checkpoint) -> None:
        try:
            proof = consistency(edge.size, said.size, tree.read)
            check_consistency(edge.size, said.size, edge.root(), said.root, proof)
        except (ProofWrong, TileWrong, FileNotFoundError) as wrong:
            raise LogWrong(f"its first {edge.size} entries are not those that it signed: {wrong}") from None


def _together(held: Note, shown: Note) -> Note:
    """Return one size's checkpoint with the newest signature of each key that has signed it."""
    newest = {(one.name, one.key_id): one for one in (*held.signatures, *shown.signatures)}
    return Note(held.text, tuple(newest.values())) if len(newest) <= note.MAX_SIGNATURES else shown


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft")
    draft.write_bytes(content)
    draft.replace(path)
