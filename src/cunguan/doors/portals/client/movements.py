"""Movements (资金明细): every movement of an account, with its page: journal, postings in words, authority, receipt.

When    the client asks where his money came from and went to
Shape   the list goes by sequence; filters: kind, from and until by business date; the export has all of them
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.client import authority, moved, words
from cunguan.doors.portals.client.codes import code_of
from cunguan.doors.portals.client.days import seqs_on
from cunguan.doors.portals.client.mine import Mine, account, accounts, chosen
from cunguan.doors.portals.client.moved import Filter, Moved
from cunguan.doors.portals.shell import lists
from cunguan.doors.portals.shell.gate import open_to
from cunguan.kernel.money import format_minor

#: what the list can be narrowed to: a word for people, the kinds it means
GROUPS: Final = {
    "deposits": ("deposit_direct", "deposit_notice", "deposit_settlement", "channel_net_settlement", "charge_back"),
    "withdrawals": ("withdrawal", "withdrawal_result", "withdrawal_cancel", "withdrawal_intercept", "withdrawal_return"),
    "lending": ("bid_hold", "bid_cancel", "hold_expiry", "raise_failure", "disbursement", "run_step", "claim_purchase"),
    "repayments": ("repayment", "compensation", "guarantor_repayment", "interest_top_up"),
    "fees": ("fee_charge", "fee_refund"),
    "orders": ("legal_order_here", "legal_lift", "legal_expiry", "legal_taking", "general_hold", "general_hold_release"),
    "corrections": ("adjustment", "suspense_allocation", "client_debt_repayment", "client_debt_recovery"),
}  # fmt: skip


@open_to(CLIENT)
@require_GET
def movements(request: HttpRequest) -> HttpResponse:
    """Show the list, or give it as a file."""
    mine = chosen(request)
    if mine is None:
        return render(request, "client/movements.html", {"mine": None})
    asked = {name: request.GET.get(name, "")[:20] for name in ("kind", "from", "until")}
    by, wrong = _filter(mine, asked)
    if lists.wants_export(request):
        return _export(mine, by)
    shown = lists.listed(
        request, lambda after, limit: moved.movements(mine, by, _seq(after), limit), lambda one: one.seq,
        {"account": mine.key, **asked},
    )  # fmt: skip
    return render(request, "client/movements.html", {
        "mine": mine, "accounts": accounts(request), "list": shown, "groups": _groups(), "wrong": wrong, "is_filtered": any(asked.values()),
    })  # fmt: skip


def _groups() -> list[tuple[str, str]]:
    return [
        ("deposits", gettext("Deposits")), ("withdrawals", gettext("Withdrawals")), ("lending", gettext("Bids and loans")),
        ("repayments", gettext("Repayments")), ("fees", gettext("Fees")), ("orders", gettext("Freezes and amounts set aside")),
        ("corrections", gettext("Corrections")),
    ]  # fmt: skip


def _seq(after: Any) -> int | None:
    if after is None or (isinstance(after, int) and 0 < after <= moved.LAST):
        return after
    raise Http404


def _filter(mine: Mine, asked: dict[str, str]) -> tuple[Filter, str]:
    """Return the filter that was asked for, and what is wrong with a date that is none."""
    kinds = list(GROUPS[asked["kind"]]) if asked["kind"] in GROUPS else None
    try:
        first, last = (date.fromisoformat(asked[name]) if asked[name] else None for name in ("from", "until"))
    except ValueError:
        return Filter(kinds), gettext("Write dates as 2026-03-02. The whole time is shown.")
    if first and last and first > last:
        return Filter(kinds), gettext("The period ends before it begins. The whole time is shown.")
    return Filter(kinds, _after(mine.lane, first), _before(mine.lane, last)), ""


def _after(lane: int, first: date | None) -> int:
    """Return the first sequence of a period."""
    return seqs_on(lane, [first - timedelta(days=1)])[0] + 1 if first and first > date.min else 0


def _before(lane: int, last: date | None) -> int:
    """Return the first sequence after a period."""
    return seqs_on(lane, [last])[0] + 1 if last else moved.LAST


def _export(mine: Mine, by: Filter) -> HttpResponse:
    head = [
        gettext("Date"), gettext("Time"), gettext("What"), gettext("Amount"), gettext("Currency"), gettext("Available changed by"),
        gettext("Number in the books"), gettext("Instruction"),
    ]  # fmt: skip
    every = lists.everything(lambda after, limit: moved.movements(mine, by, after, limit), lambda one: one.seq)
    return lists.exported(f"movements-{mine.key}", head, _lines(mine, every))


def _lines(mine: Mine, rows: Iterator[Moved]) -> Iterator[list[object]]:
    for one in rows:
        yield [
            one.business_date, one.at.isoformat(timespec="seconds"), one.name, format_minor(one.total, mine.currency), mine.currency,
            format_minor(one.available, mine.currency), one.seq, one.id,
        ]  # fmt: skip


@open_to(CLIENT)
@require_GET
def movement(request: HttpRequest, lane: int, base: int, seq: int) -> HttpResponse:
    """Show one movement: what was posted, on whose word, and its receipt."""
    mine = account(request, lane, base)
    found = moved.movement(mine, seq) if seq <= moved.LAST else None
    if found is None:
        raise Http404
    postings = moved.postings(mine, seq)
    told = moved.authorities(mine, sorted({one.authority for one in postings if one.authority is not None}))
    return render(request, "client/movement.html", {
        "mine": mine, "moved": found, "postings": postings, "authorities": [authority.told(one, mine) for one in told],
        "is_cut": len(postings) == moved.POSTINGS_MAX, "code": code_of(mine.lane, seq, mine.base), "kind": words.kind(found.kind),
    })  # fmt: skip
