"""Flow (懒猫流程): from a message to its answer; what clients confirm, one after another, until the request has ended.

When    a form comes; a client comes back from his page; the sweep of the jobs
Shape   a step is an authorisation under its own id: its page, its evidence, its instruction are those of every client
Returns the request as it stands. A failed step ends the request; what was done before it stays, and is told
Source  domain.md (c.0); routes/authorisations.py
"""

import logging
from datetime import timedelta
from typing import Any, Final

import msgspec

from cunguan.doors.api import authorisations, openings, sql
from cunguan.doors.api.authorisations import Authorisation, Wish
from cunguan.doors.api.context import Context
from cunguan.doors.api.lanmao import requests, words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.protocol import Message
from cunguan.doors.api.lanmao.requests import RECHARGE, Request, Step, Told
from cunguan.doors.api.lanmao.service import Ask, Confirm, Done, File, Service, data_of, services
from cunguan.doors.api.lanmao.services import recharge
from cunguan.doors.api.problem import Problem
from cunguan.doors.api.return_url import checked_return_url
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Instruction
from cunguan.operations.catalogue import operation

log = logging.getLogger(__name__)

SWEEP_AT_ONCE: Final = 200
STEP_LIFE: Final = timedelta(minutes=1)

#: what a step that did not come to its end is told as
ENDS: Final = {"declined": "the client declined", "expired": "the client did not answer in time"}


# ── a message comes ──────────────────────────────────────────────────────────
def service_of(message: Message, path: str) -> Service:
    """Return the service a message asks for; Refused when it is not here, or not by this path."""
    found = services().get(message.service)
    if found is None:
        raise Refused(Fault.service_off, f"{message.service[:60]!r} is not offered here: see docs/lanmao.md")
    if found.path != path:
        raise Refused(Fault.service_off, f"{found.name} is asked at /{found.path}")
    if found.scope not in message.scopes:
        raise Refused(Fault.service_off, f"the key has not the scope {found.scope!r}")
    return found


async def question(context: Context, message: Message, service: Service) -> dict[str, Any] | File:
    """Answer a service that changes nothing."""
    done = await service.run(Ask(context, message, "", data_of(service, message.data)))
    if isinstance(done, File):
        return done
    assert isinstance(done, Done)
    return {"code": "0", "status": done.status, **done.fields}


async def request(context: Context, message: Message, service: Service) -> Request:
    """Take a request, once: the first answer stands, whatever comes under its number later."""
    data = data_of(service, message.data)
    number = str(message.data.get(service.number) or "")
    found = await requests.begin(context, message, number, _redirect(context, message, service))
    if found.answer is not None:
        return found
    ask = Ask(context, message, number, data)
    try:
        return await _answered(context, found, await service.run(ask))
    except Refused as refused:
        if refused.fault is Fault.system:
            raise  # it is not known what became of it: the same request is sent again
        return await _refused(context, found, refused, service)


def _redirect(context: Context, message: Message, service: Service) -> str:
    if service.path != "gateway":
        return ""
    try:
        return checked_return_url(str(message.data.get("redirectUrl") or ""), context.is_sandbox)
    except Problem as problem:
        raise Refused(Fault.malformed, problem.details.detail.replace("return_url", "redirectUrl")) from problem


async def _answered(context: Context, request: Request, outcome: Done | Confirm | File) -> Request:
    assert not isinstance(outcome, File), "a file is the answer to a question"
    told = {"requestNo": request.request_no, "code": "0"}
    if isinstance(outcome, Confirm):
        page = page_of(context, request)
        first = {**told, "status": "INIT", **outcome.fields, "page": page}
        fields = Told(dict(outcome.fields), dict(outcome.done))
        request = await requests.answer(context, request, first, outcome.steps, fields)
        return (await advance(context, request))[0]  # the first page is there when the answer is
    final = {**told, "status": outcome.status, **outcome.fields}
    request = await requests.end(context, request, final, notify=outcome.notify)
    return await requests.answer(context, request, final)


async def _refused(context: Context, request: Request, refused: Refused, service: Service) -> Request:
    told = refused.told(request.request_no)
    request = await requests.end(context, request, told, notify=False)
    return await requests.answer(context, request, told)


def page_of(context: Context, request: Request) -> str:
    """Return the address where a request's client goes on."""
    return f"{context.address}/lanmao/{requests.token_of(context, request.lane, request.request_no)}"


