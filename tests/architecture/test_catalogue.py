"""The catalogue: every kind of instruction is a file that can be copied, and the generated page is as the code is.

A kind has an operation file in the house form, a template where it posts, a test, a scenario an accountant reads, and a
sentence in each language. What has no scenario stands in the list below, with the reason.
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from cunguan.doors.catalogue.codes_page import CODE_PAGES
from cunguan.doors.catalogue.read import Entry, entries
from cunguan.doors.cli import catalogue
from tests.scenarios.usage import kinds_by_file

ROOT = Path(__file__).parents[2]

#: kinds no scenario asks for, each with the reason; reviewed when it grows
WITHOUT_SCENARIO: dict[str, str] = {
    "quarantine_resolution": "a scenario has no mistake of ours in it: tests/plane/test_quarantine.py plants one",
}


@cache
def kinds() -> dict[str, Entry]:
    return {entry.kind: entry for entry in entries()}


@cache
def pages() -> dict[str, str]:
    return catalogue.pages(ROOT)


@cache
def sources_of_tests() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "tests" / "operations").glob("*.py")))


EACH = pytest.mark.parametrize("kind", sorted(kinds()))


@pytest.mark.parametrize("page", sorted([*catalogue.PAGES.values(), *CODE_PAGES.values()]))
def test_the_page_is_as_the_code_is(page: str) -> None:
    assert (ROOT / "docs" / page).read_text("utf-8") == pages()[page], "type: cunguan catalogue --write"


@EACH
def test_a_kind_says_when_in_which_order_and_by_what_source(kind: str) -> None:
    entry = kinds()[kind]
    assert entry.when and entry.order and entry.source, "its docstring lacks When, Order or Source"
    assert entry.says.endswith(".") and entry.body, "it says in one sentence what it does, and what its message is"


@EACH
def test_a_kind_that_posts_has_templates_with_t_accounts(kind: str) -> None:
    entry = kinds()[kind]
    posts = bool(entry.posts) and not entry.posts.startswith("nothing")
    assert posts is bool(entry.templates), f"Posts says {entry.posts!r}"
    for template in entry.templates:
        assert re.search(r"^ +Dr .+\n +Cr ", template.drawing, re.MULTILINE), f"{template.name} draws no Dr and Cr"


@EACH
def test_a_kind_has_a_test(kind: str) -> None:
    assert f'"{kind}"' in sources_of_tests(), f"no file of tests/operations asks for {kind}"


@EACH
def test_a_kind_has_a_scenario(kind: str) -> None:
    has = any(kind in asked for asked in kinds_by_file().values())
    assert has is (kind not in WITHOUT_SCENARIO), "it has none, or one, and the list says otherwise"


@EACH
def test_a_kind_has_a_chinese_name_and_sentence(kind: str) -> None:
    says = json.loads((ROOT / "docs" / catalogue.WORDS).read_text("utf-8"))["zh"]["says"]
    for text in (kinds()[kind].zh, says.get(kind, "")):
        assert re.search(r"[一-鿿]", text), f"docs/{catalogue.WORDS} has no Chinese sentence for {kind}"


def test_no_sentence_is_left_of_a_kind_that_is_gone() -> None:
    says = json.loads((ROOT / "docs" / catalogue.WORDS).read_text("utf-8"))["zh"]["says"]
    assert says.keys() <= kinds().keys() and WITHOUT_SCENARIO.keys() <= kinds().keys()
