"""The public pages: what is held, how it is proved, what it costs and risks, how to complain, the verifier."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cunguan.doors.portals.public.figures import figures
from cunguan.doors.portals.shell.gate import open_to_all
from cunguan.doors.receipts.page import headers as verifier_headers
from cunguan.doors.receipts.page import page as verifier

ROBOTS = "User-agent: *\nAllow: /$\nAllow: /complain/\nAllow: /fees-and-risks/\nAllow: /verify\nAllow: /static/\nDisallow: /\n"


@open_to_all
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is held, and how anybody can check it."""
    return render(request, "public/home.html", {"figures": figures()})


@open_to_all
@require_safe
def complain(request: HttpRequest) -> HttpResponse:
    """Say how to complain: to us, and to whom above us."""
    return render(request, "public/complain.html", {"complain": settings.COMPLAIN})


@open_to_all
@require_safe
def fees(request: HttpRequest) -> HttpResponse:
    """Say who may charge what, and what custody does not protect from."""
    return render(request, "public/fees.html")


@open_to_all
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Serve the page that checks receipts; it brings its own policy, by which it loads and reaches nothing."""
    return HttpResponse(verifier(), headers=verifier_headers())


@open_to_all
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers that the public pages are theirs, and nothing else."""
    return HttpResponse(ROBOTS, content_type="text/plain")
