"""Progress on standard error (进度): how far, how fast, on which day; standard output stays the result's.

Shape   on a terminal one line that is written over; elsewhere a line every few seconds
"""

import time
from typing import IO, Final

TERMINAL_SECONDS: Final = 0.2
FILE_SECONDS: Final = 5.0


class Progress:
    """Tells how a run goes on; `total` is 0 while nobody knows it."""

    def __init__(self, stream: IO[str], is_quiet: bool = False) -> None:
        self._stream, self._is_quiet = stream, is_quiet
        self._is_terminal = stream.isatty()
        self._width = 0
        self._told = self._begun = time.monotonic()
        self.total = 0
        self.day = ""

    def say(self, line: str) -> None:
        """Say a line that stays."""
        if not self._is_quiet:
            self._write(line, stays=True)

    def begin(self, total: int = 0) -> None:
        """Begin to count anew."""
        self.total, self._begun = total, time.monotonic()

    def tick(self, done: int, unit: str = "instructions") -> None:
        """Tell how many are done, not more often than it is worth."""
        now = time.monotonic()
        if self._is_quiet or now - self._told < (TERMINAL_SECONDS if self._is_terminal else FILE_SECONDS):
            return
        self._told = now
        rate = done / max(now - self._begun, 0.001)
        of = f" of about {self.total:,} ({min(done / self.total, 1):.0%})" if self.total else ""
        self._write(f"{done:,}{of} {unit}, {rate:,.0f}/s  {self.day}".rstrip(), stays=not self._is_terminal)

    def clear(self) -> None:
        """Take the passing line away."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0

    def _write(self, line: str, *, stays: bool) -> None:
        self.clear()
        self._stream.write(line + "\n" if stays else line)
        self._stream.flush()
        self._width = 0 if stays else len(line)
