"""Authorisation requests (授权请求): a platform asks that its client confirms one instruction, and sees what came of it.

When    an instruction lowers what a client may use, or gives away a right of his, and no mandate covers it
Shape   the answer names a page at the custodian; the platform sends its client there. It never sees a secret, and cannot
        send evidence: the custodian keeps it and hands the instruction in at once, under the same id
Returns 200 with the request as it stands; the same request asked again is the same; another under its id is a conflict
Errors  422: a kind that no client confirms, a client that does not exist; 409: the id is used; 404: not this platform's
Source  issue of the platform's door, point 3; domain-decisions.md 8, 10
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from cunguan.doors.api import authorisations, shown
from cunguan.doors.api.authorisations import Authorisation, Wish
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.handing_in import InstructionAnswer, InstructionBody, instruction_of
from cunguan.doors.api.handing_in import told as answered
from cunguan.doors.api.problem import Problem, not_found
from cunguan.doors.api.return_url import checked_return_url
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.operations.catalogue import Operation, operations

Seconds = Annotated[int, msgspec.Meta(ge=60, le=7 * 24 * 3600)]
DEFAULT_SECONDS = 900


class AuthorisationBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request: the instruction as it will be handed in, and where the client goes on after he has answered.

    id                  the instruction's id: under it the outcome is found
    kind, body          the instruction, as for POST /v1/instructions
    expires_in_seconds  how long the client may take
    return_url          a page of the platform to which the client's page leads back; https outside a sandbox
    """

    id: str
    kind: str
    body: dict[str, Any]
    expires_in_seconds: Seconds = DEFAULT_SECONDS
    return_url: str = ""


class AuthorityShown(msgspec.Struct, frozen=True):
    """The text whose hash the client's key signs, with the currency of its amount."""

    kind: str
    owner: str
    type: str
    amount_minor: int
    currency: str
    payee: str
    listing: str
    until: str


class AuthorisationAnswer(msgspec.Struct, frozen=True):
    """A request as it stands.

    state   waiting, confirmed, declined or expired
    page    where the client confirms or declines; valid while the request waits, afterwards it tells what came of it
    lines   what the page shows, in English and in Chinese
    answer  what the plane said, once the client has confirmed; null while it is not known
    """

    id: str
    kind: str
    body: dict[str, Any]
    state: str
    page: str
    asked_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    return_url: str
    text: AuthorityShown
    lines: dict[str, list[str]]
    evidence_kind: str | None
    answer: InstructionAnswer | None


class AuthorisationQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which requests: of one client, in one state; the newest first."""

    after: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 50
    owner: str | None = None
    state: str | None = None


class AuthorisationPage(msgspec.Struct, frozen=True):
    """Requests of the platform, the newest first."""

    items: list[AuthorisationAnswer]
    next: str | None


async def create(call: Call) -> AuthorisationAnswer:
    """Ask a client to confirm."""
    wish = await _wish(call, call.body)
    return await told(call, await authorisations.ask(call.context, wish))


async def fetch(call: Call) -> AuthorisationAnswer:
    """Return one request."""
    return await told(call, await _own(call))


async def list_(call: Call) -> AuthorisationPage:
    """Return requests."""
    query: AuthorisationQuery = call.query
    found = await authorisations.of_lane(
        call.context, call.caller.lane, before=_cursor(query.after), limit=query.limit + 1, owner=query.owner,
        state=query.state,
    )  # fmt: skip
    items = found[: query.limit]
    after = str(items[-1].number) if len(found) > query.limit else None
    return AuthorisationPage([await told(call, one) for one in items], after)


async def confirm_in_sandbox(call: Call) -> AuthorisationAnswer:
    """Let the test client confirm, as he would at the page."""
    return await told(call, await authorisations.confirm(call.context, await _own(call)))


async def decline_in_sandbox(call: Call) -> AuthorisationAnswer:
    """Let the test client decline."""
    return await told(call, await authorisations.decline(call.context, await _own(call)))


async def _own(call: Call) -> Authorisation:
    found = await authorisations.find(call.context, call.caller.lane, call.path["id"])
    if found is None:
        raise not_found("authorisation request")
    return found


def _cursor(after: str) -> int:
    if not after:
        return 2**62
    if not after.isdecimal() or len(after) > 18:
        raise Problem(422, Code.malformed, "after is the value of next from the page before", field="after")
    return int(after)


# ── what is wanted ───────────────────────────────────────────────────────────
async def _wish(call: Call, asked: AuthorisationBody) -> Wish:
    described = _confirmable(asked.kind)
    instruction = instruction_of(InstructionBody(asked.id, asked.kind, asked.body))
    assert described.authority_text is not None
    text = described.authority_text(instruction, call.caller.lane)
    if text is None:
        detail = (
            "nobody is to confirm this: it stands under a mandate, a schedule or an order; send it to /v1/instructions"
        )
        raise Problem(422, Code.details_differ, detail, field="body", instruction_id=asked.id)
    owner = await authorisations.owner_of(call.context, call.caller.lane, text.owner)
    return Wish(
        asked.id, asked.kind, described.version, canonical_json(instruction.body), text, owner["currency"],
        checked_return_url(asked.return_url, call.context.is_sandbox), call.caller.key_id, asked.expires_in_seconds,
    )  # fmt: skip


def _confirmable(kind: str) -> Operation:
    described = operations().get(kind)
    if described is None or described.authority_text is None:
        known = ", ".join(sorted(name for name, one in operations().items() if one.authority_text is not None))
        raise Problem(
            422, Code.unknown_kind, f"no client confirms a {kind[:60]!r}; clients confirm {known}", field="kind"
        )
    return described


# ── what is told ─────────────────────────────────────────────────────────────
async def told(call: Call, request: Authorisation) -> AuthorisationAnswer:
    """Return a request as a platform sees it."""
    context, text, said = call.context, request.text, request.said
    view = await shown.of(context, request)
    return AuthorisationAnswer(
        id=request.id, kind=request.kind, body=msgspec.json.decode(request.body), state=request.state,
        page=authorisations.page_of(context, authorisations.token_of(context.home, request.lane, request.id)),
        asked_at=request.asked_at, expires_at=request.expires_at, decided_at=request.decided_at,
        return_url=request.return_url,
        text=AuthorityShown(
            text.kind, text.owner, text.type, text.amount_minor, request.currency, text.payee, text.listing, text.until
        ),
        lines={language: shown.lines(view, language) for language in shown.LANGUAGES},
        evidence_kind=request.evidence_kind, answer=None if said is None else answered(request.kind, said),
    )  # fmt: skip


_EXAMPLE = {
    "id": "bid-2026-0001",
    "kind": "bid_hold",
    "body": {"lender": "L7", "listing": "P-001", "amount_minor": 60_000},
    "return_url": "https://platform.example/bids/0001",
}

ENDPOINTS = (
    Endpoint(
        "POST", "/v1/authorisations", "Ask a client to confirm an instruction", "instruct", create,
        answer=AuthorisationAnswer, body=AuthorisationBody, example=_EXAMPLE, tag="authorisations",
    ),
    Endpoint(
        "GET", "/v1/authorisations", "Requests to clients", "read", list_, answer=AuthorisationPage,
        query=AuthorisationQuery, tag="authorisations",
    ),
    Endpoint(
        "GET", "/v1/authorisations/{id:path}", "One request to a client", "read", fetch, answer=AuthorisationAnswer,
        tag="authorisations",
    ),
    Endpoint(
        "POST", "/v1/sandbox/authorisations/{id:path}/confirm", "Let a test client confirm", "sandbox", confirm_in_sandbox,
        answer=AuthorisationAnswer, sandbox=True, tag="sandbox",
    ),
    Endpoint(
        "POST", "/v1/sandbox/authorisations/{id:path}/decline", "Let a test client decline", "sandbox", decline_in_sandbox,
        answer=AuthorisationAnswer, sandbox=True, tag="sandbox",
    ),
)  # fmt: skip
