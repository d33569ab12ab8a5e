"""Keeping keys (客户密钥备份): clients' wrapped keys in a file of their own, with a short life of its own, and put back from it.

When    `cunguan db backup-keys`, daily and after each `db backup`; `cunguan db restore --keys`, `cunguan db restore-keys`
Shape   lines of JSON: a head (installation, instant, counts, the wrapped secret of the indexes), a line a key that reads (wrapped by
        the KEK, out of its drawer), a line a client who was shredded, and the SHA-256 of all before. For its owner alone
        a backup of the database holds these keys only under locks that lie outside it, so that none of it opens anything by itself;
        what a shredding destroyed stays destroyed as soon as no key backup from before it is left: `days` after it at the latest
Does    taking one destroys the locks that a shredding which was cut off has left, and removes those of the folder that are older
        than `days`. Putting back: a key of the file is put into its drawer;
        who was shredded when the file was taken is shredded here too; a key of neither kind is lost, and is said to be
Errors  KeyBackupWrong: the file is damaged, of another installation, or no such file
Units   days: 30 as it is without another word [K: no text of law names it; it is how long an erasure may take to reach backups]
Source  docs/adr/0044; docs/runbooks/backup-and-restore.md
"""

import hashlib
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from cunguan.doors.persons.acting import destroy_locks
from cunguan.doors.persons.keeping import pages
from cunguan.doors.persons.opening import INDEX_FILE, Opened
from cunguan.keys.drawers import FILE as DRAWERS_FILE
from cunguan.keys.drawers import Drawers
from cunguan.keys.installation import Keys
from cunguan.keys.secret_file import secret
from cunguan.keys.subjects import StoredKey, SubjectKeyLost, SubjectKeys
from cunguan.store.sqlfiles import statement

FORM: Final = "cunguan subject keys 1"
DAYS: Final = 30
NAME: Final = "subject-keys-{at:%Y%m%dT%H%M%SZ}.jsonl"
_LAST: Final = 2**31 - 1


class KeyBackupWrong(RuntimeError):
    """A key backup cannot be used; the message says why, and what to do."""


class Head(msgspec.Struct, frozen=True):
    """What a key backup is of."""

    form: str
    installation: str
    at: datetime
    index: str


class Key(msgspec.Struct, frozen=True, tag="key"):
    """A key that reads, wrapped by the KEK."""

    subject: str
    version: int
    wrapped: str


class Shredded(msgspec.Struct, frozen=True, tag="shredded"):
    """A client who was shredded, by whom and when."""

    lane: int
    person: str
    maker: str
    checker: str
    at: datetime


class Foot(msgspec.Struct, frozen=True, tag="end"):
    """The hash of every line before."""

    keys: int
    shredded: int
    sha256: str


class Taken(msgspec.Struct, frozen=True):
    """A key backup that was made, and those that were removed."""

    file: str
    keys: int
    shredded: int
    removed: list[str]


class PutBack(msgspec.Struct, frozen=True):
    """What was put back; `lost`: clients whose data nobody can read any more."""

    keys: int
    shredded: int
    lost: list[str]


_decode = msgspec.json.Decoder(Key | Shredded | Foot).decode


