"""Money that waits (待处理款项): suspense and returned payments, payments without an end, quarantined instructions: what is known of
each, and what may be proposed.

When    a clerk works a queue off
Does    nothing by itself: whoever may be the owner, whatever the bank says now, is shown; money moves by a proposal that another signs
        ask_bank: the bank is asked for the payment's status, and its word is shown; the books take it from the plane's own sender
Source  domain.md (e.3); domain-decisions.md 4, 6; states/withdrawal.py; design/lanes.md rule 6
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST

from cunguan.channels.base import BankAnswer
from cunguan.desks.people.roles import AUDITOR, CHECKER, MAKER, RECONCILER, REGULATOR, STAFF
from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.portals.custodian import cells
from cunguan.doors.portals.custodian.decoding import one
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows
from cunguan.kernel.canonical import key16

log = logging.getLogger(__name__)

#: what became of a report of the bank
OUTCOMES: Final[Mapping[str, str]] = {
    "booked": _("written into the books"),
    "known": _("the books knew it"),
    "person": _("for somebody to look at"),
    "nothing": _("nothing to do"),
}
#: the account of payments that came back
RETURNED: Final = "2220"
WHY: Final[Mapping[str, str]] = {
    "named": _("The bank's entry names him"),
    "card": _("It came from the account of his card"),
    "withdrawal": _("His withdrawal has this end-to-end id"),
    "owner": _("It was his payment that came back"),
    "for_him": _("It was sent for his account, and who paid is not known to be he"),
}


def proposal(kind: str, **known: object) -> str:
    """Return the address of a proposal's form, filled with what is known."""
    return f"/custodian/approvals/new/{kind}/?{urlencode({name: value for name, value in known.items() if value not in (None, '')})}"


# ── suspense ─────────────────────────────────────────────────────────────────
@open_to(STAFF, REGULATOR, AUDITOR)
def suspense(request: HttpRequest, lane: int, item: str) -> HttpResponse:
    """Show an item of suspense, and whose it could be."""
    of = one("console_suspense_item", {"lane": lane, "id": item}, ("entry", "moves"))
    found = rows("console_suspense_candidates", {"lane": lane, "id": item})
    reason = f"{of['code']} {item}"
    who = _who(found, of["code"], {"lane": lane, "item": item, "amount_minor": of["left_minor"], "reason": reason})
    back = proposal(
        "suspense_return",
        lane=lane,
        item=item,
        bank_account=of["bank_account"],
        amount_minor=of["left_minor"],
        payee_hash=of["payee_hash"],
        reason=reason,
    )
    other = proposal("suspense_allocation", lane=lane, item=item, amount_minor=of["left_minor"])
    moves = [{**each, "kind": cells.kind(each["kind"])} for each in of["moves"]]
    given = {
        "of": of,
        "lane": lane,
        "who": who,
        "back": back if of["payee_hash"] and of["is_payer_known"] else "",
        "other": other,
        "moves": moves,
        "name": cells.account(of["code"]),
        "is_open": of["state"] == "open",
    }
    return render(request, "custodian/suspense.html", given)


