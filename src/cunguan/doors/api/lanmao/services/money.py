"""Money in and out (充值、提现): RECHARGE, WITHDRAW; FREEZE, UNFREEZE of an amount that stays its owner's.

Shape   RECHARGE: a sandbox's test client pays in at the custodian's page, and the bank's line credits him
        WITHDRAW: to the client's own bound card, confirmed by him; FREEZE: the client's own word that an amount is set aside
Differs a withdrawal is immediate: CONFIRMED is refused (decision 24); a commission must be the fee of the schedule he agreed to.
        A platform alone freezes nobody's money: FREEZE answers INIT with a page (decision 23). UNFREEZE is two people of the
        custodian's; a sandbox plays them, elsewhere it is off
Source  domain.md (c.2) B1, B3; (c.3) C20
"""

from datetime import timedelta
from typing import Any

import msgspec

from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.service import Ask, Confirm, Done, Service, step
from cunguan.kernel.rows import FeeItem
from cunguan.operations.authority import fee_of

#: how long an amount stays set aside where nobody lets it go
FREEZE_DAYS = 30
SANDBOX_PEOPLE = {"maker": "sandbox-maker", "checker": "sandbox-checker"}


class Withdraw(msgspec.Struct, frozen=True, rename="camel"):
    """Of WITHDRAW."""

    platform_user_no: str
    amount: Any
    commission: Any = None
    withdraw_form: str = "IMMEDIATE"
    withdraw_type: str = "NORMAL"


class Freeze(msgspec.Struct, frozen=True, rename="camel"):
    """Of FREEZE."""

    platform_user_no: str
    amount: Any
    general_freeze_request_no: str = ""


class Unfreeze(msgspec.Struct, frozen=True, rename="camel"):
    """Of UNFREEZE."""

    original_freeze_request_no: str
    amount: Any


async def withdraw(ask: Ask) -> Confirm:
    """Let a client withdraw to his card."""
    data: Withdraw = ask.data
    if data.withdraw_form != "IMMEDIATE":
        raise Refused(
            Fault.refused, "a withdrawal here is IMMEDIATE: the client's word is enough, and nobody holds it up"
        )
    user, place = await ask.user(data.platform_user_no), await ask.place()
    if user["card"] is None:
        raise Refused(Fault.refused, "the user has no bound card")
    amount_minor = words.minor(data.amount, "amount")
    fee = await _fee(ask, user["id"], amount_minor, words.minor_or_nothing(data.commission, "commission"))
    if amount_minor + fee["fee_minor"] > (user["available"] or 0):
        raise Refused(Fault.insufficient, "the available balance is too small")
    out = step(
        ask.request_no, "withdrawal", holder=user["id"], card=user["card"], bank_account=place["bank_account"],
        amount_minor=amount_minor, payee_hash=user["payee_hash"], fee_schedule=fee["schedule"], fee_item=fee["item"],
    )  # fmt: skip
    told = {"platformUserNo": user["id"], "amount": words.decimal(amount_minor)}
    return Confirm([out], told, {"withdrawStatus": words.WITHDRAWAL_STATES["held"]})


async def _fee(ask: Ask, holder: str, amount_minor: int, commission_minor: int) -> dict[str, Any]:
    """Return schedule, item and amount of a withdrawal's fee; the commission must be just that."""
    if not commission_minor:
        return {"schedule": "", "item": "", "fee_minor": 0}
    profile = await ask.profile()
    schedule, item = profile["fee_schedule"], profile["withdrawal_fee_item"]
    found = await ask.row("fee_consented_items", id=f"{holder}:{schedule}") if schedule and item else None
    lines = () if found is None else msgspec.convert(found["items"], tuple[FeeItem, ...])
    fee_minor = next((fee_of(line, amount_minor) for line in lines if line.item == item), 0)
    if fee_minor != commission_minor:
        raise Refused(Fault.refused, f"commission must be the fee the client agreed to: {words.decimal(fee_minor)}")
    return {"schedule": schedule, "item": item, "fee_minor": fee_minor}


async def freeze(ask: Ask) -> Confirm:
    """Let a client set an amount aside."""
    data: Freeze = ask.data
    user, place = await ask.user(data.platform_user_no), await ask.place()
    amount_minor = words.minor(data.amount, "amount")
    if amount_minor > (user["available"] or 0):
        raise Refused(Fault.insufficient, "the available balance is too small")
    held = step(
        ask.request_no, "general_hold", holder=user["id"], amount_minor=amount_minor, reason="FREEZE", authority="P",
        until=place["business_date"] + timedelta(days=FREEZE_DAYS),
    )  # fmt: skip
    return Confirm([held], {"platformUserNo": user["id"], "amount": words.decimal(amount_minor)})


async def unfreeze(ask: Ask) -> Done:
    """Let an amount go that was set aside."""
    data: Unfreeze = ask.data
    if not ask.context.is_sandbox or not ask.message.is_sandbox:
        raise Refused(Fault.service_off, "two people of the custodian let a frozen amount go: ask them")
    hold = await ask.row("lanmao_hold", id=data.original_freeze_request_no)
    if hold is None or hold["purpose"] != "general":
        raise Refused(Fault.not_found, f"there is no freeze {data.original_freeze_request_no!r}")
    amount_minor = words.minor(data.amount, "amount")
    await ask.hand_in(
        ask.request_no,
        "general_hold_release",
        hold=hold["id"],
        amount_minor=amount_minor,
        reason="UNFREEZE",
        **SANDBOX_PEOPLE,
    )
    return Done({"amount": words.decimal(amount_minor)})


SERVICES = (
    Service("WITHDRAW", "gateway", Withdraw, withdraw),
    Service("FREEZE", "service", Freeze, freeze),
    Service("UNFREEZE", "service", Unfreeze, unfreeze),
)
