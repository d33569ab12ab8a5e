"""Opening (开户): a newcomer opens an account: platform, risks and fees, who he is, his word; a company also who owns it.

When    he chooses a platform here, or comes from a platform's own request (?asked=…)
Does    asks the ports who he is (four elements) and whether a list names him; registers the person in lane 0; sends him to sign
        the opening, with his passkey as the account's key; when he comes back, keeps his details encrypted in the platform's lane
        or, where a platform sent him, leads back to its request
Order   form, identity, lists, whether he is the one who is meant (brought.py), registration, signature; of who is refused what the
        ports answered is kept, and nothing that names him
Source  domain.md (c.1) A1, A2; issue "People" 1 and 5; ADR 0050
"""

import hashlib
import secrets
from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods

from cunguan.desks.parties import identity, records
from cunguan.desks.parties.identity import Clear, Found, NotVerified, Verified
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.api import authorisations, openings, sql
from cunguan.doors.api.context import Context
from cunguan.doors.persons.shapes import Details
from cunguan.doors.portals.client import brought, fee_terms, known
from cunguan.doors.portals.client.forms import CompanyForm, OpeningForm
from cunguan.doors.portals.client.mine import accounts
from cunguan.doors.portals.client.saying import said
from cunguan.doors.portals.people.same_person import Same
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.wall import raise_for
from cunguan.doors.portals.signing import claiming
from cunguan.doors.portals.signing.begin import Wanted
from cunguan.doors.portals.signing.begin import begin as sign
from cunguan.doors.portals.signing.done import outcome
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import TRANSIENT, Code
from cunguan.kernel.instruction import Instruction
from cunguan.operations import person_registration

#: what he agrees to in the form, and by which of its wordings
CONSENT, CONSENT_VERSION = "opening", "1"
METHODS = {"person": "four_elements", "company": "two_elements"}


class Put(msgspec.Struct, frozen=True):
    """What waits for his signature: where he opens, what will be kept of him then, and the platform's request he came by."""

    lane: int
    details: Details
    page: str = ""


# ── choosing ─────────────────────────────────────────────────────────────────
@open_to(CLIENT)
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Show the platforms where an account can be opened."""
    offers = house().call(sql.rows, "client_offers", {"lane": None, "pool": None})
    mine = {(one.lane, one.pool) for one in accounts(request) if one.is_open}
    return render(
        request, "client/open.html", {"offers": [(one, (one["lane"], one["pool"]) in mine) for one in offers]}
    )


@open_to(CLIENT)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, lane: int, pool: str) -> HttpResponse:
    """Show risks, fees and the form; take it."""
    offer = _offer(lane, pool)
    kind = "company" if request.GET.get("kind") == "company" else "person"
    made = (CompanyForm if kind == "company" else OpeningForm)(request.POST or None)
    if request.method == "POST" and made.is_valid():
        body = openings.Body(f"c-{secrets.token_hex(8)}", _person(request), made.cleaned_data["role"], pool, kind)  # type: ignore[arg-type]
        wanted = Wanted(lane, Instruction(f"opening:{body.holder}", openings.KIND, body))
        return _taken(request, made, wanted) or _page(request, offer, made, kind)
    return _page(request, offer, made, kind)


@open_to(CLIENT)
@require_http_methods(["GET", "POST"])
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """The same for an account that a platform asks its client to open: what it asks stands, and he says who he is."""
    found = house().call(authorisations.of_page, token)
    if found is None or found.kind != openings.KIND or found.state != "waiting":
        raise Http404
    body = msgspec.json.decode(found.body, type=openings.Body)
    if not claiming.may_claim(request.reader.user, body.person):
        raise Http404
    offer = _offer(found.lane, body.pool)
    made = (CompanyForm if body.kind == "company" else OpeningForm)(request.POST or None)
    made.fields["role"].required = False
    made.fields["role"].disabled = True
    made.initial["role"] = body.role
    if request.method == "POST" and made.is_valid():
        answer = _taken(request, made, Wanted(found.lane, Instruction(found.id, openings.KIND, body)), token)
        if answer is not None:
            return answer
    return _page(request, offer, made, body.kind)


def _offer(lane: int, pool: str) -> dict[str, Any]:
    found: dict[str, Any] | None = house().call(sql.row, "client_offers", {"lane": lane, "pool": pool})
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, offer: dict[str, Any], form: Any, kind: str) -> HttpResponse:
    fees = fee_terms.worded(offer["fees"], offer["currency"])
    told = {"offer": offer, "fees": fees, "form": form, "kind": kind}
    return render(request, "client/open_at.html", told, status=422 if form.errors else 200)


def _person(request: HttpRequest) -> str:
    return str(request.reader.reference)


# ── who he is ────────────────────────────────────────────────────────────────
def _taken(request: HttpRequest, form: Any, wanted: Wanted, page: str = "") -> HttpResponse | None:
    """Check who he says he is, register him, and send him to sign; None where the form now says what is wrong."""
    body = wanted.instruction.body
    assert isinstance(body, openings.Body)
    refused = _checked(request, form.identity(), wanted.lane, body, is_sent=bool(page))
    if refused is not None:
        form.add_error(*_field(form, refused))
        return None
    known.put_by(request, "opening", Put(wanted.lane, _details(form.cleaned_data, body.kind), page))
    return sign(request, [wanted], back=reverse("client:opened"))


def _checked(
    request: HttpRequest, who: identity.Identity, lane: int, body: openings.Body, *, is_sent: bool
) -> Code | None:
    """Return why he is not taken, or None when lane 0 has him; what the ports answered is written down either way."""
    verified = identity.verify(who, 4 if body.kind == "person" else 2)
    clear = identity.screen(who.name, verified.birth) if isinstance(verified, Verified) else None
    refused = _refused(verified, clear) or _other(lane, body.person, who, is_sent=is_sent)
    if refused is None and not _becomes(request, body.person):
        return Code.person_not_verified
    _write_down(request, body.kind, verified, clear)
    return refused if refused is not None else _registered(verified, body)  # type: ignore[arg-type]


def _refused(verified: Verified | NotVerified, clear: Clear | Found | NotVerified | None) -> Code | None:
    if isinstance(verified, NotVerified):
        return verified.code
    if isinstance(clear, NotVerified):
        return clear.code
    return Code.screening_hit if isinstance(clear, Found) else None


def _other(lane: int, person: str, who: identity.Identity, *, is_sent: bool) -> Code | None:
    """Return why he is not the one who is meant, or known by this reference; None when he is."""
    same = brought.is_whom(lane, person, who, is_sent=is_sent)
    if same is Same.UNKNOWN and not house().context.is_sandbox:
        return Code.details_missing
    return Code.identity_differs if same is Same.NO else None


def _becomes(request: HttpRequest, person: str) -> bool:
    """Let a newcomer be whom a platform has brought, and raise the wall for that person; nobody becomes another's."""
    reader = request.reader
    if reader.reference == person:
        return True
    if not claiming.claim(reader.user, person):
        return False
    reader.reference = person
    raise_for(reader)
    return True


