"""Reference (接口文档): where the platform's door is, what it takes, and its own documentation, served here too."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.api.openapi import published
from cunguan.doors.api.reference.html import HEADERS
from cunguan.doors.api.reference.pages import codes, reference
from cunguan.doors.portals.platform.reach import READERS, here
from cunguan.doors.portals.platform.sandbox import is_sandbox
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.keys.custodian import CustodianKey


@open_to(PLATFORM, roles=READERS)
def show(request: HttpRequest) -> HttpResponse:
    """Show the door's address, the custodian's keys, and where the documentation is."""
    found = CustodianKey.all_of(house().context.keys)
    return render(request, "platform/reference.html", {
        "address": house().places.address, "here": here(request), "keys": found, "has_sandbox": is_sandbox(request),
    })  # fmt: skip


@gzip_page
@open_to(PLATFORM, roles=READERS)
def docs(request: HttpRequest) -> HttpResponse:
    """Serve the door's reference page; it brings its own policy, by which it loads nothing."""
    return HttpResponse(_here(_reference(is_sandbox(request), _language(request))), headers=HEADERS)


@gzip_page
@open_to(PLATFORM, roles=READERS)
def docs_codes(request: HttpRequest) -> HttpResponse:
    """Serve the page of codes."""
    return HttpResponse(_here(_codes(_language(request))), headers=HEADERS)


@cache
def _reference(has_sandbox: bool, language: str) -> str:
    return reference(published(has_sandbox), language)


@cache
def _codes(language: str) -> str:
    return codes(language)


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang") or ("zh" if (get_language() or "").startswith("zh") else "en")
    return "zh" if asked == "zh" else "en"


def _here(html: str) -> str:
    """Return a page of the door with its links to itself turned to where it stands here."""
    return html.replace('href="/docs', 'href="/platform/reference/docs').replace(
        'href="/openapi.json"', f'href="{house().places.address}/openapi.json"'
    )
