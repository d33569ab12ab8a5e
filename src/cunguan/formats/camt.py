"""camt.052, 053, 054 (账户报告、对账单、借贷记通知): a bank's report, statement or notification, of any version.

Shape   parts of `statement.py`, as they are read. Versions .01 to .14 differ in paths: each value names all of its own
        Head: what stands before the first entry. Foot: what comes after it, and the sums the bank states, wherever they stood
        An entry that cannot be understood is a Wrong, and the reading goes on; it is never guessed at
Units   amounts as written, exact; the side says CdtDbtInd. A balance without it is a credit, or a debit where it is negative
Errors  Wrong: what `xml.py` refuses; a message that is none of the three, by its name; one with no statement in it
Source  ISO 20022 Bank-to-Customer Cash Management; where a bank leaves out what its schema asks for, it is read all the same
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

from cunguan.formats import xml
from cunguan.formats.iso import (
    CHARGES,
    amount_of,
    charges_of,
    count_of,
    day_of,
    positive,
    sum_of,
    truth_of,
)
from cunguan.formats.statement import Balance, Detail, Entry, Foot, Head, Kind, Part, Status, Wrong


# ── what is read: names of values, and their paths in all versions ──────────────────────────────────────────────────────────
def _account(at: str) -> str:
    return " ".join(f"{at}/{path}" for path in ("IBAN", "Othr/Id", "BBAN", "PrtryAcct/Id", "UPIC"))


_BALANCE: Final = xml.Shape("""
    code      Tp/CdOrPrtry/Cd  Tp/CdOrPrtry/Prtry  Tp/Cd  Tp/Prtry
    sub_code  Tp/SubTp/Cd      Tp/SubTp/Prtry
    amount    Amt
    currency  Amt@Ccy
    side      CdtDbtInd
    day       Dt/Dt            Dt/DtTm
""")
_DETAIL: Final = xml.Shape(f"""
    message_id            Refs/MsgId
    bank_reference        Refs/AcctSvcrRef
    payment_id            Refs/PmtInfId
    instruction_id        Refs/InstrId
    end_to_end_id         Refs/EndToEndId
    uetr                  Refs/UETR
    transaction_id        Refs/TxId
    amount                Amt
    currency              Amt@Ccy
    credit                CdtDbtInd
    sent                  AmtDtls/TxAmt/Amt
    sent_currency         AmtDtls/TxAmt/Amt@Ccy
    instructed            AmtDtls/InstdAmt/Amt
    instructed_currency   AmtDtls/InstdAmt/Amt@Ccy
    exchange_rate         AmtDtls/TxAmt/CcyXchg/XchgRate AmtDtls/InstdAmt/CcyXchg/XchgRate AmtDtls/CntrValAmt/CcyXchg/XchgRate
    remittance            RmtInf/Ustrd
    structured_reference  RmtInf/Strd/CdtrRefInf/Ref RmtInf/Strd/CdtrRefInf/CdtrRef
    purpose               Purp/Cd Purp/Prtry
    return_reason         RtrInf/Rsn/Cd RtrInf/Rsn/Prtry RtrInf/RtrRsn/Cd RtrInf/RtrRsn/Prtry
    information           AddtlTxInf
    payer                 RltdPties/Dbtr/Nm RltdPties/Dbtr/Pty/Nm RltdPties/Dbtr/Agt/FinInstnId/Nm
    payer_account         {_account("RltdPties/DbtrAcct/Id")}
    payer_agent           RltdAgts/DbtrAgt/FinInstnId/BICFI RltdAgts/DbtrAgt/FinInstnId/BIC
    payer_member          RltdAgts/DbtrAgt/FinInstnId/ClrSysMmbId/MmbId
    payee                 RltdPties/Cdtr/Nm RltdPties/Cdtr/Pty/Nm RltdPties/Cdtr/Agt/FinInstnId/Nm
    payee_account         {_account("RltdPties/CdtrAcct/Id")}
    payee_agent           RltdAgts/CdtrAgt/FinInstnId/BICFI RltdAgts/CdtrAgt/FinInstnId/BIC
    payee_member          RltdAgts/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId
    {CHARGES}
