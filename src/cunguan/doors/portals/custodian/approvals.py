"""Approvals (审批): what waits for whom, what is asked for, who signed; propose, edit, sign by passkey, refuse, withdraw, ask again.

When    /custodian/approvals/…; other pages send here with `new/<kind>/?lane=…&field=…`
Does    every page is open to all of the custodian's people: who may not sign sees why. A signature is asked for by the signing pages
        (step_up) over exactly the lines of this page, and kept with them; the last one has the act done after its commit
Source  issue "People" 4 and 6; ADR 0049
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_POST

from cunguan.desks.approvals import proposing, words
from cunguan.desks.approvals.kinds import Kind, kind_of, kinds
from cunguan.desks.approvals.lines import differences, fields, lines, place, platforms
from cunguan.desks.approvals.models import CHECKER, MAKER, Proposal, Signature, Version
from cunguan.desks.approvals.permitted import PROPOSE, SIGN, role_for, roles_for
from cunguan.desks.approvals.proposing import Given
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.approvals.standing import signed_by, standing
from cunguan.desks.approvals.subject import currency_of
from cunguan.desks.approvals.waiting import waiting_for
from cunguan.desks.people.roles import AUDITOR, STAFF
from cunguan.doors.catalogue.codes_zh import SAYS_ZH
from cunguan.doors.portals.custodian.approvals_form import form_of, given, initial_of
from cunguan.doors.portals.custodian.doing import do, is_operators
from cunguan.doors.portals.custodian.explorer import words as in_words
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.lists import everything, exported, listed, wants_export
from cunguan.doors.portals.shell.tongue import either
from cunguan.doors.portals.signing.begin import step_up
from cunguan.doors.portals.signing.done import signed_text
from cunguan.kernel.codes import Code
from cunguan.states.proposal import PROPOSAL

#: the act after which a link is made
INVITATION: Final = "staff_invitation"
_FILTERS: Final = ("state", "kind", "whose")


# ── the list ─────────────────────────────────────────────────────────────────
@open_to(STAFF, AUDITOR)
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader first, then all, the newest first."""
    filters = {name: request.GET.get(name, "") for name in _FILTERS}
    rows = _Rows(filters, request.reader.reference)
    if wants_export(request):
        return exported("approvals", _HEAD, _exported(everything(rows.read, rows.key)))
    reader = request.reader
    waits = waiting_for(reader.user, reader.grants, _now()) if reader.is_staff and not request.GET.get("after") else []
    shown, names = listed(request, rows.read, rows.key, filters), platforms()
    return render(request, "custodian/approvals/list.html", {
        "waits": [_waiting(one, names) for one in waits], "list": shown, "rows": _told(shown.rows, names), "filters": filters,
        "states": [(name, words.state(name)) for name in words.STATES],
        "kinds": sorted(((name, words.title(name)) for name in kinds()), key=lambda one: one[1]),
        "may_propose": reader.is_staff and bool(_proposable(reader.roles)),
    })  # fmt: skip


_HEAD: Final = ("proposal", "kind", "lane", "maker", "state", "version", "created_at", "ended_at", "code")


def _exported(found: Iterator[Version]) -> Iterator[tuple[Any, ...]]:
    for version in found:
        one = version.proposal
        code = "" if one.code is None else Code(one.code).name
        yield (
            one.id,
            one.kind,
            one.lane,
            one.maker_reference,
            one.state,
            one.version,
            one.created_at,
            one.ended_at,
            code,
        )


class _Rows:
    """Proposals by a filter, the newest first."""

    def __init__(self, filters: Mapping[str, str], reference: str) -> None:
        found = standing().order_by("-proposal__created_at", "-proposal_id")
        if filters["state"]:
            found = found.filter(proposal__state=filters["state"])
        if filters["kind"]:
            found = found.filter(proposal__kind=filters["kind"])
        if filters["whose"] == "mine":
            found = found.filter(proposal__maker_reference=reference)
        if filters["whose"] == "signed":
            found = found.filter(signed_by(reference))
        self._found = found

    def read(self, after: Any, limit: int) -> list[Version]:
        """Return the rows after a key."""
        found = self._found
        if after is not None:
            at, name = datetime.fromisoformat(after[0]), after[1]
            found = found.filter(Q(proposal__created_at__lt=at) | Q(proposal__created_at=at, proposal_id__lt=name))
        return list(found[:limit])

    def key(self, one: Version) -> Any:
        """Return a row's key."""
        return [one.proposal.created_at.isoformat(), one.proposal_id]


