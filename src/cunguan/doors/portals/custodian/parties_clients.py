"""Clients' files (客户身份档案): the list of all whom the custodian knows, of those to be checked again, and of supervisors.

When    staff look for somebody by his reference, or for what is due
Shape   a list goes by reference, or by the day a check is over; nothing in it says who anybody is
"""

from datetime import date, timedelta
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.views.decorators.http import require_GET

from cunguan.desks.parties.identity import in_china
from cunguan.desks.parties.models import KINDS, Supervisor
from cunguan.desks.people.roles import AUDITOR, CHECKER, MAKER, REGULATOR, REVIEWER, SENIOR_CHECKER, STAFF
from cunguan.doors.persons.keeping import PersonRefused
from cunguan.doors.portals.shell import lists
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows
from cunguan.kernel.codes import Code
from cunguan.states.party import PARTY

#: who may write into a file, and see it in clear
WRITERS: Final = frozenset({MAKER, CHECKER, REVIEWER, SENIOR_CHECKER})
#: what proves who somebody is
ID_TYPES: Final = {
    "resident_id":         gettext_lazy("Resident ID card"),
    "passport":            gettext_lazy("Passport"),
    "hk_macau_permit":     gettext_lazy("Permit of people of HK and Macau"),
    "taiwan_permit":       gettext_lazy("Permit of people of Taiwan"),
    "permanent_residence": gettext_lazy("Permanent residence of foreigners"),
    "uscc":                gettext_lazy("Unified social credit code"),
}  # fmt: skip
DUE_DAYS: Final = 30
#: words that templates and filters show of what the tables hold
WORDS: Final = {
    "person": gettext_noop("Natural person"), "company": gettext_noop("Company"), "staff": gettext_noop("Staff"),
    "owner": gettext_noop("Beneficial owner"), "officer": gettext_noop("Officer"), "none": gettext_noop("No file"),
    "collecting": gettext_noop("Being collected"), "verified": gettext_noop("Verified"), "in_review": gettext_noop("In review"),
    "refused": gettext_noop("Refused"), "due": gettext_noop("To be checked again"), "ended": gettext_noop("Ended"),
    "regulator": gettext_noop("Regulator"), "auditor": gettext_noop("Auditor"),
}  # fmt: skip


def id_type(name: str) -> str:
    """Return what a document is called; a platform may call it otherwise, then as it does."""
    return str(ID_TYPES.get(name, name))


def word(name: str | None) -> str:
    """Return what a kind or a state is called."""
    return gettext(WORDS[name]) if name in WORDS else (name or "")


def why(refused: PersonRefused) -> str:
    """Return why somebody's details are not shown or kept."""
    said = {
        Code.reason_missing: gettext("Say why you need to see it, in a few words."),
        Code.not_found: gettext("Nothing is kept of him there."),
        Code.person_restricted: gettext("His details are restricted: they are kept by law and shown to nobody."),
        Code.person_shredded: gettext("His details were shredded: nobody can read them any more."),
    }
    return said.get(refused.code, refused.why)


def today() -> date:
    """Return the date in China, by the house's clock."""
    return in_china(house().context.clock.now())


@open_to(STAFF)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the list, or give it as a file."""
    asked = {name: request.GET.get(name, "")[:200] for name in ("kind", "state", "begins")}
    if asked["kind"] not in ("", *KINDS) or asked["state"] not in ("", "none", *PARTY.states):
        raise Http404

    def read(after: Any, limit: int) -> list[dict[str, Any]]:
        if after is not None and not isinstance(after, str):
            raise Http404
        name = "parties_clients" if asked["kind"] in ("", "person", "company") else "parties_others"
        begins = asked["begins"].replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        return _worded(rows(name, {**asked, "begins": begins, "after": after or "", "limit": limit}))

    if lists.wants_export(request):
        head = [gettext("Reference"), gettext("Kind"), gettext("Identity"), gettext("Check again by")]
        every = lists.everything(read, _key)
        return lists.exported(
            "parties", head, ([one["person"], one["kind"], one["state"] or "none", one["check_by"]] for one in every)
        )
    return render(request, "custodian/parties/index.html", {
        "list": lists.listed(request, read, _key, asked), "kinds": [(one, word(one)) for one in KINDS],
        "states": [(one, word(one)) for one in ("none", *PARTY.states)], "is_filtered": any(asked.values()),
    })  # fmt: skip


def _key(one: dict[str, Any]) -> str:
    return str(one["person"])


def _worded(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "kind_word": word(one["kind"]), "state_word": word(one["state"] or "none")} for one in found]


@open_to(STAFF)
@require_GET
def due(request: HttpRequest) -> HttpResponse:
    """Show whose checks are over, or will be within a month."""
    now, until = today(), today() + timedelta(days=DUE_DAYS)

    def read(after: Any, limit: int) -> list[dict[str, Any]]:
        day, person = _after(after)
        return _worded(rows("parties_due", {"until": until, "after_day": day, "after": person, "limit": limit}))

    if lists.wants_export(request):
        head = [gettext("Reference"), gettext("Kind"), gettext("Identity"), gettext("Check again by")]
        every = lists.everything(read, _due_key)
        return lists.exported(
            "parties-due", head, ([one["person"], one["kind"], one["state"], one["check_by"]] for one in every)
        )
    return render(request, "custodian/parties/due.html", {
        "list": lists.listed(request, read, _due_key), "today": now, "until": until,
    })  # fmt: skip


def _due_key(one: dict[str, Any]) -> list[str]:
    return [one["check_by"].isoformat(), one["person"]]


def _after(after: Any) -> tuple[date, str]:
    if after is None:
        return date.min, ""
    try:
        day, person = after
        return date.fromisoformat(day), str(person)
    except (TypeError, ValueError):
        raise Http404 from None


@open_to(STAFF, REGULATOR, AUDITOR)
@require_GET
def supervisors(request: HttpRequest) -> HttpResponse:
    """Show who supervises the custodian, under what mandate, until when."""
    found = list(Supervisor.objects.order_by("-until", "name")[:200])
    return render(request, "custodian/parties/supervisors.html", {
        "rows": [{"one": one, "kind": word(one.kind)} for one in found], "today": today(),
    })  # fmt: skip
