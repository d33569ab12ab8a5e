"""The daily report: every term of the equations in every form, both languages, nothing of another platform, no letter lost."""

import csv
import io
import json
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import openpyxl
import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.doors.papers import fonts
from cunguan.doors.papers.daily import data, figures, pdf, xlsx
from cunguan.doors.papers.daily.words import LABELS, Say
from cunguan.doors.reconciliation import keeping
from cunguan.reconciliation.breaks import CODES
from cunguan.reconciliation.daily import WORDS, Day
from tests.doors.papers.day import DATE, DAY, EMPTY

EN, ZH = Say("en"), Say("zh")
BOTH = pytest.mark.parametrize("say", [EN, ZH], ids=["en", "zh"])


def test_every_label_is_in_both_languages_and_in_the_font() -> None:
    texts = [text for both in LABELS.values() for text in both]
    texts += [text for words in WORDS.values() for text in (words.en, words.zh)]
    texts += [
        text for kind in CODES.values() for words in (kind.says, kind.cause, kind.act) for text in (words.en, words.zh)
    ]
    assert all(texts)
    assert [text for text in texts if fonts.shown(text) != text] == []


# ── the figures ──────────────────────────────────────────────────────────────
def test_breaks_that_are_open_are_counted_by_age_and_severity() -> None:
    open_ = figures.open_breaks(DAY)
    assert [one.code for one in open_] == ["BRK14", "BRK08", "BRK09", "BRK03", "BRK17", "BRK07"]
    assert figures.ages(open_) == {
        "0": [1, 1, 0, 0], "1": [0, 0, 0, 1], "2-5": [0, 0, 1, 0], "6-30": [0, 1, 0, 0], ">30": [0, 0, 1, 0],
    }  # fmt: skip
    assert figures.risks(open_)["CNY"] == {"0": 10**15, "1": 80_000, "2-5": 0, "6-30": 1_234_000, ">30": 0}
    assert figures.risks(open_)["GBP"]["2-5"] == 5


def test_a_bridge_ends_on_both_sides_where_the_equation_does() -> None:
    for one in (equation for pool in DAY.pools for equation in pool.equations):
        sides = [[bar for bar in figures.bars(one) if bar.side == side] for side in ("left", "right")]
        assert [sum(bar.term.amount_minor for bar in side) for side in sides] == [one.left_minor, one.right_minor]
        assert all(0 <= bar.begins <= bar.ends <= 1 for side in sides for bar in side)
        assert all(bar.high_minor - bar.low_minor == abs(bar.term.amount_minor) for side in sides for bar in side)


def test_a_platforms_part_holds_nothing_of_another() -> None:
    part = figures.only(DAY, "绿洲")
    assert part is not None and [one.code for one in part.breaks] == ["BRK03"] and part.heads == {3: 77}
    assert b"fair" not in data.as_json(part, EN) and "fair" not in data.as_csv(part, EN)
    assert figures.only(DAY, "nobody") is None


# ── the forms ────────────────────────────────────────────────────────────────
def amounts(day: Day) -> list[int]:
    """Return every term of a day whose amount is known."""
    return sorted(
        term.amount_minor
        for pool in day.pools for one in pool.equations for term in (*one.left, *one.right)
        if not one.missing or term.key != "bank_closing"
    )  # fmt: skip


@BOTH
def test_csv_has_each_term_on_its_own_line_and_no_formula(say: Say) -> None:
    text = data.as_csv(DAY, say)
    assert text.startswith("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    terms = [line for line in lines if line[say("section")] == say("equations") and line[say("side")]]
    assert sorted(int(line[say("amount")]) for line in terms if line[say("amount")]) == amounts(DAY)
    differ = [line for line in lines if line[say("item")] == say("difference")]
    assert [line[say("amount")] for line in differ] == ["0", "", "0", "500", "0", "0"]
    assert sum(line[say("section")] == say("Breaks") for line in lines) == len(DAY.breaks)
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line.values())


def test_suspense_stands_by_account_and_age() -> None:
    lines = list(csv.DictReader(io.StringIO(data.as_csv(DAY, EN).removeprefix("\ufeff"))))
    parked = [tuple(one.values()) for one in lines if next(iter(one.values())) == EN("Suspense")]
    assert [(row[4], row[8], row[9], row[13]) for row in parked] == [
        ("2210", "2000", "2", "2-5"),
        ("2230", "500", "1", ">30"),
    ]
    assert ["suspense, of a break (2230)", ">30", "1", "5.00"] in pdf.laid_out(DAY, EN)["pools"][0]["parked"]


@BOTH
def test_json_is_the_run_as_it_was_and_what_follows_from_it(say: Say) -> None:
    told = json.loads(data.as_json(DAY, say))
    assert msgspec.convert(told, Day, strict=False) == DAY
    assert (told["verdict"], told["verdict_says"]) == ("differs", say.word("differs"))
    third = told["pools"][0]["equations"][3]
    assert (third["left_minor"], third["right_minor"], third["difference_minor"], third["holds"]) == (
        4_500,
        4_000,
        500,
        False,
    )