def _told(found: Any, names: Mapping[int, str]) -> list[dict[str, Any]]:
    now = _now()
    return [
        {
            "one": version.proposal, "title": words.title(version.proposal.kind), "platform": names.get(version.lane, ""),
            "version": version, "signed": len(version.checkers), "state": state_of(version.proposal, now),
        } for version in found
    ]  # fmt: skip


def state_of(one: Proposal, now: datetime) -> tuple[str, str]:
    """Return a proposal's state with its word: one whose time is over is that, whether or not anybody has written it down."""
    name = "expired" if one.state == "open" and now >= one.expires_at else one.state
    if name == "approved" and is_operators(kind_of(one.kind)):
        return "waiting", gettext("Approved: an operator does it")
    if name == "approved":
        return "in_doubt", words.state(name)
    return name, words.state(name)


def _waiting(one: Any, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "one": one.proposal, "version": one.version, "title": words.title(one.proposal.kind), "platform": place(one.proposal.lane, names),
        "as_maker": one.as_maker, "missing": one.checkers_missing,
    }  # fmt: skip


# ── asking ───────────────────────────────────────────────────────────────────
def _proposable(roles: frozenset[str]) -> list[Kind]:
    return [one for one in kinds().values() if role_for(PROPOSE, one.resource, None, roles) is not None]


@open_to(STAFF)
def choose(request: HttpRequest) -> HttpResponse:
    """Show what can be asked for, by subject; what the reader's roles do not allow is shown as such."""
    allowed = {one.name for one in _proposable(request.reader.roles)}
    subjects: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(kinds().values(), key=lambda one: words.title(one.name)):
        subjects.setdefault(words.resource(one.resource), []).append(
            {"name": one.name, "title": words.title(one.name), "allowed": one.name in allowed}
        )
    return render(request, "custodian/approvals/choose.html", {"subjects": sorted(subjects.items())})


@open_to(STAFF)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Show and take the form of a kind."""
    known = _kind(kind)
    said = request.POST if request.method == "POST" else request.GET
    lanes = _lanes(known)
    lane = _lane(said.get("lane", ""), lanes)
    form_class = form_of(known, lane, _currency(lane, said))
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid() and (made := _proposed(request, known, lane, form)) is not None:
            return redirect("custodian:approvals_sign", made.id, made.version)
    else:
        form = form_class(initial=initial_of(known, {**_numbered(known), **request.GET.dict()}))
    return render(request, "custodian/approvals/new.html", {
        "kind": known.name, "title": words.title(known.name), "form": form, "lanes": lanes, "lane": lane,
        "refusal": _may_not_propose(request, known), "hint": _hint(known),
    })  # fmt: skip


def _numbered(known: Kind) -> dict[str, str]:
    """Return a number for an act that has one of its own in every lane: nobody should have to think one up."""
    has_one = any(field.name == "act" for field in known.fields())
    return {"act": f"{known.name}:{uuid.uuid4().hex[:12]}"} if has_one else {}


def _proposed(request: HttpRequest, known: Kind, lane: int, form: Any) -> Proposal | None:
    said = form.cleaned_data
    try:
        with transaction.atomic():
            proposing.end_what_is_over(_now())
            return proposing.propose(
                request.reader, known.name, lane, given(known, form), said["why"], evidence=said["evidence"], now=_now()
            )
    except Refused as wrong:
        form.add_error(None, wrong.says)
        return None


@open_to(STAFF)
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Show and take another version."""
    one = _found(name)
    known, version = _kind(one.kind), proposing.version_of(one)
    form_class = form_of(known, one.lane, version.currency)
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid() and _edited(request, one, known, form):
            return redirect("custodian:approvals_sign", one.id, one.version + 1)
    else:
        body = msgspec.json.decode(bytes(version.body))
        form = form_class(initial=initial_of(known, {**body, "why": version.why, "evidence": version.evidence}))
    return render(request, "custodian/approvals/new.html", {
        "kind": known.name, "title": words.title(known.name), "form": form, "lanes": [], "lane": one.lane, "one": one,
        "refusal": _may_not_edit(request, one), "hint": _hint(known),
    })  # fmt: skip


def _may_not_edit(request: HttpRequest, one: Proposal) -> str:
    """Return why the reader's change would be refused; "" of who asked for it, while it is open."""
    if one.maker_id != request.reader.user.pk:
        return gettext("Only who asked for it may change it.")
    return "" if one.state == PROPOSAL.initial else Refused(Code.state_forbids).says


