"""A newcomer's story in a browser: he registers by a passkey, opens an account, binds a card, pays in, bids where the platform asks him,
is repaid, withdraws, reads his receipt, and takes a mandate back: in Chinese on a phone, in English on a desktop.

Shape   a platform and a lane of each story's own, for its business date moves on: the card cools until the next day
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from cunguan.kernel.codes import Code
from tests.doors.api.harness import set_profile
from tests.plane import harness as plane
from tests.portals.harness import Live, Site, shot

FIRST, NEXT = date(2026, 3, 2), date(2026, 3, 3)
NAME, ID, CARD = "李雷", "11010519491231002X", "6222021001010001003"


class Platform:
    """A platform of this story, in a lane of its own."""

    def __init__(self, site: Site, lane: int) -> None:
        self.site, self.lane, self.name = site, lane, f"P{lane}"
        self.done(0, plane.ask(0, f"platform:{lane}", "platform_registration", platform=self.name, lane=lane, sandbox=True,
                               pack="none_recorded", **plane.NAMES))  # fmt: skip
        self.done(lane, plane.ask(
            lane, f"open:{lane}", "lane_opening", platform=self.name, sandbox=True, business_date=FIRST, pack="none_recorded",
            pools=[{"id": "main", "currency": "CNY", "regime": "lending"}],
            bank_accounts=[{"id": "bank", "pool": "main", "channel": "demobank", "reference": f"622202000000{lane}"}], **plane.NAMES,
        ))  # fmt: skip
        set_profile(site.url, lane)
        self.door = site.stack.door(self.name)
        self.done(lane, plane.account(lane, "B", "borrower"))

    def done(self, lane: int, *instructions: Any) -> None:
        """Have instructions done; a lane that was just opened is taken over in a moment."""
        from cunguan.doors.portals.shell.house import house

        for one in instructions:
            answer = house().ask(lane, one)
            assert answer.code is Code.done, answer

    def pay_in(self, holder: str, amount_minor: int) -> None:
        """Have the bank show a transfer of a holder's."""
        self.done(self.lane, plane.ask(
            self.lane, f"in:{holder}:{amount_minor}", "deposit_direct", holder=holder, bank_account="bank", amount_minor=amount_minor,
            payer_matches=True, reference=f"r:{holder}",
        ))  # fmt: skip

    def ask_a_bid(self, lender: str, amount_minor: int) -> None:
        """Register a listing and ask its lender by the API to confirm his bid for all of it."""
        self.done(self.lane, plane.ask(
            self.lane, "listing:N1", "listing_registration", listing="N1", pool="main", borrower="B", person="person:B", currency="CNY",
            pack="none_recorded", amount_minor=amount_minor, rate_e6=120_000, rule="bullet", months=1, raise_until=date(2026, 3, 5),
        ))  # fmt: skip
        body = {"lender": lender, "listing": "N1", "amount_minor": amount_minor}
        asked = self.door.post("/v1/authorisations", {"id": f"bid:{self.lane}", "kind": "bid_hold", "body": body})
        assert asked.status_code in (200, 201, 202), asked.text

    def lend_and_repay(self) -> None:
        """Pay the loan out, close the day, and have the borrower pay it back."""
        self.done(self.lane, plane.ask(self.lane, "loan:N1", "disbursement", listing="N1"))
        self.done(self.lane, plane.ask(self.lane, f"close:{FIRST}", "day_close", date=FIRST, next_date=NEXT))
        of = "SELECT number, principal_minor, interest_minor FROM plan_row WHERE lane = %s AND listing = 'N1' ORDER BY number"
        number, principal, interest = self.site.query(of, self.lane)[0]
        self.pay_in("B", interest)
        self.done(self.lane, plane.ask(
            self.lane, "repay:N1", "repayment", listing="N1", borrower="B", plan_row=number, principal_minor=principal,
            interest_minor=interest,
        ))  # fmt: skip


class Newcomer:
    """Who reads and signs."""

    def __init__(self, live: Live, page: Page, name: str) -> None:
        self.page, self._name, self._number = page, name, 0
        self.user = live.sign_up(page)

    def sign(self) -> None:
        """Read the page and sign it once."""
        self.page.wait_for_url("**/sign/**")
        self.see("sign")
        self.page.click("form[data-sign] button")
        self.page.wait_for_url(lambda url: "/sign/" not in url)

    def see(self, what: str) -> None:
        """Take a picture, and see that nothing is wider than the screen."""
        self._number += 1
        self.page.wait_for_load_state()
        shot(self.page, f"newcomer-{self._name}-{self._number:02}-{what}")
        size = self.page.viewport_size
        assert size and self.page.locator("html").evaluate("html => html.scrollWidth") <= size["width"], self.page.url

    def fill(self, **values: str) -> None:
        """Fill fields in."""
        for name, value in values.items():
            self.page.fill(f"[name={name}]", value)

    def holder(self, site: Site) -> tuple[str, int]:
        """Return his account's id and number."""
        self.user.refresh_from_db()
        found = site.query("SELECT id, base FROM holder_account WHERE person = %s", self.user.reference)
        assert len(found) == 1
        return found[0][0], found[0][1]


