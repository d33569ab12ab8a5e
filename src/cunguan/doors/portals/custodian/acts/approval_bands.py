"""Approval bands (复核金额档次): two people set how many checkers sign above which amount, from a date on.

When    who asks has signed, and two others: nobody lowers the quorum alone with a friend
Does    adds the bands in the transaction that notes the outcome; a later date's set stands for the one before
Refuses a set without a first band, one that falls as amounts grow, a date that is over
"""

from datetime import date, datetime
from typing import Any, Final

import msgspec
from django.utils.translation import gettext_noop

from cunguan.desks.approvals.models import Band
from cunguan.desks.approvals.permitted import RULES
from cunguan.desks.approvals.refused import Refused
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.kernel.codes import Code
from cunguan.kernel.currency import EXPONENT

KIND: Final = "approval_bands"
RESOURCE: Final = RULES
QUORUM: Final = 2
_QUORUM_MAX: Final = 9
HINT: Final = gettext_noop("The first band begins above 0; the number of checkers never falls as amounts grow.")
HINTS: Final = {"currency": gettext_noop("Empty: every currency that has no bands of its own.")}


class One(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Above an amount so many checkers."""

    above_minor: int
    quorum: int


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A set of bands."""

    since: date
    bands: tuple[One, ...]
    currency: str = ""


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what is no set of bands."""
    bands = [(one["above_minor"], one["quorum"]) for one in body["bands"]]
    if body["currency"] and body["currency"] not in EXPONENT:
        raise Refused(Code.currency_differs, body["currency"])
    if body["since"] < now.date().isoformat():
        raise Refused(Code.date_in_the_past, body["since"])
    if not bands or bands[0][0] != 0 or bands != sorted(bands) or len({above for above, _ in bands}) != len(bands):
        raise Refused(Code.malformed, "bands")
    quorums = [quorum for _, quorum in bands]
    if quorums != sorted(quorums) or not 1 <= quorums[0] <= quorums[-1] <= _QUORUM_MAX:
        raise Refused(Code.malformed, "quorum")
    if Band.objects.filter(currency=body["currency"], since=body["since"]).exists():
        raise Refused(Code.date_in_the_past, body["since"])


def amount(body: dict[str, Any]) -> None:
    """Return nothing: bands move no money."""
    return None


def do(done: Doing) -> Outcome:
    """Add them; a set of that day that came in between stays."""
    body = done.body
    if Band.objects.filter(currency=body.currency, since=body.since).exists():
        return Outcome(Code.date_in_the_past, body.since.isoformat())
    Band.objects.bulk_create(
        Band(since=body.since, currency=body.currency, above_minor=one.above_minor, quorum=one.quorum, proposal=done.id)
        for one in body.bands
    )
    return DONE