def _edited(request: HttpRequest, one: Proposal, known: Kind, form: Any) -> bool:
    said = form.cleaned_data
    try:
        with transaction.atomic():
            shown = int(request.POST.get("version", "0") or 0)
            proposing.edit(
                request.reader, one.id, shown, given(known, form), said["why"], evidence=said["evidence"], now=_now()
            )
    except (Refused, ValueError) as wrong:
        form.add_error(None, wrong.says if isinstance(wrong, Refused) else gettext("Load the page again."))
        return False
    return True


def _may_not_propose(request: HttpRequest, known: Kind) -> str:
    if role_for(PROPOSE, known.resource, None, request.reader.roles) is not None:
        return ""
    return _needs_role(roles_for(PROPOSE, known.resource))


def _needs_role(roles: tuple[str, ...]) -> str:
    said = pgettext("list", ", ").join(words.choice(role) for role in roles)
    return gettext("You may look, and not do this: it needs one of these roles: {roles}.").format(roles=said)


def _hint(known: Kind) -> str:
    hint = getattr(known.act, "HINT", "") if known.act is not None else ""
    return gettext(hint) if hint else ""


def _lanes(known: Kind) -> list[tuple[int, str]]:
    if known.lane == "custodian":
        return [(0, place(0))]
    found = list(platforms().items())
    return [(0, place(0)), *found] if known.lane == "both" else found


def _lane(text: str, lanes: list[tuple[int, str]]) -> int:
    asked = int(text) if text.isdigit() and len(text) < 10 else None
    return asked if asked in dict(lanes) else (lanes[0][0] if lanes else 0)


def _currency(lane: int, said: Mapping[str, Any]) -> str:
    plain = {name.removeprefix("body-"): value for name, value in said.items() if isinstance(value, str)}
    return currency_of(lane, plain)


def _kind(name: str) -> Kind:
    try:
        return kind_of(name)
    except Refused:
        raise Http404 from None


def _found(name: str) -> Proposal:
    try:
        return proposing.found(name)
    except Refused:
        raise Http404 from None


# ── one ──────────────────────────────────────────────────────────────────────
@open_to(STAFF, AUDITOR)
def detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one proposal: what is asked for, who signed, what is missing, its history."""
    one, now = _found(name), _now()
    versions = list(one.versions.order_by("number"))
    version = versions[-1]
    signatures = list(one.signatures.order_by("at", "pk"))
    reader, is_open = request.reader, one.state == "open" and now < one.expires_at
    refusal = _may_not_sign(reader, one, version, now) if is_open and reader.is_staff else ""
    state, state_words = state_of(one, now)
    return render(request, "custodian/approvals/detail.html", {
        "one": one, "version": version, "title": words.title(one.kind), "lines": lines(version), "state": state,
        "state_words": state_words, "is_open": is_open, "refusal": refusal,
        "may_sign": is_open and reader.is_staff and not refusal, "is_maker": reader.user.pk == one.maker_id,
        "may_refuse": is_open and reader.is_staff and _may_refuse(reader, one, version),
        "signatures": [_signature(s) for s in signatures if s.version == version.number],
        "missing": proposing.missing(one, version), "history": _history(versions, signatures), "outcome": _outcome(one, version.currency),
        "waits_for": [words.choice(role) for role in roles_for(SIGN, _kind(one.kind).resource, version.amount_minor)],
        "may_invite": one.kind == INVITATION and one.state == "done" and reader.user.pk == one.maker_id,
        "is_operators": one.state == "approved" and is_operators(_kind(one.kind)),
    })  # fmt: skip


def _may_not_sign(reader: Any, one: Proposal, version: Version, now: datetime) -> str:
    try:
        proposing.may_sign(reader.user, one, version, now)
    except Refused as wrong:
        if wrong.code is Code.role_not_allowed:
            is_maker = one.maker_id == reader.user.pk
            resource = _kind(one.kind).resource
            return _needs_role(roles_for(PROPOSE if is_maker else SIGN, resource, version.amount_minor))
        return wrong.says
    return ""


def _may_refuse(reader: Any, one: Proposal, version: Version) -> bool:
    if reader.user.pk == one.maker_id:
        return False
    return role_for(SIGN, _kind(one.kind).resource, version.amount_minor, reader.roles) is not None


def _signature(one: Signature) -> dict[str, Any]:
    return {"one": one, "role": words.choice(one.role)}


def _history(versions: list[Version], signatures: list[Signature]) -> list[dict[str, Any]]:
    """Return the versions, the newest first, each with what it changed and the signatures it had."""
    found = [
        {
            "version": version, "changes": differences(versions[n - 1], version) if n else [],
            "signatures": [_signature(s) for s in signatures if s.version == version.number], "is_last": version is versions[-1],
        } for n, version in enumerate(versions)
    ]  # fmt: skip
    return found[::-1]


def _outcome(one: Proposal, currency: str) -> dict[str, Any] | None:
    if one.code is None:
        return None
    said = msgspec.json.decode(one.answer) if one.answer else {}
    name = Code(one.code).name
    return {
        "code": name, "says": _says(name), "why": said.get("why", ""), "detail": in_words(said.get("detail"), currency),
    }  # fmt: skip


def _says(code: str) -> str:
    return either(code.replace("_", " "), SAYS_ZH.get(code, ""))


# ── signing ──────────────────────────────────────────────────────────────────
def act_of(name: str, version: int) -> str:
    """Return what a signature of a proposal's version is asked for under."""
    return f"approval:{name}:{version}"


