"""Deposits (充值): how a client pays in, and what became of what he paid.

When    he wants money in his account
Shape   by a transfer from his own bank: to his virtual account, or to the pool's account with his reference in the purpose
        in a sandbox also at once: the demo bank books a transfer, or its payment channel takes a payment that settles a day later
Source  domain.md (c.2) B1, B2; domain-decisions.md 5; ISO 11649
"""

import logging
from datetime import date, datetime
from typing import Any, Final

import httpx
import msgspec
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from cunguan.channels.demobank.bank import CHANNEL, PAY_CHANNEL, ChannelOrder
from cunguan.channels.demobank.calls import PayByChannel, Receive
from cunguan.channels.demobank.counter import BankRefuses, Counter
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.api.context import Context
from cunguan.doors.portals.client import acting
from cunguan.doors.portals.client import mine as of
from cunguan.doors.portals.client.fields import AmountField, choice
from cunguan.doors.portals.client.mine import Mine
from cunguan.doors.portals.client.said import Said
from cunguan.doors.portals.shell import reading
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.lists import listed
from cunguan.kernel.codes import Code
from cunguan.kernel.deposit_reference import Holder, creditor_reference, virtual_account
from cunguan.kernel.instruction import Instruction
from cunguan.operations import deposit_notice

log = logging.getLogger(__name__)

LAST: Final = 2**62
#: the most that a sandbox's bank pays in at once
SANDBOX_MOST_MINOR: Final = 10**11

#: state -> a word, what it means, and a colour
STATES: Final[dict[str, tuple[Promise, Promise, str]]] = {
    "asked": (_("Waits for payment"), _("We wait until your bank has paid."), "open"),
    "uncleared": (
        _("Not cleared yet"),
        _("The channel has told us of it and pays the bank on the day shown. Until then you cannot use it."),
        "sent",
    ),
    "cleared": (_("Arrived"), _("It is available to you."), "done"),
    "failed": (_("Did not arrive"), _("The channel did not pay it. If your bank has taken it, it comes back to you from there."), "failed"),
    "lapsed": (_("Lapsed"), _("Nothing was paid in time."), "closed"),
    "in_suspense": (
        _("Being assigned"),
        _("The money has arrived, but it is not certain whose it is. It is assigned to you or goes back to where it came from."),
        "waiting",
    ),
    "returning": (_("Going back"), _("It is on its way back to where it came from."), "sent"),
    "return_in_doubt": (_("Going back"), _("We are asking the bank whether it has gone back."), "in_doubt"),
    "returned_to_source": (_("Sent back"), _("It went back to where it came from."), "returned"),
    "charged_back": (_("Taken back"), _("Your bank took the payment back."), "returned"),
    "corrected": (_("Corrected"), _("It was credited by mistake, and two people of the custodian set it right."), "closed"),
}  # fmt: skip


class Way(msgspec.Struct, frozen=True):
    """How a transfer is known for this client's."""

    account: str
    virtual_account: str
    reference: str
    is_sandbox: bool


class Row(msgspec.Struct, frozen=True):
    """A deposit of the list."""

    id: str
    at: datetime
    amount_minor: int
    state: str
    seq: int
    settle_date: date | None

    @property
    def said(self) -> Said:
        """What is said of its state."""
        return Said(*STATES[self.state])


class SandboxForm(forms.Form):
    """A payment of the sandbox's bank."""

    def __init__(self, mine: Mine, data: Any = None) -> None:
        super().__init__(data)
        self.fields["amount"] = AmountField(mine.currency, most=SANDBOX_MOST_MINOR, label=_("Amount"))
        self.fields["way"] = choice(
            _("How"),
            [("transfer", _("By a transfer: it arrives in a moment")), ("channel", _("By the payment channel: it clears on the next day"))],
        )  # fmt: skip


