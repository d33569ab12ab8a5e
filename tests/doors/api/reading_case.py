"""Reading case: two platforms with small books, and the platform's door in front of them, without a plane: it reads.

Shape   Reads: both platforms' signed clients of one running door; `get(lane, path, **query)` is the platform of that lane
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from cunguan.store import roles
from cunguan.store.batch import Batch
from tests.conftest import migrated
from tests.doors.api.harness import served
from tests.prove.case import lanes, write

LANES = {1: "P1", 2: "P2"}


class Reads:
    """What the platforms of a database can read."""

    def __init__(self, url: str, doors: Any) -> None:
        self.url, self._doors = url, doors

    def get(self, lane: int, path: str, **query: Any) -> httpx.Response:
        """Ask for a path as the platform of a lane."""
        response: httpx.Response = self._doors[lane].get(path, **query)
        return response

    def found(self, lane: int, path: str, **query: Any) -> Any:
        """Return the body of an answer that must be one."""
        response = self.get(lane, path, **query)
        assert response.status_code == 200, response.text
        return response.json()

    def all(self, lane: int, path: str, **query: Any) -> list[Any]:
        """Return what stands on all pages of a list."""
        items, page = [], self.found(lane, path, **query)
        while True:
            items += page["items"]
            if page["next"] is None:
                return items
            page = self.found(lane, path, **query, after=page["next"])


@contextmanager
def reads(url: str, batches: Sequence[Batch], lanes_of: dict[int, str] | None = None) -> Iterator[Reads]:
    """Fill an empty database with batches, and run a door in front of it."""
    migrated(url)
    roles.create(url)
    lanes(url)
    write(url, batches)
    home = Path(tempfile.mkdtemp(prefix="cunguan-reads-"))
    try:
        with served(url, home) as stack:
            doors = {lane: stack.door(platform) for lane, platform in (lanes_of or LANES).items()}
            yield Reads(url, doors)
            for door in doors.values():
                door.http.close()
    finally:
        shutil.rmtree(home)
