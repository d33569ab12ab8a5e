"""Errors: what a platform's program may have to deal with, and what each leaves open.

Shape   Refused: the custodian said no, for ever for this id · Pending: nobody knows yet, the same id is to be sent again ·
        Failed: the request was not taken (signature, form, scope, absent object), nothing happened ·
        NotGenuine: an answer that the custodian did not sign
"""

from typing import Any

import msgspec


class Details(msgspec.Struct, frozen=True):
    """Problem details (RFC 9457) as the door tells them."""

    status: int
    code: str
    title: str = ""
    type: str = ""
    detail: str = ""
    field: str = ""
    instruction_id: str = ""
    retry: bool = False
    answer: dict[str, Any] = {}


class CunguanError(Exception):
    """Anything this client raises."""


class Failed(CunguanError):
    """The door did not take a request; nothing happened."""

    def __init__(self, details: Details) -> None:
        said = f"{details.code}: {details.detail}" if details.detail else details.code
        super().__init__(f"{said} (field {details.field})" if details.field else said)
        self.details, self.code = details, details.code


class Refused(Failed):
    """An instruction was decided, and refused; `details.answer` says what can be done about it."""

    @classmethod
    def of(cls, id: str, state: str, answer: Any) -> "Refused":
        """Return the refusal of what a client was asked: he declined, it expired, or it was decided so."""
        if answer is None:
            return cls(Details(422, state, detail=f"the request is {state}", instruction_id=id))
        said = msgspec.to_builtins(answer)
        return cls(Details(422, answer.code, detail=answer.why, instruction_id=id, answer=said))


class Pending(CunguanError):
    """The outcome is not known yet. Send the same id again: it is done once, however often it is sent."""

    def __init__(self, instruction_id: str, last: str) -> None:
        super().__init__(f"{instruction_id}: the outcome is not known yet ({last}); send the same id again")
        self.instruction_id = instruction_id


class Unreached(CunguanError):
    """The door was not reached; nothing is known to have happened."""


class NotGenuine(CunguanError):
    """An answer is not signed by the custodian for this question: believe nothing of it."""
