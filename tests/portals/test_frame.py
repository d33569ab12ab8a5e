"""The frame of all pages in a browser: nothing from elsewhere, in three languages, easy to read when it is asked for."""

import pytest

from tests.portals.harness import Live, Site, shot


def test_the_first_page_in_three_languages(live_site: Live) -> None:
    page = live_site.page()
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    shot(page, "frame-zh")
    for language, word in (("en", "What is held"), ("zh-hant", "資金公示"), ("zh-hans", "资金公示")):
        page.select_option("#language", language)
        page.wait_for_selector(f"html[lang={language}]")
        assert word in page.inner_text("h1")


def test_a_page_whose_statement_fails_says_so_and_asks_the_database_nothing_more(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    def fails(*_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr("cunguan.doors.portals.shell.frame.rows", fails)
    client = site.signed_in("client")
    client.raise_request_exception = False
    found = client.get("/me/")
    assert found.status_code == 500 and 'id="content"' in found.content.decode()
