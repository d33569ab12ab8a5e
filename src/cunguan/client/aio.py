"""AsyncClient: the custodian's door for a platform's program on asyncio; what client/sync.py does, without waiting.

When    `async with AsyncClient.open("credentials.json") as door: …`; any number of tasks may use one
Does    signs each request, checks the custodian's signature on each answer, sends again what may be sent again under the
        same id, and treats a time-out as what it is: not an answer
Errors  client/errors.py
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx
import msgspec

from cunguan.client import calls
from cunguan.client.calls import PATIENCE, Item
from cunguan.client.credentials import Credentials
from cunguan.client.flow import Asked, Flow, Heard, Pause
from cunguan.client.sandbox import AsyncSandbox
from cunguan.client.shapes import Answered, Authorisation, Balances, Document, LiabilitySnapshot, Line, Person, Platform
from cunguan.client.wire import READ_SECONDS, Wire, lost
from cunguan.store.shown import PlanRow

T = TypeVar("T")
Row = TypeVar("Row", bound=msgspec.Struct)


class AsyncClient:
    """One platform at one door; `patience` says for how many seconds what may pass is waited for."""

    def __init__(
        self, credentials: Credentials, *, patience: float = PATIENCE, read_seconds: float = READ_SECONDS
    ) -> None:
        self._wire, self._patience = Wire(credentials, read_seconds), patience
        self._http = httpx.AsyncClient(**self._wire.options)
        self.sandbox = AsyncSandbox(self._run, calls.item)

    @classmethod
    def open(cls, credentials: str | Path | None = None, **options: Any) -> "AsyncClient":
        """Return a client with the credentials of a file, else of the one CUNGUAN_CREDENTIALS names."""
        return cls(Credentials.open(credentials), **options)

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    # ── instructions ─────────────────────────────────────────────────────────
    async def submit(self, id: str, kind: str, /, body: msgspec.Struct | None = None, **fields: Any) -> Answered:
        """Hand an instruction in and return what was done; Refused when it was not, Pending when nobody knows yet."""
        return await self._run(calls.submit(calls.item(id, kind, body, fields), self._patience))

    async def batch(self, id: str, items: Sequence[Item], *, atomic: bool = False) -> list[Answered]:
        """Hand up to 1,000 instructions in; their answers in order. Atomic: all are done, or none."""
        return await self._run(calls.batch(id, items, atomic, self._patience))

    async def authorise(
        self, id: str, kind: str, /, body: msgspec.Struct | None = None, *, life_seconds: int = 900, return_url: str = "",
        **fields: Any,
    ) -> Authorisation:  # fmt: skip
        """Ask a client to confirm an instruction; send him to `page`, then wait for the `outcome`."""
        one = calls.item(id, kind, body, fields)
        return await self._run(calls.authorise(one, life_seconds, return_url, self._patience))

    async def open_account(self, id: str, /, **fields: Any) -> Authorisation:
        """Bring a client (holder, person, role, pool, kind); he opens his account at `page`."""
        return await self._run(calls.open_account(id, fields, self._patience))

    async def outcome(self, id: str, *, patience: float | None = None) -> Authorisation:
        """Wait until the client has answered and what he confirmed is decided; Pending when it takes longer."""
        return await self._run(calls.outcome(id, self._patience if patience is None else patience))

    # ── reads ────────────────────────────────────────────────────────────────
    async def platform(self) -> Platform:
        """Return this platform: its lane, its business date."""
        return await self._run(calls.platform(self._patience))

    async def balances(self, holder: str, as_of: str | int | None = None) -> Balances:
        """Return a client's five balances, now or as of a sequence, an instant or a date."""
        return await self._run(calls.balances(holder, as_of, self._patience))

    def statement(self, holder: str, **query: Any) -> AsyncIterator[Line]:
        """Yield the lines of a statement (account, from_, until)."""
        return self._pages(lambda after: calls.statement(holder, {**query, "after": after}, self._patience))

    def liabilities(self, **query: Any) -> AsyncIterator[LiabilitySnapshot]:
        """Yield the snapshots of what this platform's pools owe (pool), newest first."""
        return self._pages(lambda after: calls.liabilities(query, after, self._patience))

    async def liabilities_proof(self, holder: str, snapshot: str) -> bytes:
        """Return a client's proof that he was counted, as a file to be handed to him as it is."""
        return await self._run(calls.liabilities_proof(holder, snapshot, self._patience))

    async def receipt(self, id: str, holder: str = "") -> bytes:
        """Return an instruction's receipt as a file to be kept as it is: a client's own side of it, or the platform's."""
        return await self._run(calls.receipt(id, holder, self._patience))

    async def find(self, what: type[Row], id: str) -> Row | None:
        """Return one row of store/shown.py, e.g. Listing; None when this platform has none of that id."""
        return await self._run(calls.found(what, id, self._patience))

    def each(self, what: type[Row], **filters: Any) -> AsyncIterator[Row]:
        """Yield rows of store/shown.py, e.g. each(Hold, owner="L7", state="open")."""
        return self._pages(lambda after: calls.page(what, filters, after, self._patience))

    def plan(self, listing: str) -> AsyncIterator[PlanRow]:
        """Yield the rows of a repayment plan."""
        return self._pages(lambda after: calls.plan(listing, after, self._patience))

    # ── who clients are ──────────────────────────────────────────────────────
    async def person(self, reference: str, *, clear: bool = False) -> Person:
        """Return who a client is, masked; in clear for a key with the scope reveal, and the look is written down."""
        return await self._run(calls.person(reference, clear, self._patience))

    async def put_person(self, reference: str, /, **details: Any) -> Person:
        """Keep who a client is (name, id_type, id_number, phone, address, devices, cards): all of it."""
        return await self._run(calls.put_person(reference, details, self._patience))

    async def find_persons(self, column: str, value: str) -> list[str]:
        """Return the clients with a whole phone, id_number or card_number."""
        return await self._run(calls.find_persons(column, value, self._patience))

    async def put_document(
        self, reference: str, document: str, content: bytes, *, media: str, kind: str = "document"
    ) -> Document:
        """Keep a client's document."""
        return await self._run(calls.put_document(reference, document, content, media, kind, self._patience))

    async def document(self, reference: str, document: str) -> bytes:
        """Return a client's document as it came; the look is written down."""
        return await self._run(calls.content(calls.document_path(reference, document), self._patience))

    # ── all the rest ─────────────────────────────────────────────────────────
    async def call(self, method: str, path: str, body: Any = None, *, id: str = "", **query: Any) -> Any:
        """Ask anything of /openapi.json, signed like everything else."""
        return await self._run(calls.call(method, path, body, query, id, self._patience))

    async def content(self, path: str) -> bytes:
        """Return a file, e.g. a check file, as it stands."""
        return await self._run(calls.content(path, self._patience))

    # ── how a flow is run ────────────────────────────────────────────────────
    async def _pages(self, page_of: Callable[[str | None], Flow[Any]]) -> AsyncIterator[Any]:
        after: str | None = None
        while True:
            page = await self._run(page_of(after))
            for one in page.items:
                yield one
            after = page.next
            if after is None:
                return

    async def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                step = flow.send(await self._done(step))
        except StopIteration as end:
            result: T = end.value
            return result

    async def _done(self, step: Asked | Pause) -> Heard:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return Heard(0, b"", {}, time.monotonic())
        request = self._wire.request(self._http, step)
        try:
            return self._wire.heard(request, await self._http.send(request))
        except (httpx.TransportError, ssl.SSLError) as error:  # a refused certificate is told after the handshake
            return lost(error)
