"""Opening and cards (开户、绑卡): PERSONAL_REGISTER_EXPAND, ENTERPRISE_REGISTER, …_BIND_BANKCARD…, UNBIND_BANKCARD.

When    a platform sends its client to open an account, or to bind a card
Shape   one page after another: the account, the card, the fee schedule of the profile, the standing authorities asked for.
        Numbers of papers and telephones are not kept: fingerprints stand for them; a card's number and name are kept sealed, for
        the bank that is to pay there. A card whose owner's name was never told cannot be paid to until he is brought
Differs a company waits for the custodian's review, so its card and its authorities come later; checkType, userLimitType,
        mobile are taken and mean nothing here; in a sandbox nobody checks a name
Source  domain.md (c.1) A1-A4
"""

from typing import Any, Literal

import msgspec
from msgspec.structs import asdict

from cunguan.channels.base import Payee
from cunguan.doors.api import openings, sql
from cunguan.doors.api.authorisations import fingerprint
from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.requests import Step
from cunguan.doors.api.lanmao.service import Ask, Confirm, Service, step
from cunguan.doors.api.lanmao.services.authority import granted
from cunguan.doors.payees import details
from cunguan.doors.persons.payees import asked_who
from cunguan.doors.sealing import sealer_of
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.ids import is_id


class Personal(msgspec.Struct, frozen=True, rename="camel"):
    """Of PERSONAL_REGISTER_EXPAND."""

    platform_user_no: str
    real_name: str
    id_card_no: str
    user_role: str
    id_card_type: Literal["PRC_ID", "PASSPORT", "COMPATRIOTS_CARD", "PERMANENT_RESIDENCE"] = "PRC_ID"
    bankcard_no: str = ""
    auth_list: str = ""
    amount: Any = None
    fail_time: Any = None


class Enterprise(msgspec.Struct, frozen=True, rename="camel"):
    """Of ENTERPRISE_REGISTER: one of the unified code and the business licence names the company."""

    platform_user_no: str
    enterprise_name: str
    user_role: str
    unified_code: str = ""
    business_license: str = ""


class Bind(msgspec.Struct, frozen=True, rename="camel"):
    """Of the two bindings: a person's card number is typed at the custodian's page, a company's may come with the request."""

    platform_user_no: str
    bankcard_no: str = ""


class Unbind(msgspec.Struct, frozen=True, rename="camel"):
    """Of UNBIND_BANKCARD."""

    platform_user_no: str


async def personal(ask: Ask) -> Confirm:
    """Open a person's account."""
    data: Personal = ask.data
    if not data.real_name or not data.id_card_no:
        raise Refused(Fault.malformed, "realName and idCardNo say who it is")
    steps = [await _account(ask, data.platform_user_no, data.user_role, "person", data.id_card_type, data.id_card_no)]
    if data.bankcard_no:
        payee = await _payee(ask, data.real_name, data.bankcard_no)
        steps.append(_card(ask, data.platform_user_no, payee))
    steps += await _fees(ask, data.platform_user_no)
    if data.auth_list:
        steps += await granted(ask, data.platform_user_no, data.auth_list, data.amount, data.fail_time)
    return Confirm(steps, _told(data.platform_user_no, data.user_role), {"auditStatus": "PASSED"})


async def enterprise(ask: Ask) -> Confirm:
    """Open a company's account; two people of the custodian look at it before it can be used."""
    data: Enterprise = ask.data
    paper = data.unified_code or data.business_license
    if not data.enterprise_name or not paper:
        raise Refused(Fault.malformed, "enterpriseName, and unifiedCode or businessLicense, say who it is")
    opening = await _account(ask, data.platform_user_no, data.user_role, "company", "COMPANY", paper)
    return Confirm([opening], _told(data.platform_user_no, data.user_role), {"auditStatus": "AUDIT"})


