"""Claim (断言): the shape of one thing the books promise. A new claim is a new file and one line in report.py.

Shape   read(chunk)   append-only rows, each once and in order
        compare(page) rows that change, at a moment up to which all chunks were read
        end()         what can be said only at the last sequence read
Returns findings, in the order of the rows; `checked` counts the rows that were looked at
"""

from collections.abc import Iterator
from typing import ClassVar

from cunguan.prove.books import Books
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf


class Claim:
    """One claim about one lane."""

    name: ClassVar[str]
    says: ClassVar[str]
    pages: ClassVar[tuple[PageOf, ...]] = ()

    def __init__(self, books: Books) -> None:
        self.books = books
        self.checked = 0

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Look at what was appended."""
        yield from ()

    def compare(self, page: Page) -> Iterator[Finding]:
        """Look at rows that change."""
        yield from ()

    def end(self) -> Iterator[Finding]:
        """Look at the whole, once."""
        yield from ()

    def finding(self, seq: int | None, row: str, what: str, expected: object = "", found: object = "") -> Finding:
        """Return a finding of this claim."""
        return Finding(self.name, self.books.lane, seq, row, what, str(expected), str(found))
