"""Sessions: an id nobody can read out of the database, which ends by itself and changes when it is worth more."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.portals.device import signed_up, use
from tests.portals.harness import Site

MINUTES, HOURS = timedelta(minutes=1), timedelta(hours=1)


def is_in(client: Any) -> bool:
    return bool(client.get("/security/").status_code == 200)


def test_the_database_holds_a_hash_of_what_the_browser_holds(site: Site, somebody: Callable[..., Any]) -> None:
    client = somebody()
    user, _ = signed_up(client)
    key = client.cookies["__Host-session"].value
    assert len(key) == 43, "256 bits"
    rows = site.query("SELECT id, data FROM people_session WHERE user_id = %s", user.pk)
    assert [row[0] for row in rows] == [hashlib.sha256(key.encode()).hexdigest()]
    assert not any(key in str(row) for row in rows)


def test_the_cookie_is_of_this_host_alone(site: Site, somebody: Callable[..., Any]) -> None:
    client = somebody()
    signed_up(client)
    cookie = client.cookies["__Host-session"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True, True, "Strict", "/", "",
    )  # fmt: skip


@pytest.mark.parametrize(("idle", "stays"), [(timedelta(minutes=14, seconds=59), True), (timedelta(minutes=15), False)])
def test_ends_when_nobody_was_there_for_15_minutes(
    site: Site, somebody: Callable[..., Any], idle: timedelta, stays: bool
) -> None:
    from cunguan.desks.people import clock, sessions

    client = somebody()
    user, _ = signed_up(client)
    (row,) = sessions.of_user(user, clock.now())
    ahead = row.seen_at + idle - clock.now()
    with clock.ahead(ahead - timedelta(milliseconds=200) if stays else ahead):
        assert is_in(client) is stays


def test_ends_after_8_hours_however_busy(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people import clock

    client = somebody()
    signed_up(client)
    for step in range(1, 48):
        with clock.ahead(step * 10 * MINUTES):
            assert is_in(client), step
    with clock.ahead(8 * HOURS):
        assert not is_in(client)
    assert not is_in(client), "what is over stays over"


def test_a_rotation_does_not_give_more_hours(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people import clock

    client = somebody()
    _, device = signed_up(client)
    for step in range(1, 48):
        with clock.ahead(step * 10 * MINUTES):
            use(client, device, "/security/confirm/") if step == 40 else is_in(client)
    with clock.ahead(8 * HOURS):
        assert not is_in(client)


def test_an_id_of_somebodys_choice_is_not_taken_over(site: Site, somebody: Callable[..., Any]) -> None:
    _, device = signed_up(somebody())
    client = somebody()
    client.cookies["__Host-session"] = "A" * 43
    use(client, device)
    assert client.cookies["__Host-session"].value != "A" * 43


def test_the_id_changes_at_the_sign_in(site: Site, somebody: Callable[..., Any]) -> None:
    _, device = signed_up(somebody())
    client = somebody()
    client.post("/signin/begin/")
    before = client.cookies["__Host-session"].value
    use(client, device)
    assert client.cookies["__Host-session"].value != before
    thief = somebody()
    thief.cookies["__Host-session"] = before
    assert not is_in(thief)


def test_rotate_ends_the_old_id(site: Site, somebody: Callable[..., Any]) -> None:
    client = somebody()
    _, device = signed_up(client)
    old = client.cookies["__Host-session"].value
    use(client, device, "/security/confirm/")
    thief = somebody()
    thief.cookies["__Host-session"] = old
    assert not is_in(thief)
    assert is_in(client)


def test_one_is_ended_or_the_others_or_all(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people import clock, sessions

    here, phone, tablet = somebody(), somebody("Mozilla/5.0 (Linux; Android 14) Chrome/126.0"), somebody()
    user, device = signed_up(here)
    use(phone, device)
    use(tablet, device)
    page = here.get("/security/sessions/").content.decode()
    assert "Chrome · Android" in page
    (of_phone,) = [row for row in sessions.of_user(user, clock.now()) if "Android" in row.agent]
    here.post("/security/sessions/", {"end": of_phone.id})
    assert [is_in(one) for one in (here, phone, tablet)] == [True, False, True]
    here.post("/security/sessions/", {"end": "others"})
    assert [is_in(one) for one in (here, phone, tablet)] == [True, False, False]
    use(tablet, device)
    answer = here.post("/security/sessions/", {"end": "all"})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "每台设备" in here.get(answer.headers["location"]).content.decode(), "he is told that it was done"
    assert [is_in(one) for one in (here, phone, tablet)] == [False, False, False]


def test_nobody_ends_anothers_session(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people import clock, sessions

    victim, attacker = somebody(), somebody()
    user, _ = signed_up(victim)
    signed_up(attacker)
    attacker.post("/security/sessions/", {"end": sessions.of_user(user, clock.now())[0].id})
    assert is_in(victim)


def test_signing_out_ends_the_session_in_the_table(site: Site, somebody: Callable[..., Any]) -> None:
    client, thief = somebody(), somebody()
    signed_up(client)
    thief.cookies["__Host-session"] = client.cookies["__Host-session"].value
    assert is_in(thief)
    answer = client.post("/signout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(thief)


def test_a_link_signs_nobody_out(site: Site, somebody: Callable[..., Any]) -> None:
    client = somebody()
    signed_up(client)
    client.get("/signout/")
    assert is_in(client)


def test_a_new_device_is_told_and_a_known_one_is_not(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.notices.models import Notice

    known = somebody()
    user, device = signed_up(known)

    def told() -> int:
        return int(Notice.objects.filter(reader=user.reference, kind="new_device").count())

    known.post("/signout/")
    use(known, device)
    assert told() == 0
    use(somebody(), device)
    assert told() == 1


def test_what_is_over_is_swept(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people import clock, sessions
    from cunguan.desks.people.models import Session

    client = somebody()
    client.post("/signin/begin/")
    row = Session.objects.filter(id=sessions.hashed(client.cookies["__Host-session"].value))
    assert row.update(seen_at=clock.now() - HOURS) == 1
    sessions.SessionStore.clear_expired()
    assert not row.exists()


@pytest.mark.parametrize(
    "page",
    ["/signin/", "/signin/begin/", "/signin/name/", "/signup/", "/signup/begin/", "/signout/", "/recover/", "/security/codes/",
     "/security/confirm/", "/security/name/", "/security/passkeys/add/", "/security/sessions/", "/security/totp/off/"],
)  # fmt: skip
def test_a_form_from_elsewhere_is_refused(site: Site, somebody: Callable[..., Any], page: str) -> None:
    from django.test import Client

    client = somebody()
    signed_up(client)
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.cookies = client.cookies
    assert strict.post(page).status_code == 403


def test_a_link_of_another_site_goes_on_as_a_step_of_this_one_and_then_finds_the_session(
    site: Site, somebody: Callable[..., Any]
) -> None:
    page = somebody().get("/sign/ask/abc/?lang=en", headers={"sec-fetch-site": "cross-site"})
    assert page.status_code == 200 and "__Host-session" not in page.cookies and "__Host-csrf" not in page.cookies
    assert 'http-equiv="refresh" content="0;url=/sign/ask/abc/?lang=en"' in page.content.decode()
    again = somebody().get("/sign/ask/abc/?lang=en", headers={"sec-fetch-site": "same-origin"})
    assert again.status_code == 302 and again.headers["location"].startswith("/signin/")
