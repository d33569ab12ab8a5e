"""Fields of ISO 20022 (报文字段): their values, one by one, read and written.

Shape   what is the same in all its messages: amounts, dates, parties with their accounts and banks; elements and documents
Units   an amount is written with the decimals of its currency, and read as it stands
Errors  ValueError says what is wrong with a value; who reads or writes a message says where
Source  ISO 20022 data types: ActiveCurrencyAndAmount, Max35Text, ISODate, ISODateTime, BranchAndFinancialInstitution
"""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from cunguan.formats.payment import Party
from cunguan.formats.xml import Record
from cunguan.kernel.currency import exponent_of


# ── reading ──────────────────────────────────────────────────────────────────
def amount_of(text: str) -> Decimal:
    """Return an amount as it is written.

    >>> amount_of("12.50"), amount_of("-.5")
    (Decimal('12.50'), Decimal('-0.5'))
    >>> amount_of("1e3")
    Traceback (most recent call last):
    ...
    ValueError: '1e3' is no amount
    """
    if not _AMOUNT(text):
        raise ValueError(f"{text[:40]!r} is no amount")
    return Decimal(text)


_AMOUNT: Final = re.compile(r"[+-]?(?=\.?[0-9])[0-9]{0,18}(?:\.[0-9]{0,17})?").fullmatch


def positive(text: str) -> Decimal:
    """Return an amount that is not below zero."""
    if _POSITIVE(text):
        return Decimal(text)
    amount = amount_of(text)
    if amount < 0:
        raise ValueError(f"{text[:40]!r} is below zero; whether it is a credit or a debit must be asked of the bank")
    return amount


_POSITIVE: Final = re.compile(r"[0-9]{1,18}(?:\.[0-9]{0,17})?").fullmatch


def sum_of(text: str) -> Decimal | None:
    """Return a sum that may be left out."""
    return amount_of(text) if text else None


def count_of(text: str) -> int | None:
    """Return a count that may be left out; of several, on a line each, what they come to.

    >>> count_of("2"), count_of("2\\n3"), count_of("")
    (2, 5, None)
    """
    if not text:
        return None
    counts = text.split("\n")
    if not all(_COUNT(each) for each in counts):
        raise ValueError(f"{text[:40]!r} is no count")
    return sum(map(int, counts))


_COUNT: Final = re.compile(r"[0-9]{1,15}").fullmatch


@lru_cache(maxsize=64)  # a statement is of few dates
def day_of(text: str) -> date | None:
    """Return a date that may be left out, as the bank wrote it in its own zone.

    >>> day_of("2024-03-07T23:30:00-05:00"), day_of("")
    (datetime.date(2024, 3, 7), None)
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no date") from None


def truth_of(text: str) -> bool:
    """Test whether an indicator is set."""
    return bool(text) and text.lower() in ("true", "1", "yes")


#: fields of charges, in all the versions; their total only counts where they are not told one by one
CHARGES: Final = """
    charge                 Chrgs/Rcrd/Amt      Chrgs/Amt
    charge_currency        Chrgs/Rcrd/Amt@Ccy  Chrgs/Amt@Ccy
    charge_total           Chrgs/TtlChrgsAndTaxAmt
    charge_total_currency  Chrgs/TtlChrgsAndTaxAmt@Ccy
