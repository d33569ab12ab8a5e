"""Calls: what can be asked of the door, each as a flow; the two clients run them.

Errors  TypeError: fields that are not those of the kind; UnknownKind: no such kind
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from cunguan.client.errors import Failed, Pending
from cunguan.client.flow import Asked, Flow, Pause, in_doubt, instruct, new_id, now, once, quoted
from cunguan.client.shapes import (
    PATHS,
    Answered,
    Authorisation,
    Balances,
    Document,
    LiabilitySnapshot,
    Person,
    Platform,
    StatementPage,
)
from cunguan.operations.catalogue import operation
from cunguan.store.shown import PlanRow

T = TypeVar("T", bound=msgspec.Struct)

PATIENCE = 30.0
LOOK_EVERY = 0.5

Fields = Mapping[str, Any]


class Item(msgspec.Struct, frozen=True):
    """One instruction of a batch."""

    id: str
    kind: str
    body: msgspec.Struct


class Page(msgspec.Struct, frozen=True):
    """A page of a list; `next` is None at its end."""

    items: list[Any]
    next: str | None


# ── what moves something ─────────────────────────────────────────────────────
def item(id: str, kind: str, body: msgspec.Struct | None, fields: Fields) -> Item:
    """Return an instruction whose fields are those of its kind."""
    typed = operation(kind).body
    made = msgspec.convert(dict(fields), typed) if body is None else body
    if not isinstance(made, typed) or (body is not None and fields):
        raise TypeError(f"{kind} takes its fields by name, or one {typed.__module__}.Body")
    return Item(id, kind, made)


def submit(one: Item, patience: float) -> Flow[Answered]:
    """Hand one instruction in and hear its outcome."""
    return instruct(_post("/v1/instructions", one, one.id), _into(Answered), patience)


def batch(id: str, items: Sequence[Item], atomic: bool, patience: float) -> Flow[list[Answered]]:
    """Hand up to 1,000 in under one signature, again while some are in doubt; all or none of them when it is atomic."""
    asked = _post("/v1/batches", {"id": id, "atomic": atomic, "items": list(items)}, id)
    begun = yield from now()
    while True:
        said = yield from once(asked, _json, patience)
        answers = msgspec.convert(said["items"], list[Answered])
        is_open = any(one.status == "in_doubt" or one.retry for one in answers)
        if not is_open or (yield from now()) - begun >= patience:
            return answers
        yield Pause(LOOK_EVERY)


def authorise(one: Item, life_seconds: int, return_url: str, patience: float) -> Flow[Authorisation]:
    """Ask a client to confirm an instruction."""
    body = {
        "id": one.id,
        "kind": one.kind,
        "body": one.body,
        "expires_in_seconds": life_seconds,
        "return_url": return_url,
    }
    return once(_post("/v1/authorisations", body, one.id), _into(Authorisation), patience)


def open_account(id: str, fields: Fields, patience: float) -> Flow[Authorisation]:
    """Bring a client: he opens an account."""
    return once(_post("/v1/openings", {"id": id, **fields}, id), _into(Authorisation), patience)


def outcome(id: str, patience: float) -> Flow[Authorisation]:
    """Wait until a client has answered, and, when he confirmed, until what he confirmed is decided."""
    begun, path = (yield from now()), f"/v1/authorisations/{quoted(id)}"
    while True:
        found = yield from _get(path, Authorisation, {}, patience)
        if found.state in ("declined", "expired") or (found.answer is not None and found.answer.status != "in_doubt"):
            return found
        if (yield from now()) - begun >= patience:
            raise Pending(id, f"the request is {found.state}")
        yield Pause(LOOK_EVERY)


def decided(id: str, patience: float) -> Flow[Answered]:
    """Wait until an instruction that others hand in, as the bank's, is decided."""
    begun = None
    while True:
        heard = yield Asked("GET", f"/v1/instructions/{quoted(id)}")
        begun = heard.at if begun is None else begun
        if heard.status == 200 and not in_doubt(heard):
            return msgspec.json.decode(heard.body, type=Answered)
        if heard.at - begun >= patience:
            raise Pending(id, heard.why or f"HTTP {heard.status}")
        yield Pause(LOOK_EVERY / 5)


# ── what only reads ──────────────────────────────────────────────────────────
def platform(patience: float) -> Flow[Platform]:
    """Return the caller's platform."""
    return _get("/v1/platform", Platform, {}, patience)


def balances(holder: str, as_of: str | int | None, patience: float) -> Flow[Balances]:
    """Return the five balances of an account, now or as of a sequence, an instant or a date."""
    query = {} if as_of is None else {"as_of": as_of}
    return _get(f"/v1/accounts/{quoted(holder)}/balances", Balances, query, patience)


def statement(holder: str, query: Fields, patience: float) -> Flow[StatementPage]:
    """Return a page of a statement."""
    return _get(f"/v1/accounts/{quoted(holder)}/statement", StatementPage, _asked_for(query), patience)