@BOTH
def test_xlsx_has_each_term_on_its_own_line_and_each_sum_a_formula(say: Say) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.as_xlsx(DAY, say)))
    assert book.sheetnames == [say(name) for name in ("summary", "equations", "bank accounts", "Checks", "Breaks")]
    cells = [(row[1].value, row[3].value) for row in book[say("equations")].iter_rows()]
    written = [amount for name, amount in cells if name and name != say("difference") and amount is not None]
    assert sorted(round(amount * 100) for amount in written) == amounts(DAY)
    assert [amount for name, amount in cells if name == say("difference")][:2] == [
        "=SUM(D2:D3)-SUM(D4:D4)",
        "=SUM(D16:D16)-SUM(D17:D17)",
    ]
    assert [len(book[say(name)]._charts) for name in ("summary", "equations")] == [1, 6]
    rows = list(book[say("Breaks")].iter_rows(min_row=2))
    assert len(rows) == len(DAY.breaks)
    assert (rows[1][8].value, rows[1][8].data_type) == ('=HYPERLINK("x")', "s")  # a text, whatever it begins with
    assert rows[1][10].value == "10,000,000,000,000.00"  # more digits than a spreadsheet's number has


@BOTH
def test_pdf_prints_each_term_and_both_sums_and_is_made_the_same_again(say: Say) -> None:
    printed = pdf.laid_out(DAY, say)
    third = printed["pools"][0]["equations"][3]
    assert [(line["side"], line["says"], line["amount"]) for line in third["lines"]] == [
        ("left", say.word("clearing"), "45.00"), ("right", say.word("uncleared"), "40.00"),
    ]  # fmt: skip
    assert (third["difference"], third["tone"]) == ("5.00", "bad")
    assert printed["pools"][0]["equations"][1]["lines"][0]["amount"] == "–"
    made = pdf.as_pdf(DAY, say)
    assert made.startswith(b"%PDF-") and made == pdf.as_pdf(DAY, say)
    assert b"CunguanSansSC" in made


def test_a_day_without_anything_is_a_page_too() -> None:
    assert len(pdf.as_pages(EMPTY, ZH)) == 1
    assert pdf.as_pages(EMPTY, ZH)[0].startswith(b"\x89PNG")
    assert len(openpyxl.load_workbook(io.BytesIO(xlsx.as_xlsx(EMPTY, EN))).sheetnames) == 5
    assert json.loads(data.as_json(EMPTY, EN))["verdict"] == "agrees"


def test_what_the_font_does_not_have_is_printed_by_its_number() -> None:
    strange = msgspec.structs.replace(DAY.breaks[1], owner="\U0002a6a5")
    printed = pdf.laid_out(msgspec.structs.replace(DAY, breaks=(strange,)), EN)
    assert printed["breaks"][0]["owner"] == "[U+2A6A5]"


# ── the command line ─────────────────────────────────────────────────────────
@pytest.fixture
def report(
    wheel_database: str, home: Any, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., tuple[int, bytes, str]]:
    """Type `report daily` in an installation that has run one date."""
    from tests.conftest import migrated

    migrated(wheel_database)
    with psycopg.connect(wheel_database, autocommit=True) as connection:
        keeping.store(connection, DAY)
    wiring = Wiring({"DATABASE_URL": wheel_database, "CUNGUAN_HOME": str(home)})

    def call(*argv: str) -> tuple[int, bytes, str]:
        code = cli.main(["report", "daily", *argv], wiring)
        out, err = capsysbinary.readouterr()
        return code, out, err.decode()

    return call


def test_the_verb_writes_what_is_asked_for(
    report: Callable[..., tuple[int, bytes, str]], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert report(str(DATE), "--lang", "zh") == (0, b"reconciliation-2026-11-24.zh.pdf\n", "")
    assert (tmp_path / "reconciliation-2026-11-24.zh.pdf").read_bytes() == pdf.as_pdf(DAY, ZH)
    assert report(str(DATE), "--out", "x.csv", "--lang", "en")[0] == 0
    assert (tmp_path / "x.csv").read_text("utf-8") == data.as_csv(DAY, EN).replace("\r\n", "\n")
    code, out, _ = report(str(DATE), "--format", "json", "--lang", "en", "--platform", "绿洲", "--out", "-")
    assert code == 0 and [one["code"] for one in json.loads(out)["breaks"]] == ["BRK03"]
    assert report("2026-11-23") == (
        1,
        b"",
        "cunguan report: 2026-11-23 was never run: `cunguan reconcile 2026-11-23`\n",
    )
    assert report(str(DATE), "--platform", "nobody")[0] == 1
    assert report(str(DATE), "--out", "nowhere/x.pdf")[0] == 2
    monkeypatch.setitem(sys.modules, "typst", None)
    assert report(str(DATE))[::2] == (
        2,
        "cunguan: typst is not installed: it is of the extra `docs`.\n"
        "Type: python3 run.py setup --all   (or: pip install 'cunguan[docs]')\n",
    )


@BOTH
def test_a_text_is_only_text_whatever_it_holds(say: Say) -> None:
    hostile = '#panic("x") $a$ *b* `c` <d> \\ \x01\u202e "q",\n=1+1 😀 ' + "长" * 99 + "x" * 99
    strange = msgspec.structs.replace(DAY.breaks[1], subject=hostile, ours=hostile, owner=hostile, field=hostile)
    day = msgspec.structs.replace(DAY, breaks=(strange,))
    printed = pdf.laid_out(day, say)["breaks"][0]["owner"]
    assert printed == '#panic("x") $a$ *b* `c` <d> \\ [U+0001][U+202E] "q", =1+1 [U+1F600] ' + "长" * 99 + "x" * 99
    assert pdf.as_pdf(day, say).startswith(b"%PDF-")
    cell = openpyxl.load_workbook(io.BytesIO(xlsx.as_xlsx(day, say)))[say("Breaks")]["H2"]
    assert (cell.data_type, cell.value[:12]) == ("s", hostile[:12])
    assert json.loads(data.as_json(day, say))["breaks"][0]["owner"] == hostile
    assert len(list(csv.reader(io.StringIO(data.as_csv(day, say), newline="")))) > 20
