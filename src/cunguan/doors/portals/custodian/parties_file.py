"""A party's file (身份档案): what was checked and until when, who he is on which platform, his details masked, who owns a company.

When    staff open somebody's file; check a name again, name owners, keep details, look at them in clear with a reason
Does    a look in clear is written down with who and why before anything is shown, and what is shown is in that answer alone
        decisions about somebody are two people's: the page leads to the proposal
"""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy, gettext_noop, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cunguan.desks.parties import identity, numbers, records
from cunguan.desks.parties.models import COMPANY, OFFICER, OWNER, Check, Party
from cunguan.desks.people.roles import STAFF
from cunguan.doors.persons import for_pages
from cunguan.doors.persons.keeping import PersonRefused
from cunguan.doors.persons.shapes import Details, DetailsWrong
from cunguan.doors.portals.custodian.decoding import one
from cunguan.doors.portals.custodian.parties_clients import ID_TYPES, WRITERS, id_type, today, why, word
from cunguan.doors.portals.custodian.parties_documents import BringForm, places, shown, told
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import row
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id

CHECKS: Final = 50
#: what somebody consents to
CONSENTS: Final = {
    "opening":            pgettext_lazy("consent", "opening an account"),
    "recovery":           pgettext_lazy("consent", "getting an account back"),
    "first_large_payout": pgettext_lazy("consent", "a first large payout"),
    "face":               pgettext_lazy("consent", "a look at his face"),
}  # fmt: skip
#: parts of the file's statement that are JSON
PARTS: Final = ("file", "checks", "roles", "consents", "accesses")
ROLES: Final = 50
#: what checks, outcomes, purposes and ways of control are called
WORDS: Final = (
    gettext_noop("elements"),
    gettext_noop("screening"),
    gettext_noop("liveness"),
    gettext_noop("registry"),
    gettext_noop("owners"),
    gettext_noop("decision"),
    gettext_noop("passed"),
    gettext_noop("failed"),
    gettext_noop("in_doubt"),
    gettext_noop("hit"),
    gettext_noop("face"),
    gettext_noop("shares"),
    gettext_noop("votes"),
    gettext_noop("agreement"),
    gettext_noop("management"),
    gettext_noop("person_restricted"),
    gettext_noop("person_shredded"),
)


class Form(forms.Form):
    """A form whose fields look as the portals' do."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, field in self.fields.items():
            wide = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs |= {
                "class": wide,
                **({"aria-describedby": f"id_{name}_helptext"} if field.help_text else {}),
            }


class OwnerForm(Form):
    """An owner of a company, by his reference; shares in per cent, two decimals."""

    person = forms.CharField(label=gettext_lazy("Reference of the owner"), max_length=200)
    share = forms.DecimalField(
        label=gettext_lazy("Share in %"), min_value=0, max_value=100, decimal_places=2,
        help_text=gettext_lazy("0 for somebody who controls or manages without a share"),
    )  # fmt: skip
    control = forms.ChoiceField(
        label=gettext_lazy("By what"),
        choices=[
            ("shares", gettext_lazy("Shares")), ("votes", gettext_lazy("Votes")), ("agreement", gettext_lazy("An agreement")),
            ("management", gettext_lazy("Management")),
        ],
    )  # fmt: skip


class DetailsForm(Form):
    """Who somebody is: kept encrypted in lane 0, and shown masked."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=140)
    id_type = forms.ChoiceField(
        label=gettext_lazy("Document"),
        choices=list(ID_TYPES.items()),
    )
    id_number = forms.CharField(label=gettext_lazy("ID number"), max_length=64)
    mobile = forms.CharField(label=gettext_lazy("Mobile"), max_length=64, required=False)


# ── showing ──────────────────────────────────────────────────────────────────
@open_to(STAFF)
@require_GET
def detail(request: HttpRequest, person: str) -> HttpResponse:
    """Show a file."""
    return _page(request, person)


def _page(request: HttpRequest, person: str, **more: Any) -> HttpResponse:
    of = one("parties_file", {"person": person, "roles": ROLES, "checks": CHECKS}, PARTS)
    file = Party(**of["file"]) if of["file"] else None
    known = of if of["kind"] else None
    if known is None and file is None:
        raise Http404
    kind, now = _kind(known, file), today()
    checks = [Check(**each) for each in of["checks"]]
    kept = house().call(for_pages.shown, [for_pages.OWN, *of["lanes"]], person)
    at = places(kept, {each["lane"]: each["platform"] for each in of["roles"]})
    company = records.owned(file, now) if file and kind == COMPANY else None
    return render(request, "custodian/parties/file.html", {
        "person": person, "known": known, "file": file, "kind": kind, "kind_word": word(kind),
        "state_word": word(file.state if file else "none"),
        "missing": records.missing(file, now, checks if len(checks) < CHECKS else None) if file else [],
        "roles": of["roles"], "checks": checks, "today": now, "consents": [_consent(each) for each in of["consents"]],
        "kept": kept, "documents": shown(kept), "bring_form": BringForm(at) if at else None, "own": for_pages.OWN,
        "accesses": [told(each) for each in of["accesses"]],
        "owners": _owners(person) if company else [], "owned": company,
        "may_write": bool(WRITERS & request.reader.roles), "owner_form": OwnerForm(), "details_form": DetailsForm(), **more,
    })  # fmt: skip


def _consent(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "word": CONSENTS.get(given["purpose"], given["purpose"])}


def _owners(person: str) -> list[dict[str, Any]]:
    return [
        {
            "person": each.person,
            "percent": f"{each.share_bp // 100}.{each.share_bp % 100:02d}",
            "control": each.control,
            "since": each.since,
        }
        for each in records.owners_of(person, today())
    ]


