"""The frame of all pages in a browser: nothing from elsewhere, in three languages, easy to read when it is asked for."""

from tests.portals.harness import Live, shot


def test_the_first_page_in_three_languages(live_site: Live) -> None:
    page = live_site.page()
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    shot(page, "frame-zh")
    for language, word in (("en", "What is held"), ("zh-hant", "資金公示"), ("zh-hans", "资金公示")):
        page.select_option("#language", language)
        page.wait_for_selector(f"html[lang={language}]")
        assert word in page.inner_text("h1")
