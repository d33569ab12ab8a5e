"""Lanmao (懒猫接口): the door of the gateway dialect: /gateway, /service, /download; its pages and its profile.

Shape   POST forms `serviceName, platformNo, reqData, keySerial, sign, userDevice`; every answer is signed by the custodian's RSA
        key in the header `sign`. /gateway leads the client's browser to his page; at the end it comes back with CALLBACK
Errors  always 200 with code 1 and one of 100001 to 100015; on /gateway a page that says it
Source  domain.md (c.0); docs/lanmao.md
"""

import logging
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import psycopg
from psycopg_pool import PoolTimeout
from starlette.responses import RedirectResponse, Response

from cunguan.doors.api import authorisations, page, sql
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.gate import source_of
from cunguan.doors.api.lanmao import flow, notify, protocol, requests, words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.requests import RECHARGE, Request
from cunguan.doors.api.lanmao.service import File
from cunguan.doors.api.lanmao.services import recharge
from cunguan.doors.api.problem import Problem
from cunguan.doors.api.shown import money
from cunguan.doors.api.shown_words import PAGE
from cunguan.doors.api.shown_words import of as word
from cunguan.doors.webhooks import targets
from cunguan.kernel.codes import Code

log = logging.getLogger(__name__)

FORM_FIELD = "form"

TOLD = {
    "pay":     ("Pay in as the test client",            "以测试客户身份充值"),
    "work":    ("The custodian is at work on it. Look again in a moment.", "存管人正在处理，请稍后刷新。"),
    "again":   ("Look again",                           "刷新"),
    "ended":   ("It is done",                           "办理完成"),
    "failed":  ("It could not be done",                 "未能办理"),
    "refused": ("The platform's request was refused",   "平台的请求被拒绝"),
    "charge":  ("Pay into your account",                "充值"),
}  # fmt: skip


# ── the three doors ──────────────────────────────────────────────────────────
async def service(call: Call) -> Response:
    """Answer a direct request."""
    return await _direct(call, "service")


async def download(call: Call) -> Response:
    """Answer with a file."""
    return await _direct(call, "download")


async def _direct(call: Call, path: str) -> Response:
    legacy = False
    try:
        message = await _admitted(call)
        legacy = message.legacy
        asked = flow.service_of(message, path)
        if asked.number:
            found = await flow.request(call.context, message, asked)
            assert found.answer is not None, "it was answered"
            return _signed(call, found.answer, legacy)
        told = await flow.question(call.context, message, asked)
    except Refused as refused:
        told = refused.told()
    except (psycopg.Error, PoolTimeout, OSError):
        log.exception("the dialect's request failed")
        told = Refused(Fault.system, "the custodian's database does not answer: send the same again").told()
    if isinstance(told, File):
        return _file(call, told, legacy)
    return _signed(call, protocol.encode(told), legacy)


async def gateway(call: Call) -> Response:
    """Lead a client's browser to his page."""
    try:
        message = await _admitted(call)
        asked = flow.service_of(message, "gateway")
        found = await flow.request(call.context, message, asked)
    except Refused as refused:
        return _refused(call, refused)
    if found.steps is None and found.result is not None and not found.redirect_url:
        return _ended(call, found, {})
    return RedirectResponse(flow.page_of(call.context, found), 303, page.headers())


async def _admitted(call: Call) -> protocol.Message:
    return await protocol.admit(
        call.context, call.raw, source_of(call.request, tuple(map(ip_network, call.context.proxies)))
    )


def _signed(call: Call, told: bytes, legacy: bool) -> Response:
    headers = {"sign": protocol.sign(call.context, told, legacy), "keySerial": notify.KEY_SERIAL}
    if legacy:
        headers["Warning"] = protocol.LEGACY_WARNING
    return Response(told, 200, headers, "application/json; charset=utf-8")


