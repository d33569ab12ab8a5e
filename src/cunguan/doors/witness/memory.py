"""Memory (见证记录): what a witness has cosigned, and what a log should not have signed, in a SQLite file of its own.

When    a checkpoint is judged; somebody asks what is held
Shape   a folder: `witness-key`, which never leaves it, and `witness.sqlite`
        cosigned: every checkpoint that was cosigned, as it was · evidence: notes of a log that do not go with those
        a cosignature is handed out when its checkpoint is on the disk, and not before; one judgement at a time
Errors  HomeWrong: the folder is no witness's, or not whole. A witness that forgot what it cosigned must not go on: it would sign a fork
        sqlite3.Error: the disk does not take it; nothing was cosigned
Source  C2SP tlog-witness; ADR 0038
"""

import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from cunguan.keys.note_keys import Cosigner, check
from cunguan.keys.secret_file import secret
from cunguan.transparency import witness
from cunguan.transparency.note import Key, Note, Signature
from cunguan.transparency.witness import NOTHING, Held, Request, Verdict

KEY_FILE: Final = "witness-key"
DATABASE: Final = "witness.sqlite"
#: so long another process of the same folder is waited for
WAIT_SECONDS: Final = 5.0
_NAME: Final = re.compile(r"[^\s+]{1,200}\Z")

