"""The client's page (客户确认页): what he is asked, and his yes or no.

When    a platform has sent its client to the page of an authorisation request
Shape   GET shows; POST confirm and decline change, then lead back to GET. Who has the page's address may read it and decline;
        only the client's key confirms. A sandbox signs by the test client's key; elsewhere there is no key yet, and no button
Returns HTML in Chinese or English; what has expired or was answered is told plainly
Errors  404 for an unknown page; 403 for a form that another site has sent
Source  issue of the platform's door, point 3; WCAG 2.2; Fetch Metadata
"""

from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import parse_qs

from starlette.responses import RedirectResponse, Response

from cunguan.doors.api import authorisations, page, shown
from cunguan.doors.api.authorisations import Authorisation
from cunguan.doors.api.context import Context
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.shown import View
from cunguan.doors.api.shown_words import PAGE
from cunguan.doors.api.shown_words import of as word
from cunguan.kernel.codes import Code

FORM_FIELD = "form"

Act = Callable[[Context, Authorisation], Awaitable[Authorisation]]


async def show(call: Call) -> Response:
    """Show the page."""
    language, token = _language(call), call.path["token"]
    request = await authorisations.of_page(call.context, token)
    if request is None:
        return _told(language, "none", 404)
    view = await shown.of(call.context, request)
    parts = [page.article(_asked(view, request, language)), *_answer(call, request, view, language, token)]
    other = f"/authorise/{token}?lang={'zh' if language == 'en' else 'en'}"
    return page.page(language, shown.title(view, language), parts, other_language=other)


async def confirm(call: Call) -> Response:
    """Let the test client confirm; outside a sandbox nobody can yet."""
    return await _answered(call, authorisations.confirm if call.context.is_sandbox else None)


async def decline(call: Call) -> Response:
    """Note the client's no."""
    return await _answered(call, authorisations.decline)


async def _answered(call: Call, act: Act | None) -> Response:
    language, token = _language(call), call.path["token"]
    request = await authorisations.of_page(call.context, token)
    if request is None:
        return _told(language, "none", 404)
    if not _is_from_here(call, token):
        return _told(language, "foreign", 403)
    if act is None:
        return _told(language, "no_key", 403)
    await act(call.context, request)
    goes_on = request.return_url.startswith(f"{call.context.address}/")  # the dialect asks one thing after another
    onward = request.return_url if goes_on else f"/authorise/{token}"
    return RedirectResponse(f"{onward}?lang={language}", 303, page.headers())


def _is_from_here(call: Call, token: str) -> bool:
    """Return whether a form came from this very page: by its hidden field, and by what the browser says of its origin."""
    sent = parse_qs(call.raw.decode("ascii", "replace")).get(FORM_FIELD, [""])[0]
    if not authorisations.is_form_token(call.context.home, token, sent):
        return False
    site = call.request.headers.get("sec-fetch-site", "same-origin")
    origin = call.request.headers.get("origin", "null")  # null: the page tells no referrer, and so no origin
    return site in ("same-origin", "none") and origin in ("null", call.context.address)


# ── what is shown ────────────────────────────────────────────────────────────
def _asked(view: View, request: Authorisation, language: str) -> Iterator[str]:
    yield page.text("p", f"{view.platform} {word(PAGE['asks'], language)}")
    yield page.text("h1", shown.title(view, language))
    amount = request.text.amount_minor
    if amount:
        yield page.text("p", shown.money(amount, request.currency), "sum")
    yield page.table(shown.rows(view, language))
    yield page.text("h2", word(PAGE["means"], language))
    yield page.text("p", shown.means(view, language))
    until = f"{request.expires_at:%Y-%m-%d %H:%M} UTC"
    yield page.table([(word(PAGE["until"], language), until), (word(PAGE["reference"], language), request.id)])


def _answer(call: Call, request: Authorisation, view: View, language: str, token: str) -> Iterator[str]:
    if request.state != "waiting":
        yield from _outcome(request, language)
        return
    field = [(FORM_FIELD, authorisations.form_token_of(call.context.home, token))]
    yield page.text("p", word(PAGE["check"], language))
    if call.context.is_sandbox and view.is_sandbox:
        yield page.text("p", word(PAGE["sandbox"], language), "note")
        yield page.form(f"/authorise/{token}/confirm?lang={language}", word(PAGE["confirm"], language), field, "yes")
    elif not call.context.portal:
        yield page.text("p", word(PAGE["no_key"], language), "note")
    if call.context.portal:
        yield page.link(authorisations.portal_page(call.context, token), word(PAGE["portal"], language))
    yield page.form(f"/authorise/{token}/decline?lang={language}", word(PAGE["decline"], language), field)


def _outcome(request: Authorisation, language: str) -> Iterator[str]:
    said = request.said
    yield page.text("p", word(PAGE[request.state], language), "state")
    if request.state == "confirmed" and said is None:
        yield page.text("p", word(PAGE["pending"], language), "state")
    elif said is not None:
        name = {Code.done: "done", Code.in_doubt: "doubt"}.get(said.code, "refused")
        code = "" if said.code is Code.done else f": {said.code.name.replace('_', ' ')} ({int(said.code)})"
        yield page.text("p", word(PAGE[name], language) + code, f"state {name}")
    if request.return_url:
        yield page.link(request.return_url, word(PAGE["back"], language))


def _told(language: str, name: str, status: int) -> Response:
    said = word(PAGE[name], language)
    return page.page(language, word(PAGE["custodian"], language), [page.article([page.text("p", said)])], status=status)


def _language(call: Call) -> str:
    return page.language_of(call.request.headers.get("accept-language", ""), call.query.lang)


ENDPOINTS = (
    Endpoint("GET", "/authorise/{token}", "The client's page", "", show, query=page.PageQuery, tag="client"),
    Endpoint(
        "POST", "/authorise/{token}/confirm", "The client confirms", "", confirm, query=page.PageQuery, tag="client"
    ),
    Endpoint(
        "POST", "/authorise/{token}/decline", "The client declines", "", decline, query=page.PageQuery, tag="client"
    ),
)