def _file(call: Call, file: File, legacy: bool) -> Response:
    headers = {
        "sign": protocol.sign(call.context, file.content, legacy), "keySerial": notify.KEY_SERIAL,
        "Content-Disposition": f'attachment; filename="{file.name}"',
    }  # fmt: skip
    return Response(file.content, 200, headers, "application/zip")


async def public_key(call: Call) -> Response:
    """Show the key that answers of the dialect are signed with."""
    return Response(protocol.custodian_key(call.context).public_pem, media_type="application/x-pem-file")


# ── the client's way ─────────────────────────────────────────────────────────
async def go_on(call: Call) -> Response:
    """Lead the client to what he is to answer next, or back to the platform."""
    found = await requests.of_page(call.context, call.path["token"])
    if found is None:
        return _page(call, "none", [page.text("p", word(PAGE["none"], _language(call)))], 404)
    found, waiting = await flow.advance(call.context, found)
    if found.result is not None:
        platform = await sql.row(call.context, "platform_of_lane", {"lane": found.lane})
        return _ended(call, found, notify.form(call.context, found, platform["id"] if platform else "", "CALLBACK"))
    if waiting is not None and waiting.state == "waiting":
        token = authorisations.token_of(call.context.home, found.lane, waiting.id)
        page_of = authorisations.page_of(call.context, token)
        return RedirectResponse(f"{page_of}?lang={_language(call)}", 303, page.headers())
    if found.to_confirm and found.to_confirm[0].kind == RECHARGE:
        return _pay_page(call, found)
    return _at_work(call)


async def pay(call: Call) -> Response:
    """Let the test client pay in; a sandbox alone has this page."""
    found = await requests.of_page(call.context, call.path["token"])
    sent = parse_qs(call.raw.decode("ascii", "replace")).get(FORM_FIELD, [""])[0]
    if found is None or not call.context.is_sandbox:
        return _page(call, "none", [page.text("p", word(PAGE["none"], _language(call)))], 404)
    if not authorisations.is_form_token(call.context.home, call.path["token"], sent):
        return _page(call, "refused", [page.text("p", word(PAGE["foreign"], _language(call)))], 403)
    steps = found.to_confirm
    if found.result is None and steps and steps[0].kind == RECHARGE and found.expires_at > call.context.clock.now():
        await recharge.pay(call.context, found, steps[0])
    return RedirectResponse(f"/lanmao/{call.path['token']}?lang={_language(call)}", 303, page.headers())


def _pay_page(call: Call, found: Request) -> Response:
    payment, language, token = recharge.payment_of(found.to_confirm[0]), _language(call), call.path["token"]
    if payment.deposit:
        return _at_work(call)
    field = [(FORM_FIELD, authorisations.form_token_of(call.context.home, token))]
    shown = [
        page.text("h1", word(TOLD["charge"], language)),
        page.text("p", money(payment.amount_minor, words.CURRENCY), "sum"),
    ]
    return page.page(language, word(TOLD["charge"], language), [
        page.article([*shown, page.table([(word(PAGE["reference"], language), found.request_no)])]),
        page.text("p", word(PAGE["sandbox"], language), "note"),
        page.form(f"/lanmao/{token}/pay?lang={language}", word(TOLD["pay"], language), field, "yes"),
    ])  # fmt: skip


def _at_work(call: Call) -> Response:
    language = _language(call)
    again = page.link(f"/lanmao/{call.path['token']}?lang={language}", word(TOLD["again"], language))
    return _page(call, "work", [page.text("p", word(TOLD["work"], language)), again])


def _ended(call: Call, found: Request, fields: Mapping[str, str]) -> Response:
    """Show how it ended, with the button that tells the platform: browser return is display only."""
    assert found.result is not None, "it has ended"
    language, told = _language(call), msgspec.json.decode(found.result)
    name = "ended" if told["code"] == "0" else "failed"
    parts = [page.text("p", word(TOLD[name], language), f"state {'done' if told['code'] == '0' else 'refused'}")]
    if told.get("errorMessage"):
        parts.append(page.text("p", f"{told['errorCode']} {told['errorMessage']}"))
    if not found.redirect_url or not fields:
        return _page(call, name, parts)
    back = page.form(found.redirect_url, word(PAGE["back"], language), fields.items(), "yes")
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(found.redirect_url))
    return page.page(language, word(TOLD[name], language), [page.article(parts), back], form_targets=[origin])


