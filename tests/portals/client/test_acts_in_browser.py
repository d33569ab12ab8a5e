"""The pages of acts in a browser: with money, cards, claims and fees, on a phone and a desktop, in both languages, also easy to read."""

from typing import Any

import psycopg
import pytest

from tests.plane.harness import account, ask, deposit, mandate, register
from tests.portals.harness import Live, Site, shot
from tests.portals.test_quality import cookie

PAGES = (
    "deposit/", "deposits/", "withdraw/", "withdrawals/", "fees/", "mandates/", "mandates/grant/", "holdings/", "requests/", "limits/",
    "security/", "freeze/", "notices/",
)  # fmt: skip
NAME = "shown-1"


@pytest.fixture(scope="module")
def shown(site: Site) -> Any:
    """A client in whose account much has happened; return the client, signed in."""
    from cunguan.doors.jobs import notices
    from cunguan.doors.portals.shell.house import house

    def done(*instructions: Any, lane: int = 1) -> None:
        for one in instructions:
            answer = house().ask(lane, one)
            assert answer.code.name == "done", (one.id, answer)

    done(register(NAME), lane=0)
    item = {
        "item": "withdrawal_fee",
        "basis": "bp",
        "rate_bp": 10,
        "fixed_minor": 100,
        "cap_minor": 2_000,
        "month_cap_minor": 0,
    }
    done(
        account(1, NAME, "lender"), deposit(0, tag=NAME, lender=NAME, amount_minor=1_000_000),
        ask(1, f"card:{NAME}", "card_binding", holder=NAME, card=f"card:{NAME}", payee_hash="h" * 64),
        ask(1, "shown:fees", "fee_schedule", schedule="shown", version=1, items=[item], maker="m1", checker="c1"),
        ask(1, "shown:agree", "fee_consent", holder=NAME, schedule="shown", version=1),
        mandate(NAME),
        ask(1, "shown:listing", "listing_registration", listing="SHOWN", pool="main", borrower="B", person="person:B", currency="USD",
            pack="none_recorded", amount_minor=300_000, rate_e6=96_000, rule="equal_instalment", months=3, raise_until="2026-03-05"),
        ask(1, "shown:bid", "bid_hold", lender=NAME, listing="SHOWN", amount_minor=300_000),
        ask(1, "shown:lent", "disbursement", listing="SHOWN"),
        ask(1, f"channel:{NAME}", "deposit_notice", holder=NAME, channel="paychannel", settle_date="2026-03-03", amount_minor=5_000,
            reference="r-shown"),
    )  # fmt: skip
    with psycopg.connect(site.url) as owner:  # a day later
        owner.execute("UPDATE card SET cooling_until = bound_date WHERE lane = 1 AND id = %s", (f"card:{NAME}",))
    made = site.stack.door().post("/v1/authorisations", {
        "id": "shown-ask", "kind": "bid_hold", "body": {"lender": NAME, "listing": "X0", "amount_minor": 12_345},
    })  # fmt: skip
    assert made.status_code in (200, 201), made.text
    while house().call(notices.tell):
        pass
    return site.signed_in("client", f"person:{NAME}")


def opened(site: Site, live_site: Live, client: Any, *, phone: bool, language: str, is_easy: bool = False) -> Any:
    """Return a page of the client who is signed in."""
    page = live_site.page(phone=phone, language=language)
    kept = {"__Host-language": language} | ({"__Host-reading": "easy"} if is_easy else {})
    made = cookie(site, client.user, live_site.address)
    page.context.add_cookies([made, *({**made, "name": name, "value": value} for name, value in kept.items())])  # type: ignore[list-item]
    return page


@pytest.mark.parametrize(
    ("phone", "language", "is_easy"),
    [(True, "zh-hans", False), (False, "en", False), (True, "en", True)],
    ids=["phone-zh", "desktop-en", "easy"],
)
def test_every_page_fits_its_screen(
    site: Site, live_site: Live, shown: Any, phone: bool, language: str, is_easy: bool
) -> None:
    page = opened(site, live_site, shown, phone=phone, language=language, is_easy=is_easy)
    base = site.query("SELECT base FROM holder_account WHERE lane = 1 AND id = %s", NAME)[0][0]
    claim = site.query("SELECT id FROM claim WHERE lane = 1 AND holder = %s", NAME)[0][0]
    name = f"{'easy' if is_easy else 'phone' if phone else 'desktop'}-{language}"
    for path in (*PAGES, f"claims/1-{base}/{claim}/", f"requests/1-{base}/shown-ask/"):
        answer = page.goto(f"/me/{path}")
        assert answer is not None and answer.status == 200 and "/signin/" not in page.url, path
        shot(page, f"acts-{path.strip('/').replace('/', '-').replace(':', '-')}-{name}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is wider than its screen"


def test_a_withdrawal_is_read_through_before_it_is_signed(site: Site, live_site: Live, shown: Any) -> None:
    page = opened(site, live_site, shown, phone=True, language="zh-hans")
    page.goto("/me/withdraw/")
    page.fill("[name=amount]", "600")
    page.click("form[method=post] button.btn-primary")
    page.wait_for_selector("[name=step]", state="attached")
    shot(page, "acts-withdraw-look-phone-zh-hans")
    text = page.inner_text("main")
    assert "600.00" in text and "1.60" in text and "601.60" in text, (
        "amount, fee by the schedule he agreed to, and both"
    )
