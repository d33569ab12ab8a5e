"""Holdings (持有债权与借款): what others owe the client and what he owes, each with its plan: next payment, paid, overdue.

Reads   claims and listings of his accounts over all platforms; one of them with the plan's rows
Units   a lender's part of a plan row is by the weight of his claim; the last row pays exactly the rest, so a part shown is about
Source  domain-decisions.md 18, 19, 21
"""

from datetime import date
from typing import Any, Final

import msgspec
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.client import acting
from cunguan.doors.portals.client import mine as of
from cunguan.doors.portals.client.fields import AmountField, DayField, choice
from cunguan.doors.portals.client.mine import Mine
from cunguan.doors.portals.shell import reading
from cunguan.doors.portals.shell.gate import open_to
from cunguan.ledger.claims import LENDERS
from cunguan.operations import claim_sale, claim_sale_cancel
from cunguan.policy.evaluate import PACKS

CLAIM_STATES: Final[dict[str, Promise]] = {
    "active": _("owed to you"), "on_sale": _("on sale"), "settled": _("paid in full"), "assigned": _("sold"), "reversed": _("taken back"),
    "compensated": _("paid by the guarantor"), "ended": _("ended"),
}  # fmt: skip
LISTING_STATES: Final[dict[str, Promise]] = {
    "registered": _("registered"), "raising": _("raising"), "full": _("full"), "disbursing": _("being paid out"), "disbursed": _("lent"),
    "repaid": _("repaid"), "failing": _("being given up"), "failed": _("given up"),
}  # fmt: skip


class Part(msgspec.Struct, frozen=True):
    """A row of a plan; of a lender's claim his part of it."""

    number: int
    due_date: date
    principal_minor: int
    interest_minor: int
    paid_minor: int
    state: str

    @property
    def due_minor(self) -> int:
        """What the row comes to."""
        return self.principal_minor + self.interest_minor

    @property
    def word(self) -> str:
        """Its state."""
        return str(_ROW_STATES[self.state])


_ROW_STATES: Final[dict[str, Promise]] = {
    "paid": _("paid"), "overdue": _("overdue"), "due": _("still to come"), "part": _("paid in part"),
}  # fmt: skip


class Claim(msgspec.Struct, frozen=True):
    """A claim of the list."""

    mine: Mine
    id: str
    listing: str
    principal_minor: int
    received_minor: int
    next_date: date | None
    next_minor: int
    is_overdue: bool
    state: str
    word: str
    rate: str


class Loan(msgspec.Struct, frozen=True):
    """A listing the client borrows by."""

    mine: Mine
    id: str
    amount_minor: int
    left_minor: int
    next_date: date | None
    next_minor: int
    is_overdue: bool
    state: str
    word: str
    rate: str


@open_to(CLIENT)
@require_GET
def holdings(request: HttpRequest) -> HttpResponse:
    """List claims and loans."""
    own = {(one.lane, one.holder): one for one in of.accounts(request)}
    values = {"lanes": [one[0] for one in own], "holders": [one[1] for one in own]}
    claims = [_claim(row, own[row["lane"], row["holder"]]) for row in reading.rows("client_claims", values)]
    loans = [_loan(row, own[row["lane"], row["borrower"]]) for row in reading.rows("client_loans", values)]
    return render(
        request, "client/holdings.html", {"claims": claims, "loans": loans, "outcomes": acting.outcomes(request)}
    )


def rate_of(rate_e6: int) -> str:
    """Return a rate as people write it.

    >>> rate_of(96_000), rate_of(120_000)
    ('9.6%', '12%')
    """
    whole, rest = divmod(rate_e6, 10_000)
    decimals = f"{rest:04}".rstrip("0")
    return f"{whole}.{decimals}%" if decimals else f"{whole}%"


def _claim(row: dict[str, Any], mine: Mine) -> Claim:
    due = (row["due_principal_minor"] or 0) + (row["due_interest_minor"] or 0)
    received = row["weight_minor"] - row["principal_minor"] + row["interest_minor"] + row["late_minor"]
    return Claim(
        mine, row["id"], row["listing"], row["principal_minor"], received, row["due_date"],
        part_of(due, row["weight_minor"], row["lent_minor"]), is_overdue(row["due_date"], row["grace_days"], mine), row["state"],
        _word(CLAIM_STATES, row["state"]), rate_of(row["rate_e6"]),
    )  # fmt: skip


def _loan(row: dict[str, Any], mine: Mine) -> Loan:
    due = (row["due_principal_minor"] or 0) + (row["due_interest_minor"] or 0)
    return Loan(
        mine, row["id"], row["amount_minor"], row["lent_minor"] - row["repaid_minor"], row["due_date"], due,
        is_overdue(row["due_date"], 0, mine), row["state"], _word(LISTING_STATES, row["state"]), rate_of(row["rate_e6"]),
    )  # fmt: skip


def part_of(minor: int, weight_minor: int, lent_minor: int) -> int:
    """Return a claim's part of an amount of the whole loan, less than a fen short at most.

    >>> part_of(100_001, 6_000_000, 10_000_000), part_of(5, 1, 0)
    (60000, 0)
    """
    return minor * weight_minor // lent_minor if lent_minor else 0


