"""pain.002 (客户支付状态报告): what a bank says became of an order, its batches, its transfers; read and written.

Shape   a StatusReport: the message's status, those of batches, those of transfers, each with its reasons
Writes  .03 and .10: a status for each that is in the report, and nothing that is not
Errors  Wrong: what is not readable. ValueError: a report that may not be written, and why
Source  ISO 20022 CustomerPaymentStatusReport; the codes are external code sets and are kept as they come
"""

from typing import BinaryIO, Final

from cunguan.formats import xml
from cunguan.formats.iso import document, element, sum_of, text_of
from cunguan.formats.payment import Reason, Status, StatusReport

# ── reading ──────────────────────────────────────────────────────────────────
REASON: Final = xml.Shape("""
    code  Rsn/Cd Rsn/Prtry
    text  AddtlInf
""")
TRANSFER: Final = xml.Shape(
    """
    code            TxSts
    instruction_id  OrgnlInstrId
    end_to_end_id   OrgnlEndToEndId
    transaction_id  OrgnlTxId
    uetr            OrgnlUETR
    accepted        AccptncDtTm
    bank_reference  AcctSvcrRef
    message_id      OrgnlGrpInf/OrgnlMsgId
    message_name    OrgnlGrpInf/OrgnlMsgNmId
    amount          OrgnlTxRef/Amt/InstdAmt OrgnlTxRef/IntrBkSttlmAmt
    currency        OrgnlTxRef/Amt/InstdAmt@Ccy OrgnlTxRef/IntrBkSttlmAmt@Ccy
""",
    {"StsRsnInf": REASON},
)
MESSAGE: Final = xml.Shape(
    """
    code          GrpSts
    message_id    OrgnlMsgId
    message_name  OrgnlMsgNmId
""",
    {"StsRsnInf": REASON},
)
_BATCH: Final = xml.Shape(
    """
    code      PmtInfSts
    batch_id  OrgnlPmtInfId
""",
    {"StsRsnInf": REASON, "TxInfAndSts": TRANSFER},
)
_REPORT: Final = xml.Shape(
    """
    identity  GrpHdr/MsgId
    created   GrpHdr/CreDtTm
""",
    {"OrgnlGrpInfAndSts": MESSAGE, "OrgnlPmtInfAndSts": _BATCH, "TxInfAndSts": TRANSFER},
    streamed=True,
)


def read(stream: BinaryIO, *, begun: bytes = b"") -> StatusReport:
    """Return the report in a file."""
    message, record = xml.only(stream, {"CstmrPmtStsRpt": _REPORT}, "pain.002", begun=begun)
    batches = record.within("OrgnlPmtInfAndSts")
    return StatusReport(
        identity=record.said("identity"),
        created=record.said("created"),
        messages=tuple(map(status, record.within("OrgnlGrpInfAndSts"))),
        batches=tuple(map(status, batches)),
        transfers=tuple(
            status(each, batch.said("batch_id")) for batch in batches for each in batch.within("TxInfAndSts")
        ),
        message=message,
    )


def status(record: xml.Record, batch_id: str = "") -> Status:
    """Return what a record says became of a message, a batch or a transfer."""
    said = {"batch_id": batch_id, "code": ""} | record.fields
    said.pop("amount", None)
    reasons = tuple(map(reason, record.within("StsRsnInf")))
    return Status(**said, reasons=reasons, amount=record.value("amount", sum_of))


def reason(record: xml.Record) -> Reason:
    """Return why."""
    return Reason(record.said("code"), record.said("text"))


# ── writing ──────────────────────────────────────────────────────────────────
V03, V10 = "pain.002.001.03", "pain.002.001.10"


def write(report: StatusReport, version: str = V10) -> bytes:
    """Return the file of a report on one message."""
    if version not in (V03, V10):
        raise ValueError(f"{version} is not written; {V03} and {V10} are")
    if len(report.messages) != 1:
        raise ValueError(f"report {report.identity}: it names {len(report.messages)} messages, and must name one")
    strays = {each.batch_id for each in report.transfers} - {each.batch_id for each in report.batches}
    if strays:
        raise ValueError(f"report {report.identity}: the batches {sorted(strays)} of its transfers are not in it")
    header = element(
        "GrpHdr",
        element("MsgId", text=text_of(report.identity, 35, "MsgId")),
        element("CreDtTm", text=report.created),
    )
    batches = (_batch(each, report, version) for each in report.batches)
    return document(version, element("CstmrPmtStsRpt", header, _message(report.messages[0]), *batches))


def _message(of: Status) -> str:
    return element(
        "OrgnlGrpInfAndSts",
        element("OrgnlMsgId", text=text_of(of.message_id, 35, "OrgnlMsgId")),
        element("OrgnlMsgNmId", text=text_of(of.message_name, 35, "OrgnlMsgNmId")),
        element("GrpSts", text=of.code),
        *map(_reason, of.reasons),
    )


def _batch(of: Status, report: StatusReport, version: str) -> str:
    transfers = (each for each in report.transfers if each.batch_id == of.batch_id)
    return element(
        "OrgnlPmtInfAndSts",
        element("OrgnlPmtInfId", text=text_of(of.batch_id, 35, "OrgnlPmtInfId")),
        element("PmtInfSts", text=of.code),
        *map(_reason, of.reasons),
        *(_transfer(each, version) for each in transfers),
    )


def _transfer(of: Status, version: str) -> str:
    if of.uetr and version == V03:
        raise ValueError(f"transfer {of.end_to_end_id}: {V03} has no UETR; write {V10}")
    return element(
        "TxInfAndSts",
        element("OrgnlInstrId", text=text_of(of.instruction_id, 35, "OrgnlInstrId")),
        element("OrgnlEndToEndId", text=text_of(of.end_to_end_id, 35, "OrgnlEndToEndId")),
        element("OrgnlUETR", text=of.uetr),
        element("TxSts", text=of.code),
        *map(_reason, of.reasons),
        element("AccptncDtTm", text=of.accepted),
        element("AcctSvcrRef", text=text_of(of.bank_reference, 35, "AcctSvcrRef")),
    )


def _reason(of: Reason) -> str:
    return element(
        "StsRsnInf",
        element("Rsn", element("Cd" if len(of.code) == 4 else "Prtry", text=text_of(of.code, 35, "Rsn"))),
        *(element("AddtlInf", text=text_of(line, 105, "AddtlInf")) for line in of.text.split("\n") if line),
    )