async def bind(ask: Ask) -> Confirm:
    """Bind a card."""
    data: Bind = ask.data
    user = await ask.user(data.platform_user_no)
    payee = await _payee(ask, await _name_of(ask, user["payee_hash"]), data.bankcard_no or f"sandbox:{ask.request_no}")
    card = _card(ask, data.platform_user_no, payee, ask.request_no)
    return Confirm([card], {"platformUserNo": data.platform_user_no, "bankcardNo": data.bankcard_no[-4:]})


async def unbind(ask: Ask) -> Confirm:
    """Unbind a card."""
    user = await ask.user(ask.data.platform_user_no)
    if user["card"] is None:
        raise Refused(Fault.not_found, "the user has no bound card")
    gone = step(ask.request_no, "card_unbind", holder=user["id"], card=user["card"])
    return Confirm([gone], {"platformUserNo": user["id"]})


# ── steps ────────────────────────────────────────────────────────────────────
async def _account(ask: Ask, holder: str, role_word: str, kind: str, paper: str, number: str) -> Step:
    role = words.ROLES.get(role_word)
    if role is None:
        raise Refused(Fault.malformed, f"userRole is one of {', '.join(words.ROLES)}")
    if not is_id(holder):
        raise Refused(Fault.malformed, "platformUserNo is 1 to 200 of letters, digits and _.:/@+#=-")
    if await ask.row("lanmao_user", id=holder) is not None:
        raise Refused(Fault.refused, f"the user {holder} is there already")
    person = f"id:{fingerprint(ask.context.home, 'person', paper, number.strip().upper())[:40]}"
    body = openings.Body(holder, person, role, (await ask.place())["pool"], kind)  # type: ignore[arg-type]  # looked up
    return Step(ask.request_no, openings.KIND, canonical_json(body).decode())


def _card(ask: Ask, holder: str, payee: str, step_id: str = "") -> Step:
    name = f"card:{holder}:{fingerprint(ask.context.home, ask.request_no, payee)[:16]}"
    return step(step_id or f"{ask.request_no}:card", "card_binding", holder=holder, card=name, payee_hash=payee)


async def _payee(ask: Ask, name: str, number: str) -> str:
    """Return what stands for a card in a name, and keep both sealed; without a name, a fingerprint of the number."""
    if not name:
        return fingerprint(ask.context.home, "card", number.replace(" ", ""))
    try:
        row = details.kept(await sealer_of(ask.context), Payee(name, number), ask.context.clock.now())
    except details.PayeeWrong as wrong:
        raise Refused(Fault.malformed, f"realName and bankcardNo: {wrong}") from wrong
    await sql.run(ask.context, details.KEEP, asdict(row))
    return row.payee_hash


async def _name_of(ask: Ask, payee_hash: str | None) -> str:
    """Return the name of the card before, "" where it is not known."""
    payee = await asked_who(ask.context, payee_hash or "")
    return payee.name if payee is not None else ""


async def _fees(ask: Ask, holder: str) -> list[Step]:
    """Return the consent to the platform's fees, where its profile names a schedule."""
    schedule = (await ask.profile())["fee_schedule"]
    found = await ask.row("fee_schedule_now", schedule=schedule) if schedule else None
    if found is None:
        return []
    return [step(f"{ask.request_no}:fees", "fee_consent", holder=holder, schedule=schedule, version=found["version"])]


def _told(holder: str, role: str) -> dict[str, Any]:
    return {"platformUserNo": holder, "userRole": role}


SERVICES = (
    Service("PERSONAL_REGISTER_EXPAND", "gateway", Personal, personal),
    Service("ENTERPRISE_REGISTER", "gateway", Enterprise, enterprise),
    Service("PERSONAL_BIND_BANKCARD_EXPAND", "gateway", Bind, bind),
    Service("ENTERPRISE_BIND_BANKCARD", "gateway", Bind, bind),
    Service("UNBIND_BANKCARD", "gateway", Unbind, unbind),
)
