"""The platform's door for all tests of this folder: one database, one plane, one door a session.

Tests share it: each takes ids, listings and keys of its own, and says nothing of what others have written.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import fresh_database
from tests.doors.api.harness import OTHER, Door, Stack, ground, keep_client_keys, running


@pytest.fixture(scope="session")
def stack(wheel_server_url: str) -> Iterator[Stack]:
    """Database, plane and door, running."""
    home = Path(tempfile.mkdtemp(prefix="cunguan-door-"))
    try:
        for url in fresh_database(wheel_server_url):
            ground(url)
            keep_client_keys(home)
            with running(url, home) as found:
                yield found
    finally:
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def door(stack: Stack) -> Iterator[Door]:
    """A client of the sandbox platform P1, with every scope."""
    made = stack.door()
    yield made
    made.http.close()


@pytest.fixture(scope="session")
def other(stack: Stack) -> Iterator[Door]:
    """A client of another platform, P2, with every scope."""
    made = stack.door(OTHER)
    yield made
    made.http.close()
