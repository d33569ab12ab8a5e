"""Clients (客户查询): a holder account with all that is open of it; a person with his accounts, masked, and in clear with a reason.

When    a clerk has a client on the phone, or follows a link from the books
Does    masked details are read freely; a look in clear asks why, and is written down (person_access) before anything is shown
Shape   the regulator and the auditor see the accounts, and nobody's details
Errors  Http404 for what is not there; PersonRefused is told in its own words
Source  schema 0018; docs/personal-data.md
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import psycopg
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cunguan.desks.approvals import words
from cunguan.desks.people.roles import AUDITOR, CHECKER, MAKER, REGULATOR, SENIOR_CHECKER, STAFF
from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.persons.keeping import Kept, Look, PersonRefused, Persons
from cunguan.doors.persons.opening import opened
from cunguan.doors.persons.shapes import Details, masked
from cunguan.doors.portals.custodian.decoding import one, read
from cunguan.doors.portals.custodian.money_views import proposal
from cunguan.doors.portals.custodian.parties_clients import id_type
from cunguan.doors.portals.custodian.parties_documents import told
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows
from cunguan.operations.locking import EMERGENCY

T = TypeVar("T")
PARTS: Final = ("holds", "mandates", "cards", "withdrawals", "deposits", "claims", "listings", "freezes")
REASON_MIN, REASON_MAX = 4, 400
#: a hold that was no bid's
GENERAL: Final = "general"
#: who may ask for what concerns money and accounts
ASKERS: Final = frozenset({MAKER, CHECKER, SENIOR_CHECKER})
#: what is proposed of an account in a state
BY_STATE: Final = {"active": "account_suspension", "suspended": "account_resumption"}


@open_to(STAFF, REGULATOR, AUDITOR)
def holder(request: HttpRequest, lane: int, holder: str) -> HttpResponse:
    """Show a holder account."""
    of = one("console_holder", {"lane": lane, "id": holder}, PARTS)
    buckets = [
        (n, of["base"] + n, of[name]) for n, name in enumerate(("available", "uncleared", "held", "outbound", "frozen"))
    ]
    may = bool(ASKERS & request.reader.roles)
    for each in of["holds"]:
        each["left_minor"] = each["amount_minor"] - each["captured_minor"] - each["released_minor"]
        if may and each["purpose"] == GENERAL and each["left_minor"] > 0:
            known = {"lane": lane, "hold": each["id"], "amount_minor": each["left_minor"]}
            each["release"] = proposal("general_hold_release", **known)
    given = {"of": of, "lane": lane, "buckets": buckets, "acts": _acts(lane, of) if may else []}
    return render(request, "custodian/holder.html", given)


def _acts(lane: int, of: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what may be proposed about an account: where, and what it is called."""
    kinds = ["general_hold", *(kind for state, kind in BY_STATE.items() if of["state"] == state)]
    return [(proposal(kind, lane=lane, holder=of["id"]), words.title(kind)) for kind in kinds]


@open_to(STAFF, REGULATOR, AUDITOR)
def person(request: HttpRequest, person: str) -> HttpResponse:
    """Show a person: his accounts, and for staff who he is, masked."""
    return _person(request, person, None)


@open_to(STAFF)
@require_POST
def reveal(request: HttpRequest, person: str) -> HttpResponse:
    """Show who he is in clear, once the reason is written down."""
    reason, lane = " ".join(request.POST.get("reason", "").split()), request.POST.get("lane", "")
    if len(reason) < REASON_MIN or len(reason) > REASON_MAX or not lane.isdigit():
        messages.error(
            request, gettext("Say why you need to see it: a few words that somebody else understands later.")
        )
        return redirect("custodian:person", person)
    return _person(request, person, (int(lane), reason))


def _person(request: HttpRequest, person: str, asked: tuple[int, str] | None) -> HttpResponse:
    of = one("console_person", {"person": person}, ("holders", "details", "orders"))
    looked = None
    if request.reader.is_staff:
        lane = asked[0] if asked else next((each["lane"] for each in of["details"]), None)
        if asked and lane not in {each["lane"] for each in of["details"]}:
            raise Http404
        looked = _details(request, person, lane, asked[1] if asked else "") if lane is not None else None
    return render(
        request,
        "custodian/person.html",
        {
            "of": of,
            "looked": looked,
            "in_clear": asked is not None,
            "lift": _lift(of) if ASKERS & request.reader.roles else None,
            "accesses": [told(each) for each in rows("console_accesses", {"person": person})],
        },
    )


def _lift(of: dict[str, Any]) -> tuple[str, str] | None:
    """Return where the lifting of a person's lock is proposed, and what it is called; he alone may have locked himself."""
    if not of["lock"] or of["lock_reason"] is None:
        return None
    kind = "person_self_unlock" if of["lock_reason"] == EMERGENCY else "person_unlock"
    return proposal(kind, lane=0, person=of["id"], lock=of["lock"]), words.title(kind)


def _details(request: HttpRequest, person: str, lane: int, reason: str) -> dict[str, Any]:
    """Return the details, or why there are none; with a reason they are in clear and the look is written down."""
    now = house().context.clock.now()
    look = Look(f"staff {request.reader.reference}", "details", reason) if reason else None
    try:
        kept = house().call(with_persons, lambda persons: persons.read(lane, person, look, now))
    except PersonRefused as refused:
        return {"lane": lane, "why": refused.why}
    return {"lane": lane, "facts": facts(kept, in_clear=look is not None), "kept": kept}


def facts(kept: Kept, *, in_clear: bool) -> list[tuple[str, str]]:
    """Return the details as label and value, masked unless they are to be clear."""
    of: Details = kept.details if in_clear else masked(kept.details)
    found = (
        (gettext("Name"), of.name),
        (gettext("Kind of document"), id_type(of.id_type)),
        (gettext("ID number"), of.id_number),
        (gettext("Phone"), of.phone),
        (gettext("Address"), of.address),
        (gettext("Cards"), ", ".join(of.cards)),
    )
    return [(label, value) for label, value in found if value]


async def with_persons(context: Context, act: Callable[[Persons], T]) -> T:
    """Do something with what opens personal data, in a thread."""

    def run(connection: psycopg.Connection[Any]) -> T:
        return act(Persons(connection, opened(context.keys, connection)))

    return await in_thread(context, run)


@open_to(STAFF, REGULATOR, AUDITOR)
def listing(request: HttpRequest, lane: int, listing: str) -> HttpResponse:
    """Show a listing."""
    of = one("console_listing", {"lane": lane, "id": listing}, ("plan", "claims", "holds", "moves"))
    return render(request, "custodian/listing.html", {"of": of, "lane": lane, "recorded": read(of["recorded"])})