# ── clients confirm ──────────────────────────────────────────────────────────
async def advance(context: Context, request: Request) -> tuple[Request, Authorisation | None]:
    """Go on as far as possible; return the request, and what its client is to answer next if there is something."""
    if request.result is not None:
        return request, None
    for number, step in enumerate(request.to_confirm):
        if step.kind == RECHARGE:
            return await _paid(context, request, step)
        waiting = await authorisations.find(context, request.lane, step.id)
        if waiting is None:
            refusal = await _ask_client(context, request, step)
            if refusal is not None:
                return await _ended(context, request, number, refusal), None
            waiting = await authorisations.find(context, request.lane, step.id)
            assert waiting is not None, "it was written just now"
        if (waiting.kind, waiting.body) != (step.kind, step.body.encode()):
            return await _ended(context, request, number, _used(step)), None
        if waiting.state == "waiting" or (waiting.state == "confirmed" and waiting.said is None):
            return request, waiting
        said = waiting.said
        if said is None:
            return await _ended(context, request, number, Refused(Fault.refused, ENDS[waiting.state])), None
        if said.code is not Code.done:
            return await _ended(context, request, number, words.refused(said.code, said.why)), None
    return await _ended(context, request, len(request.to_confirm), None), None


def _used(step: Step) -> Refused:
    """Return the refusal of a step whose id the client answered something else under: at /v1, or in another request."""
    return Refused(Fault.duplicate, f"the id {step.id} was used for something else: send another requestNo")


async def _paid(context: Context, request: Request, step: Step) -> tuple[Request, None]:
    """Go on with a payment: the books have it, or the client did not pay in time."""
    answer = await recharge.said(context, request, step)
    if answer is not None:
        refusal = None if answer.code is Code.done else words.refused(answer.code, answer.why)
        return await _ended(context, request, 1, refusal), None
    if not recharge.payment_of(step).deposit and request.expires_at <= context.clock.now():
        return await _ended(context, request, 0, Refused(Fault.refused, ENDS["expired"])), None
    return request, None


async def _ask_client(context: Context, request: Request, step: Step) -> Refused | None:
    """Note the authorisation of a step; return why it cannot be asked."""
    try:
        await authorisations.ask(context, await _wish(context, request, step))
    except Problem as problem:
        return Refused(Fault.refused, f"{problem.code}: {problem.details.detail}")
    return None


async def _wish(context: Context, request: Request, step: Step) -> Wish:
    text, version, currency = await _text(context, request.lane, step)
    left = max(request.expires_at - context.clock.now(), STEP_LIFE)
    return Wish(
        step.id, step.kind, version, step.body.encode(), text, currency, page_of(context, request), request.asked_by,
        int(left.total_seconds()),
    )  # fmt: skip


async def _text(context: Context, lane: int, step: Step) -> tuple[AuthorityText, int, str]:
    if step.kind == openings.KIND:
        opening = msgspec.json.decode(step.body, type=openings.Body)
        return openings.text_of(lane, step.id, opening), openings.VERSION, words.CURRENCY
    described = operation(step.kind)
    assert described.authority_text is not None, f"no client confirms a {step.kind}"
    body = msgspec.json.decode(step.body, type=described.body)
    text = described.authority_text(Instruction(step.id, step.kind, body), lane)
    assert text is not None, "a step is something the client confirms"
    owner = await authorisations.owner_of(context, lane, text.owner)
    return text, described.version, owner["currency"]


async def _ended(context: Context, request: Request, done: int, refused: Refused | None) -> Request:
    """Note the end: success, or what went wrong at which of several steps."""
    fields = request.fields
    if refused is None:
        told = {"requestNo": request.request_no, "code": "0", "status": "SUCCESS", **fields.always, **fields.done}
    else:
        told = {**fields.always, **refused.told(request.request_no), "status": "FAIL"}
        if len(request.to_confirm) > 1:
            told["doneSteps"] = [step.kind for step in request.to_confirm[:done]]
    return await requests.end(context, request, told, notify=True)


async def sweep(context: Context) -> int:
    """Go on with requests whose client has not come back from his page; return how many have ended."""
    values, ended = {"limit": SWEEP_AT_ONCE, "now": context.clock.now(), "after": 0}, 0
    while found := await sql.typed(context, Request, "lanmao_open", values):
        ended += sum([await _ends_now(context, one) for one in found])
        values["after"] = found[-1].number
    return ended


async def _ends_now(context: Context, request: Request) -> bool:
    try:
        return (await advance(context, request))[0].result is not None
    except Exception:  # it keeps nobody else waiting
        log.exception("a request of the dialect could not go on", extra={"lane": request.lane})
        return False
