"""The way in, in a browser with a virtual authenticator: made, used, refused."""

from tests.portals.harness import Live, shot


def test_a_newcomer_makes_a_passkey_and_signs_in_without_a_name(live_site: Live) -> None:
    page = live_site.page()
    page.goto("/signup/")
    shot(page, "signup-zh")
    user = live_site.sign_up(page)
    assert user.kind == "client"
    assert user.reference.startswith("p-")
    page.click("form[action='/signout/'] button")
    page.goto("/me/")
    assert "/signin/" in page.url
    shot(page, "signin-zh")
    live_site.sign_in(page, to="/me/")
    assert page.url.endswith("/me/")


def test_staff_come_by_an_invitation(live_site: Live) -> None:
    page = live_site.page(phone=False)
    user = live_site.sign_in_new(page, "staff", "maker")
    assert page.url.endswith("/custodian/")
    assert [grant.role for grant in user.grants.all()] == ["maker"]
