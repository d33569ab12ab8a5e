"""Receipts (回执): a movement's receipt of the log as a file, and its e-receipt (电子回单) as paper with a code that can be asked about.

When    the client keeps proof of a movement, or shows it to somebody
Returns the log's receipt byte for byte, which the page at /verify checks; 409 with a sentence where no checkpoint is over it yet
        the e-receipt as PDF; where typst is not installed, the page says which extra is missing
"""

import psycopg
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.extras import to_type
from cunguan.doors.portals.client import moved, paper
from cunguan.doors.portals.client.codes import code_of
from cunguan.doors.portals.client.mine import Mine, account
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.receipts.making import Issued, Maker, NoReceipt
from cunguan.kernel.codes import Code

WHY = {
    Code.receipt_not_ready: gettext_noop("It is in the books, but not under a checkpoint of the log yet. Try again in a minute."),
    Code.receipt_of_nothing: gettext_noop("Nothing was done, so there is nothing in the log."),
}  # fmt: skip


@open_to(CLIENT)
@require_GET
def receipt(request: HttpRequest, lane: int, base: int, seq: int) -> HttpResponse:
    """Give the receipt of the log."""
    mine = _moved(request, lane, base, seq)[0]
    try:
        issued = house().call(_issued, mine, seq)
    except NoReceipt as none:
        if none.code not in WHY:
            raise Http404 from None
        return render(
            request,
            "client/not_yet.html",
            {"why": gettext(WHY[none.code]), "back": request.GET.get("back", "")},
            status=409,
        )
    response = HttpResponse(issued.content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{issued.name}"'
    response["Cunguan-Cosigned"] = "yes" if issued.is_cosigned else "no"
    return response


async def _issued(context: Context, mine: Mine, seq: int) -> Issued:
    def make(connection: psycopg.Connection[object]) -> Issued:
        return Maker(connection, context.keys, context.log_folder).of_sequence(
            mine.lane, mine.platform, seq, mine.holder
        )

    return await in_thread(context, make)


@open_to(CLIENT)
@require_GET
def e_receipt(request: HttpRequest, lane: int, base: int, seq: int) -> HttpResponse:
    """Give the e-receipt."""
    mine, found = _moved(request, lane, base, seq)
    try:
        made = paper.e_receipt(mine, found, moved.postings(mine, seq), code_of(lane, seq, base))
    except ImportError as missing:
        return no_paper(request, missing)
    return as_file(made, f"receipt-{lane}-{seq}.pdf")


def _moved(request: HttpRequest, lane: int, base: int, seq: int) -> tuple[Mine, moved.Moved]:
    mine = account(request, lane, base)
    found = moved.movement(mine, seq) if seq < moved.LAST else None
    if found is None:
        raise Http404
    return mine, found


def as_file(content: bytes, name: str) -> HttpResponse:
    """Return a PDF to be kept."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def no_paper(request: HttpRequest, missing: ImportError) -> HttpResponse:
    """Say which extra is missing; anything else that cannot be imported is our mistake."""
    line = to_type(missing)
    if line is None:
        raise missing
    return render(request, "client/no_paper.html", {"line": line}, status=501)
