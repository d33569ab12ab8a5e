"""The portals for all tests of this folder: one database, one plane, one door, one browser a session of tests.

Tests share them: each makes users, listings and keys of its own, and says nothing of what others have written.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.conftest import fresh_database
from tests.portals.harness import Live, Site, books, chromium, live, portals


@pytest.fixture(scope="session")
def site(wheel_server_url: str) -> Iterator[Site]:
    """Portals in this process, with plane and door."""
    with books(lambda: fresh_database(wheel_server_url)) as (url, home), portals(url, home) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: while it is open its loop runs in this thread, and no other test may start one."""
    yield from chromium()


@pytest.fixture(scope="module")
def live_site(site: Site, browser: Browser) -> Iterator[Live]:
    """The same portals over a socket."""
    with live(site.stack, browser) as found:
        yield found
