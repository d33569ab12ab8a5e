"""Reports (报表): a reconciliation run as it was kept, the safeguarding position, and both as files.

When    somebody of the custodian, the regulator or the auditor reads or takes them; made from stored runs, the same each time
Errors  a package that only papers need is not there: the page says what to type
"""

import re
from argparse import Namespace
from collections.abc import Callable
from typing import Any, Final

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from cunguan.desks.people.roles import AUDITOR, REGULATOR, STAFF
from cunguan.doors import extras
from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.papers.moments import Wrong
from cunguan.doors.portals.custodian import cells
from cunguan.doors.portals.custodian.decoding import one
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows
from cunguan.doors.portals.shell.tongue import tongue
from cunguan.doors.receipts.making import Issued, Maker, NoReceipt
from cunguan.reconciliation.breaks import CODES
from cunguan.reconciliation.daily import WORDS, Day

FORMS: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
_MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


# ── reconciliation ───────────────────────────────────────────────────────────
@open_to(STAFF, REGULATOR, AUDITOR)
def reconciliation(request: HttpRequest, run: int) -> HttpResponse:
    """Show a run: its equations, its checks, its breaks."""
    day = _run(run)
    shown = [one for one in day.breaks if one.state != "closed"][:200]
    given = {
        "day": day,
        "run": run,
        "verdict": said(day.verdict),
        "pools": [
            (pool, [(each, said(f"equation_{each.number}"), *_sides(each)) for each in pool.equations])
            for pool in day.pools
        ],
        "checks": [(each, said(each.rule), said(each.verdict), cells.said(each.why)) for each in day.checks],
        "breaks": [(each, cells.said(CODES[each.code].says), each.id.partition(":")[2]) for each in shown],
        "forms": list(FORMS),
    }
    return render(request, "custodian/reconciliation.html", given)


def _run(run: int) -> Day:
    of = one("console_recon_run", {"id": run})
    return msgspec.json.decode(bytes(of["result"]), type=Day)


def said(word: str) -> str:
    """Return a word of the day's reconciliation in the reader's language."""
    return cells.said(WORDS[word]) if word in WORDS else word


def _sides(equation: Any) -> tuple[Any, Any]:
    return [(said(term.key), term.amount_minor) for term in equation.left], [
        (said(term.key), term.amount_minor) for term in equation.right
    ]


@open_to(STAFF, REGULATOR, AUDITOR)
def reconciliation_file(request: HttpRequest, run: int, form: str) -> HttpResponse:
    """Give a run as a file."""
    if form not in FORMS:
        raise Http404
    day = _run(run)

    def make() -> bytes:
        from cunguan.doors.cli.report_daily import FORMS as MAKERS
        from cunguan.doors.papers.daily.words import Say

        return MAKERS[form](day, Say("en" if tongue() == "en" else "zh"))

    return _file(request, make, f"reconciliation-{day.date}.{form}", FORMS[form], "custodian:reconciliation", run)


def _file(request: HttpRequest, make: Callable[[], bytes], name: str, media: str, *back: Any) -> HttpResponse:
    try:
        made = make()
    except ImportError as missing:
        messages.error(request, extras.to_type(missing) or gettext("This form cannot be made here."))
        return redirect(*back)
    return HttpResponse(made, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


# ── safeguarding ─────────────────────────────────────────────────────────────
@open_to(STAFF, REGULATOR, AUDITOR)
def safeguarding(request: HttpRequest) -> HttpResponse:
    """Show the newest position of each pool, its breaches, and the reports there are."""
    found = rows("console_safeguarding", {"lane": None, "k0": None, "limit": 200})
    newest = list({(row["lane"], row["platform"], row["pool"], row["rule"]): row for row in reversed(found)}.values())
    breached = [row for row in found if row["breaches"]][:25]
    months = sorted({f"{row['day']:%Y-%m}" for row in found}, reverse=True)
    has_uk = any(row["rule"] == "uk_cass15" for row in found)
    return render(
        request,
        "custodian/safeguarding.html",
        {
            "newest": newest,
            "breached": breached,
            "may_sign_off": request.reader.is_staff,
            "months": months if has_uk else [],
            "shortfalls": rows("console_shortfalls", {"lane": None, "k0": None, "k1": None, "k2": None, "limit": 25}),
        },
    )


@open_to(STAFF, REGULATOR, AUDITOR)
def rep027(request: HttpRequest, month: str, form: str) -> HttpResponse:
    """Give the FCA's monthly return as a file."""
    if form not in ("pdf", "csv", "json") or not _MONTH.fullmatch(month):
        raise Http404
    language = 0 if tongue() == "en" else 1
    try:
        return _file(
            request,
            lambda: house().call(_rep027, month, form, language),
            f"rep027-{month}.{form}",
            FORMS[form],
            "custodian:safeguarding",
        )
    except Wrong as wrong:
        messages.error(request, str(wrong))
        return redirect("custodian:safeguarding")


async def _rep027(context: Context, month_: str, form: str, language: int) -> bytes:
    def run(connection: Any) -> bytes:
        from cunguan.doors.cli.report_monthly import _made, runs_of
        from cunguan.doors.cli.report_rep027 import _return
        from cunguan.doors.safeguarding import monthly_pages
        from cunguan.doors.safeguarding import rep027 as rule
        from cunguan.store.history import History

        with History(str(context.pool.conninfo)) as history:
            asked = Namespace(month=month_, platform=None)
            of, pools = runs_of(connection, history, rule.RULE, asked, context)
            returns = [_return(history, of, each) for each in pools]
        return _made(
            form, [monthly_pages.rep027(each, language) for each in returns], [rule.told(each) for each in returns]
        )

    return await in_thread(context, run)


# ── receipts ─────────────────────────────────────────────────────────────────
@open_to(STAFF, REGULATOR, AUDITOR)
def receipt(request: HttpRequest, lane: int, seq: int) -> HttpResponse:
    """Give the platform's receipt of one instruction."""
    here = one("console_lanes", {"lane": lane, "day": None})
    try:
        made = house().call(_receipt, lane, here["platform"], seq)
    except NoReceipt as none:
        messages.warning(request, none.why)
        return redirect("custodian:journal", lane, seq)
    return HttpResponse(
        made.content,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{made.name}"'},
    )


async def _receipt(context: Context, lane: int, platform: str, seq: int) -> Issued:
    def run(connection: Any) -> Issued:
        return Maker(connection, context.keys, context.log_folder).of_sequence(lane, platform, seq, "")

    return await in_thread(context, run)
