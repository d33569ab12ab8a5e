"""Breaks (差错处理): one difference with both sides, its evidence and its history; who takes it, explains it, proposes how it ends.

When    a clerk works through what the reconciliation found
Does    taking and explaining are moves of the break (doors/reconciliation/handling.py), under his own name; closing, parking, correcting
        are proposals: another signs them
Source  states/break_.py; invariants 31, 34
"""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST

from cunguan.desks.people.roles import AUDITOR, CHECKER, MAKER, RECONCILER, REGULATOR, STAFF
from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.portals.custodian import cells
from cunguan.doors.portals.custodian.decoding import one
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.tongue import either
from cunguan.doors.reconciliation import handling
from cunguan.doors.reconciliation.handling import Act, Said
from cunguan.kernel.codes import Code
from cunguan.reconciliation.breaks import CODES, severity
from cunguan.reconciliation.daily import WORDS
from cunguan.states.break_ import BREAK

PARTS: Final = ("cause", "evidence", "lines", "moves")
#: what differs on money lines may be corrected, parked, or closed by a journal or a note
PROPOSALS: Final = (
    ("break_closing", _("Propose to close it")),
    ("break_parking", _("Propose to park the money")),
    ("adjustment", _("Propose a correction")),
    ("outgoing_resume", _("Propose that payments go on")),
)


@open_to(STAFF, REGULATOR, AUDITOR)
def detail(request: HttpRequest, lane: int, name: str) -> HttpResponse:
    """Show a break."""
    of = one("console_break", {"lane": lane, "id": name}, PARTS)
    age = max((of["business_date"] - of["since"]).days, 0) if of["business_date"] else 0
    kind = CODES.get(of["code"])
    given = {
        "of": of,
        "lane": lane,
        "age": age,
        "severity": severity(of["code"], of["at_risk_minor"], of["currency"] or "CNY", age, unordered=of["unordered"]),
        "says": cells.break_code(of["code"]),
        "act": cells.said(kind.act) if kind else "",
        "rule": _word(of["rule"]),
        "cause": _cause(of, kind),
        "evidence": [_evidence(each) for each in of["evidence"]],
        "lines": _lines(of["lines"]),
        "may_take": _may(request) and BREAK.may(of["state"], "owner_named"),
        "may_explain": _may(request) and BREAK.may(of["state"], "timing_explained"),
        "is_mine": of["owner"] == request.reader.reference,
        "proposals": proposals(of) if of["state"] != "closed" and request.reader.is_staff else [],
    }
    return render(request, "custodian/break.html", given)


def _may(request: HttpRequest) -> bool:
    return bool(request.reader.is_staff and request.reader.roles & {RECONCILER, MAKER, CHECKER})


def _word(rule: str) -> str:
    return cells.said(WORDS[rule]) if rule in WORDS else rule


def _cause(of: Mapping[str, Any], kind: Any) -> str:
    held = of["cause"]
    if held:
        return either(held["en"], held["zh"])
    return cells.said(kind.cause) if kind else ""


def _evidence(held: Mapping[str, Any]) -> dict[str, str]:
    return {
        "kind": held["kind"],
        "reference": held["reference"],
        "says": either(held["says"]["en"], held["says"]["zh"]),
    }


def _lines(held: Any) -> list[list[tuple[str, str]]]:
    """Return the lines of the books and of the bank that the break is about, field by field."""
    return [
        [(cells.field(name), str(value)) for name, value in line.items() if value not in (None, "")]
        if isinstance(line, Mapping)
        else [("", str(line))]
        for line in (held if isinstance(held, list) else [held] if held else [])
    ]


def proposals(of: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what may be proposed about a break: where, and in which words; its form is filled with what is known."""
    name = f"{of['lane']}:{of['id']}"
    known = {
        "break_closing": {"lane": of["lane"], "break_id": of["id"], "event": "evidence_noted"},
        "break_parking": {
            "lane": of["lane"],
            "break_id": name,
            "bank_account": of["subject"],
            "amount_minor": of["at_risk_minor"],
        },
        "adjustment": {"lane": of["lane"], "reason": name},
        "outgoing_resume": {"lane": of["lane"], "break_id": name},
    }
    shown = [kind for kind, _ in PROPOSALS if kind != "outgoing_resume" or of["code"] == "BRK14"]
    shown = [kind for kind in shown if kind != "break_parking" or of["code"] in ("BRK08", "BRK05")]
    return [
        (f"/custodian/approvals/new/{kind}/?{urlencode(known[kind])}", gettext(label))
        for kind, label in PROPOSALS
        if kind in shown
    ]


@open_to(STAFF, roles={RECONCILER, MAKER, CHECKER})
@require_POST
def act(request: HttpRequest, lane: int, name: str) -> HttpResponse:
    """Take a break, or explain it as a matter of timing."""
    me, text = request.reader.reference, request.POST
    if text.get("act") == "explain":
        asked = Act(
            lane, name, "timing_explained", maker=me, note=text.get("note", ""), reference=text.get("reference", "")
        )
    else:
        asked = Act(lane, name, "owner_named", maker=me, owner=me)
    code, why = house().call(_act, asked)
    if code is Code.done:
        messages.success(request, gettext("It is written down, under your name."))
    else:
        messages.error(request, f"{code.name}: {why}")
    return redirect("custodian:break", lane, name)


async def _act(context: Context, asked: Act) -> Said:
    now = context.clock.now()

    def run(connection: psycopg.Connection[Any]) -> Said:
        return handling.act(connection, asked, now)

    return await in_thread(context, run)
