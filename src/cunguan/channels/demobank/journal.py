"""Journal (流水文件): the demo bank's memory: each call is on the disk before it is done.

Shape   lines of JSON: the first tells the bank's first day and seed, each later one is a call (calls.py); append-only
Returns on opening the desk as it stood: the same calls, the same bank
Errors  JournalWrong: a line that cannot be read before the last one, or a file that another bank holds. An unfinished last
        line was never answered, and is cut off
"""

import fcntl
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO, Any

import msgspec

from cunguan.channels.demobank.bank import DemoBank
from cunguan.channels.demobank.calls import CallOf, Desk, Refused


class JournalWrong(RuntimeError):
    """The journal cannot be used; the message says why and what to do."""


class _Begin(msgspec.Struct, frozen=True, tag="begin"):
    today: date
    seed: int


_decode = msgspec.json.Decoder(_Begin | CallOf).decode
_encode = msgspec.json.Encoder().encode


class Journal:
    """The journal of one bank; one process has it."""

    def __init__(self, path: Path, today: date, seed: int = 0) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._file = path, _opened(path)
        self.desk = self._replayed() or self._begun(path.parent, _Begin(today, seed))

    def do(self, call: CallOf) -> Any:
        """Write a call down, then do it. A disk that does not take it raises OSError: the bank must end, and be replayed."""
        self._append(call)
        return self.desk.do(call)

    def close(self) -> None:
        """Let another process have it."""
        self._file.close()

    def _begun(self, folder: Path, begin: _Begin) -> Desk:
        self._append(begin)
        _sync_folder(folder)
        return Desk(DemoBank(today=begin.today, seed=begin.seed))

    def _append(self, said: _Begin | CallOf) -> None:
        self._file.write(_encode(said) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _replayed(self) -> Desk | None:
        desk = None
        for said in self._said():
            if isinstance(said, _Begin):
                desk = Desk(DemoBank(today=said.today, seed=said.seed))
                continue
            assert desk is not None, "a journal begins with its beginning"
            try:
                desk.do(said)
            except Refused:
                pass  # it was refused then, too
        return desk

    def _said(self) -> Iterator[_Begin | CallOf]:
        end = 0
        for number, line in enumerate(self._file, 1):
            if not line.endswith(b"\n"):
                break  # cut off by a death: it was not answered
            try:
                yield _decode(line)
            except msgspec.DecodeError as error:
                raise JournalWrong(
                    f"line {number} of {self._path} cannot be read: {error}.\nIt is a sandbox's: `cunguan up --reset` begins anew."
                ) from error
            end += len(line)
        self._file.truncate(end)
        self._file.seek(end)


def _opened(path: Path) -> IO[bytes]:
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise JournalWrong(f"another demo bank has {path}: stop it first") from None
    return file


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
