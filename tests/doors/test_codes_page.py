"""Pages of codes: every code stands there once, in both languages, with the status the door gives it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import cunguan.doors
from cunguan.doors.api.handing_in import http_status
from cunguan.doors.api.openapi import PROBLEMS
from cunguan.doors.catalogue.codes_page import code_pages
from cunguan.doors.catalogue.codes_zh import SAYS_ZH
from cunguan.kernel.codes import Code


@pytest.mark.parametrize("page", ["codes.md", "codes.zh-CN.md"])
def test_every_code_stands_there_once(page: str) -> None:
    text = code_pages()[page]
    assert [text.count(f"| {int(code)} | `{code.name}` |") for code in Code] == [1] * len(Code)


def test_no_chinese_words_are_left_of_a_code_that_is_no_more() -> None:
    assert set(SAYS_ZH) <= {code.name for code in Code}


def test_codes_of_the_platforms_door_have_chinese_words() -> None:
    mute = {code.name for code in Code if 24 <= code <= 29 or code >= 400} - set(SAYS_ZH)
    assert not mute, "words in doors/catalogue/codes_zh.py"


def test_the_page_tells_the_status_with_which_the_door_says_a_code() -> None:
    differing = {
        f"{path.name}: {code}": status
        for path in Path(cunguan.doors.__path__[0]).rglob("*.py")
        for status, code in _said(ast.parse(path.read_text()))
        if status not in (http_status(Code[code]), 400)  # 400 and 422 are both said of what is malformed
    }
    assert not differing


def _said(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield status and code of every Problem that is written with both."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Name("Problem"), [ast.Constant(int(status)), ast.Attribute(ast.Name("Code"), code), *_]):
                yield status, code


def test_the_statuses_are_those_of_the_published_contract() -> None:
    told = {code: int(status) for status, (_, codes) in PROBLEMS.items() for code in codes.split()}
    assert {code: http_status(Code[code]) for code in told} == {**told, "malformed": 422}


def test_what_is_decided_is_stored_and_what_is_not_taken_is_not() -> None:
    text = code_pages()["codes.md"]
    stored = {
        line.split("`")[1]: line.endswith("| yes |")
        for line in text.splitlines()
        if line.startswith("| ") and "`" in line
    }
    assert stored["done"] and stored["insufficient_balance"]
    assert not (
        stored["lane_busy"]
        or stored["signature_invalid"]
        or stored["exists_with_different_amount"]
        or stored["not_found"]
    )
