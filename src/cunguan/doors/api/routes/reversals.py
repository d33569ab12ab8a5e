"""Reversals (冲正申请): a platform says that one of its clients was credited wrongly; two people of the custodian decide.

When    POST: the platform finds a wrong credit; nothing moves. GET: to see what was decided
Shape   the request's id is the instruction's. `of` and `line`: the instruction whose credit was wrong, and which of its postings.
        A request that was a mistake is withdrawn by who asked; refused, or carried out, by the custodian (`cunguan reversal`)
Returns as POST /v1/instructions; the row with its state
Source  domain-decisions.md 9; domain.md (k.3) S-26
"""

import msgspec
from msgspec import UNSET, UnsetType

from cunguan.doors.api.endpoint import Call, Endpoint, Reply
from cunguan.doors.api.handing_in import InstructionAnswer, check_id, reply, told
from cunguan.doors.api.lists import Id, Items, Paged, finder, found, lister
from cunguan.kernel.instruction import Instruction
from cunguan.operations import adjustment_refusal, adjustment_request
from cunguan.store import shown


class ReversalBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which line of which instruction credited whom wrongly, by how much, and why that is so."""

    id: str
    of: str
    line: int
    holder: str
    amount_minor: int
    reason: str


class WithdrawalOfRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a request is taken back; `id` is of this act."""

    id: str
    reason: str


class ReversalsQuery(Paged, frozen=True):
    """Filters of requests."""

    of: Id | UnsetType = UNSET
    holder: Id | UnsetType = UNSET
    state: shown.AdjustmentState | UnsetType = UNSET


def asker(platform: str) -> str:
    """Return what stands in the books for a platform that asks: no clerk is called so."""
    return f"{shown.ASKED_BY_PLATFORM}{platform}"


async def ask(call: Call) -> Reply:
    """Ask for a reversal."""
    asked: ReversalBody = call.body
    body = adjustment_request.Body(
        asked.of, asked.line, asked.holder, asked.amount_minor, asked.reason, asker(call.caller.platform)
    )
    return await _hand(call, asked.id, adjustment_request.KIND, body)


async def withdraw(call: Call) -> Reply:
    """Take a request back."""
    request = await found(call, shown.Reversal, "reversal")
    asked: WithdrawalOfRequest = call.body
    body = adjustment_refusal.Body(request.id, "withdrawn", asker(call.caller.platform), asked.reason)
    return await _hand(call, asked.id, adjustment_refusal.KIND, body)


async def _hand(call: Call, name: str, kind: str, body: msgspec.Struct) -> Reply:
    check_id(name)
    return reply(told(kind, await call.context.asks.ask(call.caller.lane, Instruction(name, kind, body))))


_EXAMPLE = {
    "id": "rev-1", "of": "bank:demobank:E-77:paid", "line": 0, "holder": "L7", "amount_minor": 60000,
    "reason": "the bank's line was another client's",
}  # fmt: skip

ENDPOINTS = (
    Endpoint("POST", "/v1/reversals", "Ask that a wrong credit is reversed (冲正申请)", "instruct", ask,
             answer=InstructionAnswer, body=ReversalBody, example=_EXAMPLE, tag="reversals"),
    Endpoint("GET", "/v1/reversals", "List requests for a reversal", "read", lister(shown.Reversal),
             answer=Items[shown.Reversal], query=ReversalsQuery, tag="reversals"),
    Endpoint("GET", "/v1/reversals/{id}", "Get one request for a reversal", "read", finder(shown.Reversal, "reversal"),
             answer=shown.Reversal, tag="reversals"),
    Endpoint("POST", "/v1/reversals/{id}/withdrawal", "Take a request back", "instruct", withdraw,
             answer=InstructionAnswer, body=WithdrawalOfRequest, example={"id": "rev-1-back", "reason": "it was right"},
             tag="reversals"),
)  # fmt: skip
