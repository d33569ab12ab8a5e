"""The page that is signed, in a browser with a virtual authenticator: signed, refused by the device, never twice, never altered."""

import uuid
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.plane.harness import deposit
from tests.portals.harness import Live, Site, shot


@pytest.fixture(scope="module")
def client(site: Site, live_site: Live) -> tuple[Page, str]:
    """A newcomer with a passkey of a browser, who opens an account by it; his page and his account's name."""
    from cunguan.doors.portals.shell.house import house

    page, holder = live_site.page(passkeys=False), f"BR{uuid.uuid4().hex[:6]}"
    page.device = live_site.authenticator(page)  # type: ignore[attr-defined]
    live_site.sign_up(page)
    address = asked(
        site, "/v1/openings", id=f"open-{holder}", holder=holder, person=f"person:{holder}", role="lender", pool="main"
    )
    page.goto(address)
    shot(page, "signing-asked-zh")
    page.click("a[href^='/me/open/asked/']")
    for name, value in (
        ("name", "李雷"),
        ("id_number", "11010519491231002X"),
        ("card", "6222021001010001003"),
        ("mobile", "13800001234"),
    ):
        page.fill(f"[name={name}]", value)
    page.check("[name=agrees_data]")
    page.check("[name=agrees_risks]")
    page.click("main form[method=post] button.btn-primary")
    page.wait_for_url("**/sign/**")
    shot(page, "signing-opening-zh")
    sign(page)
    page.wait_for_url("**/sign/ask/**")
    assert page.locator(".alert-success").count() == 1
    shot(page, "signing-done-zh")
    assert house().ask(1, deposit(0, tag=holder, lender=holder, amount_minor=1_000_000)).code.name == "done"
    return page, holder


def asked(site: Site, path: str, **body: Any) -> str:
    response = site.stack.door().post(path, body)
    assert response.status_code == 200, response.text
    return f"/sign/ask/{response.json()['page'].rpartition('/')[2]}/"


def bid(site: Site, holder: str, amount_minor: int) -> tuple[str, str]:
    name = f"bid-{uuid.uuid4().hex[:8]}"
    body = {"lender": holder, "listing": "X0", "amount_minor": amount_minor}
    return name, asked(site, "/v1/authorisations", id=name, kind="bid_hold", body=body)


def sign(page: Page) -> None:
    page.click("[data-sign] button")


def state(site: Site, name: str) -> Any:
    return site.stack.door().get(f"/v1/authorisations/{name}").json()


def test_he_reads_and_signs_and_it_is_done(site: Site, client: tuple[Page, str]) -> None:
    page, holder = client
    name, address = bid(site, holder, 123_456)
    page.goto(address)
    page.click("button[value=sign]")
    assert "1,234.56" in page.locator(".signed-sum").inner_text()
    shot(page, "signing-page-zh")
    sign(page)
    page.wait_for_url(lambda url: "signed=" in url)
    assert state(site, name)["answer"]["status"] == "done"
    assert state(site, name)["evidence_kind"] == "webauthn_es256"


def test_a_device_that_does_not_verify_him_signs_nothing(site: Site, live_site: Live, client: tuple[Page, str]) -> None:
    page, holder = client
    name, address = bid(site, holder, 500)
    page.goto(address)
    page.click("button[value=sign]")
    session, device = page.device
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    sign(page)
    page.wait_for_selector("[data-says=stopped]:not([hidden])")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    shot(page, "signing-stopped-zh")
    assert state(site, name)["state"] == "waiting"


def test_an_answer_for_another_page_or_sent_again_does_nothing(site: Site, client: tuple[Page, str]) -> None:
    page, holder = client
    first, address = bid(site, holder, 700)
    second, other = bid(site, holder, 70_000)
    page.goto(address)
    page.click("button[value=sign]")
    one = page.url
    page.goto(other)
    page.click("button[value=sign]")
    two = page.url
    # the first page's challenge put into the second page: the device signs it, the custodian does not take it
    page.goto(one)
    challenge = page.locator("[data-sign]").get_attribute("data-sign")
    page.goto(two)
    page.evaluate("challenge => { document.querySelector('[data-sign]').dataset.sign = challenge; }", challenge)
    sign(page)
    page.wait_for_selector(".alert-danger[role=alert]")
    shot(page, "signing-refused-zh")
    assert (state(site, first)["state"], state(site, second)["state"]) == ("waiting", "waiting")


def test_keys_of_accounts_are_listed(site: Site, live_site: Live, client: tuple[Page, str]) -> None:
    page, holder = client
    page.goto("/sign/keys/")
    assert holder in page.inner_text("main")
    shot(page, "signing-keys-zh")
    page.set_viewport_size({"width": 1280, "height": 900})
    _, address = bid(site, holder, 99_900)
    with page.expect_navigation():
        page.select_option("#language", "en")
    page.goto(address)
    shot(page, "signing-asked-en-desktop")
    page.click("button[value=sign]")
    shot(page, "signing-page-en-desktop")
    assert "Read, then sign" in page.inner_text("main")
