"""The benches run and say what they measured; how fast it was is nobody's business here."""

import msgspec

from cunguan.doors.bench import books
from cunguan.doors.bench.form import figure, lines

TINY = books.Size(bids=2_000, pairs=2, rounds=1, run=2_500, lenders=2_600, holders=400, handed=800)


def test_books_prints_every_figure_with_its_bar() -> None:
    said: list[str] = []
    report = books.measure(TINY, said.append)
    names = {one.name for one in report.figures}
    assert {one.bar for one in report.figures if one.bar} >= {">= 0.6", ">= 0.5", ">= 0.6 of 512", "< 2 s", "< 5 s"}
    assert "run of 2,500: repayment" in names and "first answer after kill -9 of the writer" in names
    assert all(one.value > 0 and one.runs.min <= one.value <= one.runs.max for one in report.figures)
    assert report.cpu_us_per_instruction["PostgreSQL"] > 0
    assert msgspec.json.decode(msgspec.json.encode(report))["figures"][0]["unit"] == "/s"
    assert len(lines(report)) > len(report.figures)
    assert said


def test_a_bar_is_met_by_the_ratio_where_there_is_one() -> None:
    assert figure("x", "/s", [30, 10, 20], baseline=40, bar=">= 0.5", meets=lambda value: value >= 0.5).holds is True
    assert figure("x", "/s", [30, 10, 19], baseline=40, bar=">= 0.5", meets=lambda value: value >= 0.5).holds is False
    assert figure("x", "s", [3.0], bar="< 2 s", meets=lambda value: value < 2).holds is False
