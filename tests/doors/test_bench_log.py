"""The frame of the log's bench: parts by name, sizes by option, bars by the exit code."""

import argparse
import json
from types import SimpleNamespace
from typing import Any

import pytest

from cunguan.doors.bench import log, log_audit
from cunguan.doors.bench.form import Figure, figure
from cunguan.doors.cli import bench
from cunguan.doors.log import sequencer
from cunguan.prove.log import verify


def _part(name: str, is_met: bool) -> Any:
    def measure(count: int, rounds: int, say: log.Say) -> list[Figure]:
        return [figure(name, "/s", [float(count)] * rounds, bar=">= 1", meets=lambda value: is_met)]

    return SimpleNamespace(NAME=name, COUNT=70, COUNTED="leaves", measure=measure)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "PARTS", (_part("quick", True), _part("slow", False)))


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    bench.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["bench", "log", *words])
    return int(arguments.run(arguments, None))


def test_it_runs_every_part_and_ends_with_1_when_a_bar_falls_short(
    parts: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("--json", "--rounds", "2") == 1
    told = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["value"], one["holds"]) for one in told["figures"]] == [
        ("quick", 70, True),
        ("slow", 70, False),
    ]
    assert told["machine"]["cores"]


def test_it_runs_one_part_at_the_size_that_is_asked_for(parts: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--only", "quick", "--size", "quick=7") == 0
    told = capsys.readouterr().out
    assert "7.0 /s" in told and "bar >= 1: holds" in told and "slow" not in told


@pytest.mark.parametrize(
    "wrong", [["--only", "none"], ["--size", "none=3"], ["--size", "quick=0"], ["--size", "quick"]]
)
def test_a_part_or_a_size_that_is_none_is_refused(parts: None, wrong: list[str]) -> None:
    with pytest.raises(SystemExit):
        _run(*wrong)


def test_the_audit_is_measured_on_a_log_that_the_sequencer_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_pool", lambda workers: verify._Pool(None))  # a start of Python each is not the matter
    monkeypatch.setattr(verify, "CUT_LEAVES", 20)
    monkeypatch.setattr(sequencer, "SEQUENCES", 40)
    figures = log_audit.measure(120, 1, lambda said: None)
    assert [one.bar for one in figures] == [">= 80,000", ">= 25,000", None, ">= 1.7"]
    assert all(one.value > 0 for one in figures)