def is_overdue(due: date | None, grace_days: int, mine: Mine) -> bool:
    """Return whether a payment should have come by the lane's day."""
    return due is not None and (mine.business_date - due).days > grace_days


def _word(words: dict[str, Promise], name: str) -> str:
    return str(words[name]) if name in words else name


# ── one claim ────────────────────────────────────────────────────────────────
class SaleForm(forms.Form):
    """An offer of a share."""

    def __init__(self, mine: Mine, principal_minor: int, data: Any = None) -> None:
        super().__init__(data)
        days = PACKS[mine.pack].params.get("sale_days", claim_sale.SALE_DAYS)
        last = date.fromordinal(mine.business_date.toordinal() + days)
        self.fields["share"] = AmountField(mine.currency, most=principal_minor, label=_("Principal to sell"))
        self.fields["floor"] = AmountField(mine.currency, label=_("Lowest price for all of it"))
        self.fields["accrued"] = choice(
            _("Interest of the running period"),
            [("added", _("the buyer pays it on top")), ("included", _("it is in the price"))],
        )
        self.fields["until"] = DayField(mine.business_date, last, label=_("Last day of the offer"))


@open_to(CLIENT)
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, lane: int, base: int, name: str) -> HttpResponse:
    """Show a claim with its plan; take an offer of it."""
    mine = of.account(request, lane, base)
    row = _own_claim(mine, name)
    can_sell = may_sell(row, mine)
    form = SaleForm(mine, row["principal_minor"], request.POST or None) if can_sell else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            told = form.cleaned_data
            body = claim_sale.Body(mine.holder, name, told["share"], told["floor"], told["accrued"], told["until"])
            return acting.confirm(
                request, lane, claim_sale.KIND, body, reverse("client:claim", args=(lane, base, name))
            )
    return render(request, "client/claim.html", {
        "mine": mine, "claim": row, "form": form, "plan": _plan(mine, row), "rate": rate_of(row["rate_e6"]),
        "word": _word(CLAIM_STATES, row["state"]), "outcomes": acting.outcomes(request), "percent": _percent(row),
    })  # fmt: skip


def may_sell(row: dict[str, Any], mine: Mine) -> bool:
    """Return whether the claim may be offered: a lender's own, lent long enough."""
    since = row["acquired_date"] or row["disbursed_date"]
    held = PACKS[mine.pack].params.get("claim_holding_days", 0)
    is_held = since is not None and (mine.business_date - since).days >= held
    return bool(
        is_held and mine.state == "active" and row["state"] == "active" and row["rank"] == LENDERS
        and row["listing_state"] == "disbursed" and row["principal_minor"]
    )  # fmt: skip


def _percent(row: dict[str, Any]) -> str:
    if not row["lent_minor"]:
        return ""
    whole, rest = divmod(row["weight_minor"] * 10_000 // row["lent_minor"], 100)
    return f"{whole}.{rest:02}%"


def _own_claim(mine: Mine, name: str) -> dict[str, Any]:
    row = reading.row("client_claim", {"lane": mine.lane, "claim": name})
    if row is None or row["holder"] != mine.holder:
        raise Http404
    return row


def _plan(mine: Mine, row: dict[str, Any]) -> list[Part]:
    rows = reading.rows("client_plan", {"lane": mine.lane, "listing": row["listing"]})
    weight, lent = row["weight_minor"], row["lent_minor"]
    return [_part(one, row["grace_days"], mine, lambda minor: part_of(minor, weight, lent)) for one in rows]


def _part(one: dict[str, Any], grace_days: int, mine: Mine, share: Any) -> Part:
    paid = one["paid_principal_minor"] + one["paid_interest_minor"]
    compensated = one["compensated_principal_minor"] + one["compensated_interest_minor"]
    whole = one["principal_minor"] + one["interest_minor"]
    if paid + compensated >= whole:
        state = "paid"
    elif is_overdue(one["due_date"], grace_days, mine):
        state = "overdue"
    else:
        state = "part" if paid else "due"
    return Part(
        one["number"],
        one["due_date"],
        share(one["principal_minor"]),
        share(one["interest_minor"]),
        share(paid + compensated),
        state,
    )


@open_to(CLIENT)
@require_POST
def take_off(request: HttpRequest, lane: int, base: int, name: str) -> HttpResponse:
    """Take a claim off sale."""
    mine = of.account(request, lane, base)
    row = _own_claim(mine, name)
    if not row["sale"]:
        raise Http404
    body = claim_sale_cancel.Body(mine.holder, row["sale"])
    return acting.confirm(request, lane, claim_sale_cancel.KIND, body, reverse("client:claim", args=(lane, base, name)))


# ── one loan ─────────────────────────────────────────────────────────────────
@open_to(CLIENT)
@require_GET
def loan(request: HttpRequest, lane: int, base: int, name: str) -> HttpResponse:
    """Show a loan the client took, with its plan."""
    mine = of.account(request, lane, base)
    rows = reading.rows("client_loans", {"lanes": [lane], "holders": [mine.holder]})
    row = next((one for one in rows if one["id"] == name), None)
    if row is None:
        raise Http404
    plan = reading.rows("client_plan", {"lane": lane, "listing": name})
    return render(request, "client/loan.html", {
        "mine": mine, "loan": _loan(row, mine), "plan": [_part(one, 0, mine, int) for one in plan],
    })  # fmt: skip
