"""The bench of the matching: it finds what was planted, by the expression and by hand, and says what it measured."""

import pytest

from cunguan.doors.bench import reconcile


def test_it_prints_every_figure_and_both_ways_find_what_was_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "_apart", reconcile._run)  # a start of Python each is not the matter
    monkeypatch.setattr(reconcile.parsing, "measure", lambda *_: [])  # it has tests of its own
    said: list[str] = []
    report = reconcile.measure(reconcile.Size(lines=(2_000,), rounds=1), said.append)
    assert {one.bar for one in report.figures if one.bar} == {"<= 2", "<= 4,096 MB"}
    assert report.figures[-1].value == 2 * len(reconcile.three_way_lines.PLANTED)
    assert all(one.value > 0 for one in report.figures) and said


def test_breaks_that_were_not_planted_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "_apart", reconcile._run)
    monkeypatch.setattr(reconcile.parsing, "measure", lambda *_: [])  # it has tests of its own
    monkeypatch.setitem(reconcile.WAYS, "match", reconcile.WAYS["by_hand"])
    monkeypatch.setitem(reconcile.three_way_lines.PLANTED, 500, "BRK01")
    with pytest.raises(RuntimeError, match="not what was planted"):
        reconcile.measure(reconcile.Size(lines=(1_000,), rounds=1), lambda line: None)