def _known(person: str) -> tuple[dict[str, Any] | None, Party | None]:
    known = row("parties_person", {"person": person})
    file = Party.objects.filter(pk=person).first()
    if known is None and file is None:
        raise Http404
    return known, file


# ── acts ─────────────────────────────────────────────────────────────────────
@open_to(STAFF, roles=WRITERS)
@require_POST
def reveal(request: HttpRequest, person: str) -> HttpResponse:
    """Show somebody's details in clear, after it was written down who looks and why."""
    _known(person)
    try:
        lane = int(request.POST.get("lane", "0"))
        found = house().call(for_pages.reveal, lane, person, request.reader.reference, request.POST.get("reason", ""))
    except ValueError:
        raise Http404 from None
    except PersonRefused as refused:
        messages.error(request, why(refused))
        return redirect("custodian:parties_file", person)
    return _page(request, person, in_clear={"lane": lane, "details": found, "id_type": id_type(found.id_type)})


@open_to(STAFF, roles=WRITERS)
@require_POST
def keep(request: HttpRequest, person: str) -> HttpResponse:
    """Keep who somebody is, and ask the ports about it: a client's own platforms bring his details themselves."""
    known, file = _known(person)
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _page(request, person, details_form=form)
    given = form.cleaned_data
    who = identity.Identity(given["name"], given["id_type"], given["id_number"], given["mobile"])
    read = identity.check_digits(who, today())
    if isinstance(read, identity.NotVerified):
        form.add_error("id_number" if read.code is not Code.age_too_low else None, read.why)
        return _page(request, person, details_form=form)
    file = records.party(person, _kind(known, file))
    try:
        house().call(
            for_pages.keep, for_pages.OWN, person,
            Details(given["name"], given["id_type"], numbers.written(given["id_number"]), given["mobile"]),
        )  # fmt: skip
    except (PersonRefused, DetailsWrong) as wrong:
        messages.error(request, why(wrong) if isinstance(wrong, PersonRefused) else str(wrong))
        return redirect("custodian:parties_file", person)
    _ask_ports(request, file, who, read)
    return redirect("custodian:parties_file", person)


def _ask_ports(request: HttpRequest, file: Party, who: identity.Identity, read: Any) -> None:
    file.id_type = who.id_type
    elements = 3 if who.mobile else 2
    check = records.REGISTRY if file.kind == COMPANY else records.ELEMENTS
    by = request.reader.reference
    answers = (
        records.record(file, check, identity.verify(who, elements), by_whom=by),
        records.record(file, records.SCREENING, identity.screen(who.name, read.birth), by_whom=by),
    )
    for answer in answers:
        if answer.outcome != "passed":
            messages.warning(
                request,
                gettext("%(check)s: %(why)s") % {"check": answer.check_kind, "why": answer.why or answer.outcome},
            )
    file.save(update_fields=("id_type",))


@open_to(STAFF, roles=WRITERS)
@require_POST
def name_owner(request: HttpRequest, person: str) -> HttpResponse:
    """Name an owner of a company, or note that one is none any more."""
    company = records.party(person, COMPANY) if _is_company(person) else None
    if company is None:
        raise Http404
    now = house().context.clock.now()
    if request.POST.get("ended"):
        code = records.end_owner(company, request.POST["ended"][:200], now)
    else:
        form = OwnerForm(request.POST)
        if not form.is_valid() or not is_id(form.cleaned_data["person"]):
            if form.is_valid():
                form.add_error("person", gettext("A reference has letters, digits and _.:/@+#=- and no spaces."))
            return _page(request, person, owner_form=form)
        given = form.cleaned_data
        code = records.name_owner(
            company, given["person"], int(given["share"] * 100), given["control"], request.reader.reference, now
        )
    if code is not Code.done:
        messages.error(request, _OWNER_SAYS.get(code, gettext_lazy("This cannot be so.")))
    return redirect("custodian:parties_file", person)


@open_to(STAFF, roles=WRITERS)
@require_POST
def review_owners(request: HttpRequest, person: str) -> HttpResponse:
    """Write down why not all owners are told, and whether those who must be are known."""
    if not _is_company(person):
        raise Http404
    company = records.party(person, COMPANY)
    company.owners_note = request.POST.get("note", "").strip()[:2000]
    company.save(update_fields=("owners_note",))
    check = records.check_owners(company, request.reader.reference, house().context.clock.now())
    said = gettext("The owners are told.") if check.outcome == "passed" else check.why
    messages.add_message(request, messages.SUCCESS if check.outcome == "passed" else messages.WARNING, said)
    return redirect("custodian:parties_file", person)


@open_to(STAFF, roles=WRITERS)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a file of somebody who is no client: one of the custodian's people, an owner, an officer of a company."""
    person, kind = request.POST.get("person", "").strip(), request.POST.get("kind", "")
    if not is_id(person) or kind not in ("staff", OWNER, OFFICER):
        messages.error(request, gettext("A reference has letters, digits and _.:/@+#=- and no spaces."))
        return redirect("custodian:parties")
    records.party(person, kind)
    return redirect("custodian:parties_file", person)


_OWNER_SAYS: Final = {
    Code.details_missing: gettext_lazy("Say how much he has, or how he controls the company."),
    Code.details_differ: gettext_lazy("A company does not own itself."),
    Code.owners_do_not_add_up: gettext_lazy("Together they would own more than the whole."),
    Code.not_found: gettext_lazy("He is not named as an owner."),
}


def _is_company(person: str) -> bool:
    return _kind(*_known(person)) == COMPANY


def _kind(known: dict[str, Any] | None, file: Party | None) -> str:
    """Return what somebody is, by his file or by the books: nobody has a page who is in neither."""
    if file is not None:
        return str(file.kind)
    assert known is not None
    return str(known["kind"])
