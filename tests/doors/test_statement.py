"""`cunguan statement`: what it prints of files of banks, and how it ends."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cunguan.doors.cli.main import main
from cunguan.doors.statements.answer import VERDICTS, answer
from cunguan.doors.statements.files import Opened

SOUND = ":20:REF\n:25:6222\n:28C:1\n:60F:C240131CNY100,00\n:61:240201C5,25NTRFA//B1\n:62F:C240201CNY105,25\n"
WRONG = SOUND.replace("105,25", "105,26")


def ran(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    code = main(["statement", *map(str, argv)], None)
    return code, *capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, list[dict[str, Any]]]:
    code, out, _ = ran(capsys, *argv, "--json")
    return code, [json.loads(line) for line in out.splitlines()]


def test_prints_what_a_statement_comes_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sta").write_text(SOUND)
    code, (found,) = told(capsys, tmp_path / "a.sta")
    (one,) = found["statements"]
    assert (code, found["format"], found["verdict"], found["error"]) == (0, "mt940", "balanced", None)
    assert (one["account"], one["currency"], one["opening"], one["closing"]) == ("6222", "CNY", "100.00", "105.25")
    assert (one["entry_count"], one["credit_sum"], one["debit_sum"], one["references"]) == (1, "5.25", "0", ["B1"])
    assert (one["verdict"], one["balance_check"], found["bytes"]) == ("balanced", "BALANCED", len(SOUND))


def test_says_which_sum_differs_and_by_how_much(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sta").write_text(WRONG)
    code, (found,) = told(capsys, tmp_path / "a.sta")
    assert (code, found["verdict"]) == (1, "not_balanced")
    assert found["statements"][0]["differences"] == [
        {"what": "closing", "stated": "105.26", "computed": "105.25", "by": "0.01"}
    ]
    code, out, _ = ran(capsys, tmp_path / "a.sta")
    assert code == 1 and "closing differs by 0.01: stated 105.26, computed 105.25" in out


def test_shows_entries_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sta").write_text(SOUND)
    _, (found,) = told(capsys, tmp_path / "a.sta", "--entries")
    (entry,) = found["statements"][0]["entries"]
    assert (entry["signed"], entry["acct_svcr_ref"], entry["value"]) == ("5.25", "B1", "2024-02-01")


def test_says_where_and_why_a_file_is_not_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0\1\2")
    code, (found,) = told(capsys, tmp_path / "a.bin")
    assert (code, found["verdict"], found["statements"]) == (1, "invalid", [])
    assert found["error"]["why"].startswith("it begins like no statement")


def test_reads_the_files_of_an_archive_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.sta", SOUND)
        archive.writestr("two.sta", WRONG)
    (tmp_path / "b.sta.gz").write_bytes(gzip.compress(SOUND.encode()))
    code, found = told(capsys, tmp_path / "a.zip", tmp_path / "b.sta.gz")
    assert code == 1
    assert [(one["member"], one["verdict"]) for one in found] == [
        ("one.sta", "balanced"), ("two.sta", "not_balanced"), ("b.sta", "balanced"),
    ]  # fmt: skip


def test_an_archive_that_could_harm_is_not_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../a.sta", SOUND)
    code, (found,) = told(capsys, tmp_path / "a.zip")
    assert (code, found["verdict"], found["error"]["where"]) == (1, "invalid", "the archive")


def test_a_path_that_is_not_there_is_wrong_usage_and_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.sta").write_text(SOUND)
    code, out, err = ran(capsys, tmp_path / "none", tmp_path, tmp_path / "a.sta")
    assert code == 2 and "balanced" in out
    assert "No such file" in err and "Is a directory" in err


def test_reads_csv_by_a_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("day,amount\n2024-02-01,5.25\n")
    (tmp_path / "m.toml").write_text(
        'currency = "CNY"\naccount = "6222"\n[columns]\nbooked_on = "day"\namount = "amount"\n'
    )
    code, (found,) = told(capsys, tmp_path / "a.csv", "--mapping", tmp_path / "m.toml")
    assert (code, found["verdict"], found["statements"][0]["credit_sum"]) == (0, "no_balances", "5.25")
    assert told(capsys, tmp_path / "a.csv")[0] == 1


ORDER = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr><MsgId>M1</MsgId>
<CreDtTm>2024-02-01T08:00:00</CreDtTm><NbOfTxs>2</NbOfTxs><CtrlSum>5.25</CtrlSum></GrpHdr><PmtInf><PmtInfId>P1</PmtInfId>
<PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>2024-02-01</Dt></ReqdExctnDt><Dbtr><Nm>POOL</Nm></Dbtr><CdtTrfTxInf><PmtId>
<EndToEndId>E1</EndToEndId></PmtId><Amt><InstdAmt Ccy="CNY">5.25</InstdAmt></Amt><Cdtr><Nm>ANN</Nm></Cdtr></CdtTrfTxInf></PmtInf>
</CstmrCdtTrfInitn></Document>"""


