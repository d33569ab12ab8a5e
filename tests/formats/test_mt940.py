"""MT940 and MT942: what a statement comes to, in the ways banks write it."""

import io
from decimal import Decimal

import pytest

from cunguan.formats import mt940
from cunguan.formats.statement import Entry, Head, Summary, Wrong, summaries

WHOLE = """\
{1:F01TESTCNBJAXXX0000000000}{2:I940TESTCNBJXXXXN}{4:
:20:REF1
:25:6222000000000001
:28C:00012/001
:60F:C240131CNY1000,00
:61:2402010201C500,25NTRFINV-1//BANK-1
supplement
:86:/EREF/E2E-1/NAME/ANN/REMI/rent of
/March/
:61:240201D0,25NCHGNONREF
:62F:C240201CNY1500,00
:64:C240201CNY1500,00
-}
"""


def read(text: str | bytes) -> list[Summary]:
    return list(summaries(mt940.read(io.BytesIO(text.encode() if isinstance(text, str) else text))))


def entries(text: str) -> list[Entry]:
    return [part for part in mt940.read(io.BytesIO(text.encode())) if isinstance(part, Entry)]


def test_reads_a_statement_with_its_lines() -> None:
    (found,) = read(WHOLE)
    assert found.verdict == "balanced"
    assert (found.head.identity, found.head.account, found.head.number) == ("REF1", "6222000000000001", "00012/001")
    assert (found.opening, found.closing, found.currency) == (Decimal("1000.00"), Decimal("1500.00"), "CNY")
    assert (found.credit_sum, found.debit_sum, found.references) == (
        Decimal("500.25"),
        Decimal("0.25"),
        ("BANK-1",),
    )


def test_days_of_a_bank_that_writes_one_reference_for_ever_are_told_apart() -> None:
    first, second = read(":20:STARTUMS\n:25:1\n:60F:C240101CNY1,\n:20:STARTUMS\n:25:1\n:60F:C240102CNY1,\n")
    assert (first.head.begins, second.head.begins) == ("2024-01-01", "2024-01-02")
    assert (first.head.identity, first.head.number) == (second.head.identity, second.head.number)


def test_reads_the_information_below_a_line() -> None:
    first, second = entries(WHOLE)
    (detail,) = first.details
    assert (detail.end_to_end_id, detail.payer, detail.payee, detail.remittance) == (
        "E2E-1",
        "ANN",
        "",
        "rent of/March",
    )
    assert (first.reference, first.bank_reference, first.code) == ("INV-1", "BANK-1", "NTRF")
    assert second.details == ()


# fmt: off
LINES = """
field 61                            credit  amount      booked      value       reference   bank
2402010201C500,25NTRFINV-1//B1      True    500.25      2024-02-01  2024-02-01  INV-1       B1
2312290102D1,NMSCNONREF             False   1           2024-01-02  2023-12-29  NONREF      -
2401021231D1,NMSCNONREF             False   1           2023-12-31  2024-01-02  NONREF      -
240201CD500NTRFX                    True    500         -           2024-02-01  X           -
240201    DD212,39NMSCNONREF//      False   212.39      -           2024-02-01  NONREF      -
240201RC5,00NTRFX                   False   5.00        -           2024-02-01  X           -
240201RD5,00NTRFX                   True    5.00        -           2024-02-01  X           -
1602300301DR6,00N024NONREF          False   6.00        2016-03-01  -           NONREF      -
"""
# fmt: on


@pytest.mark.parametrize("line", LINES.strip().splitlines()[1:])
def test_reads_the_line(line: str) -> None:
    text, credit, amount, booked, value, reference, bank = (line[:36].rstrip(), *line[36:].split())
    (found,) = entries(f":20:A\n:25:1\n:60F:C160101CNY0,\n:61:{text}\n")
    said = [str(found.credit), str(found.amount), str(found.booked_on), str(found.value_on)]
    assert said == [credit, amount, *(day.replace("-", "None") if day == "-" else day for day in (booked, value))]
    assert (found.reference, found.bank_reference) == (reference, bank.strip("-"))


def test_says_what_the_bank_wrote_for_a_day_that_no_calendar_has() -> None:
    (found,) = entries(":20:A\n:60F:C160229EUR0,\n:61:1602300301DR6,00N024NONREF\n")
    assert (found.value_on, found.dated) == (None, "160230")


# fmt: off
WRONG = """
what is wrong           text                                                        verdict        wrongs  differences
another closing         :20:A/:60F:C240101CNY1,/:62F:C240101CNY2,                   not_balanced   0       closing
a line without amount   :20:A/:60F:C240101CNY1,/:61:240101CNTRFX/:62F:C240101CNY1,  invalid        1       -
a balance without it    :20:A/:60F:C240101CNY1,/:62F:C240101123,00                  invalid        1       -
two openings            :20:A/:60F:C240101CNY1,/:60F:C240101CNY2,                   invalid        1       -
only a reference        :20:A                                                       invalid        1       -
its sum of debits       :20:A/:34F:CNY0,/:61:240101D1,NTRFX/:90D:1CNY2,             not_balanced   0       debit_sum
no closing              :20:A/:60F:C240101CNY1,                                     no_balances    0       -
"""
# fmt: on


@pytest.mark.parametrize("case", WRONG.strip().splitlines()[1:])
def test_says_what_is_wrong(case: str) -> None:
    text, verdict, wrongs, differences = (case[24:84].strip(), *case[84:].split())
    (found,) = read(text.replace("/", "\n"))
    assert (found.verdict, len(found.wrongs)) == (verdict, int(wrongs))
    assert [one.what for one in found.differences] == ([] if differences == "-" else [differences])


def test_an_mt942_is_a_report() -> None:
    head = next(
        part
        for part in mt940.read(io.BytesIO(b":20:A\n:25:1\n:34F:CNY0,\n:61:240101D1,NTRFX\n"))
        if isinstance(part, Head)
    )
    assert (head.kind, head.message) == ("report", "MT942")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "it has no field"),
        (b"hello\nworld\n", "it has no field"),
        (b"{1:F01X}{2:I103XXXXN}{4:\n:20:A\n", "an MT103 is no statement"),
        (b"\0" * 3_000_000, "longer than"),
        (b":20:" + b"x\n" * 2000, "has more than"),
    ],
)  # fmt: skip
def test_refuses_what_is_no_statement(raw: bytes, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        list(mt940.read(io.BytesIO(raw)))


@pytest.mark.parametrize(
    "encoded",
    [
        WHOLE.encode("utf-16"),
        b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode(),
        WHOLE.replace("\n", "\r").encode(),
    ],
)
def test_reads_the_same_in_other_bytes(encoded: bytes) -> None:
    assert read(encoded) == read(WHOLE)


def test_text_that_looks_like_a_field_stays_text() -> None:
    (found,) = entries(":20:A\n:60F:C240101CNY0,\n:61:240101C1,NTRFX\n:86:at T16\n:26:37 hours\n")
    assert found.information == "at T16 :26:37 hours"


def test_reads_what_german_banks_write_below_a_line() -> None:
    text = (
        ":20:A\n:60F:C240101EUR0,\n:61:240101D1,NTRFX\n:86:177?00SEPA?20EREF+E2E?21SVWZ+Miete ?22Mai?31DE1?32ANN?33A\n"
    )
    (detail,) = entries(text)[0].details
    assert (detail.end_to_end_id, detail.remittance, detail.payee, detail.payee_account) == (
        "E2E",
        "Miete Mai",
        "ANNA",
        "DE1",
    )
