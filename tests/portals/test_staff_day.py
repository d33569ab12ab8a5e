"""The staff's day in a browser: one closes the date, the reconciliation finds a break, he takes it and proposes how it ends; another reads
the same text and signs; the break is closed under both names.

Shape   a platform and a lane of the story's own, whose date is before all others'
"""

from datetime import UTC, date, datetime

import psycopg
from playwright.sync_api import Page

from cunguan.doors.reconciliation.run import reconcile
from cunguan.store import roles
from tests.plane.harness import as_role
from tests.portals.custodian.ground import own_lane
from tests.portals.harness import Live, Site, shot

LANE, DAY = 61, date(2026, 1, 12)


def test_two_people_close_a_day_and_its_break(site: Site, live_site: Live) -> None:
    own_lane(LANE, DAY)
    maker, checker = live_site.page(phone=False), live_site.page(phone=False, language="en")
    first = live_site.sign_in_new(maker, "staff", "reconciler", "maker")
    second = live_site.sign_in_new(checker, "staff", "reconciler", "checker")
    close(maker)
    with psycopg.connect(as_role(site.url, roles.DOOR), autocommit=True) as door:
        day = reconcile(door, DAY, datetime.now(UTC))
    assert day.verdict in ("differs", "incomplete")
    found = take(maker)
    propose(maker)
    proposal = sign(maker)
    assert site.query("SELECT state FROM recon_break WHERE lane = %s AND id = %s", LANE, found) == [("owned",)], (
        "one is not two"
    )
    approve(checker, proposal)
    assert sign(checker) == proposal
    ((state,),) = site.query("SELECT state FROM recon_break WHERE lane = %s AND id = %s", LANE, found)
    rows = site.query(
        "SELECT maker, checker FROM break_move WHERE lane = %s AND break = %s ORDER BY number DESC LIMIT 1", LANE, found
    )
    assert (state, rows) == ("closed", [(first.reference, second.reference)])
    checker.goto(f"/custodian/breaks/{LANE}/{found}/")
    shot(checker, "staff-day-closed-break")
    assert first.reference in checker.inner_text("main") and second.reference in checker.inner_text("main")


def close(page: Page) -> None:
    """Close the date, and watch it done."""
    page.on("dialog", lambda asked: asked.accept())
    page.goto("/custodian/closing/")
    page.select_option("#date", DAY.isoformat())
    shot(page, "staff-day-closing")
    page.click("form[action$='/closing/step/'] button")
    page.wait_for_url("**/sign/**")
    page.click("form[data-sign] button")
    page.wait_for_selector("#closing .alert-success")
    shot(page, "staff-day-closed")


def take(page: Page) -> str:
    """Take the day's break; return its id."""
    page.goto(f"/custodian/lists/breaks/?lane={LANE}")
    page.click("[data-list] tbody tr:first-child a")
    page.click("form[action$='/act/'] button >> nth=0")
    page.wait_for_selector(".alert-success")
    shot(page, "staff-day-break")
    return page.url.split(f"/breaks/{LANE}/")[1].rstrip("/")


def propose(page: Page) -> None:
    """Propose to close it by evidence."""
    page.click("a[href*='/approvals/new/break_closing/']")
    page.fill("[name=body-reference]", "statement of 12 January, by telephone")
    page.fill("[name=body-note]", "the bank has confirmed the balance")
    page.fill("[name=why]", "the statement came late")
    shot(page, "staff-day-proposal")
    page.click("form[method=post][data-once] button.btn-primary")


def approve(page: Page, proposal: str) -> None:
    """Find among what waits the proposal of the break, read it, and go on to the signature."""
    page.goto("/custodian/approvals/")
    page.click(f"main a[href*='/custodian/approvals/{proposal}']")
    shot(page, "staff-day-approval")
    page.click("a[href*='/sign/']")


def sign(page: Page) -> str:
    """Read the text and touch the passkey; return the proposal's id, where the page comes back to."""
    page.wait_for_url("**/sign/**")
    page.click("form[data-sign] button")
    page.wait_for_url("**/custodian/approvals/**")
    return page.url.split("/approvals/")[1].split("/")[0]
