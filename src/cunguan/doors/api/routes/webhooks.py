"""Webhooks (回调通知): where a platform wants to hear of events, what was sent there, and sending it again.

Shape   an endpoint's secret is in the answer to the request that made it, and in no other
        a delivery's id is <endpoint>:<seq>:<number>, the place of its event in the books; seq 0 is a test
Errors  Problem 422 for a url nothing is sent to, 409 for an id that is taken or an endpoint that is not active
Source  Standard Webhooks 1.0.0; docs/webhooks.md
"""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cunguan.doors.api import moments
from cunguan.doors.api.cursors import cursor, place
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.lists import Items, Paged, named
from cunguan.doors.api.problem import Problem, not_found
from cunguan.doors.webhooks import endpoints, targets
from cunguan.doors.webhooks.courier import sample_id
from cunguan.doors.webhooks.endpoints import Attempt, Delivery, Replay, Seen, TooMany, Wanted
from cunguan.doors.webhooks.events import Event, fits, types
from cunguan.doors.webhooks.targets import TargetRefused
from cunguan.kernel.codes import Code
from cunguan.keys.webhook import secret_text

Name = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", description="an id of letters, digits, - and _")
]
TypeFilter = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9_.]{0,99}\*?$", min_length=1, description="a type, or the beginning of some before a star"),
]
SubjectFilter = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9_.:/@+#=-]{0,240}\*?$", min_length=1, description="a subject, or the beginning of some before a star"),
]  # fmt: skip
Types = Annotated[tuple[TypeFilter, ...], Meta(min_length=1, max_length=64)]
Subjects = Annotated[tuple[SubjectFilter, ...], Meta(min_length=1, max_length=64)]
Url = Annotated[str, Meta(min_length=1, max_length=targets.URL_CHARACTERS_MAX)]
Description = Annotated[str, Meta(max_length=200)]
Moment = moments.Moment

DELIVERY = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,63}):([0-9]{1,18}):([0-9]{1,9})")
OVERLAP_HOURS, OVERLAP_HOURS_MAX = 24, 168
ALL = ("*",)


# ── bodies and queries ───────────────────────────────────────────────────────
class NewWebhookEndpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where events shall be sent, and which: by type (`withdrawal.*`) and by subject (`listing:X1`)."""

    id: Name
    url: Url
    types: Types = ALL
    subjects: Subjects = ALL
    description: Description = ""


class WebhookEndpointChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an endpoint is from now on, whole; `disabled` sends and plans nothing until it is `active` again."""

    url: Url
    types: Types = ALL
    subjects: Subjects = ALL
    description: Description = ""
    state: Literal["active", "disabled"] = "active"


class SecretRotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long messages are signed with the older secrets too."""

    overlap_hours: Annotated[int, Meta(ge=0, le=OVERLAP_HOURS_MAX)] = OVERLAP_HOURS


class ReplayBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """From which moment to which events are told again: sequences, business dates or instants."""

    from_: Moment
    until: Moment | UnsetType = UNSET


class WebhookEndpointsQuery(Paged, frozen=True):
    """Filters of the endpoints."""

    state: Literal["active", "disabled"] | UnsetType = UNSET


class WebhookDeliveriesQuery(Paged, frozen=True):
    """Filters of the deliveries; since and until are of when they were planned."""

    state: Literal["waiting", "delivered", "dead"] | UnsetType = UNSET
    endpoint: Name | UnsetType = UNSET
    type: Annotated[str, Meta(pattern=r"^[a-z0-9_.]{1,100}$")] | UnsetType = UNSET
    subject: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:/@+#=-]{1,241}$")] | UnsetType = UNSET
    since: datetime | UnsetType = UNSET
    until: datetime | UnsetType = UNSET


# ── answers ──────────────────────────────────────────────────────────────────
class WebhookEndpoint(msgspec.Struct, frozen=True):
    """An endpoint; `since_seq` is the last sequence before it was written down, `is_failing` that it has not answered for long."""

    id: str
    url: str
    types: list[str]
    subjects: list[str]
    description: str
    state: str
    reason: str
    made_at: datetime
    since_seq: int
    failing_since: datetime | None
    is_failing: bool


class WebhookEndpointMade(WebhookEndpoint, frozen=True):
    """An endpoint with its secret, which is shown for this request alone; null where that is an hour ago."""

    secret: str | None


class WebhookEndpointNow(WebhookEndpoint, frozen=True):
    """An endpoint with what waits and what is dead, each counted up to 10,000."""

    waiting_count: int
    dead_count: int


class WebhookEndpointDeleted(msgspec.Struct, frozen=True):
    """An endpoint that is told nothing more; its id is not given again."""

    id: str
    state: str = "deleted"


class WebhookDelivery(msgspec.Struct, frozen=True):
    """One event for one endpoint. `next_at` is null while an earlier event of its subject waits, and when it has ended."""

    id: str
    endpoint: str
    event: str
    type: str
    subject: str
    seq: int
    number: int
    state: str
    attempts: int
    planned_at: datetime
    next_at: datetime | None
    ended_at: datetime | None


class WebhookDeliveryTried(WebhookDelivery, frozen=True):
    """A delivery with the log of its tries; one without an outcome is under way, or was cut off and is made again."""

    log: list[Attempt]


class WebhookPlanned(msgspec.Struct, frozen=True):
    """Deliveries that go out as soon as they may."""

    delivery: str


class WebhookDriven(msgspec.Struct, frozen=True):
    """How many dead deliveries were driven again; where `more` is true, ask again."""

    count: int
    more: bool


class WebhookReplay(msgspec.Struct, frozen=True):
    """A range that is told again: done when `next_seq` is past `last_seq`."""

    id: str
    endpoint: str
    first_seq: int
    last_seq: int
    next_seq: int
    planned_count: int
    asked_at: datetime
    is_done: bool


# ── endpoints ────────────────────────────────────────────────────────────────
async def make(call: Call) -> WebhookEndpointMade:
    """Write an endpoint down."""
    body: NewWebhookEndpoint = call.body
    wanted = await _wanted(call, body)
    with _bounded():
        seen, secret = await endpoints.add(call.context.pool, call.caller.lane, body.id, wanted, _now(call))
    if seen is None:
        raise Problem(409, Code.webhook_deleted, f"{body.id} was deleted: choose another id", field="id")
    _same(seen, wanted)
    return _made(call, seen, secret)


def _same(seen: Seen, wanted: Wanted) -> None:
    was, asked = msgspec.structs.asdict(seen.wanted), msgspec.structs.asdict(wanted)
    differs = next((name for name in asked if was[name] != asked[name]), None)
    if differs is not None:
        raise Problem(
            409,
            Code.exists_with_different_field,
            f"{seen.id} is there with another {differs}: change it by PUT",
            field=differs,
        )


async def change(call: Call) -> WebhookEndpoint:
    """Change an endpoint."""
    body: WebhookEndpointChange = call.body
    wanted = await _wanted(call, body)
    reason = "" if body.state == "active" else "disabled by the platform"
    seen = await endpoints.change(call.context.pool, call.caller.lane, _name(call), wanted, body.state, reason)
    return WebhookEndpoint(**_shown(call, _there(seen)))


async def delete(call: Call) -> WebhookEndpointDeleted:
    """Take an endpoint away; asked again, it is away."""
    if not await endpoints.delete(call.context.pool, call.caller.lane, _name(call)):
        raise not_found("webhook endpoint")
    return WebhookEndpointDeleted(_name(call))


async def some(call: Call) -> Items[WebhookEndpoint]:
    """List endpoints."""
    query: WebhookEndpointsQuery = call.query
    after = place(call, str) or ""
    found = await endpoints.some(
        call.context.pool, call.caller.lane, after, query.limit + 1, None if query.state is UNSET else query.state
    )
    more = found[query.limit - 1].id if len(found) > query.limit else None
    return Items([WebhookEndpoint(**_shown(call, one)) for one in found[: query.limit]], cursor(call, more))


async def one(call: Call) -> WebhookEndpointNow:
    """Show one endpoint."""
    seen = await _endpoint(call)
    waiting, dead = await endpoints.counts(call.context.pool, call.caller.lane, seen.id)
    return WebhookEndpointNow(**_shown(call, seen), waiting_count=waiting, dead_count=dead)


async def rotate(call: Call) -> WebhookEndpointMade:
    """Give an endpoint a new secret."""
    overlap = timedelta(hours=call.body.overlap_hours)
    with _bounded():
        found = await endpoints.rotate(
            call.context.pool, call.caller.lane, _name(call), _asked_by(call), overlap, _now(call)
        )
    if found is None:
        raise not_found("webhook endpoint")
    return _made(call, *found)


async def test(call: Call) -> WebhookPlanned:
    """Send a test."""
    seen = await _active(call)
    number = await endpoints.sample(call.context.pool, call.caller.lane, seen.id, _now(call))
    if number is None:
        raise _inactive(seen)
    return WebhookPlanned(f"{seen.id}:0:{number}")


# ── deliveries ───────────────────────────────────────────────────────────────
async def deliveries(call: Call) -> Items[WebhookDelivery]:
    """List deliveries, the oldest first."""
    query: WebhookDeliveriesQuery = call.query
    asked = {name: value for name, value in msgspec.structs.asdict(query).items() if value is not UNSET}
    for name in ("since", "until"):
        if name in asked and asked[name].tzinfo is None:
            raise Problem(422, Code.date_malformed, "an instant has its zone: 2026-03-02T15:00:00+08:00", field=name)
    after = place(call, int) or 0
    found = await endpoints.deliveries(call.context.pool, call.caller.lane, after, query.limit + 1, asked)
    more = found[query.limit - 1].delivery if len(found) > query.limit else None
    return Items([WebhookDelivery(**_told(call, one)) for one in found[: query.limit]], cursor(call, more))


async def delivery(call: Call) -> WebhookDeliveryTried:
    """Show one delivery with its log."""
    found = await _delivery(call)
    log = await endpoints.attempts(call.context.pool, call.caller.lane, found)
    return WebhookDeliveryTried(**_told(call, found), log=log)


async def redeliver(call: Call) -> WebhookPlanned:
    """Send one again, whatever became of it."""
    found = await _delivery(call)
    await _is_active(call, found.endpoint)
    await endpoints.again(
        call.context.pool, call.caller.lane, _now(call), endpoint=found.endpoint, number=found.delivery
    )
    return WebhookPlanned(_id(found))


async def redeliver_dead(call: Call) -> WebhookDriven:
    """Send all of an endpoint again that are dead, some at once."""
    seen = await _active(call)
    count = await endpoints.again(call.context.pool, call.caller.lane, _now(call), endpoint=seen.id)
    return WebhookDriven(count, count == endpoints.AGAIN_MAX)


async def replay(call: Call) -> WebhookReplay:
    """Tell what happened between two moments again, whether or not it was told."""
    seen = await _active(call)
    stand = await moments.stand(call)
    first = await moments.before(call, stand, call.body.from_, "from") + 1
    last = await moments.upto(call, stand, call.body.until, "until")
    last = min(last, await endpoints.planned_upto(call.context.pool, call.caller.lane))
    if first > last:
        raise Problem(422, Code.period_malformed, "nothing was decided between these moments", field="until")
    with _bounded():
        found = await endpoints.replay(
            call.context.pool, call.caller.lane, _asked_by(call), seen.id, first, last, _now(call)
        )
    if (found.endpoint, found.first_seq) != (seen.id, first):
        raise Problem(409, Code.exists_with_different_field, "this id has asked for another replay", field="from")
    return _replay(found)


async def replayed(call: Call) -> WebhookReplay:
    """Show how far a range was told again."""
    found = await endpoints.replayed(call.context.pool, call.caller.lane, named(call, "replay"))
    if found is None:
        raise not_found("replay")
    return _replay(found)


# ── inside ───────────────────────────────────────────────────────────────────
async def _wanted(call: Call, body: NewWebhookEndpoint | WebhookEndpointChange) -> Wanted:
    """Return what is asked, with the url in its one form; refuse what would never be sent."""
    for one in body.types:
        if not any(fits(one, known) for known in types()):
            raise Problem(
                422, Code.malformed, f"no event has a type like {one!r}: docs/webhooks.md lists them", field="types"
            )
    is_sandbox = call.context.is_sandbox and call.caller.is_sandbox
    try:
        target = targets.parse(body.url, is_sandbox)
        await targets.addresses(target.host, target.port, is_sandbox)
    except TargetRefused as refused:
        raise Problem(422, Code.webhook_target_refused, str(refused), field="url") from None
    return Wanted(target.url, body.description, list(body.types), list(body.subjects))


def _name(call: Call) -> str:
    return named(call, "webhook endpoint")


async def _endpoint(call: Call) -> Seen:
    return _there(await endpoints.one(call.context.pool, call.caller.lane, _name(call)))


async def _active(call: Call) -> Seen:
    seen = await _endpoint(call)
    if seen.state != "active":
        raise _inactive(seen)
    return seen


async def _is_active(call: Call, name: str) -> None:
    seen = await endpoints.one(call.context.pool, call.caller.lane, name)
    if seen is None:
        raise Problem(409, Code.webhook_deleted, f"{name} was deleted: nothing is sent there any more")
    if seen.state != "active":
        raise _inactive(seen)


def _inactive(seen: Seen) -> Problem:
    return Problem(
        409, Code.webhook_not_active, f"{seen.id} is {seen.state} ({seen.reason}): make it active by PUT first"
    )


def _there(seen: Seen | None) -> Seen:
    if seen is None:
        raise not_found("webhook endpoint")
    return seen


async def _delivery(call: Call) -> Delivery:
    found = DELIVERY.fullmatch(call.path["id"])
    seen = found and await endpoints.delivery(
        call.context.pool, call.caller.lane, found[1], int(found[2]), min(int(found[3]), 2**31 - 1)
    )
    if not seen:
        raise not_found("webhook delivery")
    return seen


def _shown(call: Call, seen: Seen) -> dict[str, Any]:
    return {**msgspec.structs.asdict(seen), "is_failing": endpoints.is_failing(seen, _now(call))}


def _made(call: Call, seen: Seen, secret: bytes | None) -> WebhookEndpointMade:
    return WebhookEndpointMade(**_shown(call, seen), secret=None if secret is None else secret_text(secret))


def _told(call: Call, found: Delivery) -> dict[str, Any]:
    row = msgspec.structs.asdict(found)
    event = Event(call.caller.lane, found.seq, found.number, found.type, found.subject)
    del row["delivery"], row["failures"]
    name = event.id if found.seq else sample_id(call.caller.lane, found.endpoint, found.number)
    return {**row, "id": _id(found), "event": name}


def _id(found: Delivery) -> str:
    return f"{found.endpoint}:{found.seq}:{found.number}"


def _replay(found: Replay) -> WebhookReplay:
    return WebhookReplay(**msgspec.structs.asdict(found), is_done=found.next_seq > found.last_seq)


def _asked_by(call: Call) -> str:
    return call.request.headers["instruction-id"]


def _now(call: Call) -> datetime:
    return call.context.clock.now()


class _bounded:
    """Turns TooMany into a Problem."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TooMany):
            raise Problem(409, Code.webhook_limit_reached, str(error)) from None


