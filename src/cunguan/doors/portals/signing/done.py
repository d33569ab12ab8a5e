"""Done (签署结果): what became of what was signed, for the page it leads back to.

Shape   outcome: the plane's answers in the order of what was wanted; in_doubt where the plane has not answered yet: the sweep hands
        it in again. Empty where nothing was signed under this token, or it is another's
        signed_text: the assertion a session gave to an act's lines; approvals keep it
Source  issue "People" 3; design/lanes.md rule 9
"""

from collections.abc import Sequence

from django.http import HttpRequest

from cunguan.desks.signing.models import SignAssertion
from cunguan.doors.portals.signing import keeping
from cunguan.kernel.instruction import Answer


def outcome(request: HttpRequest, token: str) -> list[Answer]:
    """Return what the plane said to each instruction that was signed under a token."""
    return keeping.answers(request, token)


def signed_text(request: HttpRequest, act: str, lines: Sequence[tuple[str, str]] | None = None) -> SignAssertion | None:
    """Return what this session signed last for an act, within two minutes; for exactly these lines, where they are given."""
    return keeping.signed_of(request, act, lines)
