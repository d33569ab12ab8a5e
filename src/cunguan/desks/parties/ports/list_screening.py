"""Screening by lists (名单筛查): the lists of sanctions and public functions that lie in a folder, looked up by one form of a name.

When    settings name a folder: CUNGUAN_SCREENING_LISTS
Shape   each file a list of its name: CSV with the columns id and name, further names of one id on further lines; OFAC's sdn.csv and
        alt.csv, and the UN's consolidated XML, as they are published
Returns Found where a name has the same words in any order, or the same letters; else Clear
Not     a judgement of likeness (names.py says what is not found); birth dates are not compared: a hit is for people to look at
Errors  ListWrong: a list is not there, is empty, or cannot be read: it is refused whole, and nobody is told clear by the rest
"""

import csv
import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from lxml import etree

from cunguan.desks.parties.identity import Clear, Found, Hit, NotVerified
from cunguan.desks.parties.names import glued, key
from cunguan.desks.parties.ports.calling import PortsWrong

#: OFAC writes this for nothing
NOTHING: Final = "-0-"
_EXACT, _SAME_LETTERS = 100, 90
#: fewer Latin letters than these, glued, are like too many names; two characters of other scripts are a name
GLUED_MIN: Final = 6
GLUED_MIN_OTHERS: Final = 2


class ListWrong(PortsWrong):
    """A list cannot be used; the message says which."""


class ListScreening:
    """The lists of a folder, in memory."""

    is_sandbox = False

    def __init__(self, folder: Path, name: str = "lists") -> None:
        self._by_key: dict[str, list[Hit]] = {}
        self._by_letters: dict[str, list[Hit]] = {}
        self.counts: dict[str, int] = {}
        digest = hashlib.sha256()
        files = sorted(path for path in folder.glob("*") if path.suffix in (".csv", ".xml")) if folder.is_dir() else []
        if not files:
            raise ListWrong(f"{folder}: no list lies there")
        for path in files:
            digest.update(path.read_bytes())
            self.counts[path.stem] = self._take(path)
        self.name = f"{name}:{digest.hexdigest()[:12]}"  # which lists were looked through is part of the evidence

    def screen(self, name: str, birth: date | None = None) -> Clear | Found | NotVerified:
        """Look a name up."""
        hits = [*self._by_key.get(key(name), ()), *self._by_letters.get(glued(name), ())]
        evidence = f"{self.name}:{uuid.uuid4()}"
        if not hits:
            return Clear(self.name, evidence, datetime.now(UTC))
        best = {(hit.list, hit.entry): hit for hit in sorted(hits, key=lambda one: one.score)}
        return Found(self.name, evidence, tuple(best.values()))

    def _take(self, path: Path) -> int:
        count = 0
        try:
            for entry, name in _names(path):
                if word := key(name):
                    count += 1
                    self._by_key.setdefault(word, []).append(Hit(path.stem, entry, _EXACT))
                    letters = glued(name)
                    if len(letters) >= (GLUED_MIN if letters.isascii() else GLUED_MIN_OTHERS):
                        self._by_letters.setdefault(letters, []).append(Hit(path.stem, entry, _SAME_LETTERS))
        except (OSError, UnicodeDecodeError, csv.Error, etree.XMLSyntaxError, KeyError, IndexError) as wrong:
            raise ListWrong(f"{path}: it cannot be read as a list: {wrong}") from wrong
        if not count:
            raise ListWrong(f"{path}: there is no name in it")
        return count


def _names(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix == ".xml":
        yield from _of_the_un(path)
        return
    with path.open(newline="", encoding="utf-8-sig") as file:
        first = file.readline()
        file.seek(0)
        yield from _ours(file) if "name" in [one.strip().lower() for one in first.split(",")] else _of_ofac(file)


def _ours(file: Iterator[str]) -> Iterator[tuple[str, str]]:
    for row in csv.DictReader(file):
        yield row["id"], row["name"]


def _of_ofac(file: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Read sdn.csv (id, name, …) and alt.csv (id, alternate's id, its kind, name, …)."""
    for row in csv.reader(file):
        if len(row) >= 4 and row[0].strip().isdigit():
            name = row[3] if row[1].strip().isdigit() else row[1]
            if name.strip() not in ("", NOTHING):
                yield row[0].strip(), name.strip()


def _of_the_un(path: Path) -> Iterator[tuple[str, str]]:
    """Read the Security Council's consolidated list: names, names in their own script, and aliases."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for entry in etree.parse(path, parser).iter("INDIVIDUAL", "ENTITY"):
        number = entry.findtext("REFERENCE_NUMBER", "").strip()
        parts = [entry.findtext(f"{place}_NAME", "") or "" for place in ("FIRST", "SECOND", "THIRD", "FOURTH")]
        others = [one.text or "" for one in entry.iter("NAME_ORIGINAL_SCRIPT", "ALIAS_NAME")]
        for name in (" ".join(" ".join(parts).split()), *others):
            if name.strip():
                yield number, name.strip()
