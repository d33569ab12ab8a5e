"""The reference pages: they say what the document and the codes say, in both languages, and load and run nothing."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import httpx
import msgspec
import pytest

from cunguan.doors.api.openapi import TAGS, published
from cunguan.doors.api.reference.pages import codes, reference
from cunguan.doors.api.reference.words import GROUPS_ZH, LANGUAGES, TAGS_ZH, WORDS
from cunguan.doors.catalogue.codes import code_entries
from cunguan.kernel.codes import Code
from tests.doors.api.harness import Stack

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [given["href"]] if given.get("href") else []
        assert "style" not in given and not any(name.startswith("on") for name in given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} ends what it did not begin"

    def handle_data(self, data: str) -> None:
        self.words += data


PAGES = {
    (name, language): Page(make(language))
    for language in LANGUAGES
    for name, make in (("/docs", lambda language: reference(published(True), language)), ("/docs/codes", codes))
}
EACH = pytest.mark.parametrize("page", PAGES.values(), ids=[f"{name} {language}" for name, language in PAGES])


@EACH
def test_a_page_is_whole_and_its_links_lead_somewhere(page: Page) -> None:
    assert page.open == [] and len(page.ids) == len(set(page.ids))
    for link in page.links:
        path, _, anchor = link.partition("#")
        to = PAGES[path.partition("?")[0], "en"] if path.startswith("/docs") else page
        assert path.partition("?")[0] in ("", "/docs", "/docs/codes", "/openapi.json"), link
        assert not anchor or anchor in to.ids, link


@EACH
def test_a_page_loads_and_runs_nothing(page: Page) -> None:
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert page.tags.count("h1") == 1 and page.tags.count("main") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reference_shows_every_operation_and_every_kind(language: str) -> None:
    page, document = PAGES["/docs", language], published(True)
    for methods in document["paths"].values():
        assert {said["operationId"] for said in methods.values()} <= set(page.ids)
    assert {f"type-{name}" for name in document["components"]["schemas"]} <= set(page.ids)
    assert "投标" in page.words and WORDS[language]["title"] in page.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_codes_shows_every_code_where_problems_point_to(language: str) -> None:
    page = PAGES["/docs/codes", language]
    assert {code.name for code in Code} <= set(page.ids)
    assert "the id was barred by the custodian and can never be used" in page.words


def test_the_two_languages_have_the_same_words() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    assert GROUPS_ZH.keys() <= {entry.group for entry in code_entries()}, "a group was renamed"
    assert TAGS_ZH.keys() == TAGS.keys()


def test_codes_are_read_as_they_stand() -> None:
    entries = {entry.name: entry for entry in code_entries()}
    assert entries.keys() == Code.__members__.keys()
    assert entries["lane_busy"].retry and not entries["lane_busy"].is_stored
    assert entries["insufficient_balance"].group == "money" and entries["insufficient_balance"].is_stored


@pytest.mark.parametrize(("path", "kind"), [
    ("/docs", "text/html; charset=utf-8"), ("/docs?lang=zh", "text/html; charset=utf-8"),
    ("/docs/codes?lang=zh", "text/html; charset=utf-8"), ("/openapi.json", "application/json"),
])  # fmt: skip
def test_anybody_is_served_and_the_policy_names_the_one_style(stack: Stack, path: str, kind: str) -> None:
    response = httpx.get(stack.address + path)
    assert response.status_code == 200 and response.headers["content-type"] == kind
    if kind.startswith("text/html"):
        style = re.search(r"<style>(.*?)</style>", response.text, re.DOTALL)
        assert style is not None
        hashed = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ") and f"style-src 'sha256-{hashed}';" in policy
        assert "script" not in policy
    else:
        assert response.json() == msgspec.json.decode(msgspec.json.encode(published(True)))


def test_an_unknown_language_is_refused(stack: Stack) -> None:
    assert httpx.get(f"{stack.address}/docs?lang=fr").status_code == 422
