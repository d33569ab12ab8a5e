"""The console in a browser: it is read on a desktop and on a phone, in both languages, with the keyboard alone."""

import os
from typing import Any

from playwright.sync_api import Page

from tests.portals.custodian.ground import make_break, suspense
from tests.portals.harness import Live, Site, shot

PAGES = {
    "home": "", "breaks": "lists/breaks/", "lists": "lists/", "balances": "books/1/", "accounts": "books/1/accounts/main/2010/",
    "journal": "books/1/journal/7/", "holder": "books/1/client/L000/", "person": "persons/person:L000/", "listing": "books/1/listing/X0/",
    "closing": "closing/", "safeguarding": "safeguarding/", "search": "search/", "users": "lists/users/", "rules": "rules/",
}  # fmt: skip


def staff_page(live_site: Live, *, phone: bool, language: str) -> Page:
    """Open a page of a member of staff who has signed in."""
    page = live_site.page(phone=phone, language=language)
    live_site.sign_in_new(page, "staff", "reconciler")
    return page


def test_reads_on_a_desktop_and_on_a_phone(site: Site, live_site: Live) -> None:
    found = {"break": f"breaks/1/{make_break(site)}/", "suspense": f"suspense/1/{suspense()}/"}
    for phone, language in ((False, "zh-CN"), (True, "en")):
        page = staff_page(live_site, phone=phone, language=language)
        for name, where in {**PAGES, **found}.items() if os.environ.get("CUNGUAN_SHOTS") else found.items():
            page.goto(f"/custodian/{where}")
            shot(page, f"console-{name}-{'phone-en' if phone else 'desktop-zh'}")
            assert is_within(page), f"{name} is as wide as its window"


def is_within(page: Page) -> Any:
    """Return whether a page scrolls down alone."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_works_by_the_keyboard_alone(site: Site, live_site: Live) -> None:
    name = make_break(site, code="BRK14")
    page = staff_page(live_site, phone=False, language="en")
    page.goto("/custodian/lists/breaks/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('tr') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/custodian/breaks/1/**")
    page.goto("/custodian/")
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/custodian/search/")
    assert page.locator(f"main a[href*='{name}']").count() == 1
