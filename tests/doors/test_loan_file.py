"""Loan file: what is read, what is rejected and why, and what cannot be read at all."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from cunguan.doors.demo.amounts import cell
from cunguan.doors.demo.loan_file import Loan, LoanFile, read
from cunguan.doors.demo.mapping import MAPPINGS, LoanFileError, Mapping, named

SMALL = Path(__file__).parent / "loans_small.csv"
HEADER = "loan_id,amount,currency,issue_date,term_months,instalment,paid_principal,paid_interest,paid_late_fee"
GOOD = "A,1000.00,USD,2024-01-08,12,100,300,30,0"


def of(tmp_path: Path, *rows: str, header: str = HEADER, currency: str = "USD", begin: str = "") -> LoanFile:
    path = tmp_path / "loans.csv"
    path.write_text(begin + "\n".join((header, *rows)) + "\n", encoding="utf-8")
    return read(path, MAPPINGS["generic"], currency)


def row(**cells: str) -> str:
    values = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | cells
    return ",".join(values.values())


def loan(tmp_path: Path, **cells: str) -> Loan:
    return of(tmp_path, row(**cells)).loans[0]


# ── amounts ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "exponent", "minor", "rounding"),
    [
        ("600.00",      2,  60_000,   "0"),
        ("600",         2,  60_000,   "0"),
        (".640000",     2,  64,       "0"),
        ("5.",          2,  500,      "0"),
        ("0001.5",      2,  150,      "0"),
        ("1,234,567.8", 2,  123_456_780, "0"),
        ("0.005",       2,  0,        "-1/2"),  # half to even: down
        ("0.015",       2,  2,        "1/2"),   # half to even: up
        ("0.0151",      2,  2,        "49/100"),
        ("0.0149",      2,  1,        "-49/100"),
        ("-0.015",      2,  -2,       "-1/2"),
        ("1.5",         0,  2,        "1/2"),
        ("2.5",         0,  2,        "-1/2"),
        ("1.2345",      3,  1_234,    "-1/2"),
        ("5202.6426724643", 2, 520_264, "-26724643/100000000"),
        ("+7",          2,  700,      "0"),
        ("46116860184273879.03", 2, 2**62 - 1, "0"),
    ],
)  # fmt: skip
def test_an_amount_is_read_exactly_and_rounded_once(text: str, exponent: int, minor: int, rounding: str) -> None:
    found = cell(text, exponent)
    assert (found.minor, found.rounding) == (minor, Fraction(rounding))
    assert found.is_rounded is (rounding != "0")


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "abc", "1e5", "0x10", "NaN", "inf", "1.2.3", "1 000", "12,34", "1,2345", "01,234", "$5", "5%", "٣",
     "1_000", "--1", "1" * 65, "46116860184273879.04"],
)  # fmt: skip
def test_a_text_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        cell(text, 2)


# ── rows ─────────────────────────────────────────────────────────────────────
def test_a_row_becomes_a_loan_by_its_columns(tmp_path: Path) -> None:
    assert of(tmp_path, GOOD).loans == [Loan(2, "A", date(2024, 1, 8), 100_000, 12, 10_000, 30_000, 3_000, 0, 0, False)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018-03-17",                 date(2018, 3, 17)),
        ("2007-09-12 00:00:00",        date(2007, 9, 12)),
        ("2007-09-12T23:59:59.5Z",     date(2007, 9, 12)),
        ("Mar-2018",                   date(2018, 3, 1)),
        ("Dec-1999",                   date(1999, 12, 1)),
        ("2024-02-29",                 date(2024, 2, 29)),
    ],
)  # fmt: skip
def test_a_date_is_read_in_each_form_the_files_use(tmp_path: Path, text: str, day: date) -> None:
    assert loan(tmp_path, issue_date=text).issue_date == day


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"amount": ""},                   "amount is missing"),
        ({"amount": "  "},                 "amount is missing"),
        ({"amount": "-5"},                 "amount is negative: -5"),
        ({"amount": "-0.001"},             "amount is negative: -0.001"),
        ({"amount": "0"},                  "amount is zero"),
        ({"amount": "0.004"},              "amount is zero"),
        ({"amount": "many"},               "amount: 'many' is no amount"),
        ({"amount": "9" * 40},             "is more than any account may hold"),
        ({"currency": "EUR"},              "currency is EUR, this run is in USD"),
        ({"currency": ""},                 "currency is missing"),
        ({"issue_date": ""},               "issue_date is missing"),
        ({"issue_date": "2023-02-29"},     "is no day of the calendar"),
        ({"issue_date": "03/04/2018"},     "is no date; write it as YYYY-MM-DD, or as Mar-2018"),
        ({"issue_date": "Mrz-2018"},       "is no date"),
        ({"issue_date": "2018-03-17 noon"}, "is no date"),
        ({"issue_date": "0018-03-17"},     "is not between 1900 and 2199"),
        ({"issue_date": "2200-01-01"},     "is not between 1900 and 2199"),
        ({"term_months": ""},              "term_months is missing"),
        ({"term_months": "0"},             "is no number of months from 1 to 1200"),
        ({"term_months": "1201"},          "is no number of months from 1 to 1200"),
        ({"term_months": "-12"},           "term_months is negative: -12"),
        ({"term_months": "12.5"},          "is no number of months"),
        ({"instalment": ""},               "instalment is missing"),
        ({"instalment": "-1"},             "instalment is negative: -1"),
        ({"paid_principal": ""},           "paid_principal is missing"),
        ({"paid_principal": "-1"},         "paid_principal is negative: -1"),
        ({"paid_principal": "1001.01"},    "paid_principal 1,001.01 is more than 1.00 above the loan of 1,000.00"),
        ({"paid_interest": "-0.01"},       "paid_interest is negative: -0.01"),
        ({"paid_late_fee": ""},            "paid_late_fee is missing"),
        ({"paid_late_fee": "-3"},          "paid_late_fee is negative: -3"),
    ],
)  # fmt: skip
def test_a_row_is_rejected_by_line_and_reason(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    found = of(tmp_path, GOOD, row(**cells))
    assert len(found.loans) == 1
    assert [rejection.line for rejection in found.rejections] == [3]
    assert reason in found.rejections[0].reason


def test_a_short_row_misses_its_cells_and_a_long_one_cannot_be_told_apart(tmp_path: Path) -> None:
    found = of(tmp_path, GOOD, "B,1000.00,USD,2024-01-08,12", GOOD + ",,", GOOD + ",x")
    assert [(r.line, r.reason) for r in found.rejections] == [
        (3, "instalment is missing"), (5, "the row has 10 cells, the header 9"),
    ]  # fmt: skip
    assert [one.line for one in found.loans] == [2, 4]


@pytest.mark.parametrize(
    ("principal", "repaid", "interest", "over"),
    [
        ("999.99",   99_999,  3_000, 0),
        ("1000.00",  100_000, 3_000, 0),
        ("1000.01",  100_000, 3_001, 1),
        ("1001.00",  100_000, 3_100, 100),
        ("1001.005", 100_000, 3_100, 100),  # rounds to 1.00 over
    ],
)  # fmt: skip
def test_principal_up_to_one_unit_over_is_interest(
    tmp_path: Path, principal: str, repaid: int, interest: int, over: int
) -> None:
    found = loan(tmp_path, paid_principal=principal)
    assert (found.principal_minor, found.interest_minor, found.over_minor) == (repaid, interest, over)


def test_one_unit_over_is_a_whole_unit_of_the_currency(tmp_path: Path) -> None:
    yen = {"currency": "JPY", "amount": "1000", "paid_interest": "0"}
    found = of(tmp_path, row(**yen, paid_principal="1001"), row(**yen, paid_principal="1002"), currency="JPY")
    assert [one.over_minor for one in found.loans] == [1]
    assert found.rejections[0].reason == "paid_principal 1,002 is more than 1 above the loan of 1,000"


def test_only_posted_cells_of_accepted_rows_count_as_rounded(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        row(amount="1000.005", instalment="99.999"),  # - 0.5; an instalment is not posted
        row(paid_interest="1.0149"),  # - 0.49
        row(amount="-1", paid_interest="1.0149"),  # rejected
    )
    assert (found.rounded_cells, found.rounding_minor_e6) == (2, -990_000)


def test_rounding_is_summed_exactly_before_it_is_told(tmp_path: Path) -> None:
    found = of(tmp_path, *[row(paid_interest="1.000000001")] * 4)
    assert (found.rounded_cells, found.rounding_minor_e6) == (4, 0)
    assert found.rounding == Fraction(-4, 10_000_000)


def test_lines_are_physical_ones_and_a_repeated_number_is_noted() -> None:
    found = read(SMALL, MAPPINGS["generic"], "USD")
    assert [one.line for one in found.loans] == [2, 3, 4, 5, 6, 8, 11]
    assert [(r.line, r.reason) for r in found.rejections] == [
        (7, "paid_principal 101.01 is more than 1.00 above the loan of 100.00"),
        (10, "paid_interest is negative: -1.00"),
    ]
    assert found.repeated == {"A1": [2, 8]}
    assert found.loans[0].listing == "line-2"


# ── files ────────────────────────────────────────────────────────────────────
def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    found = of(tmp_path, "", GOOD, "", GOOD, begin="\ufeff")
    assert [one.line for one in found.loans] == [3, 5]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"",                                              "is empty; its first line must name the columns"),
        (b"\n\n",                                          "is empty"),
        (HEADER.encode() + b"\n",                          "has a header and no row"),
        (HEADER.encode() + b"\nA,0,USD,,,,,,\n",           "none of its 1 rows can be taken. Are --mapping and"),
        (b"loan_id,amount\nA,1\n",                         "has no column currency, issue_date, term_months"),
        (HEADER.replace(",", ";").encode() + b"\n",        "not separated by commas"),
        (HEADER.encode() + b",amount\n" + GOOD.encode(),   "the column amount stands 2 times"),
        (HEADER.encode() + b"\nM\xfcller,1\n",             "line 2: this is not UTF-8.\nSave it as UTF-8, or"),
        (HEADER.encode("utf-16"),                          "is UTF-16.\nType: iconv -f UTF-16"),
        (HEADER.encode() + b'\n"A,1\n',                    "Is a quotation mark missing or too many?"),
        (HEADER.encode() + b'\n"A"x,1\n',                  "line 2: "),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "loans.csv"
    path.write_bytes(content)
    with pytest.raises(LoanFileError) as wrong:
        read(path, MAPPINGS["generic"], "USD")
    assert says in str(wrong.value)
    assert str(path) in str(wrong.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoanFileError, match="cannot be read: No such file"):
        read(tmp_path / "none.csv", MAPPINGS["generic"], "USD")


# ── mappings ─────────────────────────────────────────────────────────────────
def test_a_toml_file_names_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'amount = "a"\nissue_date = "d"\nterm_months = "t"\npaid_principal = "p"\npaid_interest = "i"\n'
        'status = "s"\nclosed = ["done"]\nshown = ["f"]\n'
    )
    mapping = named(str(path))
    assert mapping == Mapping("a", "d", "t", "p", "i", status="s", closed=("done",), shown=("f",))
    (tmp_path / "loans.csv").write_text("a,d,t,p,i,s,f\n10,2024-01-08,3,1,0,done,-2.50\n10,2024-01-08,3,1,0,open,\n")
    found = read(tmp_path / "loans.csv", mapping, "USD")
    assert [(one.is_closed, one.instalment_minor) for one in found.loans] == [(True, 0), (False, 0)]
    assert [(one.cells, one.sum_minor) for one in found.shown] == [(1, -250)]
    assert not found.has_late_fee


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('amount = "a"',               "missing required field"),
        ('amount = 5',                 "Expected `str`"),
        ('amonut = "a"',               "unknown field"),
        ("amount = ",                  "is no mapping"),
    ],
)  # fmt: skip
def test_a_toml_file_that_is_no_mapping_shows_one(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(LoanFileError) as wrong:
        named(str(path))
    assert says in str(wrong.value)
    assert 'issue_date = "issue_d"' in str(wrong.value)


def test_an_unknown_mapping_names_those_there_are() -> None:
    with pytest.raises(LoanFileError, match="take one of lending_club, prosper, generic, or a FILE"):
        named("lendingclub")
