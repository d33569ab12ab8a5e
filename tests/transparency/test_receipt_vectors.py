"""Vectors of receipts: files with the answer of each, for whoever writes a verifier; docs/receipts.md tells of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from cunguan.keys.note_keys import check
from cunguan.transparency.chain import look
from cunguan.transparency.note import Key
from cunguan.transparency.policy import read
from cunguan.transparency.receipt import Pins, verify

FOLDER = Path(__file__).parent.parent / "golden"
VECTORS = json.loads((FOLDER / "receipts.json").read_text("utf-8"))
PINS = Pins(None, read(VECTORS["policy"].encode()), Key.parse(VECTORS["custodian"]))


@pytest.mark.parametrize("vector", VECTORS["files"], ids=lambda one: one["name"])
def test_a_file_has_the_answer_that_is_written_down(vector: dict[str, Any]) -> None:
    result = verify(vector["file"].encode(), PINS, check)
    assert [one.name for one in result.checks if one.state != "failed"] == vector["hold"]
    assert [[one.name, one.word] for one in result.checks if one.state == "failed"] == vector["fails"]
    if result.is_good:
        assert (result.checks[2].found, result.checks[3].found) == (vector["leaf"], vector["root"])
        assert [[one.number, one.change_minor, one.link] for one in result.own] == vector["own"]
        assert result.latest == vector["latest"]


def test_several_files_have_the_answer_that_is_written_down() -> None:
    files = {one["name"]: one["file"].encode() for one in VECTORS["files"]}
    for names, told in VECTORS["together"]:
        found = look(verify(files[name], PINS, check) for name in names)
        assert [[one.what, one.first, one.last] for one in found] == told
