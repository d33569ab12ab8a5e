"""Standing authorities (用户授权): USER_AUTHORIZATION, CANCEL_USER_AUTHORIZATION, AUTHORIZATION_ENTRUST_PAY.

Shape   TENDER is a mandate to bid, REPAYMENT one to repay; one page each. Amount and failTime are asked for: a mandate here has
        a cap and a last day
Differs the other types were withdrawn and are refused; a cancel is the client's own word as well, so it answers INIT with a page
Source  domain.md (c.1) A7, A8, (c.3) C9
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.requests import Step
from cunguan.doors.api.lanmao.service import Ask, Confirm, Service, step


class Grant(msgspec.Struct, frozen=True, rename="camel"):
    """Of USER_AUTHORIZATION."""

    platform_user_no: str
    auth_list: str
    amount: Any = None
    fail_time: Any = None


class Cancel(msgspec.Struct, frozen=True, rename="camel"):
    """Of CANCEL_USER_AUTHORIZATION."""

    platform_user_no: str
    auth_list: str


class Entrust(msgspec.Struct, frozen=True, rename="camel"):
    """Of AUTHORIZATION_ENTRUST_PAY: the borrower lets a third party be paid out of his loan."""

    borrow_platform_user_no: str
    project_no: str
    entrusted_platform_user_no: str
    amount: Any


async def grant(ask: Ask) -> Confirm:
    """Let a client give standing authorities."""
    data: Grant = ask.data
    await ask.user(data.platform_user_no)
    steps = await granted(ask, data.platform_user_no, data.auth_list, data.amount, data.fail_time)
    return Confirm(steps, _told(data.platform_user_no, data.auth_list))


async def granted(ask: Ask, holder: str, auth_list: str, amount: Any, fail_time: Any) -> list[Step]:
    """Return a mandate for each type that is asked for."""
    if amount in (None, "") or fail_time in (None, ""):
        raise Refused(Fault.malformed, "an authority has an amount and a failTime (yyyyMMdd)")
    until, cap_minor = words.day(fail_time, "failTime"), words.minor(amount, "amount")
    return [
        step(f"{ask.request_no}:{words.AUTHORITY_WORDS[type]}", "mandate_grant", holder=holder, type=type,
             cap_minor=cap_minor, until=until)
        for type in _types(auth_list)
    ]  # fmt: skip


async def cancel(ask: Ask) -> Confirm:
    """Let a client take standing authorities back."""
    data: Cancel = ask.data
    await ask.user(data.platform_user_no)
    live = await mandates(ask, data.platform_user_no)
    steps = [
        step(f"{ask.request_no}:{mandate['id']}", "mandate_revoke", holder=data.platform_user_no, mandate=mandate["id"])
        for type in _types(data.auth_list)
        for mandate in live
        if mandate["type"] == type
    ]
    if not steps:
        raise Refused(Fault.not_found, "the user has no authority of these types in force")
    return Confirm(steps, _told(data.platform_user_no, data.auth_list))


async def mandates(ask: Ask, holder: str) -> list[Mapping[str, Any]]:
    """Return the client's mandates that are in force and limited to no listing, the newest first."""
    found = await ask.rows("lanmao_mandates", holder=holder)
    return [one for one in found if one["state"] in ("active", "exhausted") and not one["listing"]]


def _types(auth_list: str) -> list[str]:
    names = [name.strip() for name in auth_list.split(",") if name.strip()]
    unknown = [name for name in names if name not in words.AUTHORITIES]
    if unknown or not names or len(set(names)) != len(names):
        known = ", ".join(words.AUTHORITIES)
        raise Refused(Fault.refused, f"authList is of {known}, each once; not {', '.join(unknown) or 'empty or twice'}")
    return [words.AUTHORITIES[name] for name in names]


def _told(holder: str, auth_list: str) -> dict[str, Any]:
    return {"platformUserNo": holder, "authList": auth_list}


async def entrust(ask: Ask) -> Confirm:
    """Let a borrower name a third payee of his loan."""
    data: Entrust = ask.data
    project = await ask.project(data.project_no)
    await ask.user(data.borrow_platform_user_no)
    await ask.user(data.entrusted_platform_user_no)
    payee = step(
        ask.request_no, "trustee_payee", listing=project["id"], borrower=data.borrow_platform_user_no,
        trustee=data.entrusted_platform_user_no, amount_minor=words.minor(data.amount, "amount"),
    )  # fmt: skip
    return Confirm([payee], {"projectNo": project["id"]}, {"authorizeStatus": "AUDIT"})


SERVICES = (
    Service("USER_AUTHORIZATION", "gateway", Grant, grant),
    Service("CANCEL_USER_AUTHORIZATION", "service", Cancel, cancel),
    Service("AUTHORIZATION_ENTRUST_PAY", "gateway", Entrust, entrust),
)
