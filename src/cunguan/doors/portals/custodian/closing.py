"""Close the day (日切): where each lane stands, what is open there, and the close itself, lane by lane, as one watches.

When    a clerk closes a date: in a sandbox, in a currency without a cut-off, or when the jobs did not run
Does    each step hands the close of one lane to the plane, the oldest first, the custodian's own lane last; asked twice it is done once.
        Whoever leaves half-way leaves the other lanes open, and goes on from there. Who closes signs the date first, by passkey; the
        lanes of that date are closed under it for SIGNED_FOR
Shape   what stands in the way stops nobody by itself: a date may be closed with a break open; it is shown, so that nobody overlooks it
Errors  what the plane refuses is told by its code, and the next lane is asked
Source  design/lanes.md rules 10, 11; doors/closing/days.py
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cunguan.desks.people.roles import AUDITOR, CHECKER, MAKER, RECONCILER, REGULATOR, STAFF
from cunguan.doors.closing import days
from cunguan.doors.closing.days import AT_ONCE, USED_UP, Close, Lane
from cunguan.doors.portals.custodian.decoding import read
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows
from cunguan.doors.portals.signing.begin import step_up
from cunguan.kernel.codes import Code
from cunguan.policy.cutoffs import NoCutOff

FRIDAY: Final = 4
#: one signature closes the lanes of its date for so long: a page that waits for many lanes outlives a fresh signature's two minutes
SIGNED_FOR: Final = timedelta(minutes=15)
SESSION: Final = "console_closing"


class Stand(msgspec.Struct, frozen=True):
    """A lane as it stands: its open date, when that ends, whether it may be closed now, and what is open in it."""

    lane: int
    platform: str
    day: date
    next_day: date | None
    ends_at: datetime | None
    is_sandbox: bool
    is_ready: bool
    why: str
    pools: Sequence[Mapping[str, Any]]
    open: Mapping[str, int]
    writer: str


@open_to(STAFF, REGULATOR, AUDITOR)
def closing(request: HttpRequest) -> HttpResponse:
    """Show where the lanes stand; after the signature, the close under way."""
    now = house().context.clock.now()
    wanted, day = request.GET.get("next", ""), _day(request.GET.get("date", ""))
    if "signed" in request.GET and day is not None and may_close(request) and _asks(request, day, wanted, now) is None:
        return _progress(request, day, now, {}, wanted)
    found = stands(now)
    dates = sorted({one.day for one in found if one.lane and one.is_ready})
    given = {
        "stands": found,
        "dates": dates,
        "next": max((_after(one.day) for one in found if one.is_ready and one.next_day is None), default=None),
        "may_close": may_close(request),
        "runs": rows("console_recon_runs", {"k0": None, "limit": 5}),
    }
    return render(request, "custodian/closing.html", given)


def _after(day: date) -> date:
    """Return the weekday after a date: what is proposed where no calendar speaks."""
    return day + timedelta(days=3 if day.weekday() == FRIDAY else 2 if day.weekday() == FRIDAY + 1 else 1)


def may_close(request: HttpRequest) -> bool:
    """Return whether the reader may close a date."""
    return bool(request.reader.is_staff and request.reader.roles & {RECONCILER, MAKER, CHECKER})


def stands(now: datetime) -> list[Stand]:
    """Return every lane as it stands."""
    return [_stand(row, now) for row in rows("console_day_close", {})]


def _stand(row: Mapping[str, Any], now: datetime) -> Stand:
    here = Lane(row["lane"], row["platform"], row["business_date"], row["sandbox"], tuple(row["currencies"]))
    close = _close_of(here)
    is_over = close is not None and close.ends_at <= now
    counted = {name: row[name] for name in ("runs", "in_doubt", "suspense", "breaks") if row[name]}
    is_ready = here.lane > 0 and (close is None or here.is_sandbox or is_over) and bool(row["writer"])
    return Stand(
        here.lane,
        here.platform,
        here.day,
        close.next_day if close else None,
        close.ends_at if close and close.ends_at != AT_ONCE else None,
        here.is_sandbox,
        is_ready,
        _why(here, close, is_over, row["writer"]),
        read(row["pools"]),
        counted,
        row["writer"] or "",
    )


def _close_of(here: Lane, next_day: date | None = None) -> Close | None:
    """Return the close of a platform's open date; in a currency without a cut-off somebody says the next date."""
    if here.lane == 0:
        return None
    try:
        return days.close_of(here)
    except NoCutOff:
        is_later = next_day is not None and next_day > here.day
        return Close(here.lane, here.platform, here.day, next_day, AT_ONCE) if next_day and is_later else None


