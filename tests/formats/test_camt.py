"""camt.052, 053, 054: what is read of a bank's message, in every version and dialect, and what is refused."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from cunguan.formats import camt
from cunguan.formats.statement import Entry, Foot, Head, Part, Summary, Wrong, summaries

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
DETAIL = """<TxDtls><Refs><MsgId>M9</MsgId><PmtInfId>P9</PmtInfId><InstrId>I9</InstrId><EndToEndId>E9</EndToEndId>
  <TxId>T9</TxId></Refs><RltdPties><Dbtr><Nm>张三</Nm></Dbtr><DbtrAcct><Id><IBAN>DE1</IBAN></Id></DbtrAcct>
  <Cdtr><Pty><Nm>李四</Nm></Pty></Cdtr><CdtrAcct><Id><Othr><Id>622</Id></Othr></Id></CdtrAcct></RltdPties>
  <RltdAgts><DbtrAgt><FinInstnId><BIC>AAAACNBJ</BIC></FinInstnId></DbtrAgt></RltdAgts>
  <RmtInf><Ustrd>one</Ustrd><Ustrd>two</Ustrd></RmtInf><RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf></TxDtls>"""
ENTRY = """<Ntry><NtryRef>R1</NtryRef><Amt Ccy="CNY">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{status}
  <BookgDt><Dt>2026-03-07</Dt></BookgDt><ValDt><DtTm>2026-03-08T23:30:00-05:00</DtTm></ValDt><AcctSvcrRef>B1</AcctSvcrRef>
  <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>{details}</Ntry>"""


def balance(code: str, amount: str, side: str = "<CdtDbtInd>CRDT</CdtDbtInd>") -> str:
    return f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{amount}</Amt>{side}<Dt><Dt>2026-03-07</Dt></Dt></Bal>'


def message(
    inside: str,
    *,
    version: str = "camt.053.001.08",
    element: str = "BkToCstmrStmt",
    part: str = "Stmt",
    prolog: str = "",
) -> bytes:
    return (
        f'{prolog}<Document xmlns="{NAMESPACE}{version}"><{element}><GrpHdr><MsgId>M1</MsgId></GrpHdr><{part}><Id>S1</Id>'
        f"<Acct><Id><Othr><Id>A1</Id></Othr></Id><Ccy>CNY</Ccy></Acct>{inside}</{part}></{element}></Document>"
    ).encode()


def entry(*, status: str = "<Sts><Cd>BOOK</Cd></Sts>", details: str = f"<NtryDtls>{DETAIL}</NtryDtls>") -> str:
    return ENTRY.format(status=status, details=details)


def parts(raw: bytes) -> list[Part]:
    return list(camt.read(BytesIO(raw)))


def only(raw: bytes) -> Summary:
    (found,) = summaries(camt.read(BytesIO(raw)))
    return found


WHOLE = message(balance("OPBD", "10.00") + balance("CLBD", "60.00") + entry())


def test_reads_head_entry_and_details() -> None:
    head, line, foot = parts(WHOLE)
    assert isinstance(head, Head)
    assert isinstance(line, Entry)
    assert foot == Foot()
    assert (head.message, head.kind, head.identity, head.account, head.account_scheme, head.currency, head.message_id) == (
        "camt.053.001.08", "statement", "S1", "A1", "Othr", "CNY", "M1",
    )  # fmt: skip
    assert (line.amount, line.currency, line.credit, line.status) == (Decimal("50.00"), "CNY", True, "booked")
    assert (line.booked_on, line.value_on) == (date(2026, 3, 7), date(2026, 3, 8))
    assert (line.reference, line.bank_reference, line.code) == ("R1", "B1", "PMNT/RCDT/ESCT")
    (detail,) = line.details
    assert (detail.message_id, detail.payment_id, detail.instruction_id, detail.end_to_end_id, detail.transaction_id) == (
        "M9", "P9", "I9", "E9", "T9",
    )  # fmt: skip
    assert (detail.payer, detail.payer_account, detail.payee, detail.payee_account) == ("张三", "DE1", "李四", "622")
    assert (detail.payer_agent, detail.remittance, detail.return_reason) == ("AAAACNBJ", "one\ntwo", "AC01")


@pytest.mark.parametrize("version", range(1, 15))
def test_reads_every_version(version: int) -> None:
    status = "<Sts>BOOK</Sts>" if version < 8 else "<Sts><Cd>BOOK</Cd></Sts>"
    details = DETAIL if version == 1 else f"<NtryDtls>{DETAIL}</NtryDtls>"
    element = "BkToCstmrStmtV01" if version == 1 else "BkToCstmrStmt"
    inside = balance("OPBD", "10.00") + balance("CLBD", "60.00") + entry(status=status, details=details)
    found = only(message(inside, version=f"camt.053.001.{version:02}", element=element))
    assert (found.verdict, found.closing, found.booked_count, found.references) == ("balanced", 60, 1, ("B1",))


@pytest.mark.parametrize(
    ("element", "part", "kind"),
    [
        ("BkToCstmrStmt", "Stmt", "statement"),
        ("BkToCstmrAcctRpt", "Rpt", "report"),
        ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "notification"),
    ],
)
def test_reads_statements_reports_and_notifications(element: str, part: str, kind: str) -> None:
    version = {"Stmt": "camt.053.001.08", "Rpt": "camt.052.001.08", "Ntfctn": "camt.054.001.08"}[part]
    found = only(message(entry(), element=element, part=part, version=version))
    assert (found.head.kind, found.verdict, found.credit_sum) == (kind, "no_balances", 50)


@pytest.mark.parametrize(
    ("status", "booked"),
    [("BOOK", 1), ("PDNG", 0), ("FUTR", 0), ("INFO", 0), ("OWN", 0)],
)
def test_counts_as_booked_what_is(status: str, booked: int) -> None:
    assert only(message(entry(status=f"<Sts><Cd>{status}</Cd></Sts>"))).booked_count == booked


def test_takes_an_entry_without_a_status_as_booked() -> None:
    assert only(message(entry(status=""))).booked_count == 1


def test_takes_a_balance_without_a_side_as_its_amount_says() -> None:
    found = only(message(balance("OPBD", "-10.00", "") + balance("CLBD", "40.00", "") + entry()))
    assert (found.opening, found.closing, found.verdict) == (-10, 40, "balanced")


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<Sts>", "neither CRDT nor DBIT"),
        ('Ccy="CNY">50.00', 'Ccy="CNY">5e1', "'5e1' is no amount"),
        ('Ccy="CNY">50.00', 'Ccy="CNY">-50.00', "below zero"),
        ('Ccy="CNY">50.00', 'Ccy="CNY">NaN', "'NaN' is no amount"),
        ("<BookgDt><Dt>2026-03-07", "<BookgDt><Dt>2026-02-30", "'2026-02-30' is no date"),
    ],
)
def test_never_guesses_at_an_entry_it_cannot_understand_and_reads_on(before: str, after: str, why: str) -> None:
    bad = entry().replace("\n  ", "").replace(before, after)
    found = only(message(balance("OPBD", "0") + balance("CLBD", "50.00") + bad + entry()))
    assert (found.verdict, found.entry_count) == ("invalid", 1)
    assert why in found.wrongs[0].why
    assert "Ntry" in found.wrongs[0].where


def test_reads_several_statements_and_envelopes() -> None:
    inside = balance("OPBD", "10.00") + balance("CLBD", "60.00") + entry()
    both = message(f"{inside}</Stmt><Stmt><Id>S2</Id>{inside}").decode()
    raw = f'<Envelope><AppHdr xmlns="{NAMESPACE}head.001.001.02"/>{both}</Envelope>'
    assert [each.verdict for each in summaries(camt.read(BytesIO(raw.encode())))] == ["balanced", "balanced"]


def test_a_file_that_ends_in_the_middle_is_invalid_after_what_it_had() -> None:
    found = only(WHOLE[: WHOLE.index(b"</Stmt>")])
    assert (found.verdict, found.entry_count, found.credit_sum) == ("invalid", 1, 50)
    assert "not well-formed" in found.wrongs[0].why


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "it is empty"),
        (b":20:START", "it is no XML"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>', "it is pain.001.001.09"),
        (b"<Document><FIToFICstmrCdtTrf/></Document>", "it is pacs.008;"),
        (b"<invoice/>", "it is no message known here"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt/></Document>', "no statement in it"),
    ],
)  # fmt: skip
def test_says_what_a_file_is_that_is_no_statement(raw: bytes, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        parts(raw)