def opens_an_account(new: Newcomer, platform: Platform) -> None:
    page = new.page
    page.goto("/me/")
    new.see("home-empty")
    page.click("main a[href='/me/open/']")
    page.click(f"a[href='/me/open/{platform.lane}/main/']")
    new.fill(name=NAME, id_number=ID, card=CARD, bank="102100099996", mobile="13800001234")
    page.check("[name=agrees_data]")
    page.check("[name=agrees_risks]")
    new.see("open")
    page.click("main form[method=post] button.btn-primary")
    new.sign()
    page.wait_for_url("**/me/cards/bind/**")


def binds_a_card(new: Newcomer) -> None:
    page = new.page
    new.see("bind")
    assert "李*" in page.inner_text("main")
    new.fill(card=CARD, bank="102100099996", mobile="13800001234")
    page.click("main form[method=post] button.btn-primary")
    new.sign()
    page.wait_for_url("**/me/cards/**")
    new.see("cards")


def bids(new: Newcomer) -> None:
    page = new.page
    page.goto("/me/requests/")
    with page.expect_navigation():
        page.click("main a.btn-primary")
    new.see("request")
    page.click("form[action$='/sign/'] button")
    new.sign()


def withdraws(new: Newcomer) -> None:
    page = new.page
    page.goto("/me/withdraw/")
    new.fill(amount="30.00")
    with page.expect_navigation():
        page.click("main form[method=post] button.btn-primary")
    new.see("withdraw-look")
    page.click("main form[method=post] button.btn-primary")
    new.sign()
    new.see("withdrawn")


def grants_and_revokes(new: Newcomer, account: str) -> None:
    page = new.page
    page.goto(f"/me/mandates/grant/?account={account}")
    new.fill(cap="100.00", until="2026-06-01")
    page.click("main form[method=post] button.btn-primary")
    new.sign()
    page.goto("/me/mandates/")
    new.see("mandates")
    page.click("form[action$='/revoke/'] button")
    new.sign()
    page.goto("/me/mandates/")
    assert page.locator("form[action$='/revoke/']").count() == 0


def reads_his_receipt(new: Newcomer, site: Site, platform: Platform, base: int) -> None:
    page = new.page
    seq = site.query(
        "SELECT seq FROM instruction WHERE lane = %s AND kind = 'withdrawal' AND state = 'done'", platform.lane
    )[0][0]
    page.goto(f"/me/movements/{platform.lane}-{base}/{seq}/")
    new.see("movement")
    assert page.locator("details pre").count() >= 4
    with page.expect_download() as download:
        page.click("a[href$='receipt.pdf']")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    page.click("a[href^='/verify-code/']")
    page.wait_for_url("**/verify-code/**")
    new.see("code")
    assert page.locator(".alert-success").count() == 1


@pytest.mark.parametrize(("language", "lane"), [("zh-CN", 71), ("en-US", 72)])
def test_a_newcomer_comes_lends_is_repaid_and_leaves(site: Site, live_site: Live, language: str, lane: int) -> None:
    platform = Platform(site, lane)
    is_phone = language == "zh-CN"
    new = Newcomer(
        live_site, live_site.page(phone=is_phone, language=language), "phone-zh" if is_phone else "desktop-en"
    )
    opens_an_account(new, platform)
    binds_a_card(new)
    holder, base = new.holder(site)
    assert ("2026年3月3日" if is_phone else "3/3/2026") in new.page.inner_text("main").replace("03/03/2026", "3/3/2026")
    platform.pay_in(holder, 10_000)
    new.page.goto("/me/")
    assert "100.00" in new.page.inner_text("main")
    new.see("home-paid-in")
    platform.ask_a_bid(holder, 5_000)
    bids(new)
    platform.lend_and_repay()
    new.page.goto("/me/movements/")
    new.see("movements")
    assert ("还款" if is_phone else "Repayment") in new.page.inner_text("main")
    withdraws(new)
    reads_his_receipt(new, site, platform, base)
    grants_and_revokes(new, f"{lane}-{base}")
    assert site.query("SELECT evidence_kind FROM client_key WHERE lane = %s AND holder = %s", lane, holder) == [
        ("webauthn_es256",)
    ]
    assert site.query("SELECT state FROM withdrawal WHERE lane = %s AND holder = %s", lane, holder) == [("held",)]
