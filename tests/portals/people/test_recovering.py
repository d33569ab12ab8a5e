"""Recovery: a code, the identity, a living face; then everything old ends and nothing is paid out for three days."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from tests.plane.harness import account, register
from tests.portals.device import Device, make, signed_up, use
from tests.portals.harness import Site

WHO = {"name": "李雷", "id_type": "resident_id", "id_number": "11010519491231002X", "mobile": "13800001234",
       "card": "6222021001010003", "consent": "on"}  # fmt: skip


def codes_of(client: Any) -> list[str]:
    page = client.post("/security/codes/").content.decode()
    return re.findall(r"<li><code>([0-9-]{14})</code></li>", page)


def look(client: Any) -> Any:
    client.post("/recover/look/")
    return client.get("/recover/passkey/")


def kept(site: Site, person: str, **other: str) -> None:
    """Have the platform keep somebody's details."""
    from cunguan.desks.people import clock
    from cunguan.doors.api.in_thread import in_thread
    from cunguan.doors.persons.keeping import Persons
    from cunguan.doors.persons.opening import opened
    from cunguan.doors.persons.shapes import Details
    from cunguan.doors.portals.shell.house import house

    said = {"name": "李雷", "id_type": "id_card", "id_number": "11010519491231002X", **other}
    house().call(
        in_thread,
        lambda connection: Persons(connection, opened(house().context.keys, connection)).put(
            1, person, Details(**said), clock.now()
        ),
    )