"""


def charges_of(said: dict[str, str]) -> tuple[tuple[Decimal, str], ...]:
    """Return the charges one by one, or their total where only that is said; they are taken out."""
    charges: tuple[tuple[Decimal, str], ...] = ()
    for name in ("charge_total", "charge"):
        if name in said:
            amounts, currencies = said.pop(name).split("\n"), said.pop(f"{name}_currency").split("\n")
            charges = tuple((amount_of(each), currency) for each, currency in zip(amounts, currencies, strict=True))
    return charges


def party_fields(side: str, element: str, path: str = "", agent: str = "") -> str:
    """Return the fields of a side (payer: Dbtr, payee: Cdtr) as `payer_name` …; `path`, `agent`: where they stand."""
    party, account, bank = f"{path}{element}", f"{path}{element}Acct/Id", f"{agent or path}{element}Agt/FinInstnId"
    return f"""
        {side}_name      {party}/Nm {party}/Pty/Nm {party}/Agt/FinInstnId/Nm
        {side}_iban      {account}/IBAN
        {side}_other     {account}/Othr/Id {account}/BBAN {account}/PrtryAcct/Id {account}/UPIC
        {side}_bic       {bank}/BICFI {bank}/BIC
        {side}_clearing  {bank}/ClrSysMmbId/ClrSysId/Cd {bank}/ClrSysMmbId/ClrSysId/Prtry
        {side}_member    {bank}/ClrSysMmbId/MmbId
    """


def party_of(record: Record, side: str) -> Party:
    """Return who a side is."""
    said = record.said
    iban, other = said(f"{side}_iban"), said(f"{side}_other")
    return Party(
        name=said(f"{side}_name"),
        account=iban or other,
        scheme="IBAN" if iban else "Othr" if other else "",
        bic=said(f"{side}_bic"),
        clearing=said(f"{side}_clearing"),
        member=said(f"{side}_member"),
    )


# ── writing ──────────────────────────────────────────────────────────────────
def element(name: str, *inside: str, text: str = "", **attributes: str) -> str:
    """Return an element; nothing where nothing is in it, for ISO 20022 knows no empty elements.

    >>> element("Amt", element("InstdAmt", text="5.00", Ccy="EUR"), element("EqvtAmt"))
    '<Amt><InstdAmt Ccy="EUR">5.00</InstdAmt></Amt>'
    """
    content = "".join(inside) + escape(text)
    said = "".join(f" {each}={quoteattr(value)}" for each, value in attributes.items())
    return f"<{name}{said}>{content}</{name}>" if content else ""


def document(message: str, *inside: str) -> bytes:
    """Return the file of a message."""
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{message}"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{element("Document", *inside, xmlns=namespace)}\n'.encode()


def text_of(text: str, most: int, what: str) -> str:
    """Return a text that may stand in a field of so many characters; ValueError where it may not, without the text.

    >>> text_of("rent", 35, "EndToEndId")
    'rent'
    >>> text_of("rent of May", 10, "EndToEndId")
    Traceback (most recent call last):
    ...
    ValueError: EndToEndId is longer than 10 characters
    """
    if len(text) > most:
        raise ValueError(f"{what} is longer than {most} characters")
    if _NOT_TEXT.search(text) or text != text.strip():
        raise ValueError(f"{what} has a character, or white space at an end, that may not stand there")
    return text


_NOT_TEXT: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def amount_text(amount: Decimal, currency: str) -> str:
    """Return an amount with the decimals of its currency; ValueError for a part of a minor unit, or for less than nothing.

    >>> amount_text(Decimal("5"), "EUR"), amount_text(Decimal("5"), "JPY")
    ('5.00', '5')
    """
    whole = amount.quantize(Decimal(1).scaleb(-exponent_of(currency)))
    if whole != amount or amount < 0:
        raise ValueError(f"{amount} {currency} is no whole number of minor units, or below zero")
    return f"{whole:f}"


def indicator(value: bool | None) -> str:
    """Return an indicator's text; nothing for what is not said."""
    return "" if value is None else "true" if value else "false"


def account(party: Party) -> str:
    """Return the number of a party's account."""
    if not party.account:
        raise ValueError("a party has no account")
    if party.scheme == "IBAN":
        return element("IBAN", text=text_of(party.account, 34, "IBAN"))
    return element("Othr", element("Id", text=text_of(party.account, 34, "account")))


def bank(party: Party, bic: str) -> str:
    """Return a party's bank: its BIC, in the element that the version of the message has, and its number in a clearing."""
    clearing = element(
        "ClrSysId", element(_clearing_kind(party.clearing), text=text_of(party.clearing, 35, "clearing"))
    )
    return element(
        "FinInstnId",
        element(bic, text=party.bic),
        element("ClrSysMmbId", clearing, element("MmbId", text=text_of(party.member, 35, "MmbId"))),
    )


def _clearing_kind(code: str) -> str:
    """A clearing's code of the standard has five letters; others are the bank's own."""
    return "Cd" if re.fullmatch(r"[A-Z]{5}", code) else "Prtry"