def liabilities(query: Fields, after: str | None, patience: float) -> Flow[Page]:
    """Return a page of the snapshots of what the platform's pools owe."""
    return _page("/v1/liabilities", LiabilitySnapshot, query, after, patience)


def liabilities_proof(holder: str, snapshot: str, patience: float) -> Flow[bytes]:
    """Return a client's proof that he was counted, byte by byte as it was made."""
    return content(f"/v1/accounts/{quoted(holder)}/liabilities/{quoted(snapshot)}", patience)


def receipt(id: str, holder: str, patience: float) -> Flow[bytes]:
    """Return an instruction's receipt, byte by byte as it was made; asked for again while no checkpoint is over it yet."""
    asked = Asked("GET", f"/v1/instructions/{quoted(id)}/receipt", {"holder": holder} if holder else {})
    begun = yield from now()
    while True:
        try:
            return (yield from once(asked, bytes, patience))
        except Failed as failed:
            if failed.details.code != "receipt_not_ready" or (yield from now()) - begun >= patience:
                raise
        yield Pause(LOOK_EVERY)


def found(what: type[T], id: str, patience: float) -> Flow[T | None]:
    """Return one row, None when there is none."""
    try:
        return (yield from _get(f"/v1/{PATHS[what]}/{quoted(id)}", what, {}, patience))
    except Failed as failed:
        if failed.details.status == 404:
            return None
        raise


def page(what: type[msgspec.Struct], query: Fields, after: str | None, patience: float) -> Flow[Page]:
    """Return a page of rows."""
    return _page(f"/v1/{PATHS[what]}", what, query, after, patience)


def plan(listing: str, after: str | None, patience: float) -> Flow[Page]:
    """Return a page of a repayment plan."""
    return _page(f"/v1/listings/{quoted(listing)}/plan", PlanRow, {}, after, patience)


def _page(path: str, what: type[msgspec.Struct], query: Fields, after: str | None, patience: float) -> Flow[Page]:
    said = yield from once(Asked("GET", path, _asked_for({**query, "after": after})), _json, patience)
    return Page(msgspec.convert(said["items"], list[what]), said["next"])  # type: ignore[valid-type]


# ── who clients are ──────────────────────────────────────────────────────────
def person(reference: str, clear: bool, patience: float) -> Flow[Person]:
    """Return who a client is, masked, or in clear, which is written down."""
    return _get(f"/v1/persons/{quoted(reference)}{'/clear' if clear else ''}", Person, {}, patience)


def put_person(reference: str, details: Fields, patience: float) -> Flow[Person]:
    """Keep who a client is: all of it, in place of what was kept."""
    raw = msgspec.json.encode(dict(details))
    return once(
        Asked("PUT", f"/v1/persons/{quoted(reference)}", body=raw, id=new_id("person")), _into(Person), patience
    )


def find_persons(column: str, value: str, patience: float) -> Flow[list[str]]:
    """Return the references of clients with a whole phone, id_number or card_number."""
    said = yield from once(
        _post("/v1/persons/search", {"column": column, "value": value}, new_id("search")), _json, patience
    )
    return [one["person"] for one in said["items"]]


def document_path(reference: str, document: str) -> str:
    """Return where a client's document is."""
    return f"/v1/persons/{quoted(reference)}/documents/{quoted(document)}"


def put_document(
    reference: str, document: str, content: bytes, media: str, kind: str, patience: float
) -> Flow[Document]:
    """Keep a client's document."""
    asked = Asked("PUT", document_path(reference, document), {"kind": kind}, content, new_id("document"), media)
    return once(asked, _into(Document), patience)


# ── anything else ────────────────────────────────────────────────────────────
def call(method: str, path: str, body: Any, query: Fields, id: str, patience: float) -> Flow[Any]:
    """Ask anything of the door; what may change something goes under an id, so that it can be sent again."""
    if method == "GET":
        return once(Asked("GET", path, query), _json, patience)
    name = id or (body.get("id") if isinstance(body, dict) else None) or new_id("call")
    raw = b"" if body is None else msgspec.json.encode(body)
    return once(Asked(method, path, query, raw if body is not None else None, name), _json, patience)


def content(path: str, patience: float) -> Flow[bytes]:
    """Return a file as it stands."""
    return once(Asked("GET", path), bytes, patience)


def _asked_for(query: Fields) -> dict[str, Any]:
    """Return a query as it is sent: `from` is no name in Python, and what is None is not asked for."""
    return {"from" if name == "from_" else name: value for name, value in query.items() if value is not None}


def _get(path: str, what: type[T], query: Fields, patience: float) -> Flow[T]:
    return once(Asked("GET", path, query), _into(what), patience)


def _post(path: str, body: Any, id: str) -> Asked:
    return Asked("POST", path, body=msgspec.json.encode(body), id=id)


def _into(what: type[T]) -> Any:
    return msgspec.json.Decoder(what).decode


def _json(body: bytes) -> Any:
    return msgspec.json.decode(body) if body else None
