"""Harness of the portals: Django in this process on a real database behind the wall, a plane, and a browser with a passkey.

Shape   Site: the books of tests/doors/api/harness (P1 in lane 1, P2 in lane 2, lenders with money) with plane and portals;
        `site.signed_in(kind, …)` is Django's test client of a new user of that kind; `site.user` makes one
        Live: the same portals by `cunguan web` over a socket, for browsers; `live.page()` is a page of Chromium whose passkeys a
        virtual authenticator holds; whatever such a page asks of another host, or complains of, fails its test
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cunguan.store import roles
from tests.doors.api.harness import Stack, free_port, ground, keep_client_keys, running
from tests.plane.harness import as_role

CHROMIUM = "/usr/bin/chromium"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SECONDS = 60


class Site:
    """Portals in this process."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.url, self.home = stack, stack.url, stack.home

    def user(self, kind: str, reference: str = "", *, lane: int | None = None, roles: Sequence[str] = ()) -> Any:
        """Make a user; roles are granted under two names."""
        from cunguan.desks.people.models import RoleGrant, User

        made = User.objects.create_user(reference or f"{kind}-{uuid.uuid4().hex[:8]}", kind, lane=lane)
        for role in roles:
            RoleGrant.objects.create(user=made, role=role, maker="m1", checker="c1", since=datetime.now(UTC))
        return made

    def signed_in(self, kind: str, reference: str = "", **more: Any) -> Any:
        """Return a test client of a user who is signed in; `client.user` is he."""
        from django.test import Client

        client = Client(headers={"host": "localhost"})
        client.user = self.user(kind, reference, **more)
        client.force_login(client.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["strength"] = "passkey"
        session.save()
        return client

    def anybody(self) -> Any:
        """Return a test client of somebody who has not signed in."""
        from django.test import Client

        return Client(headers={"host": "localhost"})

    def query(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return rows, read as the owner."""
        return self.stack.query(query, *values)


@contextmanager
def portals(owner_url: str, home: Path) -> Iterator[Site]:
    """Run a plane and a door over books that are there, and Django as `cunguan web` would."""
    with running(owner_url, home) as stack, django_on(stack) as site:
        yield site


@contextmanager
def django_on(stack: Stack, *, is_sandbox: bool = True) -> Iterator[Site]:
    """Point this process's Django at a database, as the role `web`; at the end to where it was before."""
    from django.conf import settings
    from django.db import connections
    from django.test.utils import override_settings

    from cunguan.config.settings import database
    from cunguan.doors.portals.shell import house
    from cunguan.doors.portals.shell.house import Places, leave, open_at

    _set_up()
    forget(connections)
    before, places = connections.databases.get("default"), list(house._places)
    leave()
    connections.databases["default"] = told = {**database(as_role(stack.url, roles.WEB)), "ATOMIC_REQUESTS": False}
    for name, value in (("AUTOCOMMIT", True), ("TIME_ZONE", None), ("TEST", {})):
        told.setdefault(name, value)
    open_at(
        Places(
            as_role(stack.url, roles.DOOR), (stack.home / "plane.sock",), stack.address, "http://localhost", stack.home, is_sandbox,
        )
    )  # fmt: skip
    try:
        with override_settings(IS_SANDBOX=is_sandbox, ALLOWED_HOSTS=["localhost"]):
            assert settings.configured
            yield Site(stack)
    finally:
        leave()
        forget(connections)
        if before is not None and places:
            connections.databases["default"] = before
            open_at(places[0])


def _set_up() -> None:
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cunguan.config.settings")
    # the browser's own loop runs in this thread, and Django takes that for an asynchronous view
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    if not apps.ready:
        django.setup()


def forget(connections: Any) -> None:
    """Close this thread's connection, so that the next use makes one to the database of that time."""
    if hasattr(connections._connections, "default"):
        connections["default"].close()
        del connections["default"]


@contextmanager
def books(server_databases: Callable[[], Iterator[str]]) -> Iterator[tuple[str, Path]]:
    """Yield the URL of books as `ground` makes them, and a home with the test clients' keys."""
    home = Path(tempfile.mkdtemp(prefix="cunguan-portals-"))
    try:
        for url in server_databases():
            ground(url)
            keep_client_keys(home)
            yield url, home
    finally:
        shutil.rmtree(home)


# ── in a browser ─────────────────────────────────────────────────────────────
def chromium() -> Iterator[Browser]:
    """Yield one browser, or skip saying that there is none; fail where one is promised."""
    if not shutil.which(CHROMIUM):
        assert not os.environ.get("CUNGUAN_REQUIRE_CHROMIUM"), "no Chromium: install chromium"
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Live:
    """Portals over a socket."""

    def __init__(self, stack: Stack, address: str, browser: Browser) -> None:
        self.stack, self.address, self.browser = stack, address, browser
        self.strange: list[str] = []
        self._contexts: list[BrowserContext] = []

    def page(self, *, phone: bool = True, language: str = "zh-CN", passkeys: bool = True) -> Page:
        """Open an empty page of a new browser context, with an authenticator that verifies its user."""
        context = self.browser.new_context(
            viewport=PHONE if phone else DESKTOP, locale=language, timezone_id="Asia/Shanghai", base_url=self.address,  # type: ignore[arg-type]
        )  # fmt: skip
        self._contexts.append(context)
        made = context.new_page()
        made.on("request", lambda asked: self._look(asked.url))
        made.on("pageerror", lambda wrong: self.strange.append(str(wrong)))
        made.on("console", lambda told: self.strange.append(told.text) if told.type == "error" else None)
        if passkeys:
            self.authenticator(made)
        return made

    def authenticator(self, page: Page, *, verified: bool = True) -> tuple[Any, str]:
        """Give a page a virtual authenticator; return its session and id, to make it refuse or verify."""
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        made = session.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": verified, "automaticPresenceSimulation": True,
        }})  # fmt: skip
        return session, str(made["authenticatorId"])

    def sign_up(self, page: Page) -> Any:
        """Let a newcomer make a passkey and an account on the page; return the user. He is at his recovery codes then."""
        from cunguan.desks.people.models import User

        before = set(User.objects.filter(kind="client").values_list("pk", flat=True))
        page.goto("/signup/")
        page.click("[data-passkey] button")
        page.wait_for_url(lambda url: "/signup/" not in url)
        return User.objects.filter(kind="client").exclude(pk__in=before).get()

    def sign_in_new(self, page: Page, kind: str, *roles: str, reference: str = "", lane: int | None = None) -> Any:
        """Make a user of a kind with roles, a passkey on the page, and sign him in by an invitation; return him."""
        from cunguan.desks.people import clock, invitations
        from cunguan.desks.people.models import User

        name = reference or f"{kind}-{uuid.uuid4().hex[:8]}"
        secret = invitations.invite(kind, name, clock.now(), lane=lane, roles=roles, maker="m1", checker="c1")
        page.goto(f"/invited/{secret}/")
        page.click("[data-passkey] button")
        page.wait_for_url(lambda url: "/invited/" not in url)
        return User.objects.get(kind=kind, reference=name, lane=lane)

    def sign_in(self, page: Page, *, to: str = "/") -> None:
        """Sign in by the passkey a page has, without a name."""
        page.goto(f"/signin/?next={to}")
        page.click("[data-passkey] button")
        page.wait_for_url(lambda url: "/signin/" not in url)

    def _look(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "data:", "blob:")):
            self.strange.append(url)

    def close(self) -> None:
        """Close what was opened; nothing may have gone elsewhere."""
        for context in self._contexts:
            context.close()
        found = [one for one in self.strange if "favicon" not in one and "status of 4" not in one]
        assert found == [], "no page asks anything of another host, and none complains"


