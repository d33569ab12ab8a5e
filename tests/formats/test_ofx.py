"""OFX: statements in SGML and XML, and what is said of lines that cannot be read."""

import io
from decimal import Decimal

import pytest

from cunguan.formats import ofx
from cunguan.formats.statement import Entry, Summary, Wrong, summaries

SGML = """\
OFXHEADER:100
DATA:OFXSGML
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>CAD
<BANKACCTFROM><BANKID>1<ACCTID>12300<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20240101<DTEND>20240131
<STMTTRN><TRNTYPE>POS<DTPOSTED>20240102120000[-5:EST]<TRNAMT>-6.60<FITID>F1<NAME>ANN &amp; CO<MEMO></STMTTRN>
<STMTTRN><TRNTYPE>DEP<DTPOSTED>20240103<TRNAMT>+10.00<FITID>F2</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>-3.40<DTASOF>20240131</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
LINE = "<STMTTRN><DTPOSTED>{day}<TRNAMT>{amount}<FITID>F</STMTTRN>"


def read(text: str | bytes) -> list[Summary]:
    return list(summaries(ofx.read(io.BytesIO(text.encode("cp1252") if isinstance(text, str) else text))))


def one_line(day: str = "20240101", amount: str = "1.00") -> Summary:
    line = LINE.format(day=day, amount=amount)
    (found,) = read(f"<OFX><STMTRS><CURDEF>CAD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>{line}</STMTRS></OFX>")
    return found


def test_reads_a_statement_of_open_elements() -> None:
    (found,) = read(SGML)
    assert (found.verdict, found.head.account, found.currency) == ("no_balances", "12300", "CAD")
    assert (found.opening, found.closing) == (None, Decimal("-3.40"))
    assert (found.credit_sum, found.debit_sum, found.references) == (Decimal("10.00"), Decimal("6.60"), ("F1", "F2"))


def test_reads_the_same_of_closed_elements() -> None:
    closed = SGML.replace("<CURDEF>CAD\n", "<CURDEF>CAD</CURDEF>").replace("<FITID>F1", "<FITID>F1</FITID>")
    assert read(closed) == read(SGML)


def test_reads_who_is_paid() -> None:
    first = next(part for part in ofx.read(io.BytesIO(SGML.encode())) if isinstance(part, Entry))
    assert (first.details[0].payee, first.details[0].payer) == ("ANN & CO", "")


def test_reads_text_that_is_kept_from_the_parser() -> None:
    text = SGML.replace("ANN &amp; CO", "<![CDATA[ANN & CO]]>")
    assert read(text) == read(SGML)


@pytest.mark.parametrize(
    ("day", "amount", "entries", "why"),
    [
        ("20240101", "$120", 0, "is no number"),
        ("20240101", "NaN", 0, "is no number"),
        ("20240101", "1e999999999", 0, "is no number"),
        ("20240231", "1.00", 1, "no day of any calendar"),
        ("", "1.00", 1, "no day of any calendar"),
    ],
)
def test_names_a_line_that_cannot_be_read(day: str, amount: str, entries: int, why: str) -> None:
    found = one_line(day, amount)
    assert (found.verdict, found.entry_count) == ("invalid", entries)
    assert why in found.wrongs[0].why


def test_names_a_transaction_that_stands_twice() -> None:
    (found,) = read(SGML.replace("F2", "F1"))
    assert found.repeated == ("F1",)


def test_a_file_without_a_statement_has_none() -> None:
    assert read("<OFX></OFX>") == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no element OFX"),
        ("<html>", "no element OFX"),
        ("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><OFX></OFX>", "a DOCTYPE stands in it"),
        ("<OFX>" + "<A>" * 100, "elements stand 64 deep"),
        ("<OFX><A>" + "x" * 2_000_000, "longer than"),
        (SGML[:-60], "breaks off"),
        (SGML[:500], "breaks off"),
    ],
)
def test_refuses_what_cannot_be_read_on(text: str, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        list(ofx.read(io.BytesIO(text.encode())))


def test_says_what_the_bank_answers_in_place_of_a_statement() -> None:
    (found,) = read("<OFX><STMTTRNRS><STATUS><CODE>2000<SEVERITY>ERROR</STATUS></STMTTRNRS></OFX>")
    assert (found.verdict, found.entry_count) == ("invalid", 0)
    assert "error 2000" in found.wrongs[0].why