""")
_ENTRY: Final = xml.Shape(
    f"""
    reference         NtryRef
    bank_reference    AcctSvcrRef
    amount            Amt
    currency          Amt@Ccy
    credit            CdtDbtInd
    reversal          RvslInd
    status            Sts Sts/Cd Sts/Prtry
    booked_on         BookgDt/Dt BookgDt/DtTm
    value_on          ValDt/Dt ValDt/DtTm
    domain            BkTxCd/Domn/Cd
    family            BkTxCd/Domn/Fmly/Cd
    sub_family        BkTxCd/Domn/Fmly/SubFmlyCd
    own_code          BkTxCd/Prtry/Cd
    information       AddtlNtryInf
    batch_count       NtryDtls/Btch/NbOfTxs Btch/NbOfTxs
    batch_message_id  NtryDtls/Btch/MsgId Btch/MsgId
    batch_payment_id  NtryDtls/Btch/PmtInfId Btch/PmtInfId
    {CHARGES}
""",
    {"NtryDtls/TxDtls": _DETAIL, "TxDtls": _DETAIL},
    streamed=True,
)
_STATEMENT: Final = xml.Shape(
    """
    identity       Id
    number         ElctrncSeqNb
    legal_number   LglSeqNb
    page           StmtPgntn/PgNb RptPgntn/PgNb NtfctnPgntn/PgNb
    last_page      StmtPgntn/LastPgInd RptPgntn/LastPgInd NtfctnPgntn/LastPgInd
    created        CreDtTm
    begins         FrToDt/FrDtTm
    ends           FrToDt/ToDtTm
    duplicate      CpyDplctInd
    IBAN           Acct/Id/IBAN
    Othr           Acct/Id/Othr/Id
    BBAN           Acct/Id/BBAN
    PrtryAcct      Acct/Id/PrtryAcct/Id
    UPIC           Acct/Id/UPIC
    currency       Acct/Ccy
    servicer       Acct/Svcr/FinInstnId/BICFI Acct/Svcr/FinInstnId/BIC
    entry_count    TxsSummry/TtlNtries/NbOfNtries
    entry_sum      TxsSummry/TtlNtries/Sum
    credit_count   TxsSummry/TtlCdtNtries/NbOfNtries
    credit_sum     TxsSummry/TtlCdtNtries/Sum
    debit_count    TxsSummry/TtlDbtNtries/NbOfNtries
    debit_sum      TxsSummry/TtlDbtNtries/Sum
""",
    {"Bal": _BALANCE, "Ntry": _ENTRY},
    streamed=True,
)
_MESSAGE: Final = """
    message_id  GrpHdr/MsgId
    created     GrpHdr/CreDtTm
    page        GrpHdr/MsgPgntn/PgNb
    last_page   GrpHdr/MsgPgntn/LastPgInd
