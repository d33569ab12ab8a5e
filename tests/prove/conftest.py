"""A database with the case in it, as the plane would have written it."""

from collections.abc import Iterator

import pytest

from tests.prove.case import filled


@pytest.fixture
def books(wheel_copy: str) -> Iterator[str]:
    """The owner's URL of a fresh database that holds the case."""
    filled(wheel_copy)
    yield wheel_copy