def _why(here: Lane, close: Close | None, is_over: bool, writer: str | None) -> str:
    """Return why a lane cannot be closed now, "" where it can."""
    if not writer:
        return gettext("No plane writes this lane now.")
    if here.lane == 0:
        return gettext("The custodian's own lane follows the platforms.")
    if close is None:
        return gettext("Its currency has no cut-off: say the next date.")
    return "" if here.is_sandbox or is_over else gettext("Its day has not ended.")


@open_to(STAFF, roles={RECONCILER, MAKER, CHECKER})
@require_POST
def step(request: HttpRequest) -> HttpResponse:
    """Close the next lane that stands on a date, and show how far it is."""
    try:
        day = date.fromisoformat(request.POST.get("date", ""))
    except ValueError:
        messages.error(request, gettext("Choose a date."))
        return redirect("custodian:closing")
    now = house().context.clock.now()
    refused = {
        int(one): why
        for one, _, why in (text.partition("|") for text in request.POST.getlist("refused"))
        if one.isdigit()
    }
    wanted = request.POST.get("next", "")
    if (asks := _asks(request, day, wanted, now)) is not None:
        return asks
    close = next_close(day, now, refused, wanted)
    if close is not None and (why := ask(close)):
        refused[close.lane] = why
    return _progress(request, day, now, refused, wanted)


def _asks(request: HttpRequest, day: date, wanted: str, now: datetime) -> HttpResponse | None:
    """Send the reader to sign the date; None when he has, for exactly this close."""
    under = request.session.get(SESSION, {})
    about = {"date": day.isoformat(), "next": wanted}
    if {name: under.get(name) for name in about} == about and now.timestamp() < under["until"]:
        return None
    lines = [(gettext("Date to close"), day.isoformat())]
    lines += [(gettext("Next date, where a currency has no cut-off"), wanted)] if wanted else []
    asks = step_up(request, "day_close", lines, back=f"{reverse('custodian:closing')}?{urlencode(about)}")
    if asks is None:
        request.session[SESSION] = {**about, "until": (now + SIGNED_FOR).timestamp()}
    elif request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": asks["Location"]})
    return asks


def next_close(day: date, now: datetime, without: Collection[int], wanted: str = "") -> Close | None:
    """Return the next close of a date: of the platforms that stand on it the one that ended first, then the custodian's own."""
    every = [
        Lane(row["lane"], row["platform"], row["business_date"], row["sandbox"], tuple(row["currencies"]))
        for row in rows("console_day_close", {})
    ]
    ready = [
        close
        for one in every
        if one.lane
        and one.day == day
        and one.lane not in without
        and (close := _close_of(one, _day(wanted))) is not None
        and (one.is_sandbox or close.ends_at <= now)
    ]
    first = min(ready, key=lambda one: (one.ends_at, one.lane), default=None)
    own = None if 0 in without else days.own_close(every)
    return first or (own if own is not None and own.day <= day else None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def ask(close: Close) -> str:
    """Ask for a close; return why it was refused, "" when it is closed, whoever closed it."""
    answer = None
    for instruction in days.asking(close):
        answer = house().ask(close.lane, instruction)
        if answer.code is Code.done:
            return ""
        if answer.code not in USED_UP:
            break
    stood = next(row["business_date"] for row in rows("console_lanes", {"lane": close.lane, "day": None}))
    return "" if stood > close.day or answer is None else f"{answer.code.name} {answer.why}".strip()


def _progress(request: HttpRequest, day: date, now: datetime, refused: Mapping[int, str], wanted: str) -> HttpResponse:
    found = stands(now)
    concerned = [one for one in found if one.lane and (one.day > day or one.day == day)]
    done = sum(one.day > day for one in concerned)
    given = {
        "day": day,
        "stands": concerned,
        "done": done,
        "whole": len(concerned),
        "refused": [(lane, why) for lane, why in refused.items()],
        "is_over": next_close(day, now, refused, wanted) is None,
        "next": wanted,
        "kept": [f"{lane}|{why}" for lane, why in refused.items()],
    }
    name = (
        "custodian/parts/closing.html" if request.headers.get("HX-Request") == "true" else "custodian/closing_step.html"
    )
    return render(request, name, given)