def test_a_newcomer_comes_back_by_his_code_and_his_face(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.notices.models import Notice
    from cunguan.desks.people import clock
    from cunguan.desks.people.freezes import payout_frozen_until

    lost = somebody()
    user, old = signed_up(lost)
    codes = codes_of(lost)
    assert len(set(codes)) == 10
    client, new = somebody(), Device()
    assert client.post("/recover/", {"account": user.reference, "code": codes[3], **WHO}).status_code == 302
    assert look(client).status_code == 200
    assert make(client, "/recover/passkey/", new).headers["location"] == "/security/codes/"
    assert client.get("/security/").status_code == 200
    assert lost.get("/security/").status_code == 302, "the old session has ended"
    assert use(somebody(), old).status_code == 400, "and the old passkey"
    assert use(somebody(), new).status_code == 302
    until = payout_frozen_until(user)
    assert until is not None
    assert timedelta(hours=71) < until - clock.now() <= timedelta(hours=72)
    assert Notice.objects.filter(reader=user.reference, kind="recovery").exists()
    assert user.events.filter(kind="recovered").exists()
    with clock.ahead(timedelta(hours=73)):
        assert payout_frozen_until(user) is None


def test_a_code_is_good_once(site: Site, somebody: Callable[..., Any]) -> None:
    client = somebody()
    user, _ = signed_up(client)
    code = codes_of(client)[0]
    assert somebody().post("/recover/", {"account": user.reference, "code": code, **WHO}).status_code == 302
    assert somebody().post("/recover/", {"account": user.reference, "code": code, **WHO}).status_code == 400


def test_new_codes_end_the_old_ones(site: Site, somebody: Callable[..., Any]) -> None:
    client = somebody()
    user, _ = signed_up(client)
    old, new = codes_of(client)[0], codes_of(client)[0]
    assert somebody().post("/recover/", {"account": user.reference, "code": old, **WHO}).status_code == 400
    assert somebody().post("/recover/", {"account": user.reference, "code": new, **WHO}).status_code == 302


def test_codes_lie_encrypted(site: Site, somebody: Callable[..., Any]) -> None:
    client = somebody()
    user, _ = signed_up(client)
    codes = codes_of(client)
    rows = str(site.query("SELECT data FROM mfa_authenticator WHERE user_id = %s", user.pk))
    assert not any(code in rows or code.replace("-", "") in rows for code in codes)


def client_of_the_books(site: Site, somebody: Callable[..., Any], name: str) -> tuple[Any, list[str]]:
    """Return a user who has an account in lane 1, and his recovery codes."""
    from cunguan.desks.people import clock, invitations
    from cunguan.doors.portals.shell.house import house

    assert house().ask(0, register(name)).code is Code.done
    assert house().ask(1, account(1, name, "lender")).code is Code.done
    client, person = somebody(), f"person:{name}"
    secret = invitations.invite("client", person, clock.now(), maker="M", checker="C")
    make(client, f"/invited/{secret}/", Device())
    from cunguan.desks.people.models import User

    return User.objects.get(kind="client", reference=person), codes_of(client)


def test_who_has_accounts_shows_who_he_is(site: Site, somebody: Callable[..., Any]) -> None:
    user, codes = client_of_the_books(site, somebody, "rec-kept")
    kept(site, "person:rec-kept")

    def tried(**other: str) -> int:
        given = {"account": user.reference, "code": codes[0], **WHO, **other}
        return int(somebody().post("/recover/", given).status_code)

    assert tried(name="韩梅梅") == 400
    assert tried(mobile="13800000000") == 400, "the verifier says no"
    assert tried(mobile="13800009999") == 400, "the verifier says nothing"
    assert tried(card="") == 400, "four elements"
    assert tried() == 302, "the code was not used up by what was wrong"


def test_where_nothing_is_kept_only_people_can_say(site: Site, somebody: Callable[..., Any]) -> None:
    user, codes = client_of_the_books(site, somebody, "rec-bare")
    given = {"account": user.reference, "code": codes[0], **WHO}
    assert somebody().post("/recover/", given).status_code == 403


def test_no_step_is_left_out(site: Site, somebody: Callable[..., Any]) -> None:
    client = somebody()
    user, _ = signed_up(client)
    other = somebody()
    assert other.get("/recover/passkey/").headers["location"] == "/recover/"
    assert other.get("/recover/look/").headers["location"] == "/recover/"
    assert other.post("/recover/passkey/begin/").status_code == 403
    other.post("/recover/", {"account": user.reference, "code": codes_of(client)[0], **WHO})
    assert other.get("/recover/passkey/").headers["location"] == "/recover/", "the face first"
    assert other.post("/recover/passkey/begin/").status_code == 403


def test_a_step_waits_a_quarter_of_an_hour(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people import clock

    client = somebody()
    user, _ = signed_up(client)
    other = somebody()
    other.post("/recover/", {"account": user.reference, "code": codes_of(client)[0], **WHO})
    with clock.ahead(timedelta(minutes=14)):
        assert other.get("/recover/look/").status_code == 200
    with clock.ahead(timedelta(minutes=16)):
        assert other.get("/recover/look/").status_code == 302


def test_wrong_codes_have_to_wait(site: Site, somebody: Callable[..., Any]) -> None:
    user, _ = signed_up(somebody())
    client = somebody()
    given = {"account": user.reference, "code": "1234-5678-9012", **WHO}
    assert [client.post("/recover/", given).status_code for _ in range(6)] == [400] * 5 + [429]


def test_staff_do_not_recover(site: Site, somebody: Callable[..., Any]) -> None:
    staff = site.user("staff")
    assert somebody().post("/recover/", {"account": staff.reference, "code": "1", **WHO}).status_code == 400


@pytest.mark.parametrize("hours", [23, 73])
def test_a_freeze_is_from_24_to_72_hours(site: Site, hours: int) -> None:
    from cunguan.desks.people import clock, freezes

    with pytest.raises(AssertionError):
        freezes.freeze(site.user("client"), freezes.RECOVERY, clock.now(), timedelta(hours=hours))


def test_staff_see_whose_key_is_to_be_replaced(site: Site, somebody: Callable[..., Any]) -> None:
    from urllib.parse import parse_qs, urlsplit

    from cunguan.desks.signing.keys import passkeys_of

    user, codes = client_of_the_books(site, somebody, "rec-seen")
    kept(site, user.reference)
    client = somebody()
    client.post("/recover/", {"account": user.reference, "code": codes[0], **WHO})
    look(client)
    make(client, "/recover/passkey/", Device())
    staff = site.signed_in("staff", roles=["key_admin"])
    page = staff.get("/custodian/recoveries/").content.decode()
    (address,) = [one for one in re.findall(r'href="([^"]+)"', page) if "rec-seen" in one]
    said = {name: value[0] for name, value in parse_qs(urlsplit(address.replace("&amp;", "&")).query).items()}
    (passkey,) = passkeys_of(user)
    assert (said["lane"], said["holder"], said["old_key_id"]) == ("1", "rec-seen", "rec-seen:key")
    assert said["key_id"] == f"rec-seen:{passkey.key_word}"
    assert staff.get(address.replace("&amp;", "&")).status_code == 200
    assert site.signed_in("staff", roles=["viewer"]).get("/custodian/recoveries/").status_code == 403