def _refused(call: Call, refused: Refused) -> Response:
    return _page(call, "refused", [page.text("p", f"{int(refused.fault)} {refused.text}", "state refused")], 400)


def _page(call: Call, name: str, parts: list[str], status: int = 200) -> Response:
    language = _language(call)
    heading = word(TOLD.get(name, PAGE["custodian"]), language)
    return page.page(language, heading, [page.article([page.text("h1", heading), *parts])], status=status)


def _language(call: Call) -> str:
    asked = call.query.lang if isinstance(call.query, page.PageQuery) else ""
    return page.language_of(call.request.headers.get("accept-language", ""), asked)


# ── the profile ──────────────────────────────────────────────────────────────
class LanmaoProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the dialect, whose words know no pool and no fee schedule, means for this platform.

    notify_url           where the platform's server hears NOTIFY; empty: it asks QUERY_TRANSACTION
    pool                 the pool its accounts are opened in; empty: its first
    fee_schedule         what clients agree to when they open an account; empty: nothing
    loan_fee_item        the line of it that a loan costs;  withdrawal_fee_item: a withdrawal
    """

    notify_url: str
    pool: str = ""
    fee_schedule: str = ""
    loan_fee_item: str = ""
    withdrawal_fee_item: str = ""


async def profile(call: Call) -> LanmaoProfile:
    """Return the profile."""
    found: dict[str, Any] | None = await sql.row(call.context, "lanmao_profile_of", {"lane": call.caller.lane})
    return LanmaoProfile("") if found is None else msgspec.convert(found, LanmaoProfile)


async def put_profile(call: Call) -> LanmaoProfile:
    """Set the profile."""
    body: LanmaoProfile = call.body
    if body.notify_url:
        try:
            targets.parse(body.notify_url, call.context.is_sandbox)
        except targets.TargetRefused as refused:
            raise Problem(422, Code.malformed, str(refused), field="notify_url") from refused
    if body.pool:
        await authorisations.currency_of(call.context, call.caller.lane, body.pool)
    values = {"lane": call.caller.lane, "by": call.caller.key_id, "now": call.context.clock.now()}
    await sql.run(call.context, "lanmao_profile_put", {**msgspec.structs.asdict(body), **values})
    return body


_EXAMPLE = {
    "notify_url": "https://platform.example/lanmao/notify",
    "fee_schedule": "fees",
    "loan_fee_item": "platform_fee",
}

ENDPOINTS = (
    Endpoint("POST", "/gateway", "The dialect: lead a client to his page", "", gateway, tag="lanmao"),
    Endpoint("POST", "/service", "The dialect: a direct request", "", service, tag="lanmao"),
    Endpoint("POST", "/download", "The dialect: a file", "", download, tag="lanmao"),
    Endpoint("GET", "/lanmao/public-key", "The dialect: the custodian's key", "", public_key, tag="lanmao"),
    Endpoint("GET", "/lanmao/{token}", "The dialect: a client on his way", "", go_on, query=page.PageQuery, tag="lanmao"),
    Endpoint("POST", "/lanmao/{token}/pay", "The dialect: a test client pays in", "", pay, query=page.PageQuery, tag="lanmao"),
    Endpoint("GET", "/v1/lanmao-profile", "What the dialect means for the platform", "read", profile, answer=LanmaoProfile,
             tag="lanmao"),
    Endpoint("PUT", "/v1/lanmao-profile", "Say what the dialect means for the platform", "webhooks", put_profile,
             answer=LanmaoProfile, body=LanmaoProfile, example=_EXAMPLE, tag="lanmao"),
)  # fmt: skip