@open_to(CLIENT)
@require_http_methods(["GET", "POST"])
def deposit(request: HttpRequest) -> HttpResponse:
    """Say how to pay in; in a sandbox let the demo bank do it."""
    mine = of.chosen(request)
    if mine is None:
        return render(request, "client/deposit.html", {"mine": None})
    ways = _ways(mine)
    can_pay = mine.is_sandbox and bool(house().context.bank) and any(one.is_sandbox for one in ways)
    form = SandboxForm(mine, request.POST or None) if can_pay else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and _paid(request, mine, form.cleaned_data):
            return redirect(f"{reverse('client:deposits')}?account={mine.key}")
    return render(request, "client/deposit.html", {
        "mine": mine, "accounts": of.accounts(request), "ways": ways, "form": form, "can_receive": mine.state in _TAKES,
    })  # fmt: skip


#: an account that takes deposits: a lock keeps nothing out
_TAKES: Final = frozenset({"active", "locked", "suspended", "dormant", "closing"})


def _ways(mine: Mine) -> list[Way]:
    number = Holder(mine.lane, mine.base)
    return [
        Way(row["reference"], virtual_account(row["reference"], mine.base), creditor_reference(number), row["channel"] == CHANNEL)
        for row in reading.rows("inbox_references", {"lane": mine.lane, "holder": mine.holder})
    ]  # fmt: skip


def _paid(request: HttpRequest, mine: Mine, told: dict[str, Any]) -> bool:
    """Let the demo bank pay in; return whether it did."""
    reference = next(row["reference"] for row in reading.rows("inbox_references", {"lane": mine.lane, "holder": mine.holder})
                     if row["channel"] == CHANNEL)  # fmt: skip
    pay = _by_channel if told["way"] == "channel" else _by_transfer
    try:
        code = house().call(pay, mine, reference, told["amount"])
    except (BankRefuses, httpx.TransportError):
        log.warning("the demo bank did not take a payment of the sandbox", extra={"lane": mine.lane})
        messages.error(request, gettext("The sandbox's bank does not answer. Nothing was paid; try again."))
        return False
    if code is not Code.done:
        messages.error(request, acting.what_to_do(code))
        return False
    messages.success(request, gettext("The bank has it. It is listed here as soon as the books have it."))
    return True


async def _by_transfer(context: Context, mine: Mine, reference: str, amount_minor: int) -> Code:
    async with Counter(context.bank) as bank:
        await bank.do(Receive(f"{mine.lane}:{acting.new_id()}", reference, amount_minor, mine.holder, mine.holder))
    return Code.done


async def _by_channel(context: Context, mine: Mine, reference: str, amount_minor: int) -> Code:
    order = f"{PAY_CHANNEL}:{mine.lane}:{acting.new_id()}"
    async with Counter(context.bank) as bank:
        paid = msgspec.convert(await bank.do(PayByChannel(order, reference, amount_minor, 0, False)), ChannelOrder)
    body = deposit_notice.Body(mine.holder, PAY_CHANNEL, paid.settle_date, amount_minor, order)
    answer = await context.asks.ask(mine.lane, Instruction(order, deposit_notice.KIND, body))
    return answer.code


@open_to(CLIENT)
@require_GET
def deposits(request: HttpRequest) -> HttpResponse:
    """List deposits, each with its state in words."""
    mine = of.chosen(request)
    if mine is None:
        return render(request, "client/deposits.html", {"mine": None})
    found = listed(request, lambda after, limit: _rows(mine, after, limit), lambda one: one.seq, {"account": mine.key})
    return render(request, "client/deposits.html", {"mine": mine, "accounts": of.accounts(request), "list": found})


def _rows(mine: Mine, after: Any, limit: int) -> list[Row]:
    if after is not None and not isinstance(after, int):
        raise Http404
    values = {"lane": mine.lane, "holder": mine.holder, "before": LAST if after is None else after, "limit": limit}
    return [
        Row(row["id"], row["at"], row["amount_minor"], row["state"], row["seq"], row["settle_date"])
        for row in reading.rows("client_deposits", values)
    ]
