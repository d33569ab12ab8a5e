"""Platform (委托人): the caller's own place at the custodian: lane, pack, day, pools.

When    a platform's engineer looks where he is; a program that asks for the business date
Returns the lane as it stands, with what its people should look at;
        each pool with the platform's own accounts (2110 … 2155), never the clients'
"""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final, Literal, cast

import msgspec
from msgspec import Meta

from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.lists import Items, Paged, found, lister
from cunguan.doors.api.problem import not_found
from cunguan.ledger.chart import CHART
from cunguan.store import reading, shown
from cunguan.store.shown import Minor, PoolState, Seq

#: a key is replaced in time
KEY_ENDS: Final = timedelta(days=14)
#: dates that are older are looked at by the custodian's people
LOOK_BACK: Final = timedelta(days=120)

WarningCode = Literal[
    "legacy_rsa_sha1", "key_ends_soon", "check_files_unconfirmed", "bids_stopped", "outgoing_stopped", "webhook_disabled",
    "webhook_failing", "webhooks_dead",
]  # fmt: skip
_SAYS: Final[dict[WarningCode, str]] = {
    "legacy_rsa_sha1": "the dialect takes RSA with SHA-1 from this platform: sign with SHA-256, and have it switched off",
    "key_ends_soon": "the key {what} ends at {at}: replace it by POST /v1/keys",
    "check_files_unconfirmed": "{count} dates from {what} on are not confirmed, see GET /v1/check-files: three in a row stop new bids",
    "bids_stopped": "new bids are stopped since {what}: confirm the check files that wait",
    "outgoing_stopped": "nothing leaves your pools since {what}: the custodian looks for the cause of a difference",
    "webhook_disabled": "the webhook endpoint {what} is switched off: GET /v1/webhook-endpoints/{what} says why",
    "webhook_failing": "the webhook endpoint {what} has taken nothing since {at}",
    "webhooks_dead": "{count} deliveries to the webhook endpoint {what} were given up: GET /v1/webhook-deliveries shows them",
}  # fmt: skip


class PlatformWarning(msgspec.Struct, frozen=True):
    """What the platform's people should look at: a code for programs, a sentence for people."""

    code: WarningCode
    says: str


class PlatformHere(msgspec.Struct, frozen=True):
    """The caller's platform and its lane; `day` is the state of the open business date."""

    platform: str
    state: str
    lane: int
    pack: Annotated[str, Meta(description="the rules this platform works under")]
    is_sandbox: bool
    business_date: date
    day: str
    seq: Annotated[int, Meta(description="the last sequence that was decided")]
    at: Annotated[datetime | None, Meta(description="when that was; null before the first")]
    warnings: Annotated[list[PlatformWarning], Meta(description="what should be looked at; empty when all is well")]


class OwnAccount(msgspec.Struct, frozen=True):
    """One of the platform's own accounts in a pool."""

    code: Annotated[str, Meta(description="of the chart of accounts", examples=["2120"])]
    name: Annotated[str, Meta(examples=["platform_marketing"])]
    balance_minor: Minor


class PoolFound(msgspec.Struct, frozen=True):
    """Get one pool, with the platform's own accounts; `seq` is what they are as of."""

    id: str
    currency: str
    regime: str
    state: PoolState
    seq: Seq
    accounts: list[OwnAccount]


async def platform(call: Call) -> PlatformHere:
    """Return the caller's lane."""
    here = await reading.here(call.context.pool, call.caller.lane)
    if here is None:
        raise not_found("platform")
    return PlatformHere(
        here.platform,
        here.state,
        here.lane,
        here.pack,
        here.is_sandbox,
        here.business_date,
        here.day,
        here.head,
        here.at,
        await _warnings(call, here.business_date),
    )


async def _warnings(call: Call, today: date) -> list[PlatformWarning]:
    now = call.context.clock.now()
    found = await reading.warnings(call.context.pool, call.caller.lane, now, now + KEY_ENDS, today - LOOK_BACK)
    return [_warning(cast(WarningCode, one.code), one) for one in found]


def _warning(code: WarningCode, one: reading.Warned) -> PlatformWarning:
    at = f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if one.at is not None else "the beginning"
    return PlatformWarning(code, _SAYS[code].format(what=one.what, count=one.count, at=at))


async def pool(call: Call) -> PoolFound:
    """Return one pool with the platform's own accounts."""
    row = await found(call, shown.Pool, "pool")
    own = await reading.pool_balances(call.context.pool, call.caller.lane, row.id)
    accounts = [OwnAccount(one.code, CHART[one.code].name, one.balance_minor) for one in own.buckets]
    return PoolFound(row.id, row.currency, row.regime, row.state, own.seq, accounts)


ENDPOINTS = (
    Endpoint("GET", "/v1/platform", "The platform: lane, pack, business date (委托人)", "read", platform,
             answer=PlatformHere, tag="platform"),
    Endpoint("GET", "/v1/pools", "List the pools (资金存管专用账户)", "read", lister(shown.Pool),
             answer=Items[shown.Pool], query=Paged, tag="platform"),
    Endpoint("GET", "/v1/pools/{id}", "Get one pool, with the platform's own accounts", "read", pool, answer=PoolFound,
             tag="platform"),
)  # fmt: skip
