"""Cards (银行卡): the one card in the client's own name where his withdrawals go: bound, changed, unbound, each by his signature.

When    he opened an account, has another card, or closes
Does    asks the verifier whether name, ID, mobile and card are one person's; keeps whose the card is under his own key; sends him to
        sign card_binding or card_unbind. The books decide: a card that is changed while money is there waits for two people
Shape   name and ID are those the custodian keeps of him; a client of whom nothing is kept says them
Source  domain.md (c.1) A3, A4; S-16; operations/card_binding.py
"""

import secrets
from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cunguan.desks.parties import identity
from cunguan.desks.parties.identity import Identity, NotVerified
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.payees.details import PayeeWrong
from cunguan.doors.persons.keeping import PersonRefused
from cunguan.doors.persons.shapes import Details, masked_name
from cunguan.doors.portals.client import known, words
from cunguan.doors.portals.client.forms import CardForm, NamedCardForm, payee_of
from cunguan.doors.portals.client.mine import Mine, accounts, chosen
from cunguan.doors.portals.client.saying import said
from cunguan.doors.portals.shell import reading
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.signing.begin import Wanted
from cunguan.doors.portals.signing.begin import begin as sign
from cunguan.doors.portals.signing.done import outcome
from cunguan.kernel.codes import TRANSIENT, Code
from cunguan.kernel.dates import parse_date
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations import card_binding, card_unbind

#: states in which a card is not over
LIVE = ("active", "invalid", "pending_review")


@open_to(CLIENT)
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """Show his cards of an account, and what became of what he signed."""
    mine = chosen(request)
    if mine is None:
        return render(request, "client/cards.html", {"mine": None})
    if request.GET.get("signed"):
        _tell(request, outcome(request, request.GET["signed"]))
    rows = [
        {**one, "state_word": words.of(words.STATES, one["state"]), "shown": known.payee_shown(one["payee_hash"])}
        for one in _cards(mine)
    ]
    return render(request, "client/cards.html", {
        "mine": mine, "accounts": accounts(request), "cards": rows, "live": [one for one in rows if one["state"] in LIVE],
        "today": mine.business_date,
    })  # fmt: skip


def _cards(mine: Mine) -> list[dict[str, Any]]:
    return reading.rows("client_cards", {"lane": mine.lane, "holder": mine.holder})


def _tell(request: HttpRequest, answers: list[Answer]) -> None:
    for one in answers:
        if one.code is Code.done:
            messages.success(request, _done(one))
        else:
            (messages.warning if one.code in TRANSIENT else messages.error)(request, said(one.code))


def _done(answer: Answer) -> str:
    """Return what was done: a card bound, with the day from which money may leave to it; waiting; or unbound."""
    detail = answer.detail or {}
    if detail.get("state") == "pending_review":
        return gettext(
            "There is money in your account, so two people of the custodian look at the new card first. Until then the old one stays."
        )
    if "cooling_until" in detail:
        day = formats.date_format(parse_date(str(detail["cooling_until"])), "SHORT_DATE_FORMAT")
        return gettext("The card is bound. For your safety money can leave to it from %(day)s on.") % {"day": day}
    return gettext("The card is unbound.")


# ── binding ──────────────────────────────────────────────────────────────────
@open_to(CLIENT)
@require_http_methods(["GET", "POST"])
def bind(request: HttpRequest) -> HttpResponse:
    """Show the form, or take it and send him to sign."""
    mine = chosen(request)
    if mine is None:
        return redirect("client:open")
    kept = known.details_of(mine.lane, mine_person(request))
    form = (CardForm if kept and kept.name else NamedCardForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _taken(request, mine, form, kept)
        if answer is not None:
            return answer
    return render(
        request,
        "client/bind.html",
        {
            "mine": mine,
            "accounts": accounts(request),
            "form": form,
            "name": _shown(kept),
            "has_card": any(one["state"] in LIVE for one in _cards(mine)),
            "has_money": mine.total_minor > 0,
        },
        status=422 if form.errors else 200,
    )


def mine_person(request: HttpRequest) -> str:
    """Return the reader's person."""
    return str(request.reader.reference)


def _shown(kept: Details | None) -> str:
    return masked_name(kept.name) if kept and kept.name else ""


def _taken(request: HttpRequest, mine: Mine, form: Any, kept: Details | None) -> HttpResponse | None:
    """Check the card, keep whose it is, and send him to sign; None where the form now says what is wrong."""
    told = form.cleaned_data
    who = form.identity(kept)
    is_company = mine.kind == "company"
    verified = identity.verify(
        msgspec.structs.replace(who, card="", mobile="") if is_company else who, 2 if is_company else 4
    )
    if isinstance(verified, NotVerified):
        name = {Code.card_number_wrong: "card", Code.id_number_wrong: "id_number"}.get(verified.code)
        form.add_error(name if name in form.fields else None, said(verified.code))
        return None
    try:
        hash = _kept(request, mine, who, told)
    except PayeeWrong:
        form.add_error("card", gettext("No bank could pay to this. Look at name, number and bank again."))
        return None
    except PersonRefused:
        form.add_error(None, gettext("Your details may not be used now. Call us."))
        return None
    body = card_binding.Body(mine.holder, f"card-{secrets.token_hex(8)}", hash)
    return _to_sign(request, mine, Instruction(f"bind:{body.card}", card_binding.KIND, body))


def _kept(request: HttpRequest, mine: Mine, who: Identity, told: dict[str, Any]) -> str:
    """Keep his details, where nothing was kept, and whose the card is; return what stands for it."""
    person = mine_person(request)
    if "name" in told:
        known.keep_details(
            mine.lane,
            person,
            Details(who.name, who.id_type, who.id_number, who.mobile, cards=(who.card.replace(" ", ""),)),
        )
    return known.keep_card(mine.lane, person, payee_of(who.name, told))


def _to_sign(request: HttpRequest, mine: Mine, instruction: Instruction) -> HttpResponse:
    return sign(request, [Wanted(mine.lane, instruction)], back=f"{reverse('client:cards')}?account={mine.key}")


@open_to(CLIENT)
@require_POST
def unbind(request: HttpRequest) -> HttpResponse:
    """Send him to sign that a card goes."""
    mine = chosen(request)
    wanted = request.POST.get("card", "")
    if mine is None or not any(one["id"] == wanted and one["state"] in ("active", "invalid") for one in _cards(mine)):
        raise Http404
    body = card_unbind.Body(mine.holder, wanted)
    return _to_sign(request, mine, Instruction(f"unbind:{wanted}:{secrets.token_hex(4)}", card_unbind.KIND, body))
