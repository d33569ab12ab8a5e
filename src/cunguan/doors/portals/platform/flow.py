"""Flow (指令流): what the platform has asked for and what became of it, with counts that go on by themselves."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.portals.platform.reach import READERS, code_text, lane_of
from cunguan.doors.portals.platform.words import kind, kind_choices
from cunguan.doors.portals.shell.charts import Bar, bars
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.lists import PAGE, Listed, exported, key_in, key_text, wants_export
from cunguan.doors.portals.shell.reading import row, rows
from cunguan.kernel.codes import Code

STATES: Final = ("done", "refused", "quarantined")
#: how far back counts go, and how many instructions are looked at for them at most
MINUTES: Final = 60
COUNTED_MAX: Final = 2_000
LOOKED_AT: Final = 5_000
EXPORT_MAX: Final = 50_000
END: Final = 2**62


@open_to(PLATFORM, roles=READERS)
def flow(request: HttpRequest) -> HttpResponse:
    """List instructions, newest first."""
    filters = {name: request.GET.get(name, "").strip() for name in ("kind", "state", "code")}
    if wants_export(request):
        found, _ = _some(request, filters, END, EXPORT_MAX)
        head = ("seq", "id", "kind", "state", "code", "why", "at", "business_date")
        return exported("instructions", head, ([one[name] for name in head] for one in found))
    return render(request, "platform/flow.html", {
        "list": _listed(request, filters), "states": STATES, "choices": kind_choices(), **_counts(request),
    })  # fmt: skip


@open_to(PLATFORM, roles=READERS)
def counts(request: HttpRequest) -> HttpResponse:
    """Show the counts alone: the part that a page asks for again and again."""
    return render(request, "platform/counts.html", _counts(request))


@open_to(PLATFORM, roles=READERS)
def instruction(request: HttpRequest, seq: int) -> HttpResponse:
    """Show one instruction with its answer."""
    found = row("platform_instruction", {"lane": lane_of(request), "seq": seq})
    if found is None:
        raise Http404
    return render(request, "platform/instruction.html", {
        "one": found, "kind": kind(found["kind"]), "code": Code(found["code"]).name, "says": code_text(found["code"]),
        "body": _pretty(found["body"]), "detail": _pretty(found["detail"]),
    })  # fmt: skip


def _pretty(raw: bytes) -> str:
    return msgspec.json.format(bytes(raw), indent=2).decode() if raw else ""


def _listed(request: HttpRequest, filters: dict[str, str]) -> Listed:
    before, asked = key_in(request.GET.get("after", "")), {name: value for name, value in filters.items() if value}
    found, more = _some(request, filters, before if isinstance(before, int) else END, PAGE)
    return Listed(
        found, f"?{urlencode({**asked, 'after': key_text(more)})}" if more is not None else "",
        f"?{urlencode(asked)}" if before is not None else "", f"?{urlencode({**asked, 'export': 'csv'})}", filters,
    )  # fmt: skip


def _some(
    request: HttpRequest, filters: dict[str, str], before: int, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Return instructions before a sequence, and the place after which the list goes on."""
    searched = any(filters.values())
    span = max(LOOKED_AT, limit + 1) if searched else limit + 1
    found = rows("platform_instructions", {
        "lane": lane_of(request), "before": before, "span": span, "limit": limit + 1, "kind": filters["kind"] or None,
        "state": filters["state"] or None, "code": _number(filters["code"]),
    })  # fmt: skip
    edge, looked = found[0]["edge"], found[0]["looked"]
    items = [
        {**one, "kind_says": kind(one["kind"]), "says": code_text(one["code"])}
        for one in found
        if one["seq"] is not None
    ]
    if len(items) > limit:
        return items[:limit], items[limit - 1]["seq"]
    return items, edge if looked == span else None


def _number(name: str) -> int | None:
    """Return a code's number; a name that is none fits nothing."""
    if not name:
        return None
    return int(Code[name]) if name in Code.__members__ else -1


def _counts(request: HttpRequest) -> dict[str, Any]:
    found = rows("platform_flow", {
        "lane": lane_of(request), "span": COUNTED_MAX, "since": timezone.now() - timedelta(minutes=MINUTES),
    })  # fmt: skip
    minutes: Counter[Any] = Counter()
    refused: Counter[Any] = Counter()
    kinds: Counter[tuple[str, str, int]] = Counter()
    for one in found:
        minutes[one["minute"]] += one["count"]
        refused[one["minute"]] += one["count"] * (one["state"] != "done")
        kinds[one["kind"], one["state"], one["code"]] += one["count"]
    now = timezone.now().replace(second=0, microsecond=0)
    wanted = [now - timedelta(minutes=n) for n in reversed(range(MINUTES))]
    pairs = [Bar(_clock(at), minutes[at] - refused[at], refused[at]) for at in wanted] if found else []
    return {
        "minutes": MINUTES, "count": minutes.total(), "refused": refused.total(), "is_all": minutes.total() < COUNTED_MAX,
        "chart": bars(gettext("Instructions by minute: done, refused"), pairs), "kinds": [
            {"kind": kind(name), "state": state, "code": code_text(code), "count": count}
            for (name, state, code), count in kinds.most_common(20)
        ],
    }  # fmt: skip


def _clock(at: datetime) -> str:
    return formats.time_format(timezone.localtime(at), "H:i")
