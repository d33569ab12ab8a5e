"""`cunguan prove` prints what was found and says by its exit code whether it holds."""

import argparse
import json
from pathlib import Path

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import prove
from cunguan.prove.report import CLAIMS
from tests.prove.case import change, seq


@pytest.fixture
def cunguan(books: str, tmp_path: Path) -> "Prove":
    """Return the verb on the case's database."""
    return Prove(Wiring({"DATABASE_URL": books, "CUNGUAN_HOME": str(tmp_path)}))


class Prove:
    """The command line of one verb."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._parser = argparse.ArgumentParser()
        prove.add_parser(self._parser.add_subparsers())

    def __call__(self, *argv: str) -> int:
        arguments = self._parser.parse_args(["prove", *argv])
        return int(arguments.run(arguments, self._wiring))


def test_prints_a_line_a_claim_and_the_three_numbers(cunguan: Prove, capsys: pytest.CaptureFixture[str]) -> None:
    assert cunguan() == 0
    printed = capsys.readouterr().out
    assert printed.count("✓") == len(CLAIMS) and "✗" not in printed
    assert "every claim holds" in printed
    assert printed.count("holders: available") == 2  # one a pool
    for number in ("1. in the bank", "2. owned = owed", "3. on its way in"):
        assert number in printed


def test_prints_the_first_row_that_breaks(cunguan: Prove, books: str, capsys: pytest.CaptureFixture[str]) -> None:
    at = seq(books, "disburse:X")
    change(books, f"UPDATE posting SET amount_minor = amount_minor + 1 WHERE lane = 1 AND seq = {at} AND line = 0")
    assert cunguan() == 1
    printed = capsys.readouterr().out
    assert f"the books do not hold; the first row is\n  lane 1 sequence {at}, posting {at}/0" in printed
    assert "✗ running balances" in printed


def test_prints_one_object_for_machines(cunguan: Prove, capsys: pytest.CaptureFixture[str]) -> None:
    assert cunguan("--json", "--platform", "P1") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["holds"] is True and len(report["digest"]) == 64
    assert [lane["platform"] for lane in report["lanes"]] == ["P1"]
    assert {claim["lane"] for claim in report["claims"]} == {1}


def test_proves_an_earlier_sequence_and_says_what_is_left_out(
    cunguan: Prove, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cunguan("--platform", "P1", "--as-of", "20") == 0
    printed = capsys.readouterr().out
    assert "to sequence 20" in printed and "not compared: hold" in printed


@pytest.mark.parametrize(
    "argv", [["--platform", "nobody"], ["--as-of", "3"], ["--platform", "P1", "--as-of", "100000"]], ids=" ".join
)
def test_refuses_wrong_usage(cunguan: Prove, capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    assert cunguan(*argv) == 2
    assert capsys.readouterr().err.startswith("cunguan prove: ")
