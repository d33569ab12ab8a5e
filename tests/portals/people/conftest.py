"""What the tests of the way in share: addresses of their own, so that none counts into another's limits."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from tests.portals.harness import Site

_addresses = itertools.count(1)


@pytest.fixture
def somebody(site: Site) -> Callable[..., Any]:
    """Return who makes test clients, all of one new address."""
    number = next(_addresses)
    address = f"10.7.{number // 250}.{number % 250 + 1}"

    def made(agent: str = "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36") -> Any:
        client = site.anybody()
        client.defaults.update({"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent})
        return client

    return made
