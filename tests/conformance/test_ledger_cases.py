"""Ledger cases: what other ledgers promise holds of our books, but for what somebody has reviewed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.ledger_cases import CATEGORIES, Differs, main, reviewed, run, run_all

CASES = Path(__file__).parents[3] / "shared" / "data" / "ledger-cases"


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """The case files, or a skip that says where they are looked for."""
    found = sorted(CASES.glob("*.json"))
    if not found:
        pytest.skip(f"the cases of other ledgers are not here: {CASES}")
    return found


def test_every_case_passes_or_was_reviewed(files: list[Path]) -> None:
    lists = run_all(files)
    assert lists["failed"] == {}
    count = sum(map(len, lists.values()))
    assert len(lists["unsupported"]) * 100 <= 35 * count
    assert set(lists["unsupported"].values()) <= CATEGORIES
    assert {"book", "operations"} == set(lists["passed"].values())


def test_every_reviewed_case_is_there(files: list[Path]) -> None:
    known = {case["id"] for file in files for case in json.loads(file.read_text(encoding="utf-8"))["cases"]}
    assert reviewed().keys() <= known


# ── the runner itself, on cases of our own ───────────────────────────────────
TRANSFER: dict[str, Any] = {
    "id": "own-1", "model": "two-account-transfer",
    "accounts": [{"name": "world"}, {"name": "a", "allow_negative": False}, {"name": "b", "allow_negative": False}],
    "operations": [
        {"op": "transfer", "from": "world", "to": "a", "amount": "100", "expect": "ok", "key": "k"},
        {"op": "transfer", "from": "world", "to": "a", "amount": "200", "expect": "refused:other_body", "key": "k"},
        {"op": "transfer", "from": "a", "to": "b", "amount": "101", "expect": "refused:no_funds"},
        {"op": "transfer", "from": "a", "to": "b", "amount": "60"},
    ],
    "expect": {"balances": {"a": "40", "b": "60"}, "versions": {"a": 2, "b": 1}},
}  # fmt: skip


def test_a_case_that_holds_passes() -> None:
    assert run(TRANSFER) == "book"


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ({"expect": {"balances": {"a": "41"}}},                                                   "expected 41, found 40"),
        ({"expect": {"versions": {"a": 3}}},                                                      "expected 3, found 2"),
        ({"operations": [{"op": "transfer", "from": "a", "to": "b", "amount": "1", "expect": "ok"}]}, "found refused"),
        ({"operations": [{"op": "transfer", "from": "world", "to": "b", "amount": "1", "expect": "refused"}]}, "found done"),
    ],
)  # fmt: skip
def test_a_case_that_does_not_hold_fails(part: dict[str, Any], other: str) -> None:
    with pytest.raises(Differs, match=other):
        run(TRANSFER | part)


def test_the_lists_are_printed_and_the_exit_code_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = TRANSFER | {"id": "own-2", "expect": {"balances": {"a": "41"}}}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [TRANSFER]}))
    assert main([str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "passed": {"own-1": "book"}, "failed": {}, "unsupported": {}, "disagreements": {}
    }  # fmt: skip
    file.write_text(json.dumps({"cases": [TRANSFER, wrong]}))
    assert main([str(file)]) == 1
    assert "failed: 1\n  own-2" in capsys.readouterr().out


def test_a_review_of_a_case_that_passes_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    review = tmp_path / "reviewed.txt"
    review.write_text("own-1 | metadata | it was once so\n")
    monkeypatch.setattr("tests.conformance.ledger_cases.REVIEW", review)
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [TRANSFER]}))
    assert run_all([file])["failed"] == {"own-1": "passes, and is reviewed as metadata"}
