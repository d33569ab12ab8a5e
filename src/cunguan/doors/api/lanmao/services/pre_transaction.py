"""Pre-transactions (用户预处理、授权预处理、预处理取消): money set aside, or promised, for one trade.

Shape   TENDER            a bid: its hold is the pre-transaction
        REPAYMENT         the borrower's mandate to repay this project, up to the amount, for some days: what SYNC_TRANSACTION uses
        CREDIT_ASSIGNMENT the purchase of a claim that is on sale
        USER_AUTO_…       the same under the client's standing authority, without a page
Differs REPAYMENT sets nothing aside: a repayment here is one journal when it happens; CREDIT_ASSIGNMENT is done when the buyer
        confirms, and SYNC_TRANSACTION only agrees to it; preMarketingAmount is held (decision 14), not only noted; a cancel
        of a bid, or of a promise, is its client's own word and answers INIT with a page. COMPENSATORY is asked at /v1
Source  domain.md (c.3) C3-C5, C10, C16; domain-decisions.md 13-17b
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.requests import Step
from cunguan.doors.api.lanmao.service import Ask, Confirm, Done, Service, step
from cunguan.doors.api.lanmao.services.authority import mandates
from cunguan.kernel.rows import Claim, Listing, PlanRow
from cunguan.operations.claim_sales import accrued

#: how long a promise to repay stands
PROMISE_DAYS = 30


class Pre(msgspec.Struct, frozen=True, rename="camel"):
    """Of USER_PRE_TRANSACTION and USER_AUTO_PRE_TRANSACTION."""

    platform_user_no: str
    biz_type: str
    amount: Any
    project_no: str = ""
    pre_marketing_amount: Any = None
    share: Any = None
    creditsale_request_no: str = ""


class Cancel(msgspec.Struct, frozen=True, rename="camel"):
    """Of CANCEL_PRE_TRANSACTION."""

    pre_transaction_no: str
    amount: Any


# ── with a page ──────────────────────────────────────────────────────────────
async def by_client(ask: Ask) -> Confirm:
    """Let a client set money aside for a trade."""
    data: Pre = ask.data
    make = {"TENDER": _bid, "REPAYMENT": _promise, "CREDIT_ASSIGNMENT": _purchase}.get(data.biz_type)
    if make is None:
        raise Refused(Fault.service_off, "bizType is one of TENDER, REPAYMENT, CREDIT_ASSIGNMENT")
    amount_minor = words.minor(data.amount, "amount")
    user = await ask.user(data.platform_user_no)
    if amount_minor > (user["available"] or 0):
        raise Refused(Fault.insufficient, "the available balance is too small")
    return Confirm([await make(ask, data, amount_minor)], _told(data, amount_minor))


def _told(data: Pre, amount_minor: int) -> dict[str, Any]:
    told = {"platformUserNo": data.platform_user_no, "bizType": data.biz_type, "amount": words.decimal(amount_minor)}
    return {**told, "projectNo": data.project_no} if data.project_no else told


async def _bid(ask: Ask, data: Pre, amount_minor: int) -> Step:
    project = await ask.project(data.project_no)
    if project["state"] not in ("raising", "full"):
        state = words.PROJECT_STATES[project["state"]]
        raise Refused(Fault.project_state, f"the project is {state}: bids are taken while it is COLLECTING")
    marketing = words.minor_or_nothing(data.pre_marketing_amount, "preMarketingAmount")
    return step(
        ask.request_no, "bid_hold", lender=data.platform_user_no, listing=project["id"], amount_minor=amount_minor,
        marketing_minor=marketing,
    )  # fmt: skip


async def _promise(ask: Ask, data: Pre, amount_minor: int) -> Step:
    project, place = await ask.project(data.project_no), await ask.place()
    _check_repaid(project, data.platform_user_no)
    until: date = place["business_date"] + timedelta(days=PROMISE_DAYS)
    return step(
        ask.request_no, "mandate_grant", holder=data.platform_user_no, type="repayment", cap_minor=amount_minor, until=until,
        listing=project["id"],
    )  # fmt: skip


def _check_repaid(project: dict[str, Any], borrower: str) -> None:
    if project["borrower"] != borrower:
        raise Refused(Fault.not_permitted, "this is not the project's borrower")
    if project["state"] != "disbursed":
        raise Refused(Fault.project_state, f"the project is {words.PROJECT_STATES[project['state']]}, not REPAYING")


async def _purchase(ask: Ask, data: Pre, amount_minor: int) -> Step:
    share_minor = words.minor(data.share, "share")
    sale = await ask.row("lanmao_sale", id=data.creditsale_request_no)
    if sale is None:
        raise Refused(Fault.not_found, f"there is no sale {data.creditsale_request_no!r}")
    interest = await _accrued(ask, sale, share_minor)
    return step(
        ask.request_no, "claim_purchase", buyer=data.platform_user_no, sale=sale["id"], share_minor=share_minor,
        price_minor=amount_minor, accrued_minor=interest,
    )  # fmt: skip


async def _accrued(ask: Ask, sale: dict[str, Any], share_minor: int) -> int:
    """Return the interest the buyer is shown, by the same rule by which the books will judge it."""
    place = await ask.place()
    claims = [one for one in await ask.rows("lanmao_claims", listing=sale["listing"]) if one["id"] == sale["claim"]]
    listings = await ask.rows("lanmao_listing_row", id=sale["listing"])
    plan = await ask.rows("lanmao_plan_rows", listing=sale["listing"])
    rows: Sequence[PlanRow] = msgspec.convert(plan, list[PlanRow])
    claim, listing = msgspec.convert(claims[0], Claim), msgspec.convert(listings[0], Listing)
    if share_minor > claim.principal_minor:
        raise Refused(Fault.refused, "the share is more than is on sale")
    return accrued(claim, share_minor, listing, rows, place["business_date"])


# ── under a standing authority ───────────────────────────────────────────────
async def by_authority(ask: Ask) -> Done:
    """Set money aside under the client's standing authority."""
    data: Pre = ask.data
    make = {"TENDER": _auto_bid, "REPAYMENT": _auto_promise}.get(data.biz_type)
    if make is None:
        raise Refused(Fault.service_off, "bizType is one of TENDER, REPAYMENT: no other standing authority is left")
    amount_minor = words.minor(data.amount, "amount")
    await ask.user(data.platform_user_no)
    live = await mandates(ask, data.platform_user_no)
    mandate = next((one for one in live if one["type"] == words.AUTHORITIES[data.biz_type]), None)
    if mandate is None:
        raise Refused(Fault.not_permitted, f"the user has no authority {data.biz_type} in force")
    await make(ask, data, amount_minor, str(mandate["id"]))
    return Done(_told(data, amount_minor))