def _write_down(request: HttpRequest, kind: str, verified: Any, clear: Any) -> None:
    """Keep what the ports answered, and that he agreed: of himself alone, behind his own wall."""
    party = records.party(_person(request), kind)
    records.record(party, records.ELEMENTS if kind == "person" else records.REGISTRY, verified)
    if clear is not None:
        records.record(party, records.SCREENING, clear)
    records.consent(party.person, CONSENT, CONSENT_VERSION, get_language() or "", house().context.clock.now())


def _registered(verified: Verified, body: openings.Body) -> Code | None:
    """Register the person; who is registered already stays as he is."""
    source = person_registration.SANDBOX if identity.chosen_verifier().is_sandbox else verified.port
    told = person_registration.Body(body.person, body.kind, METHODS[body.kind], source, verified.evidence)
    answer = house().ask(0, Instruction(_registration_id(told), person_registration.KIND, told))
    if answer.code in TRANSIENT:
        return answer.code
    has = house().call(_kind_of, body.person)
    return None if has == body.kind else Code.person_not_verified


def _registration_id(told: person_registration.Body) -> str:
    """Return an id of this very check: what was refused before is not in the way of who comes again."""
    return f"person:{hashlib.sha256(canonical_json(told)).hexdigest()[:40]}"


async def _kind_of(context: Context, person: str) -> str | None:
    found = await sql.row(context, "person_kind", {"person": person})
    return None if found is None else str(found["kind"])


def _field(form: Any, code: Code) -> tuple[str | None, str]:
    """Return below which field a code is told."""
    at = {
        Code.id_number_wrong: "id_number",
        Code.card_number_wrong: "card",
        Code.id_type_unknown: "id_type",
        Code.check_expired: "id_number",
    }
    name = at.get(code)
    return (name if name in form.fields else None), said(code)


def _details(told: dict[str, Any], kind: str) -> Details:
    cards = (told["card"].replace(" ", ""),) if kind == "person" else ()
    return Details(told["name"], told.get("id_type", "uscc"), told["id_number"], told["mobile"], cards=cards)


# ── back from the signature ──────────────────────────────────────────────────
@open_to(CLIENT)
@require_GET
def opened(request: HttpRequest) -> HttpResponse:
    """Say what became of it; keep his details once he has the account."""
    answers = outcome(request, request.GET.get("signed", ""))
    if not answers:
        return redirect("client:open")
    code = answers[0].code
    put = known.take_back(request, "opening", Put) if code is Code.done else None
    if put is not None:
        known.keep_details(put.lane, _person(request), put.details)
    if code is not Code.done:
        (messages.warning if code in TRANSIENT else messages.error)(request, said(code))
        return redirect("client:home" if code in TRANSIENT else "client:open")
    return _welcome(request, put)


def _welcome(request: HttpRequest, put: Put | None) -> HttpResponse:
    """Send him on: a person to bind his card, a company to bring its documents."""
    mine = [one for one in accounts(request) if put is None or one.lane == put.lane]
    waiting = next((one for one in mine if one.state == "pending_review"), None)
    if waiting is not None:
        messages.success(
            request, gettext("Your application is in. Now say who owns the company, and bring its documents.")
        )
        return redirect("client:documents", waiting.lane, waiting.base)
    if put is not None and put.page:  # the platform goes on from there
        return redirect("signing:asked", put.page)
    messages.success(request, gettext("Your account is open. Bind a card next, so that money can leave to it."))
    return redirect(f"{reverse('client:bind')}?account={mine[-1].key}" if mine else "client:home")
