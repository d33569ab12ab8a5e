"""Books and receivers: one migrated database a session, two lanes of it for each test."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from cunguan.store import roles
from tests.conftest import fresh_database, migrated
from tests.doors.webhooks.harness import Answers, Books, Receiver

_lanes = count(1, 2)


@pytest.fixture(scope="session")
def hooks_url(wheel_server_url: str) -> Iterator[str]:
    """The owner's URL of a migrated database."""
    for url in fresh_database(wheel_server_url):
        migrated(url)
        roles.create(url)
        yield url


@pytest.fixture
def books(hooks_url: str) -> Iterator[Books]:
    """Two lanes that nobody else uses; what was written down there is told nothing more afterwards."""
    made = Books(hooks_url, next(_lanes))
    yield made
    made.do("UPDATE webhook_endpoint SET state = 'deleted' WHERE state <> 'deleted'")


@pytest.fixture
def receiver() -> Iterator[Callable[[Answers | None], Receiver]]:
    """Make receivers that are closed after the test."""
    made: list[Receiver] = []

    def make(answers: Answers | None = None) -> Receiver:
        made.append(Receiver(answers))
        return made[-1]

    yield make
    for each in made:
        each.close()