async def _auto_bid(ask: Ask, data: Pre, amount_minor: int, mandate: str) -> None:
    project = await ask.project(data.project_no)
    await ask.hand_in(
        ask.request_no, "bid_hold", lender=data.platform_user_no, listing=project["id"], amount_minor=amount_minor,
        marketing_minor=words.minor_or_nothing(data.pre_marketing_amount, "preMarketingAmount"), mandate=mandate,
    )  # fmt: skip


async def _auto_promise(ask: Ask, data: Pre, amount_minor: int, mandate: str) -> None:
    """A standing authority to repay is enough by itself: nothing is to be set aside, only what would refuse it is told."""
    _check_repaid(await ask.project(data.project_no), data.platform_user_no)
    found = await ask.row("lanmao_mandate", id=mandate)
    assert found is not None, "it was read just now"
    if found["used_minor"] + amount_minor > found["cap_minor"]:
        raise Refused(Fault.not_permitted, "the authority's limit is exceeded")


# ── taken back ───────────────────────────────────────────────────────────────
async def cancel(ask: Ask) -> Confirm:
    """Let a client take back what was set aside or promised."""
    data: Cancel = ask.data
    amount_minor, told = words.minor(data.amount, "amount"), {"preTransactionNo": data.pre_transaction_no}
    hold = await ask.row("lanmao_hold", id=data.pre_transaction_no)
    if hold is not None and hold["purpose"] == "bid":
        if hold["state"] != "open":
            raise Refused(Fault.refused, f"the pre-transaction is {hold['state']}")
        back = step(ask.request_no, "bid_cancel", lender=hold["owner"], hold=hold["id"], amount_minor=amount_minor)
        return Confirm([back], {**told, "platformUserNo": hold["owner"], "amount": words.decimal(amount_minor)})
    promise = await ask.row("lanmao_mandate", id=data.pre_transaction_no)
    if promise is None or not promise["listing"]:
        raise Refused(Fault.not_found, f"there is no pre-transaction {data.pre_transaction_no!r}")
    left_minor = promise["cap_minor"] - promise["used_minor"]
    if amount_minor != left_minor:
        raise Refused(Fault.refused, f"a promise is taken back whole: {words.decimal(left_minor)}")
    back = step(ask.request_no, "mandate_revoke", holder=promise["holder"], mandate=promise["id"])
    return Confirm([back], {**told, "platformUserNo": promise["holder"], "amount": words.decimal(amount_minor)})


SERVICES = (
    Service("USER_PRE_TRANSACTION", "gateway", Pre, by_client),
    Service("USER_AUTO_PRE_TRANSACTION", "service", Pre, by_authority),
    Service("CANCEL_PRE_TRANSACTION", "service", Cancel, cancel),
)
