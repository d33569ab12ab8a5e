"""The way in, in a browser with a virtual authenticator: made, used, refused."""

from typing import Any

from tests.portals.harness import Live, shot
from tests.portals.people.test_by_name import STEP, code

SENTENCE = "a long sentence nobody guesses"


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


def test_the_pages_of_the_way_in(live_site: Live) -> None:
    """Looked at in both languages, on both screens; what they do is tested in this process."""
    for language, phone in (("zh-CN", True), ("en", False)):
        page = live_site.page(phone=phone, language=language)
        tag = f"{language[:2]}-{'phone' if phone else 'desktop'}"
        for name in ("signin", "signup", "signin/name", "recover"):
            page.goto(f"/{name}/")
            shot(page, f"people-{name.replace('/', '-')}-{tag}")
        live_site.sign_up(page)
        page.wait_for_url("**/security/codes/")
        page.click("form[data-once] button")
        page.wait_for_selector("#codes")
        shot(page, f"people-codes-{tag}")
        for name in ("", "sessions/", "totp/", "name/", "passkeys/add/", "confirm/"):
            opened(page, f"/security/{name}")
            shot(page, f"people-security-{name.replace('/', '-')}{tag}")
        page.goto("/security/")
        page.click("a[href^='/security/passkeys/']")
        shot(page, f"people-passkey-{tag}")


def test_a_device_that_does_not_verify_its_user_is_refused(live_site: Live) -> None:
    page = live_site.page(passkeys=False)
    session, authenticator = live_site.authenticator(page)
    live_site.sign_up(page)
    page.click("form[action='/signout/'] button")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.goto("/signin/")
    page.click("[data-passkey] button")
    page.wait_for_selector("[data-says=stopped]:visible")
    assert "/signin/" in page.url
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})
    live_site.sign_in(page, to="/security/")
    assert page.url.endswith("/security/")


def opened(page: Any, address: str) -> None:
    """Open a page, and sign what it asks for first."""
    page.goto(address)
    if "/sign/" in page.url:
        page.click("form[data-sign] button")
        page.wait_for_url(lambda url: "/sign/" not in url)


def test_the_fallback_and_signing_out_everywhere(live_site: Live) -> None:
    page = live_site.page(language="en")
    live_site.sign_up(page)
    opened(page, "/security/name/")
    for field, value in (("name", "browser.fallback"), ("password", SENTENCE), ("again", SENTENCE)):
        page.fill(f"[name={field}]", value)
    page.click("form[data-once] button")
    page.wait_for_url("**/security/")
    opened(page, "/security/totp/")
    secret = page.inner_text("#totp-key")
    page.fill("[name=code]", code(secret, -STEP))
    page.click("form[data-once] button")
    page.wait_for_url("**/security/")
    other = live_site.page(language="en", passkeys=False)
    other.goto("/signin/name/?next=/security/sessions/")
    for field, value in (("name", "Browser.Fallback"), ("password", SENTENCE), ("code", code(secret))):
        other.fill(f"[name={field}]", value)
    other.click("form[data-once] button")
    other.wait_for_url("**/security/sessions/")
    assert "Low amounts" in other.inner_text("main")
    other.on("dialog", lambda dialog: dialog.accept())
    other.click("button[value=all]")
    other.wait_for_url(lambda url: "/security/" not in url)
    page.goto("/security/")
    assert "/signin/" in page.url, "the first browser is out as well"
