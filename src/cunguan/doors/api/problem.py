"""Problem: an error as the platform's door tells it.

Shape   RFC 9457 problem details with our code, the field, whether a retry may help, and the instruction's id
Source  RFC 9457; kernel/codes.py
"""

from collections.abc import Mapping

import msgspec

from cunguan.kernel.codes import Code, may_retry

MEDIA_TYPE = "application/problem+json"


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sent: `type` names the page about the code, `code` is for programs, `detail` for people."""

    type: str
    title: str
    status: int
    code: str
    retry: bool
    detail: str = ""
    field: str = ""
    instruction_id: str = ""
    answer: dict[str, object] = {}


class Problem(Exception):
    """A refusal on its way out; nothing was changed by the request."""

    def __init__(
        self, status: int, code: Code, detail: str = "", *, field: str = "", instruction_id: str = "",
        answer: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None, retry: bool | None = None,
    ) -> None:  # fmt: skip
        name = Code(code).name
        super().__init__(f"{status} {name}: {detail}")
        self.status, self.code, self.headers = status, name, dict(headers or {})
        self.details = ProblemDetails(
            type=f"/docs/codes#{name}", title=name.replace("_", " "), status=status, code=name,
            retry=may_retry(code) if retry is None else retry, detail=detail, field=field, instruction_id=instruction_id,
            answer=dict(answer or {}),
        )  # fmt: skip


def not_found(what: str) -> Problem:
    """Return what is said of an absent object and of another platform's alike."""
    return Problem(404, Code.not_found, f"there is no such {what}")
