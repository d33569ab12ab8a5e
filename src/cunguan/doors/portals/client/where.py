"""Where the money is (资金在哪里): the pool's accounts at banks, their last comparison with the bank, cover, and proofs.

When    the client asks who has his money
Reads   the pool of one of his accounts: bank accounts with their numbers masked, the last reconciliation, the newest snapshot of
        what the pool owes, the newest safeguarding run, the log's newest checkpoint
Units   minor units
"""

import json
from datetime import timedelta
from typing import Any, Final

import psycopg
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.liabilities import recorded
from cunguan.doors.liabilities.files import FilesMissing
from cunguan.doors.liabilities.in_log import logged
from cunguan.doors.liabilities.recorded import Missing
from cunguan.doors.portals.client import words
from cunguan.doors.portals.client.mine import Mine, account, accounts, chosen
from cunguan.doors.portals.shell import reading
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.keys.salts import SaltKeys
from cunguan.transparency.liability_files import written

#: an older safeguarding run says nothing of now
DAYS: Final = 40


@open_to(CLIENT)
@require_GET
def where(request: HttpRequest) -> HttpResponse:
    """Show where the money of one account is."""
    mine = chosen(request)
    if mine is None:
        return render(request, "client/where.html", {"mine": None})
    of = {"lane": mine.lane, "pool": mine.pool}
    banks = [_bank(row) for row in reading.rows("client_where", of)]
    cover = reading.row("client_cover", {**of, "since": mine.business_date - timedelta(days=DAYS)}) or {}
    return render(request, "client/where.html", {
        "mine": mine, "accounts": accounts(request), "banks": banks, "at_banks": sum(one["balance_minor"] for one in banks),
        "cover": cover, "safeguarding": _figures(cover.get("outcome")), "log_address": house().places.address,
    })  # fmt: skip


@open_to(CLIENT)
@require_GET
def liability(request: HttpRequest, lane: int, base: int) -> HttpResponse:
    """Give the proof that this client was counted in the newest snapshot, as a file that anybody can check."""
    mine = account(request, lane, base)
    seen = reading.row("client_cover", {"lane": lane, "pool": mine.pool, "since": mine.business_date})
    if not seen or not seen["id"]:
        raise Http404
    try:
        content = house().call(_proof, mine, seen["id"])
    except Missing:
        why = gettext("Your account was opened after the last count. The next one has you.")
        return render(request, "client/not_yet.html", {"why": why}, status=409)
    except FilesMissing:
        why = gettext("The count's files are not on this host. Ask the custodian for your proof.")
        return render(request, "client/not_yet.html", {"why": why}, status=503)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="liability-{seen["business_date"]}-{mine.key}.json"'
    return response


async def _proof(context: Context, mine: Mine, id: str) -> bytes:
    def make(connection: psycopg.Connection[Any]) -> bytes:
        snapshot = recorded.snapshot(connection, id, mine.lane)
        log = logged(connection, context.log_folder)
        return written(recorded.proof(connection, context.home, SaltKeys(context.keys).of, log, snapshot, mine.holder))

    return await in_thread(context, make)


def _bank(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "shown": masked(row["reference"]), "said": words.of(words.VERDICTS, row["verdict"] or "")}


def masked(reference: str) -> str:
    """Return an account's number of which one sees the end.

    >>> masked("622202100101000123"), masked("r1")
    ('**** 0123', '****')
    """
    return f"**** {reference[-4:]}" if len(reference) >= 8 else "****"


def _figures(outcome: str | None) -> dict[str, Any]:
    """Return what a safeguarding run compared: what must be there, what is."""
    if not outcome:
        return {}
    now = json.loads(outcome)["figures"]["now"]
    return {
        "required": now["requirement_minor"],
        "there": now["resource_minor"],
        "is_sound": json.loads(outcome)["figures"]["is_sound"],
    }
