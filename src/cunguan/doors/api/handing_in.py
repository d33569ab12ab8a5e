"""Handing in (提交指令): what a platform asks, as an instruction of its lane; and what became of it, as the platform is told.

Shape   InstructionBody: id, kind and the body of that kind (docs/instructions.md); InstructionAnswer: the outcome
        status  done · refused · quarantined (a person looks at it) · in_doubt (not known yet) · not_taken (nothing was
                stored, the id is free: retry, or put right what is malformed)
Returns 200 done · 202 quarantined and in_doubt: ask again by the id · 409 the id was used for something else · 422 refused
        by a code · 503 not taken just now, with Retry-After
Errors  Problem: the instruction is malformed, or not for platforms to ask
Source  issue of the platform's door 2 and 4; design/lanes.md rules 9 and 12
"""

import logging
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from cunguan.doors.api.decode import field_of
from cunguan.doors.api.endpoint import Call, Reply
from cunguan.doors.api.evidence import evidence_for
from cunguan.doors.api.kinds import asked_for, check
from cunguan.doors.api.problem import Problem
from cunguan.doors.persons.in_clear import in_clear
from cunguan.doors.telemetry.metrics import ALARMS
from cunguan.kernel.codes import NOT_ADMITTED, OTHER, TRANSIENT, Code
from cunguan.kernel.ids import AGAIN, is_id
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations.catalogue import reserved_prefixes

log = logging.getLogger(__name__)

#: what is put before or behind an id needs room (kernel/ids.py)
ID_CHARACTERS_MAX = 128
RETRY_AFTER = {"Retry-After": "1"}

#: the id was used before, and cannot be used for this
_TAKEN = OTHER | {Code.barred}
#: what does not come with 422: outcomes, what the plane does not take now, and what the door itself says
_STATUS = {
    Code.done: 200, Code.in_doubt: 202, Code.lane_busy: 503, Code.lane_stopped: 503, Code.signature_invalid: 401,
    Code.timestamp_out_of_window: 401, Code.nonce_seen: 401, Code.platform_unknown: 401, Code.key_not_in_force: 401,
    Code.scope_missing: 403, Code.network_not_allowed: 403, Code.mutual_tls_required: 403, Code.kind_not_for_platforms: 403,
    Code.not_found: 404, Code.method_not_allowed: 405, Code.body_too_slow: 408, Code.authorisation_differs: 409,
    Code.batch_differs: 409, Code.key_exists: 409, Code.webhook_limit_reached: 409, Code.webhook_not_active: 409,
    Code.webhook_deleted: 409, Code.check_file_confirmed: 409, Code.check_file_differs: 409, Code.bank_refuses: 409,
    Code.database_unavailable: 503, Code.key_changing: 503, Code.bank_not_there: 503, Code.liability_files_missing: 503,
    Code.keys_unavailable: 503, Code.personal_data_unreadable: 503, Code.person_restricted: 409, Code.person_shredded: 409,
    Code.receipt_not_ready: 409, Code.receipt_not_his: 404, Code.receipt_of_nothing: 404, Code.statement_not_made: 404,
    Code.body_too_large: 413, Code.media_type_unsupported: 415, Code.rate_limited: 429, Code.internal_error: 500,
}  # fmt: skip
#: a fee that is in no schedule its client has agreed to (typology T01)
_NOT_AGREED = frozenset({
    Code.fee_schedule_not_found, Code.fee_consent_missing, Code.fee_item_not_found, Code.fee_cap_exceeded, Code.fee_differs,
})  # fmt: skip
#: what an engineer does about it
_HELP = {
    Code.authority_missing: "the client has not confirmed it: ask him by POST /v1/authorisations, under a new id",
    Code.in_doubt: "GET /v1/instructions/{id} tells the outcome; sent again with the same id it is done once",
    Code.lane_busy: "send it again with the same id",
    Code.lane_stopped: "send it again with the same id",
}


class InstructionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An instruction: an id of your own that is used once, the kind, and the body of that kind."""

    id: str
    kind: str
    body: dict[str, Any]


Status = Literal["done", "refused", "quarantined", "in_doubt", "not_taken"]


class InstructionAnswer(msgspec.Struct, frozen=True):
    """What became of an instruction: the same for every retry. `retry`: the same id may be sent again with hope."""

    id: str
    kind: str
    status: Status
    code: str
    code_number: int
    seq: int | None
    retry: bool
    why: str = ""
    detail: dict[str, Any] = {}
    field: str = ""


# ── asked ────────────────────────────────────────────────────────────────────
def check_id(name: str) -> None:
    """Refuse what cannot be the id of a platform's instruction: also one that the custodian derives, of whatever kind."""
    if not is_id(name) or len(name) > ID_CHARACTERS_MAX:
        detail = (
            f"an id is 1 to {ID_CHARACTERS_MAX} of letters, digits and _.:/@+#=-, and begins with a letter or digit"
        )
    elif is_custodians(name):
        detail = (
            f"ids that begin with {name.partition(':')[0]}: or end with {AGAIN} are the custodian's: choose another"
        )
    else:
        return
    raise Problem(422, Code.id_malformed, detail, field="id", instruction_id=name[:ID_CHARACTERS_MAX])


