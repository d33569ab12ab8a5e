"""Begin (发起签署): a page wants something signed: what is to be shown is stored, and the user is sent to read it.

When    a client's page has an instruction that needs his word; anybody's page has an act that needs a fresh passkey
Shape   Wanted: a lane and an instruction without evidence. One touch may confirm several
        step_up: lines that say what the act is; nothing is asked again while this session has signed exactly these lines within
        two minutes
Returns where to send the browser: /sign/<token>/; afterwards he lands on `back` with ?signed=<token> (done.py)
Source  issue "People" 3; ADR 0048
"""

from collections.abc import Sequence

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cunguan.doors.portals.signing import keeping
from cunguan.kernel.instruction import Instruction


class Wanted(msgspec.Struct, frozen=True):
    """An instruction a client is to confirm, in its lane."""

    lane: int
    instruction: Instruction


def begin(request: HttpRequest, acts: Sequence[Wanted], *, back: str) -> HttpResponseRedirect:
    """Store what will be shown, and send the client there."""
    assert acts, "something is to be signed"
    told = [keeping.kept(one.lane, one.instruction) for one in acts]
    return to_page(keeping.request_of(request, "", told, (), back))


def step_up(request: HttpRequest, act: str, lines: Sequence[tuple[str, str]], *, back: str) -> HttpResponse | None:
    """Send the user to sign an act; None when this session signed exactly these lines within two minutes."""
    assert act, "an act has a name"
    if keeping.signed_of(request, act, lines) is not None:
        return None
    return to_page(keeping.request_of(request, act, (), lines, back))


def to_page(token: str) -> HttpResponseRedirect:
    """Send the browser to the page of a request."""
    return HttpResponseRedirect(f"/sign/{token}/")
