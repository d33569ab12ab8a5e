"""pacs and the cases: what banks tell one another of transfers, returns, recalls; and whichever message a file is."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from cunguan.formats import camt_cases, messages, pacs, pain001
from cunguan.formats.payment import Interbank, Order, Party, Reason, StatusReport
from cunguan.formats.statement import Wrong
from tests.formats.test_pain001 import ORDER

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
HEADER = """<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-07T09:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs>
  <TtlIntrBkSttlmAmt Ccy="CNY">{total}</TtlIntrBkSttlmAmt><IntrBkSttlmDt>2026-03-07</IntrBkSttlmDt>
  <SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>"""
PARTIES = """<Dbtr><Nm>张三</Nm></Dbtr><DbtrAcct><Id><Othr><Id>622</Id></Othr></Id></DbtrAcct>
  <DbtrAgt><FinInstnId><BICFI>AAAACNBJ</BICFI></FinInstnId></DbtrAgt>"""
CREDIT = f"""<CdtTrfTxInf><PmtId><InstrId>I1</InstrId><EndToEndId>E1</EndToEndId><TxId>T1</TxId></PmtId>
  <IntrBkSttlmAmt Ccy="CNY">50.00</IntrBkSttlmAmt><InstdAmt Ccy="EUR">6.00</InstdAmt><ChrgBr>SHAR</ChrgBr>
  <ChrgsInf><Amt Ccy="CNY">1.00</Amt></ChrgsInf><ChrgsInf><Amt Ccy="CNY">2.00</Amt></ChrgsInf>{PARTIES}</CdtTrfTxInf>"""
RETURN = f"""<TxInf><RtrId>R1</RtrId><OrgnlGrpInf><OrgnlMsgId>M0</OrgnlMsgId></OrgnlGrpInf>
  <OrgnlEndToEndId>E1</OrgnlEndToEndId><OrgnlIntrBkSttlmAmt Ccy="CNY">50.00</OrgnlIntrBkSttlmAmt>
  <RtrdIntrBkSttlmAmt Ccy="CNY">49.00</RtrdIntrBkSttlmAmt><IntrBkSttlmDt>2026-03-09</IntrBkSttlmDt>
  <RtrRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>no such account</AddtlInf></RtrRsnInf>
  <OrgnlTxRef>{PARTIES}</OrgnlTxRef></TxInf>"""
RECALL = """<Assgnmt><Id>A1</Id><Assgnr><Agt><FinInstnId><BICFI>AAAACNBJ</BICFI></FinInstnId></Agt></Assgnr>
  <Assgne><Agt><FinInstnId><BICFI>BBBBCNBJ</BICFI></FinInstnId></Agt></Assgne><CreDtTm>2026-03-07T09:00:00Z</CreDtTm>
  </Assgnmt>"""
ORIGINAL = "<OrgnlEndToEndId>E1</OrgnlEndToEndId><OrgnlTxId>T1</OrgnlTxId>"


def document(name: str, element: str, inside: str) -> BytesIO:
    return BytesIO(f'<Document xmlns="{NAMESPACE}{name}"><{element}>{inside}</{element}></Document>'.encode())


def test_reads_a_credit_transfer() -> None:
    found = pacs.read(document("pacs.008.001.08", "FIToFICstmrCdtTrf", HEADER.format(total="50.00") + CREDIT))
    (transfer,) = found.transfers
    assert (found.identity, found.message, found.settlement_method, found.declared_count) == (
        "M1",
        "pacs.008.001.08",
        "CLRG",
        1,
    )
    assert (transfer.amount, transfer.currency, transfer.instructed, transfer.instructed_currency) == (
        50,
        "CNY",
        6,
        "EUR",
    )
    assert (transfer.instruction_id, transfer.end_to_end_id, transfer.transaction_id) == ("I1", "E1", "T1")
    assert transfer.charges == ((Decimal("1.00"), "CNY"), (Decimal("2.00"), "CNY"))
    assert transfer.payer == Party("张三", "622", "Othr", "AAAACNBJ")
    assert transfer.settle_on == date(2026, 3, 7)
    assert not list(pacs.mismatches(found))


def test_says_what_a_message_declares_and_is_not_so() -> None:
    found = pacs.read(document("pacs.008.001.08", "FIToFICstmrCdtTrf", HEADER.format(total="60.00") + CREDIT + CREDIT))
    assert [(each.what, each.declared, each.actual) for each in pacs.mismatches(found)] == [
        ("group count", 1, 2), ("group total sum", 60, 100),
    ]  # fmt: skip


def test_reads_a_return_with_what_it_returns() -> None:
    (transfer,) = pacs.read(document("pacs.004.001.09", "PmtRtr", RETURN)).transfers
    assert (transfer.return_id, transfer.return_reason, transfer.return_text) == ("R1", "AC01", "no such account")
    assert (transfer.amount, transfer.original_amount, transfer.original_message_id) == (49, 50, "M0")
    assert (transfer.end_to_end_id, transfer.payer.account, transfer.settle_on) == ("E1", "622", date(2026, 3, 9))


def test_reads_a_status_report_between_banks() -> None:
    inside = f"""<GrpHdr><MsgId>S1</MsgId></GrpHdr><TxInfAndSts><OrgnlGrpInf><OrgnlMsgId>M1</OrgnlMsgId></OrgnlGrpInf>{ORIGINAL}
      <TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>"""
    (answer,) = pacs.read_status(document("pacs.002.001.10", "FIToFIPmtStsRpt", inside)).transfers
    assert (answer.outcome, answer.message_id, answer.end_to_end_id, answer.transaction_id) == (
        "rejected",
        "M1",
        "E1",
        "T1",
    )
    assert answer.reasons == (Reason("AC04"),)


def test_reads_a_request_to_have_a_payment_back() -> None:
    inside = f"""{RECALL}<Undrlyg><TxInf><CxlId>C1</CxlId>{ORIGINAL}<OrgnlIntrBkSttlmAmt Ccy="CNY">50.00</OrgnlIntrBkSttlmAmt>
      <OrgnlIntrBkSttlmDt>2026-03-07</OrgnlIntrBkSttlmDt><CxlRsnInf><Rsn><Cd>DUPL</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg>"""
    found = camt_cases.read(document("camt.056.001.08", "FIToFIPmtCxlReq", inside))
    (case,) = found.cases
    assert (found.identity, found.sender, found.receiver) == ("A1", "AAAACNBJ", "BBBBCNBJ")
    assert (case.identity, case.decision, case.reasons) == ("C1", "pending", (Reason("DUPL"),))
    assert (case.original.end_to_end_id, case.original.amount, case.original.settled_on) == ("E1", 50, date(2026, 3, 7))


@pytest.mark.parametrize(
    ("code", "decision"), [("ACCR", "accepted"), ("RJCR", "rejected"), ("PDCR", "pending"), ("X", "pending")]
)
def test_reads_what_was_decided_of_it(code: str, decision: str) -> None:
    inside = f"""{RECALL}<Sts><Conf>{code}</Conf></Sts><CxlDtls><TxInfAndSts><CxlStsId>C2</CxlStsId>{ORIGINAL}
      <TxCxlSts>{code}</TxCxlSts><CxlStsRsnInf><Rsn><Cd>CUST</Cd></Rsn></CxlStsRsnInf></TxInfAndSts></CxlDtls>"""
    found = camt_cases.read(document("camt.029.001.09", "RsltnOfInvstgtn", inside))
    assert (found.code, [each.decision for each in found.cases]) == (code, [decision])
    assert found.cases[0].reasons == (Reason("CUST"),)


def test_reads_whichever_message_a_file_is() -> None:
    assert isinstance(messages.read(BytesIO(pain001.write(ORDER))), Order)
    assert isinstance(messages.read(document("pacs.004.001.09", "PmtRtr", RETURN)), Interbank)
    assert isinstance(messages.read(document("pacs.002.001.10", "FIToFIPmtStsRpt", "<GrpHdr/>")), StatusReport)
    with pytest.raises(Wrong, match=r"it is camt.053.001.08; pain.001, pain.002"):
        messages.read(document("camt.053.001.08", "BkToCstmrStmt", ""))


def test_a_file_of_two_messages_is_refused() -> None:
    raw = document("pacs.004.001.09", "PmtRtr", RETURN).getvalue()
    with pytest.raises(Wrong, match="second message"):
        pacs.read(BytesIO(b"<Envelope>" + raw + raw + b"</Envelope>"))
