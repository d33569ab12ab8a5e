"""pain.001 (客户贷记转账指令): an order of credit transfers to a bank, read and written.

Shape   an Order: batches of one payer and one date, each of transfers
Writes  .03 and .09, as their schemas ask; counts and sums are made here, of what is written, whatever the order declares
Errors  Wrong: what is not readable, or an amount or a date that is none. ValueError: an order that may not be written, and why
Source  ISO 20022 CustomerCreditTransferInitiation, pain.001.001.03 and .09; national versions are read as they come
"""

from decimal import Decimal
from typing import BinaryIO, Final

from cunguan.formats import xml
from cunguan.formats.iso import (
    account,
    amount_text,
    bank,
    count_of,
    day_of,
    document,
    element,
    indicator,
    party_fields,
    party_of,
    positive,
    sum_of,
    text_of,
    truth_of,
)
from cunguan.formats.payment import Batch, Order, Transfer

# ── reading ──────────────────────────────────────────────────────────────────
_TRANSFER: Final = xml.Shape(f"""
    instruction_id   PmtId/InstrId
    end_to_end_id    PmtId/EndToEndId
    uetr             PmtId/UETR
    amount           Amt/InstdAmt Amt/EqvtAmt/Amt
    currency         Amt/InstdAmt@Ccy Amt/EqvtAmt/Amt@Ccy
    charge_bearer    ChrgBr
    purpose          Purp/Cd Purp/Prtry
    remittance       RmtInf/Ustrd
    ultimate_payer   UltmtDbtr/Nm
    {party_fields("payee", "Cdtr")}
""")
_BATCH: Final = xml.Shape(
    f"""
    identity       PmtInfId
    method         PmtMtd
    batch_booking  BtchBookg
    count          NbOfTxs
    sum            CtrlSum
    execute_on     ReqdExctnDt ReqdExctnDt/Dt ReqdExctnDt/DtTm
    charge_bearer  ChrgBr
    {party_fields("payer", "Dbtr")}
""",
    {"CdtTrfTxInf": _TRANSFER},
)
_ORDER: Final = xml.Shape(
    """
    identity   GrpHdr/MsgId
    created    GrpHdr/CreDtTm
    count      GrpHdr/NbOfTxs
    sum        GrpHdr/CtrlSum
    initiator  GrpHdr/InitgPty/Nm
""",
    {"PmtInf": _BATCH},
    streamed=True,
)


def read(stream: BinaryIO, *, begun: bytes = b"") -> Order:
    """Return the order in a file."""
    message, record = xml.only(stream, {"CstmrCdtTrfInitn": _ORDER}, "pain.001", begun=begun)
    return _order(record, message)


def _order(record: xml.Record, message: str) -> Order:
    said = record.said
    return Order(
        identity=said("identity"),
        created=said("created"),
        initiator=said("initiator"),
        batches=tuple(map(_batch, record.within("PmtInf"))),
        message=message,
        declared_count=record.value("count", count_of),
        declared_sum=record.value("sum", sum_of),
    )


def _batch(record: xml.Record) -> Batch:
    said = record.said
    return Batch(
        identity=said("identity"),
        execute_on=record.value("execute_on", day_of),
        payer=party_of(record, "payer"),
        transfers=tuple(map(_transfer, record.within("CdtTrfTxInf"))),
        method=said("method"),
        batch_booking=truth_of(said("batch_booking")) if said("batch_booking") else None,
        charge_bearer=said("charge_bearer"),
        declared_count=record.value("count", count_of),
        declared_sum=record.value("sum", sum_of),
    )


def _transfer(record: xml.Record) -> Transfer:
    said = record.said
    return Transfer(
        end_to_end_id=said("end_to_end_id"),
        amount=record.value("amount", positive),
        currency=said("currency"),
        payee=party_of(record, "payee"),
        instruction_id=said("instruction_id"),
        uetr=said("uetr"),
        charge_bearer=said("charge_bearer"),
        purpose=said("purpose"),
        remittance=said("remittance"),
        ultimate_payer=said("ultimate_payer"),
    )


# ── writing ──────────────────────────────────────────────────────────────────
V03, V09 = "pain.001.001.03", "pain.001.001.09"


