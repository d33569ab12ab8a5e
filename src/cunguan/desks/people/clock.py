"""Clock (时钟): the one clock of sessions, codes, lock-outs and freezes; a test puts its hands where it wants them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_of: list[Callable[[], datetime]] = [lambda: datetime.now(UTC)]


def now() -> datetime:
    """Return the instant."""
    return _of[-1]()


@contextmanager
def ahead(by: timedelta) -> Iterator[None]:
    """Let the clock of this process go ahead: for tests."""
    before = _of[-1]
    _of.append(lambda: before() + by)
    try:
        yield
    finally:
        _of.pop()