@contextmanager
def live(stack: Stack, browser: Browser) -> Iterator[Live]:
    """Run `cunguan web` over a stack."""
    port = free_port()
    address = f"http://localhost:{port}"
    environ = {
        **os.environ, "CUNGUAN_HOME": str(stack.home), "DATABASE_URL": stack.url, "CUNGUAN_WEB_URL": as_role(stack.url, roles.WEB),
        "CUNGUAN_DOOR_URL": as_role(stack.url, roles.DOOR), "CUNGUAN_PLANE_ADDRESS": str(stack.home / "plane.sock"),
        "CUNGUAN_ADDRESS": stack.address,
    }  # fmt: skip
    argv = [sys.executable, "-m", "cunguan.config.main", "web", "--port", str(port), "--address", address]
    with open(stack.home / "web.log", "wb") as log:
        process = subprocess.Popen(argv, env=environ, stdout=log, stderr=log)
    found = Live(stack, address, browser)
    try:
        _wait(process, f"{address}/healthz", stack.home / "web.log")
        yield found
    finally:
        process.terminate()
        process.wait(30)
    found.close()


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    ask = build_opener(ProxyHandler({})).open
    until = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with ask(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the portals did not come up: {log.read_text(errors='replace')[-2000:]}")


def shot(page: Page, name: str) -> None:
    """Take a picture of a whole page into the folder CUNGUAN_SHOTS, where one is named."""
    if folder := os.environ.get("CUNGUAN_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
