"""The wall: what a reader may see of the lanes, whatever a view asks for."""

import pytest

from tests.doors.api.harness import add_key
from tests.portals.harness import Site


@pytest.mark.parametrize(
    ("kind", "reference", "lane", "seen"),
    [("platform", "", 1, {1}), ("platform", "", 2, {2}), ("staff", "", None, {0, 1, 2}), ("client", "person:B", None, {1, 2}),
     ("client", "nobody", None, set())],
)  # fmt: skip
def test_a_reader_sees_his_lanes_alone(site: Site, kind: str, reference: str, lane: int | None, seen: set[int]) -> None:
    from django.db import connection, transaction

    from cunguan.doors.portals.shell.reader import Who
    from cunguan.doors.portals.shell.wall import raise_for

    with transaction.atomic(), connection.cursor() as cursor:
        who = Who(site.user(kind, f"{reference or kind}-{lane}" if kind != "client" else reference, lane=lane))
        raise_for(who)
        cursor.execute("SELECT DISTINCT lane FROM instruction")
        found = {row[0] for row in cursor.fetchall()}
        # lanes that other tests have opened are seen by who sees all, and by who has an account there
        assert found == seen if kind == "platform" or not seen else found >= seen
        transaction.set_rollback(True)


def test_a_transaction_without_a_wall_sees_nothing_and_the_tables_are_closed(site: Site) -> None:
    from django.db import connection, transaction
    from django.db.utils import ProgrammingError

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM posting")
        assert cursor.fetchone() == (0,)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM public.posting")


def test_pages_are_for_their_readers(site: Site) -> None:
    for kind, lane, first in (("client", None, "/me/"), ("staff", None, "/custodian/"), ("platform", 1, "/platform/")):
        client = site.signed_in(kind, lane=lane)
        assert {where: client.get(where).status_code for where in ("/me/", "/custodian/", "/platform/", "/")} == {
            where: 200 if where in (first, "/") else 404 for where in ("/me/", "/custodian/", "/platform/", "/")
        }
    assert site.anybody().get("/me/").headers["location"] == "/signin/?next=%2Fme%2F"
    sent = site.anybody().post("/me/deposit/", {"amount": "1"}).headers["location"]
    assert sent == "/signin/?next=%2Fme%2Fdeposit%2F&ended=1"
    assert b"nothing was done" in site.anybody().get(sent, headers={"accept-language": "en"}).content


def test_what_is_of_a_platform_by_another_name_of_its_lane_is_behind_the_wall_too(site: Site) -> None:
    from django.db import connection, transaction

    for lane in (1, 2):
        add_key(site.url, f"P{lane}")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cunguan.lanes', '2', true)")
        cursor.execute("SELECT DISTINCT for_lane FROM door_key")
        assert cursor.fetchall() == [(2,)]
