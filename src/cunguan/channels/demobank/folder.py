"""Folder (文件夹往来): the demo bank by two folders: orders are put into one, its papers appear in the other.

When    `cunguan demobank --folder`; beside its counter, some times a second
Shape   <folder>/in: what is put there is taken, each name once; <folder>/out: every paper, under its name, whole
Errors  a file that another one's name had is logged and left; the disk's are logged, and tried again
Source  transport/folder.py: what the house has on its side
"""

import logging
import threading
from pathlib import Path
from typing import Final

from cunguan.channels.demobank import files
from cunguan.channels.demobank.calls import Refused
from cunguan.channels.demobank.journal import Journal
from cunguan.channels.transport.base import Listed, TransportFailed
from cunguan.channels.transport.folder import Folder

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 0.2


class FolderCounter:
    """The bank's side of two folders."""

    def __init__(self, folder: Path, journal: Journal, lock: threading.Lock) -> None:
        for name in ("in", "out"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._way = Folder(folder / "out", folder / "in", EVERY_SECONDS)
        self._journal, self._lock = journal, lock
        self._taken: set[Listed] = set()
        self._laid = 0

    def watch(self, stop: threading.Event) -> None:
        """Take and lay out until told to stop."""
        while not stop.wait(EVERY_SECONDS):
            try:
                self.round()
            except TransportFailed as failed:
                log.error("the bank's folder: %s", failed)

    def round(self) -> None:
        """Take what is new, lay out what is new."""
        for one in self._way.listed():
            if one not in self._taken:
                self._take(one)
        with self._lock:
            bank = self._journal.desk.bank
            new = [(files.name_of(paper), files.content_of(bank, paper)) for paper in bank.papers[self._laid :]]
        for name, content in new:
            self._way.put(name, content)
            self._laid += 1

    def _take(self, one: Listed) -> None:
        call = files.hand(one.name, b"".join(self._way.get(one.name)))
        try:
            with self._lock:
                self._journal.do(call)
        except Refused as refused:
            log.error("an order was refused: %s", refused)
        self._taken.add(one)
