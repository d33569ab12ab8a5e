"""Projects (标的登记、变更): ESTABLISH_PROJECT, MODIFY_PROJECT.

Shape   projectPeriod in days is whole months of 30; `extend` may carry raiseEndDate, lateRate, graceDays
        MODIFY_PROJECT: MISCARRY gives all bids back; the other states follow from what happened, and are only agreed to
Differs the borrower confirms his loan, so ESTABLISH_PROJECT answers INIT with a page; the raise begins when he has
Source  domain.md (c.3) C1, C2; domain-decisions.md 17
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.service import Ask, Confirm, Done, Service, step
from cunguan.policy.evaluate import PACKS

RAISE_WORKING_DAYS = 10
MONTH_DAYS = 30


class Establish(msgspec.Struct, frozen=True, rename="camel"):
    """Of ESTABLISH_PROJECT; the rate's spelling is theirs."""

    platform_user_no: str
    project_no: str
    project_amount: Any
    project_period: Any
    annnual_interest_rate: Any
    repayment_way: str
    project_name: str = ""
    project_type: str = "STANDARDPOWDER"
    extend: Mapping[str, Any] | None = None


class Modify(msgspec.Struct, frozen=True, rename="camel"):
    """Of MODIFY_PROJECT."""

    project_no: str
    status: str


async def establish(ask: Ask) -> Confirm:
    """Register a listing that its borrower confirms."""
    data: Establish = ask.data
    user, place, profile = await ask.user(data.platform_user_no), await ask.place(), await ask.profile()
    rule = words.RULES.get(data.repayment_way)
    if rule is None:
        raise Refused(Fault.malformed, f"repaymentWay is one of {', '.join(words.RULES)}")
    if data.project_type != "STANDARDPOWDER":
        raise Refused(Fault.service_off, "projectType is STANDARDPOWDER: plans that spread money over projects are off")
    item = profile["loan_fee_item"]
    listing = step(
        ask.request_no, "listing_registration", listing=data.project_no, pool=place["pool"], borrower=user["id"],
        person=user["person"], currency=place["currency"], pack=place["pack"],
        amount_minor=words.minor(data.project_amount, "projectAmount"),
        rate_e6=words.rate_e6(data.annnual_interest_rate, "annnualInterestRate"), rule=rule,
        months=_months(data.project_period), fee_schedule=profile["fee_schedule"] if item else "", fee_item=item,
        **_extended(data.extend or {}, place),
    )  # fmt: skip
    return Confirm([listing], {"projectNo": data.project_no, "platformUserNo": user["id"]})


def _months(period: Any) -> int:
    days = int(str(period)) if words.is_digits(str(period)) and len(str(period)) < 6 else 0
    if not days or days % MONTH_DAYS:
        raise Refused(Fault.refused, f"projectPeriod is in days, whole months of {MONTH_DAYS}")
    return days // MONTH_DAYS


def _extended(extend: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """Return the last day of the raise and what a late payment costs."""
    grace = str(extend.get("graceDays", 0))
    if not words.is_digits(grace) or len(grace) > 3:
        raise Refused(Fault.malformed, "extend.graceDays is a number of days")
    until: date = (
        words.day(extend["raiseEndDate"], "extend.raiseEndDate")
        if "raiseEndDate" in extend
        else PACKS[place["pack"]].calendar.add_working_days(place["business_date"], RAISE_WORKING_DAYS)
    )
    late = words.rate_e6(extend.get("lateRate", "0"), "extend.lateRate")
    return {"raise_until": until, "grace_days": int(grace), "late_rate_e6": late}


async def modify(ask: Ask) -> Done:
    """Let a raise fail, or agree to the state a listing has."""
    data: Modify = ask.data
    project = await ask.project(data.project_no)
    if data.status not in words.PROJECT_STATES.values():
        raise Refused(Fault.malformed, f"status is one of {', '.join(dict.fromkeys(words.PROJECT_STATES.values()))}")
    now = words.PROJECT_STATES[project["state"]]
    if now == data.status:
        return Done({"projectNo": project["id"], "projectStatus": now})
    if data.status == "MISCARRY":
        await ask.hand_in(ask.request_no, "raise_failure", listing=project["id"])
        return Done({"projectNo": project["id"], "projectStatus": "MISCARRY"}, notify=True)
    raise Refused(Fault.project_state, f"the project is {now}: a state follows from what happens, it is not set")


SERVICES = (
    Service("ESTABLISH_PROJECT", "service", Establish, establish),
    Service("MODIFY_PROJECT", "service", Modify, modify),
)
