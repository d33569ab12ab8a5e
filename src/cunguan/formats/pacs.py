"""pacs.008, 009, 003, 010, 004, 002 (银行间贷记、借记、退汇、状态报告): what banks tell one another of transfers; read.

Shape   Interbank: transfers with who pays whom; of a return (pacs.004), why, and which transfer it returns
        StatusReport (pacs.002), as a bank's customer gets it in a pain.002
Units   the amount of a transfer is what is settled between the banks; `instructed` what the payer asked for
Errors  Wrong: what is not readable, or an amount, date or count that is none
Source  ISO 20022 Payments Clearing and Settlement
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

from cunguan.formats import pain002, xml
from cunguan.formats.iso import charges_of, count_of, day_of, party_fields, party_of, positive, sum_of
from cunguan.formats.payment import Interbank, Mismatch, Settlement, StatusReport, compared

_TRANSFER: Final = f"""
    instruction_id       PmtId/InstrId
    end_to_end_id        PmtId/EndToEndId
    transaction_id       PmtId/TxId
    uetr                 PmtId/UETR
    amount               IntrBkSttlmAmt
    currency             IntrBkSttlmAmt@Ccy
    settle_on            IntrBkSttlmDt
    instructed           InstdAmt
    instructed_currency  InstdAmt@Ccy
    charge_bearer        ChrgBr
    charge               ChrgsInf/Amt
    charge_currency      ChrgsInf/Amt@Ccy
    remittance           RmtInf/Ustrd
    payer_name           Dbtr/FinInstnId/Nm
    payee_name           Cdtr/FinInstnId/Nm
    {party_fields("payer", "Dbtr")}
    {party_fields("payee", "Cdtr")}
"""
_RETURN: Final = f"""
    instruction_id       OrgnlInstrId
    end_to_end_id        OrgnlEndToEndId
    transaction_id       OrgnlTxId
    uetr                 OrgnlUETR
    amount               RtrdIntrBkSttlmAmt
    currency             RtrdIntrBkSttlmAmt@Ccy
    settle_on            IntrBkSttlmDt
    instructed           RtrdInstdAmt
    instructed_currency  RtrdInstdAmt@Ccy
    charge_bearer        ChrgBr
    charge               ChrgsInf/Amt
    charge_currency      ChrgsInf/Amt@Ccy
    remittance           OrgnlTxRef/RmtInf/Ustrd
    return_id            RtrId
    return_reason        RtrRsnInf/Rsn/Cd RtrRsnInf/Rsn/Prtry
    return_text          RtrRsnInf/AddtlInf
    original_message_id  OrgnlGrpInf/OrgnlMsgId
    original_amount      OrgnlIntrBkSttlmAmt
    {party_fields("payer", "Dbtr", "OrgnlTxRef/")}
    {party_fields("payee", "Cdtr", "OrgnlTxRef/")}
"""
_MESSAGE: Final = """
    identity             GrpHdr/MsgId
    created              GrpHdr/CreDtTm
    count                GrpHdr/NbOfTxs
    sum                  GrpHdr/CtrlSum
    total                GrpHdr/TtlIntrBkSttlmAmt GrpHdr/TtlRtrdIntrBkSttlmAmt
    total_currency       GrpHdr/TtlIntrBkSttlmAmt@Ccy GrpHdr/TtlRtrdIntrBkSttlmAmt@Ccy
    settle_on            GrpHdr/IntrBkSttlmDt
    method               GrpHdr/SttlmInf/SttlmMtd
    original_message_id  OrgnlGrpInf/OrgnlMsgId
"""
#: element of a message → where its transfers stand, and how
_TRANSFERS: Final = {
    "FIToFICstmrCdtTrf": ("CdtTrfTxInf", _TRANSFER),
    "FICdtTrf": ("CdtTrfTxInf", _TRANSFER),
    "FinInstnCdtTrf": ("CdtTrfTxInf", _TRANSFER),
    "FIToFICstmrDrctDbt": ("DrctDbtTxInf", _TRANSFER),
    "FIDrctDbt": ("CdtInstr/DrctDbtTxInf", _TRANSFER),
    "PmtRtr": ("TxInf", _RETURN),
}
_SHAPES: Final = {
    element: xml.Shape(_MESSAGE, {path: xml.Shape(fields)}, streamed=True)
    for element, (path, fields) in _TRANSFERS.items()
}
_REPORT: Final = xml.Shape("""
    identity  GrpHdr/MsgId
    created   GrpHdr/CreDtTm
""", {"OrgnlGrpInfAndSts": pain002.MESSAGE, "TxInfAndSts": pain002.TRANSFER}, streamed=True)  # fmt: skip


def read(stream: BinaryIO, *, begun: bytes = b"") -> Interbank:
    """Return the transfers, debits or returns in a file."""
    message, record = xml.only(stream, _SHAPES, "pacs.008, 009, 003, 010 or 004", begun=begun)
    return Interbank(
        identity=record.said("identity"),
        created=record.said("created"),
        transfers=tuple(_settlement(each, record) for each in record.within(_TRANSFERS[record.name][0])),
        message=message,
        settlement_method=record.said("method"),
        declared_count=record.value("count", count_of),
        declared_sum=record.value("sum", sum_of),
        declared_total=record.value("total", sum_of),
        declared_currency=record.said("total_currency"),
    )


def _settlement(record: xml.Record, message: xml.Record) -> Settlement:
    said = record.said
    return Settlement(
        amount=record.value("amount", positive),
        settle_on=record.value("settle_on", day_of) or message.value("settle_on", day_of),
        instructed=record.value("instructed", sum_of),
        charges=charges_of(record.fields),
        payer=party_of(record, "payer"),
        payee=party_of(record, "payee"),
        original_message_id=said("original_message_id") or message.said("original_message_id"),
        original_amount=record.value("original_amount", sum_of),
        **{name: text for name, text in record.fields.items() if name in _AS_THEY_ARE},
    )


#: fields of a transfer that are taken as they are
_AS_THEY_ARE: Final = frozenset(Settlement.__struct_fields__) - {
    "amount", "settle_on", "instructed", "charges", "payer", "payee", "original_message_id", "original_amount",
}  # fmt: skip


def mismatches(message: Interbank) -> Iterator[Mismatch]:
    """Yield what a message declares of itself and is not so: its count, its sum, its total in the currency that names."""
    yield from compared("group", message.declared_count, message.declared_sum, message.transfers)
    settled = [each for each in message.transfers if each.currency == message.declared_currency]
    yield from compared("group total", None, message.declared_total, settled)


def read_status(stream: BinaryIO, *, begun: bytes = b"") -> StatusReport:
    """Return the status report between banks in a file."""
    message, record = xml.only(stream, {"FIToFIPmtStsRpt": _REPORT}, "pacs.002", begun=begun)
    return StatusReport(
        identity=record.said("identity"),
        created=record.said("created"),
        messages=tuple(map(pain002.status, record.within("OrgnlGrpInfAndSts"))),
        transfers=tuple(map(pain002.status, record.within("TxInfAndSts"))),
        message=message,
    )