@open_to(STAFF)
def sign(request: HttpRequest, name: str, version: int) -> HttpResponse:
    """Have the reader sign exactly what stands here; when he comes back with his signature, keep it.

    A GET is how the signing pages lead back; nothing is kept without a fresh assertion of this session over these very lines.
    """
    one, here = _found(name), redirect("custodian:approvals_one", name)
    try:
        if one.version != version:
            raise Refused(Code.version_changed)
        asked = proposing.version_of(one)
        proposing.may_sign(request.reader.user, one, asked, _now())
        shown = lines(asked, side=MAKER if one.maker_id == request.reader.user.pk else CHECKER)
        asks = step_up(request, act_of(name, version), shown, back=request.path)
        if asks is not None:
            return asks
        signed = signed_text(request, act_of(name, version), shown)
        if signed is None:
            raise Refused(Code.passkey_signature_missing)
        with transaction.atomic():
            one = proposing.sign(request.reader, name, version, _given(signed), now=_now())
    except Refused as wrong:
        messages.error(request, wrong.says)
        return here
    messages.success(request, gettext("Your signature is kept."))
    if one.state == "approved":
        transaction.on_commit(lambda: do(name, request.reader), robust=True)
    return here


def _given(signed: Any) -> Given:
    return Given(
        bytes(signed.page.shown), signed.evidence_kind, bytes(signed.credential_id).hex()[:200], bytes(signed.public_key),
        bytes(signed.evidence),
    )  # fmt: skip


# ── ending ───────────────────────────────────────────────────────────────────
@open_to(STAFF)
@require_POST
def refuse(request: HttpRequest, name: str) -> HttpResponse:
    """Refuse one."""
    return _ended(request, name, proposing.refuse, gettext("It is refused."))


@open_to(STAFF)
@require_POST
def withdraw(request: HttpRequest, name: str) -> HttpResponse:
    """Take one's own back."""
    return _ended(request, name, proposing.withdraw, gettext("It is withdrawn."))


def _ended(request: HttpRequest, name: str, end: Any, said: str) -> HttpResponse:
    try:
        with transaction.atomic():
            version = int(request.POST.get("version", "0") or 0)
            end(request.reader, name, version, request.POST.get("reason", ""), now=_now())
        messages.success(request, said)
    except Refused as wrong:
        messages.error(request, wrong.says)
    except ValueError:
        messages.error(request, gettext("Load the page again."))
    return redirect("custodian:approvals_one", name)


@open_to(STAFF)
@require_POST
def again(request: HttpRequest, name: str) -> HttpResponse:
    """Ask again for the outcome of one that was approved: the same id, so it is never done twice."""
    _found(name)
    transaction.on_commit(lambda: do(name, request.reader), robust=True)
    return redirect("custodian:approvals_one", name)


def new_address(kind: str, lane: int, **said: object) -> str:
    """Return the address of a form that is filled in: for pages that lead here."""
    return f"/custodian/approvals/new/{kind}/?{urlencode({'lane': lane, **said})}"


def _now() -> datetime:
    return house().context.clock.now()


__all__ = ["again", "choose", "detail", "edit", "fields", "index", "new", "new_address", "refuse", "sign", "withdraw"]