_ONE, _DELIVERY = "/v1/webhook-endpoints/{id}", "/v1/webhook-deliveries/{id}"
_NEW = {
    "id": "main",
    "url": "https://platform.example/cunguan",
    "types": ["withdrawal.*", "instruction.*"],
    "subjects": ["*"],
}
_CHANGE = {"url": "https://platform.example/cunguan", "types": ["*"], "state": "active"}

ENDPOINTS = tuple(
    Endpoint(method, path, summary, "webhooks", handler, answer=answer, tag="webhooks", **more)
    for method, path, summary, handler, answer, more in (
        ("POST", "/v1/webhook-endpoints", "Write an endpoint down", make, WebhookEndpointMade,
         {"body": NewWebhookEndpoint, "status": 201, "example": _NEW}),
        ("GET", "/v1/webhook-endpoints", "Endpoints", some, Items[WebhookEndpoint], {"query": WebhookEndpointsQuery}),
        ("GET", _ONE, "One endpoint, with what waits and what is dead", one, WebhookEndpointNow, {}),
        ("PUT", _ONE, "Change, disable or enable an endpoint", change, WebhookEndpoint,
         {"body": WebhookEndpointChange, "example": _CHANGE}),
        ("DELETE", _ONE, "Delete an endpoint", delete, WebhookEndpointDeleted, {}),
        ("POST", f"{_ONE}/secret", "Rotate an endpoint's secret", rotate, WebhookEndpointMade,
         {"body": SecretRotation, "example": {"overlap_hours": OVERLAP_HOURS}}),
        ("POST", f"{_ONE}/test", "Send a test event", test, WebhookPlanned, {"status": 202}),
        ("POST", f"{_ONE}/redeliver-dead", "Send all dead deliveries again", redeliver_dead, WebhookDriven, {"status": 202}),
        ("POST", f"{_ONE}/replay", "Tell a range of events again", replay, WebhookReplay,
         {"body": ReplayBody, "status": 202, "example": {"from": "2026-03-02", "until": "2026-03-03"}}),
        ("GET", "/v1/webhook-replays/{id}", "How far a replay has come", replayed, WebhookReplay, {}),
        ("GET", "/v1/webhook-deliveries", "Deliveries", deliveries, Items[WebhookDelivery], {"query": WebhookDeliveriesQuery}),
        ("GET", _DELIVERY, "One delivery with the log of its tries", delivery, WebhookDeliveryTried, {}),
        ("POST", f"{_DELIVERY}/redeliver", "Send a delivery again", redeliver, WebhookPlanned, {"status": 202}),
    )
)  # fmt: skip
