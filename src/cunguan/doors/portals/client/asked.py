"""Asked codes (回单核验): anybody asks whether an e-receipt stands in the books, by the code on it.

When    somebody was shown an e-receipt, and types its code or reads its square
Returns what the books say of it: platform, kind, date, amount; the account masked, nobody's name. Of what is no code of ours that
        it is none, and of every wrong code alike
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cunguan.doors.api import sql
from cunguan.doors.api.context import Context
from cunguan.doors.portals.client import codes, words
from cunguan.doors.portals.client.moved import Moved
from cunguan.doors.portals.shell.gate import open_to_all
from cunguan.doors.portals.shell.house import house


@open_to_all
@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a code."""
    code = request.GET.get("code", "").strip()[:40]
    if code and "/" not in code:
        return redirect("verify_code", code=code)
    return render(request, "client/code.html", {"is_asked": False})


@open_to_all
@require_GET
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Say what the books know of a code."""
    at = codes.read(code)
    found = house().call(_found, at) if at else None
    return render(
        request, "client/code.html", {"is_asked": True, "code": code, "found": found}, status=200 if found else 404
    )


async def _found(context: Context, at: codes.Pointed) -> dict[str, Any] | None:
    of = {"lane": at.lane, "base": at.base, "kinds": None, "first": at.seq, "before": at.seq + 1, "limit": 1}
    moved = await sql.typed(context, Moved, "client_movements", of)
    account = await sql.row(context, "receipt_accounts", {"lane": at.lane, "accounts": [at.base]})
    platform = await sql.row(context, "platform_of_lane", {"lane": at.lane})
    if not moved or account is None or platform is None:
        return None
    return {
        "moved": moved[0], "kind": words.kind(moved[0].kind), "currency": account["currency"], "platform": platform["id"],
        "account": masked(str(account["owner"])),
    }  # fmt: skip


def masked(holder: str) -> str:
    """Return an account's reference of which one sees the ends.

    >>> masked("lender-20260001"), masked("L001")
    ('le***********01', '****')
    """
    return f"{holder[:2]}{'*' * (len(holder) - 4)}{holder[-2:]}" if len(holder) >= 8 else "*" * len(holder)