def test_compares_what_an_order_declares_of_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xml").write_text(ORDER)
    code, (found,) = told(capsys, tmp_path / "a.xml", "--entries")
    assert (code, found["verdict"], found["statements"]) == (1, "not_balanced", [])
    assert found["differences"] == [{"what": "group count", "stated": "2", "computed": "1", "by": "1"}]
    (payment,) = found["initiation"]["payments"]
    assert (payment["sum"], payment["debtor"], payment["transactions"][0]["creditor"]) == ("5.25", "POOL", "ANN")
    _, out, _ = ran(capsys, tmp_path / "a.xml")
    assert "order M1: 1 transfers, 5.25" in out and "group count differs by 1" in out and "ANN" not in out


SCHEMA = """<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
<s:element name="Document"><s:complexType><s:sequence><s:any processContents="skip" maxOccurs="MOST"/></s:sequence></s:complexType>
</s:element></s:schema>"""


@pytest.mark.parametrize(("most", "is_valid"), [("1", True), ("0", False)])
def test_compares_a_message_with_its_schema(
    most: str, is_valid: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.xml").write_text(ORDER)
    (tmp_path / "xsd").mkdir()
    (tmp_path / "xsd/pain.001.001.09.xsd").write_text(
        SCHEMA.replace("MOST", most).replace('maxOccurs="0"', 'minOccurs="0" maxOccurs="0"')
    )
    _, (found,) = told(capsys, tmp_path / "a.xml", "--schemas", tmp_path / "xsd")
    assert (found["xsd_valid"], found["initiation"]["count"], found["bytes"]) == (is_valid, 1, len(ORDER))
    assert (
        "not as its schema asks" in ran(capsys, tmp_path / "a.xml", "--schemas", tmp_path / "xsd")[1]
    ) is not is_valid


def test_what_has_no_schema_is_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sta").write_text(SOUND)
    code, (found,) = told(capsys, tmp_path / "a.sta", "--schemas", tmp_path)
    assert (code, found["xsd_valid"], found["verdict"]) == (0, None, "balanced")
    assert ran(capsys, tmp_path / "a.sta", "--schemas", tmp_path / "none")[0] == 2


def test_shows_what_became_of_an_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId></GrpHdr>
    <OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>P1</OrgnlPmtInfId>
    <TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf></TxInfAndSts>
    </OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""
    (tmp_path / "a.xml").write_text(report)
    code, (found,) = told(capsys, tmp_path / "a.xml")
    (transfer,) = found["status_report"]["tx_statuses"]
    assert (code, transfer["end_to_end"], transfer["outcome"], transfer["reasons"]) == (0, "E1", "rejected", ["AC01"])
    assert "transfer E1: RJCT AC01" in ran(capsys, tmp_path / "a.xml")[1]


@pytest.mark.parametrize("text", ["[columns]", "not toml", '[columns]\nbooked_on = "d"\namount = "a"\nsum = "s"'])
def test_a_wrong_mapping_is_wrong_usage(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.toml").write_text(text)
    (tmp_path / "a.csv").write_text("a,b\n")
    assert ran(capsys, tmp_path / "a.csv", "--mapping", tmp_path / "m.toml")[0] == 2


BEGINS = [
    SOUND.encode(),
    b"01,B,M,240201,0800,7,,,2/\n02,M,B,1,240131,,USD,2/\n03,A,USD,010,1,,,015,1,,/\n16,142,5,Z/\n49,7,3/\n",
    b"OFXHEADER:100\nCHARSET:1252\n<OFX><STMTRS><STMTTRN><TRNAMT>1</STMTTRN></STMTRS></OFX>",
    b"<Document><BkToCstmrStmt>",
]


@given(st.sampled_from(BEGINS), st.integers(0, 200), st.integers(0, 20), st.binary(max_size=30))
def test_any_bytes_get_an_answer(begin: bytes, at: int, cut: int, more: bytes) -> None:
    raw = begin[:at] + more + begin[at + cut :]
    found = answer(Opened("any", "", io.BytesIO(raw), lambda count: None), has_entries=True)
    assert found["verdict"] in VERDICTS and found["bytes"] == len(raw)
    assert found["verdict"] != "invalid" or found["error"] or any(one["wrong"] for one in found["statements"])
    json.dumps(found)
