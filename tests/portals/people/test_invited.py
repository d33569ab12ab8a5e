"""Invitations: two people name somebody, he makes his passkey by a link, once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.portals.device import Device, make, use
from tests.portals.harness import Site


def invited(kind: str, reference: str, *, lane: int | None = None, roles: Sequence[str] = (), **more: Any) -> str:
    from cunguan.desks.people import clock, invitations

    secret = invitations.invite(kind, reference, clock.now(), lane=lane, roles=roles, maker="M", checker="C", **more)
    return f"/invited/{secret}/"


@pytest.mark.parametrize(
    ("kind", "lane", "roles", "first"),
    [("staff", None, ["maker"], "/custodian/"), ("platform", 1, ["admin", "viewer"], "/platform/"),
     ("regulator", None, [], "/custodian/"), ("auditor", None, [], "/custodian/"), ("client", None, [], "/me/")],
)  # fmt: skip
def test_he_is_who_the_link_says(
    site: Site, somebody: Callable[..., Any], kind: str, lane: int | None, roles: list[str], first: str
) -> None:
    from cunguan.desks.people import clock
    from cunguan.desks.people.finding import roles_of
    from cunguan.desks.people.models import User

    client, device, page = somebody(), Device(), invited(kind, f"i-{kind}", lane=lane, roles=roles)
    assert f"i-{kind}" in client.get(page).content.decode()
    answer = make(client, page, device)
    assert (answer.status_code, answer.headers["location"]) == (302, first)
    user = User.objects.get(kind=kind, reference=f"i-{kind}", lane=lane)
    assert roles_of(user, clock.now()) == frozenset(roles)
    assert client.session["strength"] == "passkey"
    assert client.get(page).status_code == 404, "it works once"
    assert use(somebody(), device).status_code == 302


def test_a_link_ends_after_72_hours(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people import clock

    page = invited("staff", "late")
    with clock.ahead(timedelta(hours=71, minutes=59)):
        assert somebody().get(page).status_code == 200
    with clock.ahead(timedelta(hours=72)):
        assert somebody().get(page).status_code == 404
        assert somebody().post(f"{page}begin/").status_code == 404


def test_the_database_holds_no_link(site: Site) -> None:
    secret = invited("staff", "hidden").split("/")[2]
    assert secret not in str(site.query("SELECT * FROM people_invitation"))


def test_a_device_that_does_not_verify_makes_nobody(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people.models import User

    page = invited("staff", "unverified")
    assert make(somebody(), page, Device(is_verified=False)).status_code == 400
    assert not User.objects.filter(reference="unverified").exists()
    assert somebody().get(page).status_code == 200, "and the link still works"


def test_of_two_links_one_is_used(site: Site, somebody: Callable[..., Any]) -> None:
    one, other = invited("staff", "twice"), invited("staff", "twice")
    make(somebody(), one, Device())
    assert somebody().get(other).status_code == 404


def test_who_is_there_needs_a_link_of_another_kind(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people.invitations import Missing, Taken

    make(somebody(), invited("staff", "there"), Device())
    with pytest.raises(Taken):
        invited("staff", "there")
    with pytest.raises(Missing):
        invited("staff", "not there", is_again=True)


def test_a_link_again_ends_what_was(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people import clock
    from cunguan.desks.people.finding import roles_of
    from cunguan.desks.people.freezes import payout_frozen_until
    from cunguan.desks.people.models import User

    old, client = Device(), somebody()
    make(client, invited("staff", "lost", roles=["checker"]), old)
    make(somebody(), invited("staff", "lost", is_again=True), Device())
    user = User.objects.get(reference="lost")
    assert client.get("/security/").status_code == 302
    assert use(somebody(), old).status_code == 400
    assert roles_of(user, clock.now()) == {"checker"}, "his roles stay"
    assert payout_frozen_until(user) is None


def test_a_client_again_has_his_payouts_frozen(site: Site, somebody: Callable[..., Any]) -> None:
    from cunguan.desks.people.freezes import payout_frozen_until
    from cunguan.desks.people.models import User

    make(somebody(), invited("client", "person:again"), Device())
    make(somebody(), invited("client", "person:again", is_again=True), Device())
    assert payout_frozen_until(User.objects.get(reference="person:again")) is not None


@pytest.mark.parametrize(
    ("kind", "roles"), [("staff", ["role_admin", "checker"]), ("client", ["maker"]), ("staff", ["boss"])]
)
def test_roles_that_cannot_be_are_refused(site: Site, kind: str, roles: list[str]) -> None:
    from cunguan.desks.people.invitations import RoleWrong

    with pytest.raises(RoleWrong):
        invited(kind, "nobody", lane=None, roles=roles)


def test_nobody_changes_who_he_is_to_be(site: Site, somebody: Callable[..., Any]) -> None:
    """The challenge of one invitation is no good for another."""
    from cunguan.desks.people.models import User

    viewer, admin = invited("staff", "small", roles=["viewer"]), invited("staff", "big", roles=["role_admin"])
    client, device = somebody(), Device()
    options = client.post(f"{viewer}begin/").json()
    client.post(admin, {"credential": device.create(options)})
    assert not User.objects.filter(reference="big").exists()
