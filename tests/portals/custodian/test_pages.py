"""The console's pages: each opens for whom it is open, in both languages, in few queries."""

from typing import Any

import psycopg
import pytest

from tests.portals.custodian.ground import make_break, suspense
from tests.portals.harness import Site

LISTS = (
    "breaks",
    "suspense",
    "returns",
    "payments",
    "in-doubt",
    "log-waits",
    "quarantine",
    "reviews",
    "cards",
    "check-files",
    "statements",
    "shortfalls",
    "notices",
    "jobs",
    "platforms",
    "pools",
    "bank-accounts",
    "fees",
    "keys",
    "logs",
    "webhooks",
    "users",
    "searches",
    "clients",
    "listings",
    "reconciliations",
    "safeguarding",
)
PAGES = (
    "",
    "search/",
    "lists/",
    "calendars/",
    "rules/",
    "closing/",
    "safeguarding/",
    "exports/",
    "books/",
    "books/1/",
    "books/1/accounts/main/2010/",
    "books/1/journal/1/",
    "books/0/journal/1/",
    "books/1/client/L000/",
    "books/1/client/B/",
    "persons/person:L000/",
    "books/1/listing/X0/",
    "books/1/?day=2026-03-02",
    *(f"lists/{name}/" for name in LISTS),
)
QUERIES = 8
#: what a transaction begins and ends with: the frame's, not the page's
TRANSACTION = {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}


@pytest.fixture(scope="module")
def staff(site: Site) -> Any:
    return site.signed_in("staff", roles=("viewer",))


def test_every_list_is_here() -> None:
    from cunguan.doors.portals.custodian.tables import tables

    assert set(tables()) == set(LISTS)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_opens_in_few_queries(site: Site, staff: Any, page: str, language: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    staff.cookies["__Host-language"] = language
    with CaptureQueriesContext(connection) as asked:
        response = staff.get(f"/custodian/{page}")
    assert response.status_code == 200
    found = [one["sql"][:120] for one in asked if one["sql"].split()[0] not in TRANSACTION]
    assert len(found) <= QUERIES, found


@pytest.mark.parametrize("kind", ["regulator", "auditor"])
def test_supervisors_read_and_see_nobody(site: Site, kind: str) -> None:
    reader = site.signed_in(kind)
    assert reader.get("/custodian/").status_code == 200
    page = reader.get("/custodian/persons/person:L000/").content.decode()
    assert "reveal" not in page
    assert reader.post("/custodian/persons/person:L000/reveal/", {"reason": "curious", "lane": 1}).status_code == 404
    assert reader.get("/custodian/export/breaks/").status_code == 404
    assert reader.get("/custodian/lists/users/").status_code == (200 if kind == "auditor" else 404)


def test_what_is_not_there_is_not_found(staff: Any) -> None:
    for page in (
        "books/1/journal/99999999/",
        "books/77/",
        "books/1/client/nobody/",
        "lists/nothing/",
        "breaks/1/none/",
        "suspense/1/none/",
        "payments/1/none/",
        "persons/nobody/",
        "books/1/account/424242/",
        "reconciliations/9999/",
    ):
        assert staff.get(f"/custodian/{page}").status_code == 404, page


def test_queues_count_what_waits(site: Site, staff: Any) -> None:
    make_break(site)
    suspense()
    page = staff.get("/custodian/", headers={"hx-request": "true"}).content.decode()
    assert 'id="queue-breaks"' in page and 'id="queue-suspense"' in page
    assert "<html" not in page, "what htmx asks for is the part alone"


def test_every_state_of_every_machine_has_a_word(site: Site) -> None:
    from cunguan.doors.portals.custodian.words import STATES
    from cunguan.states import MACHINES

    states = {state for machine in MACHINES.values() for state in machine.states}
    assert states <= set(STATES), sorted(states - set(STATES))


def test_what_is_known_of_parties_waits_on_the_first_page_for_staff_alone(site: Site, staff: Any) -> None:
    with psycopg.connect(site.url) as owner:
        for name, kind, state in (
            ("q1", "company", "in_review"),
            ("q2", "owner", "in_review"),
            ("q3", "person", "due"),
        ):
            owner.execute(
                "INSERT INTO parties_party (person, kind, state, id_type, check_by, owners_note, opened_at, changed_at) "
                "VALUES (%s, %s, %s, '', '2026-01-01', '', now(), now())", (f"person:{name}", kind, state),
            )  # fmt: skip
    page = staff.get("/custodian/", headers={"hx-request": "true"}).content.decode()
    for queue, href in (
        ("parties-review", "/custodian/parties/?state=in_review"), ("parties-due", "/custodian/parties/due/"),
        ("owners-review", "/custodian/parties/?kind=owner&amp;state=in_review"),
    ):  # fmt: skip
        assert f'id="queue-{queue}" href="{href}"' in page
        assert staff.get(href.replace("&amp;", "&")).status_code == 200
    assert "person:q2" in staff.get("/custodian/parties/?kind=owner&state=in_review").content.decode()
    seen = site.signed_in("regulator").get("/custodian/", headers={"hx-request": "true"}).content.decode()
    assert "/custodian/parties/" not in seen