"""
_SCHEMES: Final = "IBAN", "Othr", "BBAN", "PrtryAcct", "UPIC"

#: element of the message → element of a statement in it, and what that is
_KINDS: Final[dict[str, tuple[str, Kind]]] = {
    "BkToCstmrStmt": ("Stmt", "statement"),
    "BkToCstmrAcctRpt": ("Rpt", "report"),
    "BkToCstmrDbtCdtNtfctn": ("Ntfctn", "notification"),
}
_SHAPES: Final = {
    message: xml.Shape(_MESSAGE, {element: _STATEMENT}, streamed=True) for message, (element, _) in _KINDS.items()
}


_ELEMENTS: Final = {element: kind for element, kind in _KINDS.values()}


# ── reading ──────────────────────────────────────────────────────────────────
def read(stream: BinaryIO) -> Iterator[Part]:
    """Yield the parts of every statement, report and notification in a file."""
    begun = stream.read(xml.CHUNK)
    message = xml.message_of(begun)
    if not message.name.startswith(("camt.052", "camt.053", "camt.054")):
        raise Wrong(
            message.root, f"it is {message.name or 'no message known here'}; a statement is camt.052, 053 or 054"
        )
    parts = _parts(xml.records(stream, _SHAPES, begun=begun), message.name)
    first = next(parts, None)
    if first is None:
        raise Wrong(message.root, f"it is {message.name}, but has no statement in it; ask the bank for the whole file")
    yield first
    yield from parts


def _parts(records: Iterator[xml.Record], message: str) -> Iterator[Part]:
    head: Head | None = None
    for record in records:
        statement = record.parent if record.name == "Ntry" else record
        if statement is None or statement.name not in _ELEMENTS:  # the message itself, at its end
            continue
        if head is None:
            balances = list(map(_balance, statement.within("Bal")))
            head = _head(statement, message, balances)
            yield head
            yield from (each for each in balances if isinstance(each, Wrong))
        if record is not statement:
            yield _entry(record)
            continue
        yield from _foot(statement, len(balances))
        head = None


def _head(statement: xml.Record, message: str, balances: list[Balance | Wrong]) -> Head:
    said, group = statement.said, statement.parent
    assert group is not None
    scheme = next((each for each in _SCHEMES if said(each)), "")
    last = said("last_page") or group.said("last_page")
    return Head(
        format="camt",
        message=message,
        kind=_ELEMENTS[statement.name],
        identity=said("identity"),
        account=said(scheme),
        currency=said("currency"),
        account_scheme=scheme,
        number=said("number"),
        page=said("page") or group.said("page"),
        begins=said("begins"),
        ends=said("ends"),
        duplicate=said("duplicate"),
        balances=tuple(each for each in balances if isinstance(each, Balance)),
        legal_number=said("legal_number"),
        is_last_page=truth_of(last) if last else None,
        created=said("created") or group.said("created"),
        message_id=group.said("message_id"),
        servicer=said("servicer"),
    )


def _balance(record: xml.Record) -> Balance | Wrong:
    said = record.said
    try:
        amount, day = amount_of(said("amount")), day_of(said("day"))
    except ValueError as wrong:
        return record.wrong(str(wrong))
    credit = (said("side") != "DBIT") == (amount >= 0)
    return Balance(said("code"), amount.copy_abs(), said("currency"), credit, day, said("sub_code"))


def _entry(record: xml.Record) -> Entry | Wrong:
    said = record.fields
    take = said.pop
    try:
        return Entry(
            positive(take("amount", "")),
            take("currency", ""),
            _CREDIT[take("credit", "")],
            _STATUS.get(take("status", ""), "information"),
            day_of(take("booked_on", "")),
            day_of(take("value_on", "")),
            "reversal" in said and truth_of(take("reversal")),
            code=_code(said),
            batch_count=count_of(take("batch_count")) if "batch_count" in said else None,
            details=tuple([_detail(each) for each in record.within("NtryDtls/TxDtls", "TxDtls")]),
            charges=charges_of(said) if _CHARGED & said.keys() else (),
            **said,
        )
    except KeyError as wrong:
        return record.wrong(f"{wrong.args[0][:40]!r} is neither CRDT nor DBIT")
    except ValueError as wrong:
        return record.wrong(str(wrong))


#: an entry without a status is booked, for it stands in a statement; one with a status of the bank's own is not: if it was,
#: the closing balance says so
_STATUS: Final[dict[str, Status]] = {
    "BOOK": "booked", "": "booked", "PDNG": "pending", "FUTR": "pending", "INFO": "information",
}  # fmt: skip
_CHARGED: Final = {"charge", "charge_total"}
_CREDIT: Final = {"CRDT": True, "DBIT": False}


def _code(said: dict[str, str]) -> str:
    """Return the bank transaction code: domain/family/sub-family, or the bank's own; its parts are taken out."""
    take = said.pop
    own = take("own_code", "")
    if domain := take("domain", ""):
        return f"{domain}/{take('family', '')}/{take('sub_family', '')}"
    return own


def _detail(record: xml.Record) -> Detail:
    said = record.fields
    take = said.pop
    sent, sent_currency = take("sent", ""), take("sent_currency", "")
    payer_member, payee_member = take("payer_member", ""), take("payee_member", "")
    return Detail(
        sum_of(take("amount", sent)),
        take("currency", sent_currency),
        _CREDIT.get(take("credit", "")),
        payer_agent=take("payer_agent", payer_member),
        payee_agent=take("payee_agent", payee_member),
        charges=charges_of(said) if _CHARGED & said.keys() else (),
        instructed=sum_of(take("instructed", "")),
        **said,
    )


def _foot(statement: xml.Record, taken: int) -> Iterator[Part]:
    """Yield what comes after the entries; `taken` balances came before them."""
    balances = list(map(_balance, statement.within("Bal")[taken:]))
    yield from (each for each in balances if isinstance(each, Wrong))
    said = statement.said
    try:
        yield Foot(
            balances=tuple(each for each in balances if isinstance(each, Balance)),
            entry_count=count_of(said("entry_count")),
            entry_sum=sum_of(said("entry_sum")),
            credit_count=count_of(said("credit_count")),
            credit_sum=sum_of(said("credit_sum")),
            debit_count=count_of(said("debit_count")),
            debit_sum=sum_of(said("debit_sum")),
        )
    except ValueError as wrong:
        yield statement.wrong(f"its TxsSummry: {wrong}")