def _who(found: list[dict[str, Any]], code: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return whose it could be, each once with all that speaks for him."""
    who: dict[str, dict[str, Any]] = {}
    for each in found:
        href = proposal("suspense_allocation", holder=each["holder"], **given)
        why = "for_him" if each["why"] == "owner" and code != RETURNED else each["why"]
        who.setdefault(each["holder"], {**each, "href": href, "whys": []})["whys"].append((WHY[why], each["what"]))
    return list(who.values())


# ── payments to banks ────────────────────────────────────────────────────────
@open_to(STAFF, REGULATOR, AUDITOR)
def payment(request: HttpRequest, lane: int, payment: str) -> HttpResponse:
    """Show what is known of a payment."""
    of = one(
        "console_payment",
        {"lane": lane, "id": payment},
        ("withdrawal", "payout", "waits", "bank_order", "statuses", "moves"),
    )
    subject = of["withdrawal"] or of["payout"] or {}
    end_to_end = (of["bank_order"] or {}).get("end_to_end_id") or subject.get("end_to_end_id", "")
    for each in of["statuses"]:
        each["said"] = OUTCOMES.get(each["outcome"], "")
    given = {
        "of": of,
        "lane": lane,
        "subject": subject,
        "end_to_end_id": end_to_end,
        "kind": cells.kind(of["kind"]),
        "holder": subject.get("holder") or subject.get("owner", ""),
        "moves": [{**each, "kind": cells.kind(each["kind"])} for each in of["moves"]],
        "may_ask": request.reader.is_staff and of["state"] in ("sent", "in_doubt", "sending"),
        "is_before": of["state"] in ("waiting", "sending"),
        "release": proposal("payment_release", lane=lane, payment=payment),
    }
    return render(request, "custodian/payment.html", given)


@open_to(STAFF, roles={RECONCILER, MAKER, CHECKER})
@require_POST
def ask_bank(request: HttpRequest, lane: int, payment: str) -> HttpResponse:
    """Ask the bank how a payment stands, and say what it said."""
    of = one("console_payment", {"lane": lane, "id": payment}, ("withdrawal", "payout", "bank_order"))
    subject = of["withdrawal"] or of["payout"] or {}
    try:
        said = house().call(_asked, lane, of["channel"], str(subject.get("end_to_end_id") or payment))
    except Exception as wrong:  # a line to a bank fails in as many ways as there are banks
        log.warning("the bank %s was asked and could not be reached: %s", of["channel"], type(wrong).__name__)
        messages.error(
            request, gettext("The bank cannot be reached now. The payment stays in doubt; the sender goes on asking.")
        )
        return redirect("custodian:payment", lane, payment)
    _tell(request, said)
    return redirect("custodian:payment", lane, payment)


def _tell(request: HttpRequest, said: BankAnswer | str | None) -> None:
    if said == "no_line":
        messages.warning(
            request,
            gettext(
                "No line to this bank is set up in this installation: ask it by telephone, and propose what it says."
            ),
        )
    elif said is None:
        messages.warning(request, gettext("The bank did not say. The payment stays in doubt."))
    else:
        assert isinstance(said, BankAnswer)
        text = gettext("The bank says: %(status)s %(reason)s. The sender writes it into the books in its next round.")
        messages.success(request, text % {"status": gettext(said.status), "reason": said.reason})


async def _asked(context: Context, lane: int, channel: str, end_to_end_id: str) -> BankAnswer | str | None:
    def run(connection: Any) -> BankAnswer | str | None:
        from cunguan.doors.inbox.outgoing import lines  # the files' readers: loaded where there is a bank to ask

        there = lines(lane, context.keys, context.bank, context.zone, lambda: str(context.pool.conninfo))
        return there[channel].query(end_to_end_id) if channel in there else "no_line"

    return await in_thread(context, run)


# ── quarantine ───────────────────────────────────────────────────────────────
@open_to(STAFF, REGULATOR, AUDITOR)
def instruction(request: HttpRequest, lane: int, name: str) -> HttpResponse:
    """Go to an instruction by its id."""
    found = rows("history_key", {"lane": lane, "key": key16(name)})
    if not found:
        raise Http404
    return redirect("custodian:journal", lane, found[0]["seq"])


def resolution(lane: int, name: str) -> list[tuple[str, str]]:
    """Return what two people may do about a quarantined instruction."""
    return [
        (
            proposal("quarantine_resolution", lane=lane, instruction=name, outcome="redriven"),
            gettext("Propose to have it decided again"),
        ),
        (
            proposal("quarantine_resolution", lane=lane, instruction=name, outcome="refused"),
            gettext("Propose to refuse it for good"),
        ),
    ]
