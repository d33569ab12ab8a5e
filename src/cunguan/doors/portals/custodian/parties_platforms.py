"""Platforms' files (平台档案): due diligence, versions of the contract, and the papers behind each pool and bank account.

When    staff look at a platform, report on it, bring a bank's letter
Does    a report and a letter are one person's word; what is decided of a platform, a contract's version and what the books go by
        (pool_papers) are two people's: the page leads to the proposal, filled in
"""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.views.decorators.http import require_GET, require_POST

from cunguan.desks.parties import platforms
from cunguan.desks.parties.models import Contract, Letter, PlatformFile, Step
from cunguan.desks.people.roles import STAFF
from cunguan.doors.portals.custodian.decoding import one
from cunguan.doors.portals.custodian.parties_clients import today
from cunguan.doors.portals.custodian.parties_file import WRITERS, Form
from cunguan.doors.portals.shell import lists
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows
from cunguan.kernel.codes import Code

STEPS, CONTRACTS = 50, 20
#: parts of the file's statement that are JSON
PARTS: Final = ("file", "contracts", "letters", "steps")
WORDS: Final = {
    "none": gettext_noop("No file"), "collecting": gettext_noop("Being collected"), "reported": gettext_noop("Reported"),
    "accepted": gettext_noop("Admitted"), "refused": gettext_noop("Refused"), "due": gettext_noop("Review is due"),
    "ended": gettext_noop("Ended"), "sent_back": gettext_noop("Sent back"), "in_force": gettext_noop("In force"),
    "superseded": gettext_noop("Superseded"), "terminated": gettext_noop("Terminated"), "lapsed": gettext_noop("Lapsed"),
}  # fmt: skip


def word(name: str | None) -> str:
    """Return what a state or an event is called."""
    return gettext(WORDS[name]) if name in WORDS else (name or "")


class ReportForm(Form):
    """A report of due diligence."""

    company = forms.CharField(label=gettext_lazy("Company's name"), max_length=200)
    unified_code = forms.CharField(label=gettext_lazy("Unified social credit code"), max_length=18)
    summary = forms.CharField(
        label=gettext_lazy("What was found"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Ownership, licence, business, complaints, finances, systems"),
    )  # fmt: skip
    evidence = forms.CharField(label=gettext_lazy("Where the papers lie"), max_length=400, required=False)


class LetterForm(Form):
    """A bank's letter."""

    bank_account = forms.CharField(widget=forms.HiddenInput)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=200)
    reference = forms.CharField(label=gettext_lazy("The letter's reference"), max_length=200)
    document_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$", label=gettext_lazy("SHA-256 of the scan"), help_text=gettext_lazy("64 hexadecimal digits")
    )
    signed_on = forms.DateField(label=gettext_lazy("Signed on"), widget=forms.DateInput(attrs={"type": "date"}))
    review_date = forms.DateField(
        label=gettext_lazy("Look at it again by"), widget=forms.DateInput(attrs={"type": "date"})
    )


@open_to(STAFF)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show all platforms, and whose papers are over."""

    def read(after: Any, limit: int) -> list[dict[str, Any]]:
        if after is not None and not isinstance(after, int):
            raise Http404
        found = rows("parties_platforms", {"after": after or 0, "limit": limit})
        return [{**one, "file_word": word(one["file_state"] or "none")} for one in found]

    def key(one: dict[str, Any]) -> int:
        return int(one["for_lane"])

    if lists.wants_export(request):
        head = [
            gettext("Platform"),
            gettext("Due diligence"),
            gettext("Contract until"),
            gettext("Bank accounts with live papers"),
        ]
        every = lists.everything(read, key)
        return lists.exported(
            "platforms", head, ([one["platform"], one["file_state"], one["valid_until"], one["live"]] for one in every)
        )
    return render(
        request, "custodian/platforms/index.html", {"list": lists.listed(request, read, key), "today": today()}
    )


@open_to(STAFF)
@require_GET
def detail(request: HttpRequest, lane: int) -> HttpResponse:
    """Show a platform's file."""
    return _page(request, lane)


