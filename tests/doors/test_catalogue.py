"""`cunguan catalogue`: the list, the JSON, and pages that are written, found fresh, and found stale."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from cunguan.doors.catalogue.read import Entry, entries
from cunguan.doors.cli import catalogue
from cunguan.operations.catalogue import operations

ROOT = Path(__file__).parents[2]


def call(*argv: str) -> int:
    parser = argparse.ArgumentParser()
    catalogue.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["catalogue", *argv])
    return int(arguments.run(arguments, None))


@pytest.fixture(scope="module")
def found() -> dict[str, Entry]:
    return {entry.kind: entry for entry in entries()}


def test_has_an_entry_for_every_kind(found: dict[str, Entry]) -> None:
    assert found.keys() == operations().keys()


def test_lists_each_kind_with_its_chinese_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert call() == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(operations())
    assert any(line.startswith("bid_hold") and "投标" in line for line in printed)


def test_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--json") == 0
    assert {entry["kind"] for entry in json.loads(capsys.readouterr().out)} == operations().keys()


@pytest.mark.parametrize(
    ("kind", "authority"),
    [
        ("bid_hold", ["P", "A"]),
        ("withdrawal", ["P", "A", "F"]),
        ("withdrawal_intercept", ["two names"]),
        ("withdrawal_result", ["S"]),
        ("person_lock", ["one name"]),
        ("account_opening", ["platform"]),
    ],
)
def test_tells_who_allows_it(found: dict[str, Entry], kind: str, authority: list[str]) -> None:
    assert found[kind].authority == authority


def test_reads_fields_templates_moves_codes_and_rules_from_the_code(found: dict[str, Entry]) -> None:
    bid, listing = found["bid_hold"], found["listing_registration"]
    assert [(field.name, field.type, field.default) for field in bid.fields][2:4] == [
        ("amount_minor", "integer", None),
        ("marketing_minor", "integer", "0"),
    ]
    assert [template.name for template in bid.templates] == ["bid_hold", "marketing_hold"]
    assert "Dr lender:L7:available" in bid.templates[0].drawing
    assert [(moves.machine, moves.moves) for moves in bid.states] == [("listing", [("raising", "filled", "full")])]
    assert "listing_remaining_exceeded" in bid.codes and "hold_not_open" not in bid.codes
    assert listing.leads_to == ["limit_release", "limit_reserve"]
    assert ["borrower_cap_exceeded"] in [rule.codes for rule in listing.rules]


def test_codes_that_are_only_compared_are_no_answers(found: dict[str, Entry]) -> None:
    assert "in_doubt" not in found["message_answered"].codes


def test_pages_are_written_found_fresh_and_found_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").mkdir()
    root = ["--root", str(tmp_path)]
    assert call("--check", *root) == 1
    words: Any = json.loads((ROOT / "docs" / catalogue.WORDS).read_text("utf-8"))
    (tmp_path / "docs" / catalogue.WORDS).write_text(json.dumps(words), "utf-8")
    assert call("--check", *root) == 1
    assert call("--write", *root) == 0
    assert call("--check", *root) == 0
    page = tmp_path / "docs" / "instructions.zh-CN.md"
    assert "## bid_hold" in page.read_text("utf-8") and "返回码" in page.read_text("utf-8")
    page.write_text(page.read_text("utf-8").replace("bid_hold", "bid_held", 1), "utf-8")
    capsys.readouterr()
    assert call("--check", *root) == 1
    assert capsys.readouterr().out == "stale: docs/instructions.zh-CN.md\n"


def test_is_refused_outside_a_checkout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--write", "--root", str(tmp_path)) == 1
    assert "works in a checkout" in capsys.readouterr().err
