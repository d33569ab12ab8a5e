"""Pages whose statements were too many: none takes more than eight, the frame's own among them, as `cunguan bench pages` counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.portals.approvals.harness import approve, asked, name_of, staff
from tests.portals.harness import Site

QUERIES = 8

#: what a transaction begins and ends with
TRANSACTION = {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}


@contextmanager
def counted() -> Iterator[list[str]]:
    """Count what Django sends, and what the house sends beside it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cunguan.doors.api import sql

    found: list[str] = []
    row = sql.row

    async def seen(context: Any, name: str, values: Any) -> Any:
        found.append(name)
        return await row(context, name, values)

    with pytest.MonkeyPatch.context() as patched, CaptureQueriesContext(connection) as sent:
        patched.setattr(sql, "row", seen)
        yield found
    found += [one["sql"][:160] for one in sent if one["sql"].split()[0] not in TRANSACTION]


def check(client: Any, page: str) -> None:
    with counted() as found:
        assert client.get(page).status_code == 200
    assert len(found) <= QUERIES, "\n".join([page, *found])


def test_approvals(site: Site) -> None:
    maker, checker = staff(site, "maker"), staff(site, "checker")
    for _ in range(3):
        name = name_of(asked(maker, "pool_line", 1, pool="main", line_minor="1", reason="agreed"))
        approve(maker, name)
    check(checker, "/custodian/approvals/")


def test_the_first_page_of_the_console(site: Site) -> None:
    check(staff(site, "maker"), "/custodian/")


@pytest.mark.parametrize("kind", ["client", "staff"])
def test_the_security_centre(site: Site, kind: str) -> None:
    check(site.signed_in(kind), "/security/")


def test_a_listing_of_a_platform(site: Site) -> None:
    admin = site.signed_in("platform", lane=1, roles=("admin",))
    check(admin, "/platform/listings/X0/")
    check(admin, "/platform/listings/")


@pytest.mark.parametrize("page", ["/custodian/platforms/1/", "/custodian/parties/of/person:L001/"])
def test_a_file_of_the_custodians(site: Site, page: str) -> None:
    check(staff(site, "reviewer"), page)
