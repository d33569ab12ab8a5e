"""Questions (查询): QUERY_TRANSACTION, QUERY_USER_INFORMATION, QUERY_PROJECT_INFORMATION. They change nothing, and have no requestNo
of their own.

Returns the books as they stand now: query beats callback beats browser return
Errors  100007 where there is no such thing, or it is another platform's
Source  domain.md (b.2), (c.0)
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.requests import fields_of
from cunguan.doors.api.lanmao.service import Ask, Done, Service

#: their word for what is asked about, and the services whose requests it may be
TYPES: Mapping[str, tuple[str, ...]] = {
    "RECHARGE": ("RECHARGE",),
    "WITHDRAW": ("WITHDRAW",),
    "PRETRANSACTION": ("USER_PRE_TRANSACTION", "USER_AUTO_PRE_TRANSACTION"),
    "CANCEL_PRETRANSACTION": ("CANCEL_PRE_TRANSACTION",),
    "TRANSACTION": ("SYNC_TRANSACTION", "ASYNC_TRANSACTION"),
    "FREEZE": ("FREEZE",),
    "UNFREEZE": ("UNFREEZE",),
    "REGISTER": ("PERSONAL_REGISTER_EXPAND", "ENTERPRISE_REGISTER"),
    "BIND_BANKCARD": ("PERSONAL_BIND_BANKCARD_EXPAND", "ENTERPRISE_BIND_BANKCARD"),
    "UNBIND_BANKCARD": ("UNBIND_BANKCARD",),
    "AUTHORIZATION": ("USER_AUTHORIZATION", "CANCEL_USER_AUTHORIZATION", "AUTHORIZATION_ENTRUST_PAY"),
    "PROJECT": ("ESTABLISH_PROJECT", "MODIFY_PROJECT"),
}


class Transaction(msgspec.Struct, frozen=True, rename="camel"):
    """Of QUERY_TRANSACTION."""

    request_no: str
    transaction_type: str


class User(msgspec.Struct, frozen=True, rename="camel"):
    """Of QUERY_USER_INFORMATION."""

    platform_user_no: str


class Project(msgspec.Struct, frozen=True, rename="camel"):
    """Of QUERY_PROJECT_INFORMATION."""

    project_no: str


async def transaction(ask: Ask) -> Done:
    """Return what came of a request."""
    data: Transaction = ask.data
    known = TYPES.get(data.transaction_type)
    if known is None:
        raise Refused(Fault.malformed, f"transactionType is one of {', '.join(TYPES)}")
    found = await ask.row("lanmao_request_of", request_no=data.request_no)
    if found is None or found["service"] not in known:
        raise Refused(Fault.not_found, f"there is no {data.transaction_type} {data.request_no!r}")
    record = {
        **_outcome(found),
        "requestNo": data.request_no, "serviceName": found["service"], "createTime": words.time_text(found["asked_at"]),
        "transactionTime": "" if found["ended_at"] is None else words.time_text(found["ended_at"]),
    }  # fmt: skip
    return Done({"records": [{**record, **await _now(ask, data)}]})


def _outcome(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result, or that the client has not answered yet."""
    if found["result"] is None:
        return {"status": "INIT", **fields_of(found["told"]).always}
    result: dict[str, Any] = msgspec.json.decode(found["result"])
    result.pop("code", None)
    return result


async def _now(ask: Ask, data: Transaction) -> dict[str, Any]:
    """Return what has become since of a withdrawal, or of money that was set aside."""
    if data.transaction_type == "WITHDRAW":
        out = await ask.row("lanmao_withdrawal", id=data.request_no)
        return {} if out is None else {"withdrawStatus": words.WITHDRAWAL_STATES[out["state"]]}
    if data.transaction_type == "PRETRANSACTION":
        hold = await ask.row("lanmao_hold", id=data.request_no)
        return {} if hold is None else _hold(hold)
    return {}


def _hold(hold: Mapping[str, Any]) -> dict[str, Any]:
    state = "FREEZED" if hold["state"] == "open" else "UNFREEZED"
    figures = {
        "freezeAmount": hold["amount_minor"], "confirmedAmount": hold["captured_minor"],
        "canceledAmount": hold["released_minor"],
    }  # fmt: skip
    return {"preTransactionStatus": state, **{name: words.decimal(minor) for name, minor in figures.items()}}


async def user(ask: Ask) -> Done:
    """Return a client's account."""
    data: User = ask.data
    found = await ask.user(data.platform_user_no)
    audit, active = words.ACCOUNT_STATES.get(found["state"], ("PASSED", "DEACTIVATED"))
    money = {name: found[name] or 0 for name in ("available", "uncleared", "held", "outbound", "frozen")}
    mandates = await ask.rows("lanmao_mandates", holder=found["id"])
    live = [one for one in mandates if one["state"] == "active" and not one["listing"]]
    return Done({
        "platformUserNo": found["id"],
        "userType": {"person": "PERSONAL", "company": "ORGANIZATION"}[found["kind"]],
        "userRole": words.ROLE_WORDS[found["role"]],
        "auditStatus": audit,
        "activeStatus": active,
        "balance": words.decimal(sum(money.values())),
        "availableAmount": words.decimal(money["available"]),
        "freezeAmount": words.decimal(money["held"] + money["outbound"] + money["frozen"]),
        "arriveBalance": words.decimal(sum(money.values()) - money["uncleared"]),
        "floatBalance": words.decimal(money["uncleared"]),
        "bankcardNo": found["card"] or "",
        "authlist": ",".join(dict.fromkeys(words.AUTHORITY_WORDS.get(one["type"], one["type"].upper()) for one in live)),
        "authLimitResultList": [
            {"authType": words.AUTHORITY_WORDS.get(one["type"], one["type"].upper()),
             "amount": words.decimal(one["cap_minor"] - one["used_minor"]), "failTime": f"{one['until']:%Y%m%d}"}
            for one in live
        ],
    })  # fmt: skip


async def project(ask: Ask) -> Done:
    """Return a listing."""
    found = await ask.project(ask.data.project_no)
    return Done({
        "projectNo": found["id"],
        "platformUserNo": found["borrower"],
        "projectStatus": words.PROJECT_STATES[found["state"]],
        "projectAmount": words.decimal(found["amount_minor"]),
        "annnualInterestRate": words.rate_text(found["rate_e6"]),
        "loanAmount": words.decimal(found["lent_minor"]),
        "preTransactionAmount": words.decimal(found["held_minor"]),
        "repaymentAmount": words.decimal(found["repaid_minor"] + found["interest_minor"]),
        "income": words.decimal(found["interest_minor"]),
    })  # fmt: skip


SERVICES = (
    Service("QUERY_TRANSACTION", "service", Transaction, transaction, "read", ""),
    Service("QUERY_USER_INFORMATION", "service", User, user, "read", ""),
    Service("QUERY_PROJECT_INFORMATION", "service", Project, project, "read", ""),
)
