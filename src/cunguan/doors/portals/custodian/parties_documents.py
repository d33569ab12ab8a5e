"""Documents of a file (影像资料): one of the custodian's people adds what was brought to the counter, and takes a copy with a reason.

When    a paper comes by post or over the counter; when somebody must be shown again what a decision rests on
Does    what it is is told by its first bytes; it lies encrypted under the person's own key. Who, what and why is written down
        (person_access) in the transaction that keeps it, and before a copy is given
Shape   a copy is a download under a name of ours, never shown in the browser
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from cunguan.desks.people.roles import STAFF
from cunguan.doors.persons import for_pages
from cunguan.doors.persons.keeping import Document, PersonRefused
from cunguan.doors.persons.media import ENDINGS, PAGE_BYTES_MAX
from cunguan.doors.portals.custodian.parties_clients import WRITERS, why
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code

#: what staff may add
KINDS: Final = {
    "id_document":          gettext_lazy("ID document"),
    "proof_of_address":     gettext_lazy("Proof of address"),
    "application":          gettext_lazy("Signed application"),
    "business_licence":     gettext_lazy("Business licence"),
    "articles":             gettext_lazy("Articles of association"),
    "authorisation_letter": gettext_lazy("Letter of who may act for the company"),
    "representative_id":    gettext_lazy("ID of the legal representative"),
    "order":                gettext_lazy("Order of an authority"),
    "other":                gettext_lazy("Another document"),
}  # fmt: skip
#: what clients bring beside those
OTHER_KINDS: Final = {"beneficial_owners": gettext_lazy("Beneficial owners, as the company named them")}
#: why a client looks at his own (portals/client/known.py)
OWN_FORM: Final = gettext_noop("his own form")
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9]+")


class Shown(msgspec.Struct, frozen=True):
    """A document as the file lists it: in which lane, and what it is."""

    lane: int
    document: Document
    word: str


class BringForm(forms.Form):
    """A document with the reason why it is added; `lanes`: where something is kept of this person."""

    lane = forms.TypedChoiceField(coerce=int, label=gettext_lazy("Into which file"))
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=list(KINDS.items()))
    file = forms.FileField(
        label=gettext_lazy("File (PDF, JPEG or PNG, at most 5 MB)"),
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages=dict.fromkeys(
            ("required", "empty", "invalid"), gettext_lazy("Choose a PDF, JPEG or PNG of at most 5 MB.")
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Where it comes from, and why it is added"), min_length=for_pages.REASON_MIN,
        max_length=for_pages.REASON_MAX,
    )  # fmt: skip

    def __init__(self, lanes: Sequence[tuple[int, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["lane"].choices = lanes
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"


def shown(kept: Sequence[for_pages.Shown]) -> list[Shown]:
    """Return the documents of a file, the newest first."""
    words: Mapping[str, Any] = {**KINDS, **OTHER_KINDS}
    found = [Shown(of.lane, one, str(words.get(one.kind, one.kind))) for of in kept for one in of.documents]
    return sorted(found, key=lambda one: one.document.at, reverse=True)


def places(kept: Sequence[for_pages.Shown], platforms: Mapping[int, str]) -> list[tuple[int, str]]:
    """Return the lanes where a document may be added, in words: only where somebody's details may be used."""
    return [(of.lane, _place(of.lane, platforms)) for of in kept if of.details is not None]


def _place(lane: int, platforms: Mapping[int, str]) -> str:
    if lane == for_pages.OWN:
        return gettext("The custodian's own file")
    return gettext("File of platform %(platform)s, which may read it too") % {"platform": platforms.get(lane, lane)}


def looked_at(what: str) -> str:
    """Return what was seen in clear, or added, in words (person_access.what)."""
    kind, _, rest = what.partition(" ")
    if kind != "document":
        return gettext("Details in clear") if what == "details" else what
    id, _, act = rest.partition(" ")
    words: Mapping[str, Any] = {**KINDS, **OTHER_KINDS}
    said = {"word": words.get(id.partition(":")[0], KINDS["other"]), "id": id}
    return (gettext("%(word)s added: %(id)s") if act else gettext("Copy of %(word)s: %(id)s")) % said


def told(access: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of person_access in words; a reason stands as it was written, but for what a page of ours wrote."""
    reason = access["reason"]
    return {
        **access,
        "what": looked_at(access["what"]),
        "reason": gettext(OWN_FORM) if reason == OWN_FORM else reason,
    }


# ── acts ─────────────────────────────────────────────────────────────────────
@open_to(STAFF, roles=WRITERS)
@require_POST
def bring(request: HttpRequest, person: str) -> HttpResponse:
    """Add a document."""
    kept = house().call(for_pages.shown, [for_pages.OWN, *_lane(request)], person)
    form = BringForm(places(kept, {}), request.POST, request.FILES)
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{form.fields[name].label}: {errors[0]}")
        return redirect("custodian:parties_file", person)
    given = form.cleaned_data
    content = given["file"].read() if given["file"].size <= PAGE_BYTES_MAX else b""
    by = request.reader.reference
    try:
        house().call(for_pages.bring, given["lane"], person, given["kind"], content, by, given["reason"])
    except PersonRefused as refused:
        messages.error(request, _refused(refused))
    else:
        messages.success(request, gettext("The document is kept, encrypted; that you added it is written down."))
    return redirect("custodian:parties_file", person)


@open_to(STAFF, roles=WRITERS)
@require_POST
def fetch(request: HttpRequest, person: str) -> HttpResponse:
    """Give a copy, after who takes it and why was written down."""
    lane, _, id = request.POST.get("document", "").partition("/")
    by, reason = request.reader.reference, request.POST.get("reason", "")
    try:
        found, content = house().call(for_pages.document, int(lane or "0"), person, id, by, reason)
    except ValueError:
        raise Http404 from None
    except PersonRefused as refused:
        messages.error(request, _refused(refused))
        return redirect("custodian:parties_file", person)
    heads = {
        "Content-Disposition": f'attachment; filename="{_file_name(found)}"', "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }  # fmt: skip
    return HttpResponse(content, content_type=found.media, headers=heads)


def _lane(request: HttpRequest) -> list[int]:
    """Return the platform's lane that was chosen, if one was."""
    text = request.POST.get("lane", "")
    return [int(text)] if text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) else []


def _file_name(of: Document) -> str:
    """Return a name that says nothing of anybody: what it is and its number."""
    return f"{_NO_NAME.sub('-', of.id)[:80]}.{ENDINGS.get(of.media, 'bin')}"


def _refused(refused: PersonRefused) -> str:
    if refused.code is Code.media_type_unsupported:
        return gettext("Choose a PDF, JPEG or PNG of at most 5 MB.")
    return why(refused)