def refuse_in_clear(asked: Any, name: str) -> None:
    """Refuse what would be stored for ever and looks like personal data."""
    field = in_clear(asked)
    if field is not None:
        detail = (
            f"{field} looks like an ID, phone or card number, and is not stored encrypted: bring it under /v1/persons"
        )
        raise Problem(
            422, Code.personal_data_in_clear, detail, field=field, instruction_id="" if field == "id" else name
        )


def is_custodians(name: str) -> bool:
    """Return whether the custodian gives such ids: a platform that took one first would stop what is to come under it.

    >>> is_custodians("timer:X1:2026-03-02"), is_custodians("w-1:again"), is_custodians("w-1")
    (True, True, False)
    """
    return name.startswith(tuple(reserved_prefixes())) or name.endswith(AGAIN)


def instruction_of(asked: InstructionBody) -> Instruction:
    """Return the typed instruction a platform asks for."""
    check_id(asked.id)
    refuse_in_clear({"id": asked.id, "body": asked.body}, asked.id)
    operation = asked_for(asked.kind, asked.id)
    try:
        instruction = Instruction(asked.id, asked.kind, msgspec.convert(asked.body, operation.body))
    except msgspec.ValidationError as error:
        text = str(error)
        raise Problem(
            422, Code.malformed, f"{text}; the fields of {asked.kind} stand in /docs",
            field=".".join(part for part in ("body", field_of(text)) if part), instruction_id=asked.id,
        ) from error  # fmt: skip
    check(instruction)
    return instruction


async def with_evidence(call: Call, instructions: Sequence[Instruction]) -> list[Instruction | Problem]:
    """Return the instructions with what their clients have said, or why one cannot be handed in yet."""
    words = await evidence_for(call.context, call.caller.lane, instructions)
    if not words:
        return list(instructions)
    return [_with(one, words.get(one.id)) for one in instructions]


def _with(instruction: Instruction, word: Any) -> Instruction | Problem:
    if word is None:
        return instruction
    if isinstance(word, Code):
        status = 409 if word is Code.authorisation_differs else 422
        return Problem(
            status, word, f"GET /v1/authorisations/{instruction.id} tells more", instruction_id=instruction.id
        )
    return msgspec.structs.replace(instruction, evidence=word)


# ── told ─────────────────────────────────────────────────────────────────────
def told(kind: str, answer: Answer) -> InstructionAnswer:
    """Return an answer of the plane as a platform is told it."""
    code = answer.code
    why = answer.why or _HELP.get(code, "")
    if code in _NOT_AGREED:
        ALARMS.labels("T01").inc()
        log.warning("alarm T01: a fee nobody agreed to was asked for: %s %s: %s", kind, answer.id, code.name)
    return InstructionAnswer(
        answer.id, kind, status_of(answer), code.name, int(code), answer.seq, code in TRANSIENT and answer.seq is None,
        why, answer.detail,
    )  # fmt: skip


def told_of(problem: Problem, asked_id: str, kind: str) -> InstructionAnswer:
    """Return a refusal of this door as the answer to one item of many."""
    details = problem.details
    number = int(Code[details.code])
    return InstructionAnswer(
        asked_id, kind, "not_taken", details.code, number, None, details.retry, details.detail, {}, details.field
    )


def status_of(answer: Answer) -> Status:
    """Return what became of it, in a word.

    >>> status_of(Answer("a", Code.done, 1)), status_of(Answer("a", Code.in_doubt)), status_of(Answer("a", Code.lane_busy))
    ('done', 'in_doubt', 'not_taken')
    """
    if answer.code is Code.done:
        return "done"
    if answer.code is Code.in_doubt:
        return "in_doubt" if answer.seq is None else "quarantined"
    return "not_taken" if answer.code in TRANSIENT or answer.code in NOT_ADMITTED else "refused"


def reply(answer: InstructionAnswer) -> Reply:
    """Return the answer to one instruction, or raise it where it is no success."""
    code = Code(answer.code_number)
    if code is Code.done:
        return Reply(answer)
    if code is Code.in_doubt:
        return Reply(answer, 202, RETRY_AFTER)
    raise problem_of(answer)


def problem_of(answer: InstructionAnswer, **more: Any) -> Problem:
    """Return a refusal by the plane as a problem, with the stored answer in it."""
    code = Code(answer.code_number)
    if code in _TAKEN:
        log.warning("alarm: an id was sent again with another content: %s %s: %s", answer.kind, answer.id, code.name)
    headers = RETRY_AFTER if code in TRANSIENT else {}
    detail = "; ".join(part for part in dict.fromkeys((answer.why, _HELP.get(code, ""))) if part)
    return Problem(
        http_status(code), code, detail, field=answer.field, instruction_id=answer.id, headers=headers,
        answer={**msgspec.to_builtins(answer), **more},
    )  # fmt: skip


def http_status(code: Code) -> int:
    """Return the HTTP status a code comes with."""
    if code in _TAKEN:
        return 409
    return _STATUS.get(code, 422)
