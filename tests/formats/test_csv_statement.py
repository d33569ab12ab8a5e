"""CSV of banks, by a mapping: signed amounts, two columns, a direction; a running balance is followed."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cunguan.formats.csv_statement import MappingWrong, Reader, mapping
from cunguan.formats.statement import Entry, Summary, Wrong, summaries

SIGNED = {
    "columns": {"booked_on": "day", "amount": "amount", "balance": "balance", "reference": "ref"},
    "currency": "CNY",
}
OLDEST = "day,amount,balance,ref\n2024-02-01,5.00,105.00,A\n2024-02-02,-7.50,97.50,B\n"
NEWEST = "day,amount,balance,ref\n2024-02-02,-7.50,97.50,B\n2024-02-01,5.00,105.00,A\n"


def read(text: str | bytes, says: dict[str, Any]) -> Summary:
    raw = text.encode() if isinstance(text, str) else text
    (found,) = summaries(Reader(mapping(says)).read(io.BytesIO(raw)))
    return found


@pytest.mark.parametrize(("text", "more"), [(OLDEST, {}), (NEWEST, {"newest_first": True})])
def test_follows_the_running_balance(text: str, more: dict[str, Any]) -> None:
    found = read(text, SIGNED | more)
    assert (found.verdict, found.opening, found.closing) == ("balanced", Decimal("100.00"), Decimal("97.50"))
    assert (found.credit_sum, found.debit_sum, set(found.references)) == (Decimal("5.00"), Decimal("7.50"), {"A", "B"})


@pytest.mark.parametrize(("text", "more"), [(OLDEST, {}), (NEWEST, {"newest_first": True})])
def test_says_in_which_line_a_balance_does_not_follow(text: str, more: dict[str, Any]) -> None:
    found = read(text.replace("-7.50", "-7.49"), SIGNED | more)
    assert found.verdict == "not_balanced" or found.verdict == "invalid"
    assert found.wrongs[0].where == "line 3" and "its balance is" in found.wrongs[0].why


CHINESE = {
    "encoding": "gb18030", "date_format": "%Y%m%d", "thousands": ",", "skip_lines": 1, "account": "6222", "currency": "CNY",
    "columns": {"booked_on": "交易日期", "amount": "金额", "other_name": "对方户名", "end_to_end_id": "用途"},
    "direction": {"column": "借贷标志", "credit": ["贷"], "debit": ["借"]},
}  # fmt: skip
ROWS = '账户明细\n交易日期,借贷标志,金额,对方户名,用途\n20240201,贷,"1,234.50",张三,D-1\n20240202,借,0.50,李四,W-1\n'


def test_reads_a_direction_in_the_words_and_the_encoding_of_the_bank() -> None:
    parts = list(Reader(mapping(CHINESE)).read(io.BytesIO(ROWS.encode("gb18030"))))
    first, second = (part for part in parts if isinstance(part, Entry))
    assert (first.amount, first.credit, first.details[0].payer, first.details[0].end_to_end_id) == (
        Decimal("1234.50"),
        True,
        "张三",
        "D-1",
    )
    assert (second.amount, second.credit, second.details[0].payee) == (Decimal("0.50"), False, "李四")


def test_reads_two_columns_without_a_header() -> None:
    says = {"header": False, "decimal": ",", "delimiter": ";", "columns": {"booked_on": 1, "credit": 2, "debit": 3}}
    found = read("2024-02-01;5,25;\n2024-02-01;;1,00\n", says)
    assert (found.verdict, found.credit_sum, found.debit_sum) == ("no_balances", Decimal("5.25"), Decimal("1.00"))


# fmt: off
ROWS_WRONG = """
row                             why
2024-02-02,1.00                 it has 2 cells
2024-02-02,1.00,106.00,"C       it is no CSV
2024-02-30,1.00,106.00,C        is no day like
2024-02-02,$1.00,106.00,C       amount '$1.00' is no number
2024-02-02,NaN,106.00,C         amount 'xxx' is no number
2024-02-02,,106.00,C            the amount is empty
,1.00,106.00,C                  booked_on is empty
"""
# fmt: on


@pytest.mark.parametrize("case", ROWS_WRONG.strip().splitlines()[1:])
def test_names_a_row_that_cannot_be_read(case: str) -> None:
    row, why = case[:32].strip(), case[32:]
    found = read(OLDEST.splitlines()[0] + "\n2024-02-01,5.00,105.00,A\n" + row + "\n", SIGNED)
    assert (found.verdict, found.entry_count, found.wrongs[0].where) == ("invalid", 1, "line 3")
    assert why in found.wrongs[0].why


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"columns": {"booked_on": "day"}},
        {"columns": {"booked_on": "day", "credit": "in"}},
        {"columns": {"booked_on": "day", "amount": "a", "credit": "in", "debit": "out"}},
        {"columns": {"booked_on": "day", "amount": "a"}, "delimiter": ";;"},
        {"columns": {"booked_on": "day", "amount": "a"}, "encoding": "zlib"},
        {"columns": {"booked_on": "day", "amount": "a"}, "header": False},
        {"columns": {"booked_on": "day", "amount": "a", "colour": "c"}},
    ],
)
def test_refuses_a_mapping_that_says_what_cannot_be(says: dict[str, Any]) -> None:
    with pytest.raises(MappingWrong):
        mapping(says)


@pytest.mark.parametrize("text", ["", "other,names\n1,2\n"])
def test_refuses_a_file_without_the_columns(text: str) -> None:
    with pytest.raises(Wrong):
        list(Reader(mapping(SIGNED)).read(io.BytesIO(text.encode())))


HOSTILE = Path(__file__).parents[3] / "shared/data/09-hostile-input/csv-injection"
HOSTILE_SAYS = {"columns": {"booked_on": "id", "amount": "amount"}, "date_format": "%d"}


@pytest.mark.parametrize(
    ("name", "verdict", "entries", "wrong"),
    [("cr-only.csv", "no_balances", 2, []), ("ragged-unclosed.csv", "invalid", 1, ["line 3", "line 4", "line 5"])],
)
def test_reads_hostile_csv_or_names_its_lines(name: str, verdict: str, entries: int, wrong: list[str]) -> None:
    if not HOSTILE.is_dir():
        pytest.skip("the hostile files are not here: ../shared/data/09-hostile-input")
    found = read((HOSTILE / name).read_bytes(), HOSTILE_SAYS)
    assert (found.verdict, found.entry_count, [one.where for one in found.wrongs]) == (verdict, entries, wrong)
