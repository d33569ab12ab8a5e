"""Publishing (发布检查点): a log's newest size is signed, shown to its witnesses, and put where everybody reads it.

When    each round of `cunguan log sequence` in which the log has grown, or its newest checkpoint is not cosigned yet
Order   the edge's files, one wait for the disk, signature, mark, witnesses, `checkpoint`; partial tiles that are full now go
Returns whether the quorum has cosigned it; without a policy nobody does, and `cunguan log status` says so
Errors  LogBehind: a witness holds more than this log has · whatever a signer raises: then nothing was published
Source  C2SP tlog-tiles, tlog-witness; ADR 0037
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import psycopg

from cunguan.doors.log.beginning import LogBehind, empty
from cunguan.doors.log.sequencer import Sequencer
from cunguan.keys.note_keys import Signer
from cunguan.store.log import checkpoints
from cunguan.store.log.folder import Folder
from cunguan.store.log.mark import Mark, Marks
from cunguan.store.log.origins import Origin
from cunguan.store.sqlfiles import statement
from cunguan.transparency import checkpoint, note, tree
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import Note
from cunguan.transparency.tiles import Tiles, filled

log = logging.getLogger(__name__)


class Witnesses(Protocol):
    """The witnesses of a policy, as doors/log/quorum.py asks them."""

    def is_reached(self, note: Note) -> bool:
        """Return whether a note bears enough cosignatures."""

    async def cosign(self, note: Note, old_proofs: Callable[[int], list[bytes]]) -> Any:
        """Return the note with the cosignatures that were given, whether they are enough, and what each witness told."""

    async def held_sizes(self, note: Note) -> Mapping[str, int | None]:
        """Return what each witness holds; None: it did not say."""

    async def close(self) -> None:
        """Let the connections go."""


class Publisher:
    """Signs and shows one log."""

    def __init__(
        self, connection: psycopg.Connection[Any], origin: Origin, folder: Folder, marks: Marks,
        signers: Sequence[Signer], find: Callable[[], Witnesses | None],
    ) -> None:  # fmt: skip
        self._connection, self._origin, self._folder, self._marks = connection, origin, folder, marks
        self._signers, self._find, self._quorum = signers, find, find()
        self._loop = asyncio.Runner()
        shown = folder.checkpoint()
        self.size = checkpoint.read(shown.text).size if shown else 0  # of what is published
        self._is_cosigned = shown is not None and self._quorum is not None and self._quorum.is_reached(shown)
        self._said: tuple[Any, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether there are witnesses who have not cosigned what is published; a policy may come later than this process."""
        if self._quorum is None:
            self._quorum = self._find()
        return self._quorum is not None and not self._is_cosigned

    def close(self) -> None:
        """Let the witnesses' connections go."""
        if self._quorum is not None:
            self._loop.run(self._quorum.close())
        self._loop.close()

    def refuse_behind(self) -> None:
        """Refuse to begin when a witness holds more than the database does; one who does not answer says nothing."""
        if self._quorum is None:
            return
        newest, published = checkpoints.newest(self._connection), checkpoints.published(self._connection)
        shown = note.parse(published.note) if published and published.note else self._signed(empty(self._origin))
        for name, held in self._loop.run(self._quorum.held_sizes(shown)).items():
            if held is not None and held > (newest.size if newest else 0):
                raise LogBehind(f"the witness {name} has cosigned {held} leaves")

    def publish(self, sequencer: Sequencer) -> None:
        """Sign and publish what the sequencer has stored."""
        said = Checkpoint(self._origin.origin, sequencer.size, sequencer.root)
        sequencer.put_rest()
        self._folder.settle()
        signed = self._signed(said)
        self._keep(said, signed, is_cosigned=False)
        self._marks.write(Mark(self._origin.log, said.size, said.root.hex()))
        if self._quorum is not None:
            signed, self._is_cosigned = self._cosigned(self._quorum, said, signed)
            self._keep(said, signed, self._is_cosigned)
        self._folder.publish(signed)
        for name in filled(self.size, said.size):
            self._folder.clear(name)
        self.size = said.size

    def _signed(self, said: Checkpoint) -> Note:
        """Return the signed note; what is published already keeps the cosignatures that it has."""
        shown = self._folder.checkpoint()
        if shown is not None and shown.text == said.text():
            return shown
        return Note(said.text(), tuple(signer.sign(said.text()) for signer in self._signers))

    def _cosigned(self, quorum: Witnesses, said: Checkpoint, signed: Note) -> tuple[Note, bool]:
        tiles = Tiles(said.size, self._folder.fetch)
        found = self._loop.run(quorum.cosign(signed, lambda old: tree.consistency(old, said.size, tiles.read)))
        for one in found.ahead(said.size):
            raise LogBehind(f"the witness {one.witness} has cosigned {one.size} leaves")
        self._tell(found.told)
        note: Note = found.note
        return note, bool(found.reached)

    def _tell(self, told: tuple[Any, ...]) -> None:
        """Say who does not cosign, once for each change."""
        silent = tuple(one for one in told if one.status != 200)
        if [(one.witness, one.status) for one in silent] != [(one.witness, one.status) for one in self._said]:
            for one in silent:
                log.warning("the witness %s does not cosign: %s %s", one.witness, one.status, one.why)
            if not silent:
                log.info("all witnesses cosign again")
        self._said = silent

    def _keep(self, said: Checkpoint, signed: Note, is_cosigned: bool) -> None:
        params = {"log": self._origin.log, "size": said.size, "note": signed.write(), "cosigned": is_cosigned}
        self._connection.execute(statement("log_checkpoint_sign"), params)