def take(
    connection: psycopg.Connection[Any], keys: Keys, opened: Opened, installation: str, folder: Path, now: datetime, days: int
) -> Taken:  # fmt: skip
    """Write a key backup into a folder; it appears under its name whole or not at all."""
    for drawer in opened.subjects.drawers.with_older_locks():
        destroy_locks(connection, opened.subjects, drawer)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / NAME.format(at=now.astimezone(UTC))
    draft, hashed, counts = path.with_suffix(".partial"), hashlib.sha256(), {Key: 0, Shredded: 0, Head: 0}
    head = Head(FORM, installation, now, _written(secret(keys.home / INDEX_FILE)))
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for one in _lines(connection, opened.subjects, head):
            line = msgspec.json.encode(one) + b"\n"
            counts[type(one)] += 1
            hashed.update(line)
            file.write(line)
        file.write(msgspec.json.encode(Foot(counts[Key], counts[Shredded], hashed.hexdigest())) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return Taken(str(path), counts[Key], counts[Shredded], remove_old(folder, now, days))


def remove_old(folder: Path, now: datetime, days: int) -> list[str]:
    """Remove the key backups of a folder that are older than so many days; return their names."""
    found = []
    for path in sorted(folder.glob("subject-keys-*.jsonl")):
        if head_of(path).at < now - timedelta(days=days):
            path.unlink()
            found.append(path.name)
    return found


def head_of(path: Path) -> Head:
    """Return what a key backup is of."""
    try:
        with path.open("rb") as file:
            head = msgspec.json.decode(file.readline(), type=Head)
    except (OSError, msgspec.MsgspecError) as wrong:
        raise KeyBackupWrong(f"{path} is no key backup of ours: {wrong}") from wrong
    if head.form != FORM:
        raise KeyBackupWrong(f"{path} is a key backup of another form: {head.form}")
    return head


def check(path: Path) -> tuple[Head, Foot]:
    """Read a key backup to its end; KeyBackupWrong where it is damaged."""
    head, hashed, foot = head_of(path), hashlib.sha256(), None
    with path.open("rb") as file:
        hashed.update(file.readline())
        for line in file:
            one = _read(path, line)
            if isinstance(one, Foot):
                foot = one
                break
            hashed.update(line)
    if foot is None or foot.sha256 != hashed.hexdigest():
        raise KeyBackupWrong(f"{path} is cut off or damaged: use another key backup")
    return head, foot


def put_back(connection: psycopg.Connection[Any], keys: Keys, installation: str, path: Path, now: datetime) -> PutBack:
    """Put the keys of a file back as the owner of the database, whole or not at all, and say who is lost."""
    head, foot = check(path)
    if head.installation != installation:
        raise KeyBackupWrong(f"{path} is of another installation, {head.installation}")
    is_new = not (keys.home / DRAWERS_FILE).exists()
    subjects = SubjectKeys(keys.provider, Drawers.make(keys.home / DRAWERS_FILE), form=keys.profile.form)
    secret(keys.home / INDEX_FILE, lambda: b64decode(head.index))
    with connection.transaction():
        if is_new:
            connection.execute(statement("subject_keys_unlock_all"))
        put = {(one.subject, one.version) for one in _put(connection, subjects, path, now)}
        _destroy_dead(connection, subjects, put, now)
        connection.execute(statement("subject_keys_newest_are_current"))
        lost = [f"{lane}:{person}" for lane, person in connection.execute(statement("persons_without_key"))]
    return PutBack(foot.keys, foot.shredded, lost)


# ── inside ───────────────────────────────────────────────────────────────────
def _lines(connection: psycopg.Connection[Any], subjects: SubjectKeys, head: Head) -> Iterator[Head | Key | Shredded]:
    yield head
    for stored in stored_keys(connection):
        yield Key(stored.subject, stored.version, _written(subjects.wrapped(stored)))
    for lane, person in pages(connection, "persons_shredded_after"):
        last = connection.execute(statement("person_moves"), {"lane": lane, "person": person}).fetchall()[-1]
        yield Shredded(lane, person, last[2], last[3], last[6])


def stored_keys(connection: psycopg.Connection[Any]) -> Iterator[StoredKey]:
    """Yield every key that reads, in short statements."""
    after: dict[str, Any] = {"subject": "", "version": 0}
    while rows := connection.execute(statement("subject_keys_after"), {**after, "limit": 1000}).fetchall():
        yield from (StoredKey(*row) for row in rows)
        after = {"subject": rows[-1][0], "version": rows[-1][1]}


def _put(connection: psycopg.Connection[Any], subjects: SubjectKeys, path: Path, now: datetime) -> Iterator[StoredKey]:
    with path.open("rb") as file:
        file.readline()
        for line in file:
            one = _read(path, line)
            if isinstance(one, Key):
                stored = subjects.put(one.subject, one.version, b64decode(one.wrapped))
                connection.execute(statement("subject_key_put_back"), {**msgspec.structs.asdict(stored), "at": now})
                yield stored
            elif isinstance(one, Shredded):
                _shred_again(connection, one, now)


def _shred_again(connection: psycopg.Connection[Any], one: Shredded, now: datetime) -> None:
    """A client who was shredded is shredded in a copy from before it, and its history says so again."""
    of = {"lane": one.lane, "person": one.person}
    held = connection.execute(statement("person_detail_hold"), of).fetchone()
    if held is None or held[0] == "shredded":
        return
    destroyed = {"subject": f"{one.lane}:{one.person}", "version": _LAST, "at": now}
    connection.execute(statement("subject_keys_destroy"), destroyed)
    for name in ("person_detail_empty", "person_documents_empty", "person_payees_empty"):
        connection.execute(statement(name), of)
    connection.execute(statement("person_move_add"), {
        **of, "event": "shred", "state": "shredded", "maker": one.maker, "checker": one.checker, "at": now, "kept_until": None,
        "reason": f"shredded on {one.at:%Y-%m-%d}, before this copy was put back",
    })  # fmt: skip


def _destroy_dead(
    connection: psycopg.Connection[Any], subjects: SubjectKeys, put: set[tuple[str, int]], now: datetime
) -> None:
    """Empty what no lock opens: it reads nothing, and must not look as if it did."""
    for stored in list(stored_keys(connection)):
        if (stored.subject, stored.version) not in put and not _opens(subjects, stored):
            connection.execute(
                statement("subject_key_dead"), {"subject": stored.subject, "version": stored.version, "at": now}
            )


def _opens(subjects: SubjectKeys, stored: StoredKey) -> bool:
    try:
        subjects.wrapped(stored)
    except SubjectKeyLost:
        return False
    return True


def _read(path: Path, line: bytes) -> Key | Shredded | Foot:
    try:
        read: Key | Shredded | Foot = _decode(line)
        return read
    except msgspec.MsgspecError as wrong:
        raise KeyBackupWrong(f"{path} is damaged: use another key backup") from wrong


def _written(content: bytes) -> str:
    return b64encode(content).decode()
