"""Withdrawals (提现): money out, to the client's own card: amount, fee and payee before he signs, and what became of each.

When    a client wants money at his bank
Shape   first the form, then all of it once more with the fee by the schedule he confirmed and what stays, then the signature
        what would refuse it is told before: cooling of a new card, a lock, a stop
Source  domain.md (c.2) B3, B4; domain-decisions.md 24-26, 30; issue "People" 5
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

import msgspec
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cunguan.channels.base import Payee
from cunguan.desks.people.freezes import payout_frozen_until
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.persons.payees import asked_who
from cunguan.doors.portals.client import acting, fee_terms
from cunguan.doors.portals.client import mine as of
from cunguan.doors.portals.client.fields import AmountField
from cunguan.doors.portals.client.limits import Limits, told
from cunguan.doors.portals.client.mine import Mine
from cunguan.doors.portals.client.said import Said
from cunguan.doors.portals.shell import reading
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.lists import listed
from cunguan.kernel.money import format_minor
from cunguan.operations import withdrawal, withdrawal_cancel
from cunguan.states.withdrawal import WITHDRAWAL

LAST: Final = 2**62

#: state -> a word, what it means, and a colour
STATES: Final[dict[str, tuple[Promise, Promise, str]]] = {
    "unconfirmed": (_("Waits for your word"), _("It is sent when you confirm it, or after a day."), "open"),
    "challenged": (_("Being looked at"), _("The custodian asks you something before it is sent."), "open"),
    "held": (_("Accepted"), _("The money is set aside. It goes to your bank next."), "accepted"),
    "sent": (_("At the bank"), _("The bank has the order. It usually answers within minutes."), "sent"),
    "in_doubt": (
        _("We are asking the bank"),
        _("The bank has not said whether it paid. The money is safe: it is at your bank, or it comes back. Do not withdraw it again."),
        "in_doubt",
    ),
    "settled": (_("Paid to your bank"), _("Your bank has it."), "done"),
    "rejected": (_("Not paid"), _("The bank refused it. The amount and the fee are available to you again."), "failed"),
    "returned": (
        _("Sent back by your bank"),
        _("Your bank returned it after it was paid (退汇). It is being credited to you. Check the card."),
        "returned",
    ),
    "recredited": (_("Sent back, credited"), _("Your bank returned it, and it is available to you again. Check the card."), "returned"),
    "cancelled": (_("Taken back"), _("You took it back before it was sent."), "closed"),
    "intercepted": (
        _("Stopped by the custodian"), _("Two people of the custodian stopped it. The money is available to you again."), "closed",
    ),
}  # fmt: skip


class Card(msgspec.Struct, frozen=True):
    """A card a withdrawal may go to; `payee` is its owner and the end of its number, "" where they were not brought."""

    id: str
    payee_hash: str
    bound_date: date
    cooling_until: date
    state: str
    name: str
    shown: str

    @property
    def label(self) -> str:
        """What the card is called in a list."""
        return f"{self.name} {self.shown}".strip() or gettext("Your bound card")


class Row(msgspec.Struct, frozen=True):
    """A withdrawal of the list."""

    id: str
    at: datetime
    amount_minor: int
    fee_minor: int
    state: str
    seq: int
    may_cancel: bool

    @property
    def said(self) -> Said:
        """What is said of its state."""
        return Said(*STATES[self.state])


class Form(forms.Form):
    """How much, and to which card."""

    def __init__(self, mine: Mine, cards: list[Card], data: Any = None) -> None:
        super().__init__(data, prefix="")
        self.fields["amount"] = AmountField(mine.currency, most=mine.available, label=_("Amount"))
        if len(cards) > 1:
            choices = [(one.id, one.label) for one in cards]
            self.fields["card"] = forms.ChoiceField(
                label=_("To your card"), choices=choices, widget=forms.Select(attrs={"class": "form-select"})
            )


@open_to(CLIENT)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask for a withdrawal: the form, the look before, the way to the signature."""
    mine = of.chosen(request)
    if mine is None:
        return render(request, "client/withdraw.html", {"mine": None})
    cards, payout = _cards(mine), _payout(mine)
    usable = [one for one in cards if one.state == "active" and one.cooling_until <= mine.business_date]
    limits = told(mine, payout)
    stops = [*_frozen(request), *_stops(mine, cards, usable, payout), *_limited(limits)]
    form = Form(mine, usable, request.POST or None)
    shown = {
        "mine": mine,
        "accounts": of.accounts(request),
        "form": form,
        "stops": stops,
        "cards": cards,
        "step": "form",
    }
    if request.method == "POST" and not stops and form.is_valid():
        card = next((one for one in usable if one.id == form.cleaned_data.get("card", usable[0].id)), usable[0])
        amount_minor = form.cleaned_data["amount"]
        quote = fee_terms.of_withdrawal(mine, amount_minor)
        if amount_minor + quote.fee_minor > mine.available:
            form.add_error("amount", gettext("With the fee this is more than is available."))
        elif (most := _most(limits)) is not None and amount_minor > most:
            shown_most = f"{format_minor(most, mine.currency)} {mine.currency}"
            form.add_error("amount", gettext("Your limits let out %(most)s now.") % {"most": shown_most})
        elif request.POST.get("step") == "confirm":
            body = withdrawal.Body(
                mine.holder, card.id, payout["bank_account"], amount_minor, card.payee_hash, quote.schedule, quote.item
            )
            return acting.confirm(
                request, mine.lane, withdrawal.KIND, body, f"{reverse('client:withdrawals')}?account={mine.key}"
            )
        else:
            shown |= {
                "step": "look", "card": card, "amount_minor": amount_minor, "fee_minor": quote.fee_minor,
                "total_minor": amount_minor + quote.fee_minor, "left_minor": mine.available - amount_minor - quote.fee_minor,
            }  # fmt: skip
    return render(request, "client/withdraw.html", shown)


