"""What every page must be: nothing serious for axe-core, a strict policy, in its language, no wider than a phone, by keyboard alone.

Each page of the matrix (matrix.py) is opened once: in Chinese or in English, on a phone or on a desk, turn about, so that the
neighbours of a page, which are made of the same parts, are seen the other way. By the keyboard it is gone through on a desk.
With CUNGUAN_SHOTS each is opened in all four ways, and its pictures go there.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.portals import matrix, quality
from tests.portals.harness import Live, Site, shot
from tests.portals.matrix import READERS, Line, Who
from tests.portals.test_matrix import is_allowed, kwargs_of, reader

TABLES = {
    "public": matrix.PUBLIC, "people": matrix.PEOPLE, "signing": matrix.SIGNING, "client": matrix.CLIENTS,
    "custodian": matrix.CUSTODIAN, "platform": matrix.PLATFORM,
}  # fmt: skip
#: in which language a page is seen, and whether on a phone; the next page in the next way
TURNS = (("zh-CN", True), ("en", False), ("zh-CN", False), ("en", True))


@contextmanager
def signed(site: Site, live: Live, who: Who, language: str, *, phone: bool, **context: Any) -> Iterator[Page]:
    """Open a page of a reader, without the ceremony of signing in: the session is made beside."""
    page = live.page(phone=phone, language=language, passkeys=False)
    page.emulate_media(reduced_motion="reduce")
    if who.kind:
        page.context.add_cookies([cookie(site, reader(site, who).user, live.address)])  # type: ignore[list-item]
    yield page
    page.context.close()


def cookie(site: Site, user: Any, address: str) -> dict[str, object]:
    """Return the cookie of a new session of a user, as `cunguan web` of this home would have made it."""
    from django.test import override_settings

    from cunguan.doors.cli.web import SECRET_FILE
    from cunguan.keys.secret_file import secret

    client = site.anybody()
    with override_settings(SECRET_KEY=secret(site.home / SECRET_FILE).hex()):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    value = client.cookies["__Host-session"].value
    return {
        "name": "__Host-session",
        "value": value,
        "url": address.replace("http:", "https:"),
        "secure": True,
        "httpOnly": True,
        "sameSite": "Lax",
    }


@pytest.mark.parametrize("table", TABLES)
def test_every_page_is_as_pages_must_be(site: Site, live_site: Live, table: str) -> None:
    wrong: dict[str, list[str]] = {}
    looks = _looks(table)
    for who, language, phone in sorted({way for way, _, _ in looks}, key=repr):
        with signed(site, live_site, who, language, phone=phone) as page:
            for way, name, line in looks:
                if way == (who, language, phone) and (found := _looked(site, page, name, line, phone=phone)):
                    wrong[f"{name} {language} {'phone' if phone else 'desk'}"] = found
    assert not wrong, "\n".join(f"{said}\n    {', '.join(where)}" for said, where in wrong.items())


def _looks(table: str) -> list[tuple[tuple[Who, str, bool], str, Line]]:
    """Return which pages of a table are looked at, by whom, in which language, on which device."""
    pages = [(name, line) for name, line in TABLES[table].items() if line.page and line.method == "GET"]
    ways = TURNS if os.environ.get("CUNGUAN_SHOTS") else None
    return [
        ((_who(line), *way), name, line) for n, (name, line) in enumerate(pages) for way in ways or (TURNS[n % len(TURNS)],)
    ]  # fmt: skip


#: by whom pages are looked at: by the first of these who may
EYES = (Who(""), matrix.CLIENT, Who("platform", "admin", 1), Who("staff", "checker"), *READERS)


def _who(line: Line) -> Who:
    return next(one for one in EYES if is_allowed(one, line) == "yes")


def _looked(site: Site, page: Page, name: str, line: Line, *, phone: bool) -> list[str]:
    from django.urls import reverse

    answer = page.goto(
        reverse(name, kwargs=kwargs_of(site, line)), wait_until="networkidle" if name in POLLING else "load"
    )
    language = page.locator("html").get_attribute("lang")
    shot(page, f"{name.replace(':', '-')}-{language}-{'phone' if phone else 'desk'}")
    looks: list[Callable[[], list[str]]] = [
        lambda: quality.policy(answer),
        lambda: quality.form(page),
        lambda: quality.axe(page),
    ]
    if not phone:
        looks.append(lambda: quality.keyboard(page))
    wanted = "en" if page.evaluate("navigator.language") == "en" else "zh-hans"
    return [
        *([] if language == wanted else [f"its language is {language}"]),
        *(one for look in looks for one in look()),
    ]


@contextmanager
def broken_glass(site: Site, subject: str) -> Iterator[None]:
    """Let some glass be broken, and in the end reviewed."""
    name = f"glass:{subject}"
    site.query(
        "INSERT INTO approvals_broken_glass (id, what, subject, maker, checker, reason, since, until, review, reviewed_by) "
        "VALUES (%s, 'role', %s, 'm1', 'c1', 'nobody was there', now(), now() + interval '4 hours', '', '') RETURNING id",
        name,
        subject,
    )
    try:
        yield
    finally:
        reviewed = "UPDATE approvals_broken_glass SET review = 'seen', reviewed_by = 'r1', reviewed_at = now() WHERE id = %s RETURNING id"
        assert site.query(reviewed, name) == [(name,)]


def test_broken_glass_is_told_over_every_page_and_no_wider_than_a_phone(site: Site, live_site: Live) -> None:
    with broken_glass(site, "viewer of a-name-that-is-long"):
        for language in ("zh-CN", "en"):
            with signed(site, live_site, Who("staff", "checker"), language, phone=True) as page:
                page.goto("/custodian/")
                assert "a-name-that-is-long" in page.inner_text(".alert-danger")
                assert quality.form(page) == []
                shot(page, f"broken-glass-{language}-phone")


#: what fetches a part of itself
POLLING = {"platform:client"}


def test_nothing_moves_for_who_wants_no_motion(live_site: Live) -> None:
    page = live_site.page(passkeys=False)
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    moving = """() => [...document.querySelectorAll("*")].filter(one => { const style = getComputedStyle(one);
        return style.transitionDuration.split(",").some(part => parseFloat(part) > 0) || style.animationName !== "none"; }).length"""
    assert page.evaluate(moving) == 0


def test_times_are_told_in_the_readers_zone(site: Site) -> None:
    seq = matrix._instruction(site)["seq"]
    ((at,),) = site.query(
        "SELECT at FROM batch WHERE lane = 1 AND first_seq <= %s ORDER BY first_seq DESC LIMIT 1", seq
    )
    shown = set()
    for zone in ("Asia/Shanghai", "America/New_York"):
        client = site.signed_in("platform", lane=1, roles=("viewer",))
        client.user.time_zone, client.user.language = zone, "en"
        client.user.save()
        shown.add(client.get(f"/platform/instructions/{seq}/").content.decode().count(_clock(at, zone)))
    assert shown == {1}


def _clock(at: datetime, zone: str) -> str:
    from zoneinfo import ZoneInfo

    from django.utils import formats, timezone, translation

    with translation.override("en"), timezone.override(ZoneInfo(zone)):
        return formats.date_format(timezone.localtime(at.astimezone(UTC)), "SHORT_DATETIME_FORMAT")
