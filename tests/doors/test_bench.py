"""The benches run and say what they measured; how fast it was is nobody's business here."""

import msgspec
import pytest

from cunguan.doors.bench import books, growth, history, pages
from cunguan.doors.bench.form import figure, lines

TINY = books.Size(bids=2_000, pairs=2, rounds=1, run=2_100, lenders=2_200, holders=200, handed=300)


def test_books_prints_every_figure_with_its_bar() -> None:
    said: list[str] = []
    report = books.measure(TINY, said.append)
    names = {one.name for one in report.figures}
    assert {one.bar for one in report.figures if one.bar} >= {">= 0.6", ">= 0.5", ">= 0.6 of 512", "< 2 s", "< 5 s"}
    assert "run of 2,100: repayment" in names and "first answer after kill -9 of the writer" in names
    assert all(one.value > 0 and one.runs.min <= one.value <= one.runs.max for one in report.figures)
    assert report.cpu_us_per_instruction["PostgreSQL"] > 0
    assert msgspec.json.decode(msgspec.json.encode(report))["figures"][0]["unit"] == "/s"
    assert len(lines(report)) > len(report.figures)
    assert said


def test_history_prints_every_figure_with_its_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, few in {"LENDERS": 40, "IDLE": 3, "LOAN": 20, "DEPOSITS": 30, "CYCLE": 30 + 40 + 12 * 21}.items():
        monkeypatch.setattr(growth, name, few)
    tiny = history.Size(postings=1_000, few=400, step=growth.CYCLE, rounds=1, probes=20, snapshot_seconds=0.1)
    report = history.measure(tiny, lambda line: None)
    assert {one.bar for one in report.figures if one.bar} == {"< 20 ms", ">= 0.8", ">= 200,000"}
    assert sum(one.bar == "< 20 ms" for one in report.figures) == 4
    assert all(one.value > 0 for one in report.figures)
    assert {"a posting, its indexes", "prove, peak memory of its process"} <= {one.name for one in report.figures}


def test_a_bar_is_met_by_the_ratio_where_there_is_one() -> None:
    assert figure("x", "/s", [30, 10, 20], baseline=40, bar=">= 0.5", meets=lambda value: value >= 0.5).holds is True
    assert figure("x", "/s", [30, 10, 19], baseline=40, bar=">= 0.5", meets=lambda value: value >= 0.5).holds is False
    assert figure("x", "s", [3.0], bar="< 2 s", meets=lambda value: value < 2).holds is False


def test_pages_prints_every_figure_with_its_bar() -> None:
    tiny = pages.Size(clients=300, postings=900, requests=2, paints=False, only="client:")
    report = pages.measure(tiny, lambda line: None)
    names = {one.name for one in report.figures}
    assert {one.bar for one in report.figures if one.bar} == {"<= 150 ms", "<= 8", "<= 300 kB"}
    assert {"client:home, server time, p95", "client:loan, queries", "client:movement, first load"} <= names
    assert all(name.startswith("client:") for name in names)
    assert all(one.holds for one in report.figures if one.bar == "<= 300 kB"), [
        one.name for one in report.figures if one.holds is False
    ]
    assert not [line for line in report.method if "it answers 5" in line]


def test_pages_of_a_first_load_are_all_its_files() -> None:
    assert pages._LOADED.findall('<link href="/static/a.css"><script src="/static/b.js"></script><use href="/static/i.svg#x">') == [
        "/static/a.css", "/static/b.js", "/static/i.svg",
    ]  # fmt: skip
