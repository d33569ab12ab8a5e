"""camt.052, 053, 054 (账户报告、对账单、借贷记通知): a bank's report, statement or notification, of any version.

Shape   parts of `statement.py`, as they are read. Versions .01 to .14 differ in paths: each value names all of its own
        Head: what stands before the first entry. Foot: what comes after it, and the sums the bank states, wherever they stood
        An entry that cannot be understood is a Wrong, and the reading goes on; it is never guessed at
Units   amounts as written, exact; the side says CdtDbtInd. A balance without it is a credit, or a debit where it is negative
Errors  Wrong: what `xml.py` refuses; a message that is none of the three, by its name; one with no statement in it
Source  ISO 20022 Bank-to-Customer Cash Management; where a bank leaves out what its schema asks for, it is read all the same
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO, Final

from cunguan.formats import xml
from cunguan.formats.statement import Balance, Detail, Entry, Foot, Head, Kind, Part, Status, Wrong

# ── what is read ─────────────────────────────────────────────────────────────
_CHARGES: Final = "Chrgs/TtlChrgsAndTaxAmt@Ccy Chrgs/Amt@Ccy Chrgs/Rcrd/Amt@Ccy"
_AGENT: Final = "FinInstnId/BICFI", "FinInstnId/BIC", "FinInstnId/ClrSysMmbId/MmbId"
_NAME: Final = "Nm", "Pty/Nm", "Agt/FinInstnId/Nm"
_ACCOUNT: Final = "IBAN", "Othr/Id", "BBAN", "PrtryAcct/Id", "UPIC"


def _each(before: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{before}/{path}" for path in paths)


_PAYER, _PAYEE = _each("RltdPties/Dbtr", _NAME), _each("RltdPties/Cdtr", _NAME)
_PAYER_ACCOUNT, _PAYEE_ACCOUNT = _each("RltdPties/DbtrAcct/Id", _ACCOUNT), _each("RltdPties/CdtrAcct/Id", _ACCOUNT)
_PAYER_AGENT, _PAYEE_AGENT = _each("RltdAgts/DbtrAgt", _AGENT), _each("RltdAgts/CdtrAgt", _AGENT)
_SERVICER = _each("Acct/Svcr", _AGENT)
_INSTRUCTED: Final = "AmtDtls/InstdAmt/Amt"
_RATES: Final = tuple(f"AmtDtls/{each}/CcyXchg/XchgRate" for each in ("TxAmt", "InstdAmt", "CntrValAmt"))
_PAGE: Final = "StmtPgntn/PgNb", "RptPgntn/PgNb", "NtfctnPgntn/PgNb"
_LAST_PAGE: Final = "StmtPgntn/LastPgInd", "RptPgntn/LastPgInd", "NtfctnPgntn/LastPgInd"
_OWN_ACCOUNT = _each("Acct/Id", _ACCOUNT)

_BALANCE: Final = xml.Shape(
    "Tp/CdOrPrtry/Cd Tp/CdOrPrtry/Prtry Tp/Cd Tp/Prtry Tp/SubTp/Cd Tp/SubTp/Prtry Amt@Ccy CdtDbtInd Dt/Dt Dt/DtTm"
)
_DETAIL: Final = xml.Shape(
    f"""
    Refs/MsgId Refs/AcctSvcrRef Refs/PmtInfId Refs/InstrId Refs/EndToEndId Refs/UETR Refs/TxId
    Amt@Ccy CdtDbtInd AmtDtls/TxAmt/Amt@Ccy AmtDtls/InstdAmt/Amt@Ccy
    {" ".join(_RATES + _PAYER + _PAYEE + _PAYER_ACCOUNT + _PAYEE_ACCOUNT + _PAYER_AGENT + _PAYEE_AGENT)} {_CHARGES}
    RmtInf/Ustrd RmtInf/Strd/CdtrRefInf/Ref RmtInf/Strd/CdtrRefInf/CdtrRef Purp/Cd Purp/Prtry AddtlTxInf
    RtrInf/Rsn/Cd RtrInf/Rsn/Prtry RtrInf/RtrRsn/Cd RtrInf/RtrRsn/Prtry
    """
)
_ENTRY: Final = xml.Shape(
    f"""
    NtryRef Amt@Ccy CdtDbtInd RvslInd Sts Sts/Cd Sts/Prtry BookgDt/Dt BookgDt/DtTm ValDt/Dt ValDt/DtTm AcctSvcrRef
    BkTxCd/Domn/Cd BkTxCd/Domn/Fmly/Cd BkTxCd/Domn/Fmly/SubFmlyCd BkTxCd/Prtry/Cd AddtlNtryInf {_CHARGES}
    NtryDtls/Btch/NbOfTxs NtryDtls/Btch/MsgId NtryDtls/Btch/PmtInfId Btch/NbOfTxs Btch/MsgId Btch/PmtInfId
    """,
    {"NtryDtls/TxDtls": _DETAIL, "TxDtls": _DETAIL},
    streamed=True,
)
_STATEMENT: Final = xml.Shape(
    f"""
    Id ElctrncSeqNb LglSeqNb CreDtTm FrToDt/FrDtTm FrToDt/ToDtTm FrToDt/FrDt FrToDt/ToDt CpyDplctInd Acct/Ccy
    {" ".join(_OWN_ACCOUNT + _SERVICER + _PAGE + _LAST_PAGE)}
    TxsSummry/TtlNtries/NbOfNtries TxsSummry/TtlNtries/Sum TxsSummry/TtlCdtNtries/NbOfNtries TxsSummry/TtlCdtNtries/Sum
    TxsSummry/TtlDbtNtries/NbOfNtries TxsSummry/TtlDbtNtries/Sum
    """,
    {"Bal": _BALANCE, "Ntry": _ENTRY},
    streamed=True,
)
_GROUP: Final = "GrpHdr/MsgId GrpHdr/CreDtTm GrpHdr/MsgPgntn/PgNb GrpHdr/MsgPgntn/LastPgInd"

#: element of the message → element of a statement in it, and what that is
_KINDS: Final[dict[str, tuple[str, Kind]]] = {
    "BkToCstmrStmt": ("Stmt", "statement"),
    "BkToCstmrAcctRpt": ("Rpt", "report"),
    "BkToCstmrDbtCdtNtfctn": ("Ntfctn", "notification"),
}
_SHAPES: Final = {
    message: xml.Shape(_GROUP, {element: _STATEMENT}, streamed=True) for message, (element, _) in _KINDS.items()
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
    said, group = statement.first, statement.parent
    assert group is not None
    account = next((path for path in _OWN_ACCOUNT if said(path)), "")
    last = said(*_LAST_PAGE) or group.first("GrpHdr/MsgPgntn/LastPgInd")
    return Head(
        format="camt",
        message=message,
        kind=_ELEMENTS[statement.name],
        identity=said("Id"),
        account=said(account),
        currency=said("Acct/Ccy"),
        account_scheme=account.removeprefix("Acct/Id/").removesuffix("/Id"),
        number=said("ElctrncSeqNb"),
        page=said(*_PAGE) or group.first("GrpHdr/MsgPgntn/PgNb"),
        begins=said("FrToDt/FrDtTm", "FrToDt/FrDt"),
        ends=said("FrToDt/ToDtTm", "FrToDt/ToDt"),
        duplicate=said("CpyDplctInd"),
        balances=tuple(each for each in balances if isinstance(each, Balance)),
        legal_number=said("LglSeqNb"),
        is_last_page=_truth(last) if last else None,
        created=said("CreDtTm") or group.first("GrpHdr/CreDtTm"),
        message_id=group.first("GrpHdr/MsgId"),
        servicer=said(*_SERVICER),
    )


def _balance(record: xml.Record) -> Balance | Wrong:
    said = record.first
    try:
        amount = _amount(said("Amt"))
        day = _day(said("Dt/Dt", "Dt/DtTm"))
    except ValueError as wrong:
        return record.wrong(str(wrong))
    return Balance(
        said("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd", "Tp/Prtry"), abs(amount), said("Amt@Ccy"),
        (said("CdtDbtInd") != "DBIT") == (amount >= 0), day, said("Tp/SubTp/Cd", "Tp/SubTp/Prtry"),
    )  # fmt: skip


def _entry(record: xml.Record) -> Entry | Wrong:
    said = record.first
    try:
        credit = _CREDIT[said("CdtDbtInd")]
        return Entry(
            amount=_positive(said("Amt")),
            currency=said("Amt@Ccy"),
            credit=credit,
            status=_STATUS.get(said("Sts/Cd", "Sts/Prtry", "Sts"), "information"),
            booked_on=_day(said("BookgDt/Dt", "BookgDt/DtTm")),
            value_on=_day(said("ValDt/Dt", "ValDt/DtTm")),
            reversal=_truth(said("RvslInd")),
            reference=said("NtryRef"),
            bank_reference=said("AcctSvcrRef"),
            code=_code(record),
            information=said("AddtlNtryInf"),
            batch_count=_count(said("NtryDtls/Btch/NbOfTxs", "Btch/NbOfTxs")),
            details=tuple(_detail(each) for each in record.within("NtryDtls/TxDtls", "TxDtls")),
            charges=_charges(record),
            batch_message_id=said("NtryDtls/Btch/MsgId", "Btch/MsgId"),
            batch_payment_id=said("NtryDtls/Btch/PmtInfId", "Btch/PmtInfId"),
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
_CREDIT: Final = {"CRDT": True, "DBIT": False}


def _detail(record: xml.Record) -> Detail:
    said = record.first
    amount = "Amt" if said("Amt") else "AmtDtls/TxAmt/Amt"
    return Detail(
        amount=_amount(said(amount)) if said(amount) else None,
        currency=said(f"{amount}@Ccy"),
        credit=_CREDIT.get(said("CdtDbtInd")),
        end_to_end_id=said("Refs/EndToEndId"),
        transaction_id=said("Refs/TxId"),
        instruction_id=said("Refs/InstrId"),
        message_id=said("Refs/MsgId"),
        uetr=said("Refs/UETR"),
        bank_reference=said("Refs/AcctSvcrRef"),
        payer=said(*_PAYER),
        payer_account=said(*_PAYER_ACCOUNT),
        payee=said(*_PAYEE),
        payee_account=said(*_PAYEE_ACCOUNT),
        remittance=said("RmtInf/Ustrd"),
        structured_reference=said("RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/CdtrRefInf/CdtrRef"),
        return_reason=said("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/RtrRsn/Cd", "RtrInf/RtrRsn/Prtry"),
        purpose=said("Purp/Cd", "Purp/Prtry"),
        charges=_charges(record),
        payment_id=said("Refs/PmtInfId"),
        payer_agent=said(*_PAYER_AGENT),
        payee_agent=said(*_PAYEE_AGENT),
        information=said("AddtlTxInf"),
        instructed=_amount(said(_INSTRUCTED)) if said(_INSTRUCTED) else None,
        instructed_currency=said(f"{_INSTRUCTED}@Ccy"),
        exchange_rate=said(*_RATES),
    )


def _foot(statement: xml.Record, taken: int) -> Iterator[Part]:
    """Yield what comes after the entries; `taken` balances came before them."""
    balances = list(map(_balance, statement.within("Bal")[taken:]))
    yield from (each for each in balances if isinstance(each, Wrong))
    said = statement.first
    try:
        yield Foot(
            balances=tuple(each for each in balances if isinstance(each, Balance)),
            entry_count=_count(said("TxsSummry/TtlNtries/NbOfNtries")),
            entry_sum=_sum(said("TxsSummry/TtlNtries/Sum")),
            credit_count=_count(said("TxsSummry/TtlCdtNtries/NbOfNtries")),
            credit_sum=_sum(said("TxsSummry/TtlCdtNtries/Sum")),
            debit_count=_count(said("TxsSummry/TtlDbtNtries/NbOfNtries")),
            debit_sum=_sum(said("TxsSummry/TtlDbtNtries/Sum")),
        )
    except ValueError as wrong:
        yield statement.wrong(f"its TxsSummry: {wrong}")


# ── values ───────────────────────────────────────────────────────────────────
def _amount(text: str) -> Decimal:
    if not _AMOUNT(text):
        raise ValueError(f"{text[:40]!r} is no amount")
    return Decimal(text)


_AMOUNT: Final = re.compile(r"[+-]?(?=\.?[0-9])[0-9]{0,18}(?:\.[0-9]{0,17})?").fullmatch


def _sum(text: str) -> Decimal | None:
    return _amount(text) if text else None


def _count(text: str) -> int | None:
    """Return a count; of several, on a line each, what they come to.

    >>> _count("2"), _count("2\\n3"), _count("")
    (2, 5, None)
    """
    if not text:
        return None
    counts = text.split("\n")
    if not all(_COUNT(each) for each in counts):
        raise ValueError(f"{text[:40]!r} is no count")
    return sum(map(int, counts))


_COUNT: Final = re.compile(r"[0-9]{1,15}").fullmatch


def _charges(record: xml.Record) -> tuple[tuple[Decimal, str], ...]:
    """Return the charges one by one, or their total where only that is said."""
    for path in ("Chrgs/Rcrd/Amt", "Chrgs/Amt", "Chrgs/TtlChrgsAndTaxAmt"):
        if amounts := record.first(path):
            currencies = record.first(f"{path}@Ccy").split("\n")
            return tuple(
                (_amount(each), currency) for each, currency in zip(amounts.split("\n"), currencies, strict=True)
            )
    return ()


def _code(record: xml.Record) -> str:
    """Return the bank transaction code: domain/family/sub-family, or the bank's own."""
    said = record.first
    if domain := said("BkTxCd/Domn/Cd"):
        return "/".join((domain, said("BkTxCd/Domn/Fmly/Cd"), said("BkTxCd/Domn/Fmly/SubFmlyCd")))
    return said("BkTxCd/Prtry/Cd")


def _positive(text: str) -> Decimal:
    amount = _amount(text)
    if amount < 0:
        raise ValueError(f"{text[:40]!r} is below zero; whether it is a credit or a debit must be asked of the bank")
    return amount


def _day(text: str) -> date | None:
    """Return a date, as the bank wrote it in its own zone.

    >>> _day("2024-03-07T23:30:00-05:00"), _day("")
    (datetime.date(2024, 3, 7), None)
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no date") from None


def _truth(text: str) -> bool:
    return text.lower() in ("true", "1", "yes")