def _page(request: HttpRequest, lane: int, **more: Any) -> HttpResponse:
    found = one("parties_platform_file", {"lane": lane, "contracts": CONTRACTS, "steps": STEPS}, PARTS)
    file = PlatformFile(**found["file"]) if found["file"] else None
    contracts = [Contract(**each) for each in found["contracts"]]
    contract = next((each for each in contracts if each.state == "in_force"), None)
    letters = {each["bank_account"]: Letter(**each) for each in found["letters"]}
    return render(request, "custodian/platforms/file.html", {
        "lane": lane, "platform": found, "file": file, "file_word": word(file.state if file else "none"), "today": today(),
        "contract": contract, "contracts": [(each, word(each.state)) for each in contracts],
        "places": [
            _place(lane, each, letters.get(each["bank_account"]), contract) for each in rows("parties_places", {"lane": lane})
        ],
        "steps": [(each, word(each.event)) for each in (Step(**step) for step in found["steps"])],
        "may_write": bool(WRITERS & request.reader.roles), "may_report": file is None or platforms.may_report(file),
        "report_form": ReportForm(initial={"company": file.company, "unified_code": file.unified_code} if file else {}),
        "letter_form": LetterForm(), **more,
    })  # fmt: skip


def _platform(lane: int) -> dict[str, Any]:
    found = rows("parties_platforms", {"after": lane - 1, "limit": 1})
    if not found or found[0]["for_lane"] != lane:
        raise Http404
    return found[0]


def _place(lane: int, one: dict[str, Any], letter: Letter | None, contract: Contract | None) -> dict[str, Any]:
    """Return a bank account with its papers, and where a proposal to record them begins, filled in."""
    asked = {"lane": lane, "pool": one["pool"], "bank_account": one["bank_account"]}
    if contract is not None:
        asked |= {"contract": contract.document, "contract_until": contract.valid_until}
    if letter is not None:
        asked |= {"letter": letter.reference, "review_date": letter.review_date}
    return {
        **one,
        "brought": letter,
        "propose": f"{reverse('custodian:approvals_new', args=['pool_papers'])}?{urlencode(asked)}",
    }


@open_to(STAFF, roles=WRITERS)
@require_POST
def report(request: HttpRequest, lane: int) -> HttpResponse:
    """Report on a platform."""
    _platform(lane)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, lane, report_form=form)
    code, why = platforms.report(
        lane, **form.cleaned_data, maker=request.reader.reference, now=house().context.clock.now()
    )
    if code is not Code.done:
        form.add_error("unified_code" if code is Code.id_number_wrong else None, why)
        return _page(request, lane, report_form=form)
    messages.success(request, gettext("Reported. Two people decide about it."))
    return redirect("custodian:platforms_file", lane)


@open_to(STAFF, roles=WRITERS)
@require_POST
def letter(request: HttpRequest, lane: int) -> HttpResponse:
    """Bring a bank's letter about one account."""
    _platform(lane)
    form = LetterForm(request.POST)
    place = next(
        (
            one
            for one in rows("parties_places", {"lane": lane})
            if one["bank_account"] == request.POST.get("bank_account")
        ),
        None,
    )
    if place is None:
        raise Http404
    if form.is_valid() and form.cleaned_data["review_date"] <= form.cleaned_data["signed_on"]:
        form.add_error("review_date", gettext("It is looked at again after it was signed."))
    if not form.is_valid():
        return _page(request, lane, letter_form=form, letter_of=place["bank_account"])
    try:
        with transaction.atomic():
            Letter.objects.create(
                lane=lane,
                pool=place["pool"],
                by_whom=request.reader.reference,
                at=house().context.clock.now(),
                **form.cleaned_data,
            )
    except IntegrityError:
        form.add_error("reference", gettext("This letter was brought already."))
        return _page(request, lane, letter_form=form, letter_of=place["bank_account"])
    messages.success(request, gettext("Kept. The books go by it when two people have recorded it: propose it now."))
    return redirect("custodian:platforms_file", lane)
