"""Name, password and code: enough for low amounts, one answer to whatever is wrong, and waits that keep nobody from his passkey."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.portals.device import Device, opens, signed_up, use
from tests.portals.harness import Site

PASSWORD = "correct horse battery staple"
STEP = timedelta(seconds=30)


def code(secret: str, ahead: timedelta = timedelta(0)) -> str:
    """Return what an authenticator app shows."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    from cunguan.desks.people import clock

    return str(format_hotp_value(hotp_value(secret, int((clock.now() + ahead).timestamp()) // 30)))


class Set:
    """A client with a name, a password and codes; the code of now was used by switching them on."""

    def __init__(self, somebody: Callable[..., Any], name: str) -> None:
        self.name, self.client = name, somebody()
        self.user, self.device = signed_up(self.client)
        opens(self.client, self.device, "/security/name/")
        answer = self.client.post("/security/name/", {"name": name, "password": PASSWORD, "again": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        opens(self.client, self.device, "/security/totp/")
        self.client.get("/security/totp/")
        self.secret = self.client.session["mfa.totp.secret"]
        assert self.client.post("/security/totp/", {"code": code(self.secret, -STEP)}).status_code == 302

    def try_in(self, client: Any, **other: str) -> Any:
        given = {"name": self.name, "password": PASSWORD, "code": code(self.secret), **other}
        return client.post("/signin/name/", given)


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Hash lightly where the hash itself is not looked at."""
    from cunguan.desks.people import hashing

    if "hash" not in request.node.name:
        monkeypatch.setattr(hashing.Argon2id, "time_cost", 1)
        monkeypatch.setattr(hashing.Argon2id, "memory_cost", 1024)


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clock stand in the middle of a step: a code is of the step it was made in, however slow the machine is."""
    from cunguan.desks.people import clock

    now = clock.now()
    middle = now + timedelta(seconds=15 - now.timestamp() % 30)
    monkeypatch.setattr(clock, "_of", [lambda: middle])


@pytest.fixture
def known(site: Site, somebody: Callable[..., Any], request: pytest.FixtureRequest) -> Set:
    return Set(somebody, f"wang.fang.{abs(hash(request.node.name))}")


def test_signs_in_for_low_amounts(known: Set, somebody: Callable[..., Any]) -> None:
    client = somebody()
    assert known.try_in(client).status_code == 302
    assert client.session["strength"] == "totp"
    assert client.get("/security/").status_code == 200
    assert client.get("/security/passkeys/add/").status_code == 302, "a code adds no passkey"


def test_the_name_is_nowhere_and_the_password_is_a_hash(site: Site, known: Set) -> None:
    (row,) = site.query("SELECT login, password FROM people_user WHERE id = %s", known.user.pk)
    assert len(row[0]) == 32
    assert row[1].startswith("argon2$argon2id$v=19$m=65536,t=3,p=1$")
    for table in ("people_user", "people_attempt", "people_event", "people_session", "mfa_authenticator"):
        assert known.name not in str(site.query(f"SELECT * FROM {table}")), table


def test_the_name_is_found_however_it_is_written(known: Set, somebody: Callable[..., Any]) -> None:
    assert known.try_in(somebody(), name=f" {known.name.upper()} ").status_code == 302


def test_the_secret_lies_encrypted_and_is_bound_to_its_user(
    site: Site, known: Set, somebody: Callable[..., Any]
) -> None:
    from allauth.mfa.models import Authenticator

    from cunguan.keys.ciphers import CipherWrong

    (held,) = site.query("SELECT data FROM mfa_authenticator WHERE user_id = %s AND type = 'totp'", known.user.pk)
    assert known.secret not in str(held)
    other = Set(somebody, f"{known.name}-b")
    Authenticator.objects.filter(user=other.user, type="totp").update(data=held[0])
    with pytest.raises(CipherWrong):
        other.try_in(somebody(), code=code(known.secret))


def test_a_code_is_good_once(known: Set, somebody: Callable[..., Any]) -> None:
    now = code(known.secret)
    assert known.try_in(somebody(), code=now).status_code == 302
    assert known.try_in(somebody(), code=now).status_code == 400


def test_the_code_that_switched_codes_on_is_used_up(known: Set, somebody: Callable[..., Any]) -> None:
    assert known.try_in(somebody(), code=code(known.secret, -STEP)).status_code == 400


@pytest.mark.parametrize(("ahead", "is_good"), [(-2, False), (1, True), (2, False)])
def test_one_step_around_is_taken(known: Set, somebody: Callable[..., Any], ahead: int, is_good: bool) -> None:
    answer = known.try_in(somebody(), code=code(known.secret, ahead * STEP))
    assert (answer.status_code == 302) is is_good


def test_after_a_later_code_an_earlier_one_is_not_taken(known: Set, somebody: Callable[..., Any]) -> None:
    now, later = code(known.secret), code(known.secret, STEP)
    assert known.try_in(somebody(), code=later).status_code == 302
    assert known.try_in(somebody(), code=now).status_code == 400


def test_every_wrong_thing_has_one_answer(known: Set, somebody: Callable[..., Any]) -> None:
    import re

    def said(**wrong: str) -> tuple[int, str]:
        answer = known.try_in(somebody(), **wrong)
        page = re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode())
        return answer.status_code, page

    password, name = said(password="wrong password here"), said(name="nobody.of.this.name")
    assert password == name == said(code="000000")
    assert password[0] == 400


def test_for_an_unknown_name_the_same_work_is_done(
    known: Set, somebody: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cunguan.desks.people import hashing

    worked: list[str] = []
    encode, verify = hashing.Argon2id.encode, hashing.Argon2id.verify
    monkeypatch.setattr(hashing.Argon2id, "encode", lambda self, p, s: (worked.append("hash"), encode(self, p, s))[1])
    monkeypatch.setattr(hashing.Argon2id, "verify", lambda self, p, e: (worked.append("hash"), verify(self, p, e))[1])
    for wrong in ({"name": "nobody.at.all"}, {"password": "wrong password here"}):
        worked.clear()
        known.try_in(somebody(), **wrong)
        assert worked == ["hash"], wrong


def test_after_some_failures_one_waits_longer_each_time(known: Set, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people import clock

    client = somebody()
    for _ in range(5):
        assert known.try_in(client, password="wrong password here").status_code == 400
    assert known.try_in(client, password="wrong password here").status_code == 429
    answer = known.try_in(client)
    assert (answer.status_code, 0 < int(answer["Retry-After"]) <= 31) == (429, True), "the right one waits too"
    with clock.ahead(timedelta(seconds=31)):
        assert known.try_in(client, password="wrong password here").status_code == 400
        assert 31 < int(known.try_in(client)["Retry-After"]) <= 61
    with clock.ahead(timedelta(seconds=100)):
        assert known.try_in(client).status_code == 302


def test_a_name_that_nobody_has_waits_as_well(known: Set, somebody: Callable[..., Any]) -> None:
    client = somebody()
    found = [known.try_in(client, name=f"{known.name}.nobody").status_code for _ in range(6)]
    assert found == [400] * 5 + [429]


def test_a_name_that_others_have_locked_opens_by_passkey_and_from_a_known_device(
    known: Set, somebody: Callable[..., Any]
) -> None:
    from cunguan.desks.notices.models import Notice

    for _ in range(6):
        known.try_in(somebody(), password="wrong password here")
    assert known.try_in(somebody()).status_code == 429
    assert use(somebody(), known.device).status_code == 302
    known.client.post("/signout/")
    assert known.try_in(known.client).status_code == 302, "his own browser counts for itself"
    assert Notice.objects.filter(reader=known.user.reference, kind="locked_out").count() == 1


def test_an_address_that_fails_often_waits_for_every_name(known: Set, somebody: Callable[..., Any]) -> None:
    client = somebody()
    found = [known.try_in(client, name=f"{known.name}.{one // 4}").status_code for one in range(31)]
    assert found == [400] * 30 + [429]
    assert use(client, known.device).status_code == 302, "its passkeys do not wait"


def test_no_more_than_two_passwords_at_once(
    known: Set, somebody: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cunguan.desks.people import hashing

    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.01)
    leave, in_place = threading.Event(), [threading.Event(), threading.Event()]

    def take(place: threading.Event) -> None:
        with hashing._place():
            place.set()
            leave.wait(30)

    threads = [threading.Thread(target=take, args=(place,)) for place in in_place]
    for one in threads:
        one.start()
    try:
        assert all(place.wait(30) for place in in_place)
        answer = known.try_in(somebody())
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    finally:
        leave.set()
        for one in threads:
            one.join()
    assert known.try_in(somebody()).status_code == 302


def test_an_older_hash_is_made_anew(known: Set, somebody: Callable[..., Any], site: Site) -> None:
    from argon2 import PasswordHasher

    from cunguan.desks.people.models import User

    weak = "argon2" + PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    User.objects.filter(pk=known.user.pk).update(password=weak)
    assert known.try_in(somebody()).status_code == 302
    ((now,),) = site.query("SELECT password FROM people_user WHERE id = %s", known.user.pk)
    assert "m=65536,t=3,p=1" in now


def test_without_codes_a_password_is_worth_nothing(known: Set, somebody: Callable[..., Any]) -> None:
    use(known.client, known.device, "/security/confirm/")
    assert known.client.post("/security/totp/off/").status_code == 302
    assert known.try_in(somebody()).status_code == 400


@pytest.mark.parametrize("password", ["short", "passwordpassword", "123456789012"])
def test_a_password_that_is_short_or_common_is_refused(site: Site, somebody: Callable[..., Any], password: str) -> None:
    client = somebody()
    _, device = signed_up(client)
    opens(client, device, "/security/name/")
    given = {"name": "some.body.else", "password": password, "again": password}
    common = password == "passwordpassword"
    assert client.post("/security/name/", given).status_code == (302 if common else 400)


def test_a_name_of_somebody_else_cannot_be_taken(known: Set, somebody: Callable[..., Any]) -> None:
    client = somebody()
    _, device = signed_up(client)
    opens(client, device, "/security/name/")
    given = {"name": known.name, "password": PASSWORD, "again": PASSWORD}
    assert client.post("/security/name/", given).status_code == 400
    assert client.get("/security/").status_code == 200


def test_a_new_password_signs_other_browsers_out(known: Set, somebody: Callable[..., Any]) -> None:
    other = somebody()
    use(other, known.device)
    given = {"name": known.name, "password": PASSWORD + "!", "again": PASSWORD + "!"}
    assert known.client.post("/security/name/", given).status_code == 302
    assert known.client.get("/security/").status_code == 200
    assert other.get("/security/").status_code == 302


def test_staff_have_no_password_and_no_codes(site: Site, somebody: Callable[..., Any]) -> None:
    client = site.signed_in("staff")
    assert [client.get(page).status_code for page in ("/security/name/", "/security/totp/", "/security/codes/")] == [
        404
    ] * 3
    assert Device()


@pytest.mark.parametrize("kind", ["staff", "regulator", "auditor"])
def test_even_with_a_password_and_codes_staff_do_not_get_in(
    site: Site, somebody: Callable[..., Any], kind: str
) -> None:
    """The pages never make such a user; if a row were changed by hand, the last step still refuses."""
    known = Set(somebody, f"{kind}.by.hand.{abs(hash(somebody))}")
    from cunguan.desks.people.models import User

    User.objects.filter(pk=known.user.pk).update(kind=kind)
    client = somebody()
    assert known.try_in(client).status_code == 403
    assert "_auth_user_id" not in client.session
