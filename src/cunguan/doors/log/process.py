"""The sequencer's process (定序进程): one of a database and of a folder; rounds until it is told to stop.

When    `cunguan log sequence`
Does    each round takes in all that is new, at most as long as a round lasts, and publishes; a lost connection is a new beginning
Errors  AlreadyRuns: another sequencer has the database or the folder; LogBehind, LogDiffers, Fenced: a person has to look
Source  ADR 0037
"""

import fcntl
import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

from cunguan.doors.log.beginning import begin
from cunguan.doors.log.publishing import Publisher, Witnesses
from cunguan.doors.log.sequencer import Sequencer
from cunguan.doors.telemetry.metrics import LOG_LAG_SECONDS
from cunguan.keys.installation import Keys
from cunguan.keys.log_key import log_signers
from cunguan.keys.note_keys import Signer
from cunguan.keys.salts import SaltKeys
from cunguan.store.log import checkpoints, origins
from cunguan.store.log.folder import Folder, folder_of
from cunguan.store.log.mark import Marks
from cunguan.store.log.origins import Origin
from cunguan.store.sqlfiles import statement
from cunguan.store.wire import ALIVE
from cunguan.transparency.note import ED25519, Key
from cunguan.transparency.policy import POLICY

log = logging.getLogger(__name__)

#: how long a predecessor's connection may outlive it
LOCK_SECONDS: Final = 10.0
#: between two attempts to reach the database, and between two questions to witnesses who did not cosign
PAUSE_SECONDS: Final = 1.0
ASK_AGAIN_SECONDS: Final = 10.0

Connection = psycopg.Connection[Any]


class AlreadyRuns(RuntimeError):
    """Another sequencer runs."""


class Ground:
    """Where one installation's log is kept."""

    def __init__(self, url: str, home: Path, environ: Mapping[str, str]) -> None:
        self.url, self.home, self.environ = url, home, environ

    @contextmanager
    def held(self) -> Iterator[Connection]:
        """Connect, and hold what only one sequencer may hold."""
        with psycopg.connect(self.url, autocommit=True, **ALIVE) as connection:
            _lock(connection)
            yield connection

    def marks(self, connection: Connection) -> Marks:
        """Return the mark of this database."""
        return Marks(self.home, origins.installation(connection))

    def numbers_used(self) -> int:
        """Return the largest number of a log that has files here, 0 where none has."""
        base = folder_of(self.home, self.environ, 0).path.parent
        return max((int(path.name) for path in base.glob("*") if path.name.isdecimal()), default=0)

    def folder(self, origin: Origin) -> Folder:
        """Return the log's files."""
        return folder_of(self.home, self.environ, origin.log)


def run(ground: Ground, every: float, stop: threading.Event, ready: Any) -> None:
    """Take in and publish until told to stop."""
    while not stop.is_set():
        try:
            with ground.held() as connection, _begun(ground, connection) as (sequencer, publisher):
                ready()
                _rounds(sequencer, publisher, every, stop)
        except psycopg.OperationalError as wrong:
            log.warning("the database is away; the sequencer begins again: %s", wrong)
            stop.wait(PAUSE_SECONDS)


def once(ground: Ground) -> None:
    """Take in all that is new, publish it, and end."""
    with ground.held() as connection, _begun(ground, connection) as (sequencer, publisher):
        while sequencer.take():
            pass
        if sequencer.size != publisher.size or publisher.waits:
            publisher.publish(sequencer)


@contextmanager
def _begun(ground: Ground, connection: Connection) -> Iterator[tuple[Sequencer, Publisher]]:
    origin = origins.opened(connection) or origins.open_first(connection, ground.environ)
    origins.refuse_other_name(origin, ground.environ)
    signers = log_signers(ground.home, origin.origin, ground.environ)
    folder, marks = ground.folder(origin), ground.marks(connection)
    with _folder_held(folder):
        publisher = Publisher(connection, origin, folder, marks, signers, lambda: _quorum(ground, _ed25519(signers)))
        try:
            publisher.refuse_behind()
            salts = SaltKeys(Keys.read(ground.home, ground.environ), may_make=checkpoints.newest(connection) is None)
            yield begin(connection, origin, folder, marks, salts.of), publisher
        finally:
            publisher.close()


def _quorum(ground: Ground, keys: list[Key]) -> Witnesses | None:
    """Return the witnesses of the policy; without one nobody is asked, and nothing of it is loaded."""
    policy = ground.home / POLICY
    if not policy.exists():
        return None
    from cunguan.doors.log.quorum import Quorum, trust_of  # an HTTP client: loaded where a witness is asked

    return Quorum.from_file(policy, keys, trust_of(ground.environ))


def _ed25519(signers: Sequence[Signer]) -> list[Key]:
    """Return the keys that a policy may name: more than one while the log's key is replaced."""
    return [one.key for one in signers if one.key.algorithm == ED25519]


def _rounds(sequencer: Sequencer, publisher: Publisher, every: float, stop: threading.Event) -> None:
    asked = 0.0
    while not stop.is_set():
        began = time.monotonic()
        waited = sequencer.waiting_seconds()
        while sequencer.take() and time.monotonic() - began < every:
            pass
        is_asked_again = publisher.waits and began - asked >= ASK_AGAIN_SECONDS
        if sequencer.size != publisher.size or is_asked_again:
            publisher.publish(sequencer)
            asked = time.monotonic()
        LOG_LAG_SECONDS.set(waited and waited + time.monotonic() - began)
        stop.wait(max(0.0, every - (time.monotonic() - began)))


def _lock(connection: Connection) -> None:
    until = time.monotonic() + LOCK_SECONDS
    while not _is_locked(connection):
        if time.monotonic() > until:
            raise AlreadyRuns("another sequencer runs on this database: of one log there is one")
        time.sleep(0.1)


def _is_locked(connection: Connection) -> bool:
    row = connection.execute(statement("log_lock")).fetchone()
    return bool(row and row[0])


@contextmanager
def _folder_held(folder: Folder) -> Iterator[None]:
    """Hold the folder: what a stopped process still means to write cannot come after what another has written."""
    folder.path.mkdir(parents=True, exist_ok=True)
    with (folder.path / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRuns(f"another process has {folder.path}: of one log there is one sequencer") from None
        yield
