"""camt.052, 053, 054 written (出具账户报告、对账单、借贷记通知): what a bank sends; here, the demo bank.

Shape   parts of `statement.py` → a file in version .08: a Head, its Entries, and, where its sums are to be stated, a Foot
        Balances of a Foot stand with those of the Head, for the schema has them before the entries
Units   amounts with the decimals of their currency
Errors  ValueError: a part that may not be written, and why
Source  ISO 20022 camt.052.001.08, camt.053.001.08, camt.054.001.08
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from cunguan.formats.iso import amount_text, document, element, indicator, text_of
from cunguan.formats.statement import Balance, Detail, Entry, Foot, Head, Kind, Part

#: kind → the message, its element, the element of a statement in it
_MESSAGES: Final[dict[Kind, tuple[str, str, str]]] = {
    "report": ("camt.052.001.08", "BkToCstmrAcctRpt", "Rpt"),
    "statement": ("camt.053.001.08", "BkToCstmrStmt", "Stmt"),
    "notification": ("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def write(parts: Iterable[Part]) -> bytes:
    """Return the file of some statements, all of one kind and one message.

    >>> head = Head("camt", "", "notification", "N1", "622", "CNY", created="2026-03-07T09:00:00Z", message_id="M1")
    >>> b"Ntfctn><Id>N1</Id>" in write([head, Entry(Decimal("5"), "CNY", True)])
    True
    """
    statements = _statements(parts)
    heads = [head for head, _, _ in statements]
    if len({(head.kind, head.message_id, head.created) for head in heads}) != 1:
        raise ValueError("a file is of one message, of one kind: give it its statements alone")
    message, container, name = _MESSAGES[heads[0].kind]
    header = element(
        "GrpHdr",
        element("MsgId", text=text_of(heads[0].message_id, 35, "MsgId")),
        element("CreDtTm", text=heads[0].created),
    )
    return document(message, element(container, header, *(_statement(name, *each) for each in statements)))


def sums_of(entries: Iterable[Entry]) -> Foot:
    """Return the sums of some entries, as a bank states them."""
    amounts: dict[bool, list[Decimal]] = {True: [], False: []}
    for entry in entries:
        amounts[entry.credit].append(entry.amount)
    credits, debits = (sum(amounts[side], Decimal(0)) for side in (True, False))
    return Foot(
        (), len(amounts[True]) + len(amounts[False]), credits + debits, len(amounts[True]), credits, len(amounts[False]), debits
    )  # fmt: skip


def _statements(parts: Iterable[Part]) -> list[tuple[Head, list[Entry], Foot]]:
    found: list[tuple[Head, list[Entry], Foot]] = []
    for part in parts:
        if isinstance(part, Head):
            found.append((part, [], Foot()))
        elif isinstance(part, Entry):
            found[-1][1].append(part)
        elif isinstance(part, Foot):
            found[-1] = (*found[-1][:2], part)
        else:
            raise ValueError(f"what was not read is not written: {part}")
    return found


def _statement(name: str, head: Head, entries: list[Entry], foot: Foot) -> str:
    balances = () if head.kind == "notification" else (*head.balances, *foot.balances)
    return element(
        name,
        element("Id", text=text_of(head.identity, 35, "Id")),
        element(f"{name}Pgntn", element("PgNb", text=head.page), element("LastPgInd", text=indicator(head.is_last_page))),
        element("ElctrncSeqNb", text=head.number),
        element("LglSeqNb", text=head.legal_number),
        element("CreDtTm", text=head.created),
        element("FrToDt", element("FrDtTm", text=head.begins), element("ToDtTm", text=head.ends)),
        element("CpyDplctInd", text=head.duplicate),
        element(
            "Acct",
            element("Id", _account(head.account)),
            element("Ccy", text=head.currency),
            element("Svcr", element("FinInstnId", element("BICFI", text=head.servicer))),
        ),
        *map(_balance, balances),
        _sums(foot),
        *map(_entry, entries),
    )  # fmt: skip


def _balance(balance: Balance) -> str:
    return element(
        "Bal",
        element("Tp", element("CdOrPrtry", element("Cd", text=balance.code)), element("SubTp", _code(balance.sub_code))),
        _amount("Amt", balance.amount, balance.currency),
        _side(balance.credit),
        element("Dt", element("Dt", text=balance.day.isoformat() if balance.day else "")),
    )  # fmt: skip


def _sums(foot: Foot) -> str:
    return element(
        "TxsSummry",
        _sum("TtlNtries", foot.entry_count, foot.entry_sum),
        _sum("TtlCdtNtries", foot.credit_count, foot.credit_sum),
        _sum("TtlDbtNtries", foot.debit_count, foot.debit_sum),
    )


def _sum(name: str, count: int | None, total: Decimal | None) -> str:
    return element(
        name,
        element("NbOfNtries", text="" if count is None else str(count)),
        element("Sum", text="" if total is None else f"{total:f}"),
    )


def _entry(entry: Entry) -> str:
    return element(
        "Ntry",
        element("NtryRef", text=text_of(entry.reference, 35, "NtryRef")),
        _amount("Amt", entry.amount, entry.currency),
        _side(entry.credit),
        element("RvslInd", text="true" if entry.reversal else ""),
        element("Sts", element("Cd", text=_STATUS[entry.status])),
        element("BookgDt", element("Dt", text=entry.booked_on.isoformat() if entry.booked_on else "")),
        element("ValDt", element("Dt", text=entry.value_on.isoformat() if entry.value_on else "")),
        element("AcctSvcrRef", text=text_of(entry.bank_reference, 35, "AcctSvcrRef")),
        _bank_code(entry.code) or "<BkTxCd/>",  # the one element that must be there, and may be empty
        _charges(entry.charges),
        element("NtryDtls", _batch(entry), *(_detail(each) for each in entry.details)),
        element("AddtlNtryInf", text=text_of(entry.information, 500, "AddtlNtryInf")),
    )


_STATUS: Final = {"booked": "BOOK", "pending": "PDNG", "information": "INFO"}


def _batch(entry: Entry) -> str:
    return element(
        "Btch",
        element("MsgId", text=text_of(entry.batch_message_id, 35, "MsgId")),
        element("PmtInfId", text=text_of(entry.batch_payment_id, 35, "PmtInfId")),
        element("NbOfTxs", text="" if entry.batch_count is None else str(entry.batch_count)),
    )


def _detail(detail: Detail) -> str:
    return element(
        "TxDtls",
        _references(detail),
        "" if detail.amount is None else _amount("Amt", detail.amount, detail.currency),
        "" if detail.credit is None else _side(detail.credit),
        _instructed(detail),
        _charges(detail.charges),
        element(
            "RltdPties",
            element("Dbtr", element("Pty", _name(detail.payer))),
            element("DbtrAcct", element("Id", _account(detail.payer_account))),
            element("Cdtr", element("Pty", _name(detail.payee))),
            element("CdtrAcct", element("Id", _account(detail.payee_account))),
        ),
        element("RltdAgts", _agent("DbtrAgt", detail.payer_agent), _agent("CdtrAgt", detail.payee_agent)),
        element("Purp", _code(detail.purpose)),
        _remittance(detail),
        element("RtrInf", element("Rsn", _code(detail.return_reason))),
        element("AddtlTxInf", text=text_of(detail.information, 500, "AddtlTxInf")),
    )


def _references(detail: Detail) -> str:
    return element(
        "Refs",
        element("MsgId", text=text_of(detail.message_id, 35, "MsgId")),
        element("AcctSvcrRef", text=text_of(detail.bank_reference, 35, "AcctSvcrRef")),
        element("PmtInfId", text=text_of(detail.payment_id, 35, "PmtInfId")),
        element("InstrId", text=text_of(detail.instruction_id, 35, "InstrId")),
        element("EndToEndId", text=text_of(detail.end_to_end_id, 35, "EndToEndId")),
        element("UETR", text=detail.uetr),
        element("TxId", text=text_of(detail.transaction_id, 35, "TxId")),
    )


def _instructed(detail: Detail) -> str:
    if detail.instructed is None:
        return ""
    rate = element("XchgRate", text=detail.exchange_rate)
    exchange = element("CcyXchg", element("SrcCcy", text=detail.instructed_currency), rate) if rate else ""
    return element(
        "AmtDtls", element("InstdAmt", _amount("Amt", detail.instructed, detail.instructed_currency), exchange)
    )


def _remittance(detail: Detail) -> str:
    reference = element("Ref", text=text_of(detail.structured_reference, 35, "Ref"))
    lines = filter(None, detail.remittance.split("\n"))
    return element(
        "RmtInf",
        *(element("Ustrd", text=text_of(line, 140, "Ustrd")) for line in lines),
        element("Strd", element("CdtrRefInf", reference)),
    )


def _charges(charges: tuple[tuple[Decimal, str], ...]) -> str:
    return element("Chrgs", *(element("Rcrd", _amount("Amt", amount, currency)) for amount, currency in charges))


def _bank_code(code: str) -> str:
    """Return a bank transaction code: three of the standard, or one of the bank's own."""
    if code.count("/") != 2:
        return element("BkTxCd", element("Prtry", element("Cd", text=text_of(code, 35, "BkTxCd"))))
    domain, family, sub_family = code.split("/")
    below = element("Fmly", element("Cd", text=family), element("SubFmlyCd", text=sub_family))
    return element("BkTxCd", element("Domn", element("Cd", text=domain), below))


def _amount(name: str, amount: Decimal, currency: str) -> str:
    return element(name, text=amount_text(amount, currency), Ccy=currency)


def _side(credit: bool) -> str:
    return element("CdtDbtInd", text="CRDT" if credit else "DBIT")


def _code(code: str) -> str:
    return element("Cd" if len(code) <= 4 else "Prtry", text=text_of(code, 35, "code"))


def _name(name: str) -> str:
    return element("Nm", text=text_of(name, 140, "Nm"))


def _account(number: str) -> str:
    if _IBAN(number):
        return element("IBAN", text=number)
    return element("Othr", element("Id", text=text_of(number, 34, "account")))


def _agent(name: str, bank: str) -> str:
    bic = element("BICFI", text=bank) if _BIC(bank) else element("ClrSysMmbId", element("MmbId", text=bank))
    return element(name, element("FinInstnId", bic))


_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Za-z0-9]{11,30}").fullmatch
_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?").fullmatch
