"""Books with two platforms and their clients, and what keeps personal data over them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cunguan.desks.ledger.migrate import migrate
from cunguan.doors.persons.keeping import Persons
from cunguan.doors.persons.opening import opened
from cunguan.doors.persons.shapes import Details
from cunguan.keys.installation import Keys
from cunguan.store import roles
from tests.conftest import copied, fresh_database

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ENDED = date(2019, 5, 6)
ONE = Details("张三丰", "id_card", "11010519491231002X", "+86 138-0000-1234", "北京市东城区一号", ("device-一", "device-2"),
              ("6222 0210 0101 0001", "6222021001010002"))  # fmt: skip
TWO = Details(
    "Jane Smith", "passport", "533401234", "+44 20 7946 0000", "1 High Street", (), ("GB82WEST12345698765432",)
)


def ground(url: str) -> None:
    """Platforms P1 (lane 1, China) and P2 (lane 2): p7 and p8 are clients of both; p7's account in P1 was closed."""
    migrate(url)
    roles.create(url)
    with psycopg.connect(url) as owner:
        owner.execute(
            "INSERT INTO platform (lane, id, for_lane, pack, state, sandbox) VALUES "
            "(0, 'P1', 1, 'cn_p2p', 'active', true), (0, 'P2', 2, 'none_recorded', 'active', true)"
        )
        for lane, person, state in ((1, "p7", "closed"), (1, "p8", "active"), (2, "p7", "active"), (2, "p8", "active")):
            owner.execute(
                "INSERT INTO holder_account (lane, id, person, pool, role, kind, state, base, key_id, method, source) "
                "VALUES (%s, %s, %s, 'main', 'lender', 'person', %s, 100, 'k', 'sandbox', 'sandbox')",
                (lane, f"L{person}", person, state),
            )
        owner.execute("INSERT INTO state_move VALUES (1, 5, 0, 'account', 'Lp7', 'closed', 'closed')")
        owner.execute("INSERT INTO batch VALUES (1, 1, 9, now(), %s, 'x', 'cn_p2p', 1, 'x', 0)", (ENDED,))


@pytest.fixture
def books(wheel_server_url: str) -> Iterator[str]:
    """The owner's URL of a database of its own."""
    for url in fresh_database(wheel_server_url):
        copied(url, "persons", ground)
        yield url


@pytest.fixture
def connection(books: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner of the books."""
    with psycopg.connect(books, autocommit=True) as found:
        yield found


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """The keys of the installation, in files of a home."""
    return Keys(tmp_path)


@pytest.fixture
def persons(connection: psycopg.Connection[Any], keys: Keys) -> Persons:
    """What keeps personal data."""
    return Persons(connection, opened(keys, connection))
