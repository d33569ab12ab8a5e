"""Subject: every table that tells a currency or an amount is there, for the role that asks."""

from typing import Any

import pytest

from tests.portals.custodian.ground import suspense
from tests.portals.harness import Site


@pytest.fixture
def behind(site: Site) -> Any:
    """A transaction of a reader of the staff."""
    from django.db import transaction

    from cunguan.doors.portals.shell.reader import Who
    from cunguan.doors.portals.shell.wall import raise_for

    with transaction.atomic():
        raise_for(Who(site.user("staff", roles=("maker",))))
        yield


def test_every_query_can_be_asked(behind: Any) -> None:
    from django.db import connection

    from cunguan.desks.approvals.subject import _MOVED, _queries, moved_by

    with connection.cursor() as cursor:
        for field, query in _queries():
            cursor.execute(query, (1, "none"))
            assert cursor.fetchone() is None, field
    assert all(moved_by(kind, 1, {field: "none"}) is None for kind, (field, _) in _MOVED.items())


def test_what_is_named_tells_its_currency(behind: Any) -> None:
    from cunguan.desks.approvals.subject import currency_of

    for field, name in (("item", suspense()), ("holder", "L1"), ("pool", "main"), ("bank_account", "bank")):
        assert currency_of(1, {field: name}) == "USD", field
