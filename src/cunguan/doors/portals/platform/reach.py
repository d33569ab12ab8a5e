"""Reach (门内调用): the handlers of the platform's door, asked by one of its people instead of by a key.

When    a page shows or does what the API does already: rules, limits and refusals are the API's, word for word
Shape   a Call as the gate would make it, of the reader's own lane whatever he asks for; his name stands where a key's would:
        `console:<reference>`. What may be asked is decided by the view's roles, not here
Returns what the handler returns, without its Reply
Errors  Http404 what is not there, and what is another platform's; Refused: the API's refusal, in the reader's language
"""

import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, TypeVar

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from starlette.requests import Request

from cunguan.desks.people.roles import ADMIN, OPERATOR, VIEWER
from cunguan.doors.api.context import Context
from cunguan.doors.api.endpoint import Call, Caller, Handler, Reply
from cunguan.doors.api.handing_in import InstructionAnswer
from cunguan.doors.api.problem import Problem
from cunguan.doors.catalogue.codes_zh import SAYS_ZH
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.tongue import either
from cunguan.kernel.codes import Code
from cunguan.store import reading
from cunguan.store.reading import Here

T = TypeVar("T")

READERS: Final = frozenset({VIEWER, OPERATOR, ADMIN})
OPERATORS: Final = frozenset({OPERATOR, ADMIN})
ADMINS: Final = frozenset({ADMIN})


class Refused(Exception):
    """The door refuses; the message is for the reader."""


def here(request: HttpRequest) -> Here:
    """Return the reader's lane as it stands; read once a request."""
    found: Here | None = getattr(request, "platform_here", None)
    if found is None:
        lane = lane_of(request)
        found = house().call(lambda context: reading.here(context.pool, lane))
        if found is None:
            raise Http404
        request.platform_here = found
    return found


def lane_of(request: HttpRequest) -> int:
    """Return the lane of the reader's platform."""
    return int(request.reader.lane)


def asked(
    request: HttpRequest, handler: Handler, *, path: Mapping[str, str] = {}, query: Any = None, body: Any = None, raw: bytes = b"",
    key: str = "",
) -> Any:  # fmt: skip
    """Ask a handler; `key`: the key that is acted with, where it is about one."""
    at = here(request)
    person = f"console:{request.reader.reference}"
    caller = Caller(key or person, at.platform, at.lane, frozenset(), at.is_sandbox, person)
    made = _request(request)

    async def called(context: Context) -> Any:
        return await handler(Call(context, caller, made, path, query, body, raw))

    try:
        answer = house().call(called)
    except Problem as problem:
        if problem.status == 404:
            raise Http404 from None
        raise Refused(said(problem)) from problem
    return answer.value if isinstance(answer, Reply) else answer


def _request(request: HttpRequest) -> Request:
    """Return what of a request the handlers look at: its path, and an id of its own; a form sent twice has one id."""
    id = request.POST.get("instruction_id", "") or f"console:{uuid.uuid4().hex}"
    return Request({
        "type": "http", "method": request.method, "path": request.path, "query_string": b"", "scheme": "http",
        "server": ("console", 80), "headers": [(b"instruction-id", id.encode()), (b"host", b"console")],
    })  # fmt: skip


def read(shape: type[T], **values: Any) -> T:
    """Return what was typed into a form as the body that the API takes; Refused says what of it cannot be."""
    try:
        return msgspec.convert(
            {name: value for name, value in values.items() if value is not None}, shape, strict=False
        )
    except msgspec.ValidationError as wrong:
        raise Refused(str(wrong)) from None


def said(problem: Problem) -> str:
    """Return a refusal in the reader's language; what it adds of this case stands behind it."""
    if not (get_language() or "").startswith("zh"):
        return problem.details.detail or problem.details.title
    words = either(problem.code, SAYS_ZH.get(problem.code, problem.code))
    return f"{words}（{problem.details.detail}）" if problem.details.detail else words


def told_answer(request: HttpRequest, answer: InstructionAnswer, done: str) -> None:
    """Tell what became of an instruction; one whose end is not known is never told as done."""
    if answer.status == "in_doubt":
        messages.warning(request, _("It is not known yet whether this was done. Look again before you repeat it."))
    else:
        messages.success(request, done)


def code_text(number: int) -> str:
    """Return what a code says, in the reader's language."""
    name = Code(number).name
    return either(name.replace("_", " "), SAYS_ZH.get(name, name))


def refusals_to(name: str, *kept: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Return a decorator: what the door refuses is told on the page of this name; `kept`: what of the address that page has too."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def told(request: HttpRequest, **values: Any) -> HttpResponse:
            try:
                return view(request, **values)
            except Refused as refused:
                messages.error(request, str(refused))
                return redirect(name, **{one: values[one] for one in kept})

        return told

    return decorate
