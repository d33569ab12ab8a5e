"""Databases for the simulation: one a module, emptied for each story."""

from collections.abc import Callable, Iterator

import pytest

from tests.store.twins import PostgresTwin, shared_twin


@pytest.fixture(scope="module")
def postgres_twin(wheel_server_url: str) -> Iterator[Callable[[], PostgresTwin]]:
    """Give a store on an empty database, as often as it is asked; the one before is gone then."""
    with shared_twin(wheel_server_url) as make:
        yield make
