"""Notify (懒猫异步通知): telling the platform's server what came of a request, until it answers SUCCESS.

When    a request has ended that its client confirmed, or whose details were many
Shape   a form: serviceName, platformNo, responseType=NOTIFY, keySerial, respData, sign; at least once, later and later over three
        days, to the address of the profile; where there is none, nothing is sent and QUERY_TRANSACTION tells
Source  domain.md (c.0); doors/webhooks (targets, back-off)
"""

import asyncio
import logging
from typing import Final
from urllib.parse import urlencode

import httpcore

from cunguan.doors.api import sql
from cunguan.doors.api.context import Context
from cunguan.doors.api.lanmao.protocol import sign
from cunguan.doors.api.lanmao.requests import Request
from cunguan.doors.webhooks import backoff
from cunguan.doors.webhooks.post import DELIVERED, Outcome, Poster

log = logging.getLogger(__name__)

AT_ONCE: Final = 50
WORD: Final = "SUCCESS"
KEY_SERIAL: Final = "1"


class Notifier(Poster):
    """Sends forms, and believes only the word."""

    def _outcome(self, answer: httpcore.Response, said: bytes) -> Outcome:
        found = super()._outcome(answer, said)
        is_taken = said.strip().upper().startswith(WORD.encode())
        return found if found.name != DELIVERED or is_taken else Outcome("not_taken", found.status)


def form(context: Context, request: Request, platform: str, response_type: str) -> dict[str, str]:
    """Return the fields that tell a result."""
    assert request.result is not None, "it has ended"
    return {
        "serviceName": request.service, "platformNo": platform, "userDevice": request.device,
        "responseType": response_type, "keySerial": KEY_SERIAL, "respData": request.result.decode(),
        "sign": sign(context, request.result, request.legacy_sha1),
    }  # fmt: skip


async def sweep(context: Context) -> int:
    """Tell what is due; return how many were told."""
    found = await sql.typed(context, Request, "lanmao_to_notify", {"now": context.clock.now(), "limit": AT_ONCE})
    if not found:
        return 0
    notifier = Notifier(context.is_sandbox)
    try:
        return sum(await asyncio.gather(*(_tell(context, notifier, one) for one in found)))
    finally:
        await notifier.close()


async def _tell(context: Context, notifier: Notifier, request: Request) -> bool:
    platform = await sql.row(context, "platform_of_lane", {"lane": request.lane})
    profile = await sql.row(context, "lanmao_profile_of", {"lane": request.lane})
    if platform is None or profile is None or not profile["notify_url"]:
        await _note(context, request, is_told=False, is_over=True)
        return False
    body = urlencode(form(context, request, platform["id"], "NOTIFY")).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "User-Agent": "cunguan"}
    try:
        is_told = (await notifier.post(profile["notify_url"], headers, body)).name == DELIVERED
    except Exception:  # it keeps nobody else from being told
        log.exception("a result of the dialect could not be told", extra={"lane": request.lane})
        is_told = False
    await _note(context, request, is_told=is_told)
    return is_told


async def _note(context: Context, request: Request, *, is_told: bool, is_over: bool = False) -> None:
    now, failures = context.clock.now(), request.notify_failures + (not is_told)
    wait = None if is_told or is_over else backoff.pause("lanmao", request.request_no, failures)
    values = {
        "lane": request.lane, "request_no": request.request_no, "failures": failures,
        "notify_at": None if wait is None else now + wait, "notified_at": now if is_told else None,
    }  # fmt: skip
    await sql.run(context, "lanmao_notified", values)