def _cards(mine: Mine) -> list[Card]:
    rows = reading.rows("client_cards", {"lane": mine.lane, "holder": mine.holder})
    return [_card(row) for row in rows if row["state"] in ("active", "pending_review")]


def _card(row: dict[str, Any]) -> Card:
    payee: Payee | None = house().call(asked_who, row["payee_hash"])
    name, shown = (payee.name, payee.shown) if payee is not None else ("", "")
    return Card(**row, name=masked(name), shown=shown)


def masked(name: str) -> str:
    """Return a name of which the first letter alone is seen.

    >>> masked("李雷"), masked("Li Lei"), masked("")
    ('李*', 'L*****', '')
    """
    return name[:1] + "*" * (len(name) - 1) if name else ""


def _payout(mine: Mine) -> dict[str, Any]:
    found = reading.row("client_payout", {"lane": mine.lane, "pool": mine.pool, "holder": mine.holder})
    assert found is not None, "an account has a pool"
    return found


def _stops(mine: Mine, cards: list[Card], usable: list[Card], payout: dict[str, Any]) -> Iterator[str]:
    """Yield what would refuse a withdrawal now."""
    if mine.state != "active":
        yield gettext("Your account is %(state)s: nothing can be withdrawn from it now.") % {"state": mine.state_word}
    if payout["pool_state"] == "payouts_stopped":
        yield acting.what_to_do(acting.Code.pool_cover_failed)
    if payout["is_stopped"]:
        yield acting.what_to_do(acting.Code.outgoing_stopped)
    if not cards:
        yield gettext("You have no card yet. Bind one first: withdrawals go to your own card only.")
    elif not usable:
        until = min(one.cooling_until for one in cards)
        if any(one.state == "active" for one in cards):
            day = formats.date_format(until, "SHORT_DATE_FORMAT")
            yield gettext(
                "Your card was bound a short while ago. For your safety nothing can be withdrawn to it before %(day)s."
            ) % {"day": day}
        else:
            yield gettext("Your new card is being looked at by the custodian.")
    if not mine.available:
        yield gettext("Nothing is available to withdraw.")


def _frozen(request: HttpRequest) -> Iterator[str]:
    """Yield that payouts stand still after a recovery; the signature asks again."""
    until = payout_frozen_until(request.reader.user) if request.method == "GET" else None
    if until is not None:
        at = formats.date_format(timezone.localtime(until), "SHORT_DATETIME_FORMAT")
        yield gettext("Payouts wait until %(at)s, because access to your account was recovered.") % {"at": at}


def _most(limits: Limits) -> int | None:
    """Return what his limits let out now; None where they limit nothing."""
    some = [limits.each_minor] if limits.each_minor else []
    some += [limits.left_minor] if limits.day_minor else []
    return min(some) if some else None


def _limited(limits: Limits) -> Iterator[str]:
    """Yield that nothing more leaves today."""
    if limits.day_minor and not limits.left_minor:
        yield gettext("Nothing more leaves today: your limit of the day is used up.")


# ── what became of them ──────────────────────────────────────────────────────
@open_to(CLIENT)
@require_GET
def withdrawals(request: HttpRequest) -> HttpResponse:
    """List withdrawals, each with its state in words."""
    mine = of.chosen(request)
    if mine is None:
        return render(request, "client/withdrawals.html", {"mine": None})
    found = listed(request, lambda after, limit: _rows(mine, after, limit), lambda one: one.seq, {"account": mine.key})
    return render(request, "client/withdrawals.html", {
        "mine": mine, "accounts": of.accounts(request), "list": found, "outcomes": acting.outcomes(request),
    })  # fmt: skip


def _rows(mine: Mine, after: Any, limit: int) -> list[Row]:
    if after is not None and not isinstance(after, int):
        raise Http404
    values = {"lane": mine.lane, "holder": mine.holder, "before": LAST if after is None else after, "limit": limit}
    return [_row(row) for row in reading.rows("client_withdrawals", values)]


def _row(row: dict[str, Any]) -> Row:
    may = WITHDRAWAL.may(row["state"], "cancelled")
    return Row(row["id"], row["at"], row["amount_minor"], row["fee_minor"], row["state"], row["seq"], may)


@open_to(CLIENT)
@require_POST
def cancel(request: HttpRequest, lane: int, base: int) -> HttpResponse:
    """Take a withdrawal back before it is sent."""
    mine = of.account(request, lane, base)
    name = request.POST.get("withdrawal", "")
    values = {"lane": mine.lane, "holder": mine.holder, "before": LAST, "limit": 500}
    found = next((one for one in reading.rows("client_withdrawals", values) if one["id"] == name), None)
    if found is None:
        raise Http404
    body = withdrawal_cancel.Body(mine.holder, name, found["amount_minor"])
    return acting.confirm(
        request, mine.lane, withdrawal_cancel.KIND, body, f"{reverse('client:withdrawals')}?account={mine.key}"
    )
