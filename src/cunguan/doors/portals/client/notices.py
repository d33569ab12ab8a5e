"""Notices (通知): what a reader was told, the newest first; whoever he is, for staff and platforms are told of their devices too."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from cunguan.desks.notices.models import Notice
from cunguan.desks.notices.reading import mark_read, notices_of
from cunguan.desks.notices.wording import said
from cunguan.desks.people.roles import CLIENT, KINDS
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.lists import everything, exported, listed, wants_export


class Shown(msgspec.Struct, frozen=True):
    """A notice as the page shows it; `link` is the address of more, "" where there is none."""

    number: int
    at: datetime
    is_new: bool
    title: str
    text: str
    link: str


@open_to(*KINDS)
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Show a page of notices."""
    reader = request.reader

    def read(after: Any, limit: int) -> list[Shown]:
        before = _number(after)
        return [_shown(one, reader.kind == CLIENT) for one in notices_of(reader.user, before, limit)]

    if wants_export(request):
        head = [gettext("Time"), gettext("Notice"), gettext("Text")]
        rows = ((one.at.isoformat(), one.title, one.text) for one in everything(read, lambda one: one.number))
        return exported("notices", head, rows)
    found = listed(request, read, lambda one: one.number)
    return render(request, "client/notices.html", {"list": found, "newest": found.rows[0].number if found.rows else 0})


def _number(after: Any) -> int | None:
    if after is not None and not isinstance(after, int):
        raise Http404
    return after


@open_to(*KINDS)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Note that he has read what he saw."""
    upto = request.POST.get("upto", "")
    if not upto.isdecimal() or len(upto) > 18:
        raise Http404
    if mark_read(request.reader.user, int(upto), datetime.now(UTC)):
        messages.success(request, gettext("All notices are marked as read."))
    return redirect("client:notices")


def _shown(notice: Notice, is_client: bool) -> Shown:
    words = said(notice)
    link = _address(words.link) if words.link and is_client else ""
    return Shown(notice.id, notice.at, notice.read_at is None, words.title, words.text, link)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # a page that this portal has not
        return ""