def write(order: Order, version: str = V09) -> bytes:
    """Return the file of an order.

    >>> from datetime import date
    >>> from cunguan.formats.payment import Party
    >>> me = Party("custodian", "DE1", "IBAN", bic="AAAADEFF")
    >>> you = Party("payee", "622", "Othr", clearing="CNAPS", member="102100099996")
    >>> batch = Batch("B1", date(2026, 3, 7), me, (Transfer("E1", Decimal("5"), "CNY", you),))
    >>> write(Order("M1", "2026-03-07T09:00:00Z", "custodian", (batch,))).decode().count("CdtTrfTxInf")
    2
    """
    if version not in (V03, V09):
        raise ValueError(f"{version} is not written; {V03} and {V09} are")
    if not order.batches or not all(batch.transfers for batch in order.batches):
        raise ValueError(f"order {order.identity}: it has no batch, or one without transfers")
    return document(
        version,
        element("CstmrCdtTrfInitn", _header(order), *(_batch_element(batch, version) for batch in order.batches)),
    )


def _header(order: Order) -> str:
    return element(
        "GrpHdr",
        element("MsgId", text=text_of(order.identity, 35, "MsgId")),
        element("CreDtTm", text=order.created),
        *_totals(tuple(order.transfers())),
        element("InitgPty", _name(order.initiator)) or "<InitgPty/>",  # it must be there, and may be empty
    )


def _totals(transfers: tuple[Transfer, ...]) -> tuple[str, str]:
    total = sum((each.amount for each in transfers), Decimal(0))
    return element("NbOfTxs", text=str(len(transfers))), element("CtrlSum", text=f"{total:f}")


def _batch_element(batch: Batch, version: str) -> str:
    if batch.execute_on is None:
        raise ValueError(f"batch {batch.identity}: it has no date")
    day = batch.execute_on.isoformat()
    return element(
        "PmtInf",
        element("PmtInfId", text=text_of(batch.identity, 35, "PmtInfId")),
        element("PmtMtd", text=batch.method),
        element("BtchBookg", text=indicator(batch.batch_booking)),
        *_totals(batch.transfers),
        element("ReqdExctnDt", text=day) if version == V03 else element("ReqdExctnDt", element("Dt", text=day)),
        element("Dbtr", _name(batch.payer.name)) or "<Dbtr/>",
        element("DbtrAcct", element("Id", account(batch.payer))),
        element("DbtrAgt", bank(batch.payer, _bic(version)) or _NO_BANK),
        element("ChrgBr", text=batch.charge_bearer),
        *(_transfer_element(each, version) for each in batch.transfers),
    )


def _transfer_element(transfer: Transfer, version: str) -> str:
    if transfer.uetr and version == V03:
        raise ValueError(f"transfer {transfer.end_to_end_id}: {V03} has no UETR; write {V09}")
    payee, what = transfer.payee, f"transfer {transfer.end_to_end_id}"
    return element(
        "CdtTrfTxInf",
        element(
            "PmtId",
            element("InstrId", text=text_of(transfer.instruction_id, 35, f"{what} InstrId")),
            element("EndToEndId", text=text_of(transfer.end_to_end_id, 35, f"{what} EndToEndId")),
            element("UETR", text=transfer.uetr),
        ),
        element(
            "Amt", element("InstdAmt", text=amount_text(transfer.amount, transfer.currency), Ccy=transfer.currency)
        ),
        element("ChrgBr", text=transfer.charge_bearer),
        element("UltmtDbtr", _name(transfer.ultimate_payer)),
        element("CdtrAgt", bank(payee, _bic(version))),
        element("Cdtr", _name(payee.name)),
        element("CdtrAcct", element("Id", account(payee))),
        element("Purp", element("Cd" if len(transfer.purpose) == 4 else "Prtry", text=transfer.purpose)),
        element("RmtInf", *(element("Ustrd", text=each) for each in _lines(transfer.remittance, what))),
    )


#: a payer's bank that knows its own customers' accounts need not be named, but its element must be there
_NO_BANK: Final = element("FinInstnId", element("Othr", element("Id", text="NOTPROVIDED")))


def _bic(version: str) -> str:
    return "BIC" if version == V03 else "BICFI"


def _name(name: str) -> str:
    return element("Nm", text=text_of(name, 140, "Nm"))


def _lines(remittance: str, what: str) -> list[str]:
    return [text_of(line, 140, f"{what} Ustrd") for line in remittance.split("\n") if line]
