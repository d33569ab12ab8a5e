"""Passkeys: who has one is in; what is not quite one is not."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.portals.device import Device, make, opens, sign, signed_up, use
from tests.portals.harness import Site


def test_a_newcomer_is_a_client_without_a_name_or_password(site: Site, somebody: Callable[..., Any]) -> None:
    user, _ = signed_up(somebody())
    assert (user.kind, user.reference[:2], len(user.reference), user.has_usable_password()) == (
        "client",
        "p-",
        18,
        False,
    )


def test_signs_in_without_a_name(site: Site, somebody: Callable[..., Any]) -> None:
    user, device = signed_up(somebody())
    client = somebody()
    answer = use(client, device, form={"next": "/security/"})
    assert (answer.status_code, answer.headers["location"]) == (302, "/security/")
    assert client.session["strength"] == "passkey"
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    "other",
    [{"is_verified": False}, {"origin": "http://localhost:1"}, {"origin": "https://localhost"}, {"site": "evil.example"},
     {"signature": b"0" * 70}, {"user": "eA"}, {"user": ""}],
    ids=["user not verified", "another port", "another scheme", "another site", "no signature", "no user", "empty user"],
)  # fmt: skip
def test_is_refused(site: Site, somebody: Callable[..., Any], other: dict[str, Any]) -> None:
    _, device = signed_up(somebody())
    client = somebody()
    assert use(client, device, **other).status_code == 400
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "wrong", ["", "{}", "[]", "1", '{"id": "x", "response": {}}', '{"response": {"userHandle": 7}}']
)
def test_what_is_no_answer_is_refused(site: Site, somebody: Callable[..., Any], wrong: str) -> None:
    client = somebody()
    client.post("/signin/begin/")
    assert client.post("/signin/", {"credential": wrong}).status_code == 400


def test_an_answer_is_good_once(site: Site, somebody: Callable[..., Any]) -> None:
    _, device = signed_up(somebody())
    client = somebody()
    answer = device.get(client.post("/signin/begin/").json())
    assert client.post("/signin/", {"credential": answer}).status_code == 302
    client.post("/signout/")
    client.post("/signin/begin/")
    assert client.post("/signin/", {"credential": answer}).status_code == 400


def test_an_answer_is_good_in_its_own_session_only(site: Site, somebody: Callable[..., Any]) -> None:
    _, device = signed_up(somebody())
    one, other = somebody(), somebody()
    answer = device.get(one.post("/signin/begin/").json())
    other.post("/signin/begin/")
    assert other.post("/signin/", {"credential": answer}).status_code == 400


def test_somebody_elses_passkey_does_not_open_an_account(site: Site, somebody: Callable[..., Any]) -> None:
    victim, _ = signed_up(somebody())
    _, device = signed_up(somebody())
    from tests.portals.device import text

    client = somebody()
    assert use(client, device, user=text(str(victim.pk).encode())).status_code == 400


def test_a_device_that_does_not_verify_its_user_makes_no_account(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people.models import User

    before = User.objects.count()
    assert make(somebody(), "/signup/", Device(is_verified=False)).status_code == 400
    assert User.objects.count() == before


def test_the_browser_is_asked_for_what_the_books_can_verify(site: Site, somebody: Callable[..., Any]) -> None:
    told = somebody().post("/signup/begin/").json()["publicKey"]
    assert [one["alg"] for one in told["pubKeyCredParams"]] == [-7, -8, -257]
    assert told["authenticatorSelection"]["userVerification"] == "required"
    assert told["authenticatorSelection"]["residentKey"] == "required"
    assert told["rp"]["id"] == "localhost"
    asked = somebody().post("/signin/begin/").json()["publicKey"]
    assert (asked["userVerification"], asked.get("allowCredentials", [])) == ("required", [])


def test_a_key_of_another_kind_is_refused(site: Site, somebody: Callable[..., Any], monkeypatch: Any) -> None:
    from cunguan.doors.portals.people import ceremonies

    monkeypatch.setattr(ceremonies, "ALGORITHMS", (-8,))
    assert make(somebody(), "/signup/", Device()).status_code == 400


def test_passkeys_are_added_renamed_and_taken_away_but_the_last(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.notices.models import Notice
    from cunguan.doors.portals.people.passkeys import of

    client = somebody()
    user, first = signed_up(client)
    (only,) = of(user)
    assert client.post(f"/security/passkeys/{only.pk}/", {"remove": "1"}).status_code == 400
    second, third = Device(), Device()
    assert make(client, "/security/passkeys/add/", second).headers["location"].startswith("/sign/"), "signed for first"
    assert len(of(user)) == 1
    opens(client, first, "/security/passkeys/add/")
    assert make(client, "/security/passkeys/add/", second, name="key ring").status_code == 302
    assert make(client, "/security/passkeys/add/", third).headers["location"].startswith("/sign/"), (
        "good for one passkey"
    )
    assert [one.wrap().name for one in of(user)] == [only.wrap().name, "key ring"]
    assert client.post(f"/security/passkeys/{only.pk}/", {"name": "old phone"}).status_code == 302
    asked = client.post(f"/security/passkeys/{only.pk}/", {"remove": "1"})
    assert asked.headers["location"].startswith("/sign/") and len(of(user)) == 2, "signed for first"
    back = sign(client, first, asked.headers["location"])
    assert client.get(back).status_code == 200
    other = of(user)[1]
    assert client.post(f"/security/passkeys/{other.pk}/", {"remove": "1"}).headers["location"].startswith("/sign/")
    assert client.post(f"/security/passkeys/{only.pk}/", {"remove": "1"}).status_code == 302
    assert [one.wrap().name for one in of(user)] == ["key ring"]
    assert use(somebody(), first).status_code == 400
    assert use(somebody(), second).status_code == 302
    told = set(Notice.objects.filter(reader=user.reference).values_list("kind", flat=True))
    assert {"passkey_added", "passkey_removed"} <= told


def test_another_users_passkey_is_not_there(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.doors.portals.people.passkeys import of

    other, _ = signed_up(somebody())
    client = somebody()
    signed_up(client)
    assert client.get(f"/security/passkeys/{of(other)[0].pk}/").status_code == 404


def test_what_changes_the_way_in_needs_a_fresh_passkey(
    site: Site, somebody: Callable[..., Any], monkeypatch: Any
) -> None:
    from cunguan.doors.portals.people import confirming

    client = somebody()
    _, device = signed_up(client)
    monkeypatch.setattr(confirming, "FRESH", 0)
    for page in ("/security/totp/", "/security/name/", "/security/passkeys/add/"):
        assert client.get(page).headers["location"].startswith("/sign/"), "the very act is signed"
        assert client.post(page).headers["location"].startswith("/sign/")
    assert client.get("/security/codes/").headers["location"].startswith("/security/confirm/?next=")
    assert client.post("/security/codes/").headers["location"].startswith("/security/confirm/?next=")
    monkeypatch.setattr(confirming, "FRESH", 120)
    before = client.cookies["__Host-session"].value
    answer = use(client, device, "/security/confirm/", form={"next": "/security/codes/"})
    assert answer.headers["location"] == "/security/codes/"
    assert client.cookies["__Host-session"].value != before, "the session has a new id"
    assert client.get("/security/codes/").status_code == 200


def test_a_code_does_not_count_as_a_fresh_passkey(site: Site, somebody: Callable[..., Any]) -> None:
    client = somebody()
    signed_up(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["type"] = "totp"
    session.save()
    assert client.get("/security/passkeys/add/").status_code == 302


def test_no_page_is_sent_to_another_site(site: Site, somebody: Callable[..., Any]) -> None:
    _, device = signed_up(somebody())
    for where in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        answer = use(somebody(), device, form={"next": where})
        assert answer.headers["location"] == "/me/"


def test_json_of_a_passkey_is_kept_as_the_books_read_it(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.signing.keys import passkeys_of

    user, device = signed_up(somebody())
    (passkey,) = passkeys_of(user)
    assert (passkey.credential_id, passkey.evidence_kind, len(passkey.public_key)) == (device.id, "webauthn_es256", 97)
    assert json.dumps(passkey.name)
