"""Reading case: two platforms with small books, and the platform's door in front of them for reads.

Shape   Door: the whole application on one fresh database; `get(platform's lane, path, **query)` returns the response. A gate
        that believes the header X-Lane stands in for signatures, which have tests of their own
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request
from starlette.responses import Response

from cunguan.doors.api.app import build
from cunguan.doors.api.context import Asks, Context
from cunguan.doors.api.endpoint import Caller, Endpoint

LANES = {1: "P1", 2: "P2"}


class Believing:
    """A gate that lets in whoever says which lane is his."""

    async def admit(self, endpoint: Endpoint, request: Request, raw: bytes) -> Caller:
        """Return the caller of the lane in the header."""
        lane = int(request.headers["x-lane"])
        return Caller(f"key:{lane}", LANES[lane], lane, frozenset({"read"}), True)

    def sign(self, request: Request, response: Response) -> None:
        """Sign nothing."""


class NoPlane(Asks):
    """Nothing is asked of a plane here."""


class Door:
    """The application and the loop it runs in."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        kwargs = {"autocommit": True}
        self._pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            url, min_size=1, max_size=2, open=False, kwargs=kwargs
        )
        self._await(self._pool.open(wait=True))
        context = Context(asks=NoPlane(), pool=self._pool, address="http://door", home=Path(), is_sandbox=True)
        served = httpx.ASGITransport(build(context, Believing()))
        self._client = httpx.AsyncClient(transport=served, base_url="http://door")

    def get(self, lane: int, path: str, **query: Any) -> httpx.Response:
        """Ask for a path as the platform of a lane."""
        return self._await(self._client.get(path, params=query, headers={"x-lane": str(lane)}))

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

    def close(self) -> None:
        """Let everything go."""
        self._await(self._client.aclose())
        self._await(self._pool.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _await(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)


@contextmanager
def door(url: str) -> Iterator[Door]:
    """The door of a database, for a while."""
    made = Door(url)
    try:
        yield made
    finally:
        made.close()
