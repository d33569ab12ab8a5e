"""BAI2: accounts, their lines, and the control totals at three levels."""

import io
from decimal import Decimal

import pytest

from cunguan.formats import bai2
from cunguan.formats.statement import Entry, Summary, Wrong, summaries

FILE = """\
01,BANK,ME,240201,0800,7,,,2/
02,ME,BANK,1,240131,2400,USD,2/
03,ACC1,USD,010,1000,,,015,1300,,/
88,100,500,1,Z,400,200,1,Z/
16,142,500,V,240202,,BANK1,CUST1,from ANN/
88,and BOB
16,451,200,Z,BANK2,CUST2/
49,3700,6/
03,ACC2,JPY,015,-5,,/
49,-5,2/
98,3695,2,10/
99,3695,1,12/
"""


def read(text: str) -> list[Summary]:
    return list(summaries(bai2.read(io.BytesIO(text.encode()))))


def test_reads_accounts_in_the_units_of_their_currency() -> None:
    dollars, yen = read(FILE)
    assert (dollars.verdict, dollars.opening, dollars.closing) == ("balanced", Decimal("10.00"), Decimal("13.00"))
    assert (dollars.credit_sum, dollars.debit_sum, dollars.references) == (
        Decimal("5.00"),
        Decimal("2.00"),
        ("BANK1", "BANK2"),
    )
    assert (yen.verdict, yen.currency, yen.closing) == ("no_balances", "JPY", Decimal("-5"))


def test_reads_a_line_with_what_goes_on_below_it() -> None:
    first = next(part for part in bai2.read(io.BytesIO(FILE.encode())) if isinstance(part, Entry))
    assert (str(first.booked_on), str(first.value_on)) == ("2024-01-31", "2024-02-02")
    assert (first.reference, first.information, first.code) == ("CUST1", "from ANN and BOB", "142")


# fmt: off
CHANGES = """
changed             to                  verdict of ACC1  of ACC2      says
49,3700             49,3701             not_balanced     invalid      control_total
49,3700,6           49,3700,7           not_balanced     no_balances  record_count
16,451,200          16,451,2x0          not_balanced     no_balances  closing
015,1300            015,1301            not_balanced     no_balances  closing
98,3695,2           98,3696,2           balanced         invalid      control total of 3696
98,3695,2           98,3695,3           balanced         invalid      number of accounts of 3
99,3695,1,12        99,3695,1,13        balanced         invalid      number of records of 13
49,3700,6/          50,3700,6/          invalid          no_balances  begins no record of BAI2
"""
# fmt: on


@pytest.mark.parametrize("case", CHANGES.strip().splitlines()[1:])
def test_says_which_sum_differs(case: str) -> None:
    old, new, first, second, says = (case[:20].strip(), case[20:40].strip(), *case[40:].split(maxsplit=2))
    found = read(FILE.replace(old, new))
    assert [one.verdict for one in found] == [first, second]
    told = [one.what for each in found for one in each.differences] + [one.why for each in found for one in each.wrongs]
    assert any(says in one for one in told), told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("00,BANK/\n", "begins with record 01"),
        ("16,142,500/\n", "comes before record 01"),
        (FILE.partition("99,")[0], "record 99 is missing"),
    ],
)
def test_refuses_what_is_no_report(text: str, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        list(bai2.read(io.BytesIO(text.encode())))
