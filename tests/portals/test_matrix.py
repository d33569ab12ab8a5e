"""The authorisation matrix: every address by every reader answers as the table says (matrix.py), and nothing is written without a token.

How to add a page: give its view `@open_to(…)`, and its address a line in tests/portals/matrix.py.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.portals.harness import Site
from tests.portals.matrix import CLIENT, LINES, OTHER_CLIENT, READERS, Line, Who

_kwargs: dict[tuple[str, int], Any] = {}


def addresses() -> dict[str, Any]:
    """Return every address of the portals by its name, with its view."""
    from django.urls import get_resolver

    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: Any, namespace: str) -> Iterator[tuple[str, Any]]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, f"{one.namespace}:" if one.namespace else namespace)
        else:
            yield f"{namespace}{one.name or one.pattern}", one.callback


def kwargs_of(site: Site, line: Line) -> dict[str, Any]:
    """Return what fills an address; what must be made is made once."""
    if not callable(line.kwargs):
        return dict(line.kwargs)
    place = (site.url, id(line.kwargs))
    if place not in _kwargs:
        _kwargs[place] = dict(line.kwargs(site))
    return dict(_kwargs[place])


@cache
def reader(site: Site, who: Who) -> Any:
    """Return a test client of a reader."""
    if not who.kind:
        return site.anybody()
    reference = {CLIENT: "person:L000", OTHER_CLIENT: "person:L001"}.get(who, f"matrix-{who.name}")
    roles = () if who.kind == "client" or not who.role else (who.role,)
    from cunguan.desks.people.models import User

    found = User.objects.filter(kind=who.kind, reference=reference, lane=who.lane).first()
    if found is None:
        return site.signed_in(who.kind, reference, lane=who.lane, roles=roles)
    client = site.anybody()
    client.user = found
    client.force_login(found, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def is_allowed(who: Who, line: Line) -> str:
    """Return "yes", or which way a reader is turned away: "signin", "404", "403"."""
    if line.who == "all":
        return "yes"
    if not who.kind:
        return "signin"
    kinds = dict(part.partition(":")[::2] for part in line.who.split())
    if who.kind not in kinds:
        return "404"
    roles = set(filter(None, kinds[who.kind].split(",")))
    if roles and who.role not in roles:
        return "403"
    if (line.of == "lane1" and who.lane == 2) or (line.of == "client" and who == OTHER_CLIENT):
        return "404"
    return "yes"


def opened(site: Site, name: str, line: Line, client: Any) -> Any:
    """Open an address; a view that breaks is an answer too."""
    from django.urls import reverse

    client.raise_request_exception = False
    return getattr(client, line.method.lower())(reverse(name, kwargs=kwargs_of(site, line)), line.data)


def test_every_address_has_a_line_and_every_view_says_the_same(site: Site) -> None:
    found = addresses()
    assert sorted(found.keys() - LINES.keys()) == [], "add a line to tests/portals/matrix.py"
    assert sorted(LINES.keys() - found.keys()) == [], "there are no such addresses any more"
    for name, view in found.items():
        assert hasattr(view, "open_to"), f"{name}: say who may open it (shell/gate.py)"
        kinds = {} if LINES[name].who == "all" else dict(part.partition(":")[::2] for part in LINES[name].who.split())
        assert view.open_to.kinds == frozenset(kinds), name
        roles = {role for said in kinds.values() for role in said.split(",") if role}
        assert view.open_to.roles == frozenset(roles), name


@pytest.mark.parametrize("who", READERS, ids=lambda who: who.name)
def test_a_reader_opens_what_is_his(site: Site, who: Who) -> None:
    wrong = []
    for name, line in LINES.items():
        answer = opened(site, name, line, reader(site, who))
        if line.ends:
            reader.cache_clear()
        if not _fits(answer, is_allowed(who, line), line):
            wrong.append((name, answer.status_code, answer.headers.get("location", ""), is_allowed(who, line)))
    assert wrong == []


def _fits(answer: Any, allowed: str, line: Line) -> bool:
    to_sign_in = answer.status_code == 302 and answer.headers["location"].startswith("/signin/")
    if allowed == "signin":
        return to_sign_in
    if allowed == "yes":
        return answer.status_code in line.status and not to_sign_in
    return str(answer.status_code) == allowed


@pytest.mark.parametrize("name", LINES)
def test_nothing_is_written_without_a_token(site: Site, name: str) -> None:
    from django.test import Client
    from django.urls import reverse

    line = LINES[name]
    who = next(one for one in READERS if is_allowed(one, line) == "yes")
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.cookies = reader(site, who).cookies
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(client, method)(reverse(name, kwargs=kwargs_of(site, line)))
        assert answer.status_code == 403, method


@pytest.mark.parametrize("name", [name for name, line in LINES.items() if line.step_up])
def test_what_needs_a_fresh_passkey_is_not_done_without(site: Site, name: str) -> None:
    from django.urls import reverse

    line = LINES[name]
    who = next(one for one in READERS if is_allowed(one, line) == "yes")
    answer = reader(site, who).post(reverse(name, kwargs=kwargs_of(site, line)), line.step_up)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/sign/")