_TABLES: Final = """
CREATE TABLE me (one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL) STRICT;
CREATE TABLE cosigned (
    origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (origin, size)
) STRICT;
CREATE TABLE evidence (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, log TEXT NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL,
    root BLOB NOT NULL, note BLOB NOT NULL, held_note BLOB NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL,
    UNIQUE (kind, origin, size, root)
) STRICT;
CREATE TRIGGER cosigned_never_goes_back BEFORE INSERT ON cosigned
    WHEN EXISTS (SELECT 1 FROM cosigned WHERE origin = NEW.origin AND size >= NEW.size)
    BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
CREATE TRIGGER cosigned_is_never_changed BEFORE UPDATE ON cosigned BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER cosigned_is_never_deleted BEFORE DELETE ON cosigned BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER evidence_is_never_changed BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER evidence_is_never_deleted BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""

#: two checkpoints of one size that the log has signed with two roots: it proves itself
FORKED: Final = "forked"
#: the log signed a checkpoint, and whoever sent it had no proof that it goes on from what is held: it proves nothing yet
UNPROVEN: Final = "unproven"


class HomeWrong(RuntimeError):
    """A folder in which no witness can work; the message says what to do."""


class Answer(msgspec.Struct, frozen=True):
    """What is answered to add-checkpoint: cosignature lines, or the size that is held, or why not."""

    status: int
    text: str
    held: bool = False


class Evidence(msgspec.Struct, frozen=True):
    """What a log should not have signed, beside what was cosigned."""

    number: int
    kind: str
    log: str
    origin: str
    size: int
    note: str
    held_note: str
    why: str
    at: str


class HeldSeen(msgspec.Struct, frozen=True):
    """What is held of one log."""

    size: int
    root: str
    at: str


class Seen(msgspec.Struct, frozen=True):
    """What a witness tells of itself."""

    name: str
    key: str
    logs: Mapping[str, HeldSeen | None]
    evidence: int


def begin(home: Path, name: str) -> None:
    """Make a witness in a folder where none is: a key that nothing else has, and an empty memory."""
    if not _NAME.match(name):
        raise HomeWrong("a witness has a name without blanks and plus signs, best an address: --name witness.example/1")
    if (home / KEY_FILE).exists() or (home / DATABASE).exists():
        raise HomeWrong(f"{home} has a witness already, or what is left of one: a new witness begins in a new folder")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    cosigner = Cosigner(name, secret(home / KEY_FILE))
    with _connected(home / DATABASE) as connection:
        connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
        connection.execute("INSERT INTO me VALUES (1, ?)", (cosigner.key.text(),))


class Memory:
    """One witness: its key, what it holds, and the logs it knows."""

    def __init__(self, home: Path, logs: Sequence[Key] = ()) -> None:
        if not (home / DATABASE).exists() and not (home / KEY_FILE).exists():
            raise HomeWrong(f"{home} has no witness: --init --name NAME makes one")
        if not (home / DATABASE).exists() or not (home / KEY_FILE).exists():
            raise HomeWrong(
                f"{home} has lost its {DATABASE} or its {KEY_FILE}: begin a new witness in a new folder, and tell who trusts this one"
            )
        self._connection = sqlite3.connect(
            home / DATABASE, timeout=WAIT_SECONDS, check_same_thread=False, isolation_level=None
        )
        _settle(self._connection)
        self._lock = threading.Lock()
        self.key = Key.parse(self._one("SELECT key FROM me")[0])
        self._cosigner = Cosigner(self.key.name, secret(home / KEY_FILE))
        if self._cosigner.key != self.key:
            raise HomeWrong(f"{home / KEY_FILE} is not the key of {home / DATABASE}: neither belongs to the other")
        self._logs: dict[str, list[Key]] = {}
        for log in logs:
            self._logs.setdefault(log.name, []).append(log)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    # ── add-checkpoint ───────────────────────────────────────────────────────
    def add_checkpoint(self, body: bytes) -> Answer:
        """Judge a checkpoint; what is answered is on the disk."""
        try:
            request = witness.read(body)
        except witness.RequestWrong as wrong:
            return Answer(400, str(wrong))
        with self._lock, self._whole():
            held = self._held(request.checkpoint.origin)
            verdict = witness.judge(request, self._logs, held, check)
            if verdict.status in (409, 422):
                self._keep_evidence(request, verdict)
            signature = self._cosign(request, held, verdict)
        if signature is not None:
            return Answer(200, signature.line())
        if verdict.status == 409:
            return Answer(409, f"{held.size}\n", held=True)
        return Answer(verdict.status, verdict.why)

    def _cosign(self, request: Request, held: Held, verdict: Verdict) -> Signature | None:
        if verdict.held is None:
            return None
        signature = self._cosigner.sign(request.note.text)
        if verdict.held.size > held.size:
            note = self._own(request)[1].plus([signature])
            row = (request.checkpoint.origin, verdict.held.size, verdict.held.root, note.write(), _now())
            self._connection.execute("INSERT INTO cosigned VALUES (?, ?, ?, ?, ?)", row)
        return signature

    def _keep_evidence(self, request: Request, verdict: Verdict) -> None:
        """Keep what the log has signed beside what was cosigned: of the same size it is a fork, whatever size was asked from."""
        about = request.checkpoint
        twin = self._one(
            "SELECT note FROM cosigned WHERE origin = ? AND size = ? AND root <> ?",
            about.origin,
            about.size,
            about.root,
        )
        if twin is None and not verdict.suspicion:
            return  # it only asked from another size than is held
        beside = twin or self._newest(about.origin) or (b"",)
        kind, why = (FORKED, f"two roots of size {about.size}") if twin else (UNPROVEN, verdict.why)
        log, note = self._own(request)
        self._connection.execute(
            "INSERT INTO evidence (kind, log, origin, size, root, note, held_note, why, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            (kind, log.text(), about.origin, about.size, about.root, note.write(), beside[0], why, _now()),
        )

    def _own(self, request: Request) -> tuple[Key, Note]:
        """Return a key of the log, and the note with the log's own signatures alone: others may write what they like below it."""
        note, keys = request.note, self._logs[request.checkpoint.origin]
        signed = [(key, one) for key in keys for one in note.of(key) if check(key, note.text, one.blob)]
        return signed[0][0], Note(note.text, tuple(one for _, one in signed))

    # ── looking ──────────────────────────────────────────────────────────────
    def seen(self) -> Seen:
        """Return what is told to everybody."""
        with self._lock:
            logs = {origin: self._seen(origin) for origin in sorted({*self._logs, *self._origins()})}
            return Seen(self.key.name, self.key.text(), logs, self._one("SELECT count(*) FROM evidence")[0])

    def newest(self, origin: str) -> bytes | None:
        """Return the checkpoint of a log that was cosigned last, with the cosignature."""
        with self._lock:
            row = self._newest(origin)
        return None if row is None else bytes(row[0])

    def evidence(self) -> list[Evidence]:
        """Return all that logs should not have signed, oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT number, kind, log, origin, size, note, held_note, why, at FROM evidence ORDER BY number"
            ).fetchall()
        return [
            Evidence(number, kind, log, origin, size, note.decode(), held.decode(), why, at)
            for number, kind, log, origin, size, note, held, why, at in rows
        ]

    def _newest(self, origin: str) -> Any:
        return self._one("SELECT note FROM cosigned WHERE origin = ? ORDER BY size DESC LIMIT 1", origin)

    def _held(self, origin: str) -> Held:
        row = self._one("SELECT size, root FROM cosigned WHERE origin = ? ORDER BY size DESC LIMIT 1", origin)
        return NOTHING if row is None else Held(*row)

    def _seen(self, origin: str) -> HeldSeen | None:
        row = self._one("SELECT size, root, at FROM cosigned WHERE origin = ? ORDER BY size DESC LIMIT 1", origin)
        return None if row is None else HeldSeen(row[0], row[1].hex(), row[2])

    def _origins(self) -> list[str]:
        return [origin for (origin,) in self._connection.execute("SELECT DISTINCT origin FROM cosigned")]

    def _one(self, statement: str, *given: object) -> Any:
        return self._connection.execute(statement, given).fetchone()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Do all within or nothing, one after the other, also beside another process."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:  # it did not come to its end
                self._connection.execute("ROLLBACK")


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        _settle(connection)
        yield connection
    finally:
        connection.close()


def _settle(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk before anything is answered


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
