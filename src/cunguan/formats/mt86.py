"""Information to account owner (附言 :86:): what banks write under a line of an MT940, read by the two ways they write it.

Shape   read(lines, credit): Information: the text as one, and a Detail with the parties and references found in it
        1. German banks (DFÜ-Abkommen): `166?00TEXT?20EREF+…?31account?32name`; 2. SWIFT codes: `/EREF/…/NAME/…/REMI/…`
        Anything else is free text and stands as remittance
Source  DFÜ-Abkommen annex 3, MT940 field 86; SWIFT MT940 :86: codes as Rabobank and ABN AMRO write them [K]
"""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from cunguan.formats.statement import NO_REFERENCE, Detail


class Information(msgspec.Struct, frozen=True):
    """What an :86: says."""

    text: str
    detail: Detail


_GERMAN: Final = re.compile(r"\s?(\d{3})([^\w\s])(?=\d\d)")
_SEPA: Final = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT)\+")
_SWIFT: Final = re.compile(
    r"/(EREF|KREF|IREF|PREF|MARF|CSID|CSRF|REMI|USTD|NAME|IBAN|BIC|ADDR|ISDT|BENM|ORDP|ID|TRTP|RTRN|PURP)/"
)


def read(lines: Iterable[str], *, credit: bool) -> Information:
    """Read the lines of an :86:; `credit` says whether the other party pays or is paid.

    >>> read(["166?00GUTSCHRIFT?20EREF+A1?21SVWZ+Rent ?22March?31DE12?32ANN", "A"], credit=True).detail.payer
    'ANNA'
    >>> read(["/EREF/A1/NAME/ANN/REMI/Rent"], credit=False).detail.remittance
    'Rent'
    """
    parts = [line.rstrip("\r") for line in lines]
    whole = "".join(parts)
    german = _GERMAN.match(whole)
    if german:
        return Information(whole, _german(whole[german.end() :], german[2], credit=credit))
    if _SWIFT.search(whole):
        return Information(whole, _swift(whole, credit=credit))
    text = " ".join(part.strip() for part in parts if part.strip())
    return Information(text, Detail(remittance=text))


def _german(text: str, mark: str, *, credit: bool) -> Detail:
    fields: dict[str, str] = {}
    for part in text.split(mark):
        fields[part[:2]] = fields.get(part[:2], "") + part[2:]
    used = "".join(fields.get(str(code), "") for code in (*range(20, 30), *range(60, 64)))
    sepa = _coded(_SEPA, used)
    return _detail(
        _written(sepa.get("EREF", "")), fields.get("32", "") + fields.get("33", ""), fields.get("31", ""),
        sepa.get("SVWZ", "" if sepa else used), fields.get("34", "") if sepa.get("RTRN") else "", credit=credit,
    )  # fmt: skip


def _swift(text: str, *, credit: bool) -> Detail:
    codes = _coded(_SWIFT, text)
    remittance = (codes.get("REMI") or codes.get("USTD", "")).strip("/ ")
    return _detail(
        _written(codes.get("EREF", "")), codes.get("NAME", ""), codes.get("IBAN", ""), remittance,
        codes.get("RTRN", ""), credit=credit,
    )  # fmt: skip


def _detail(end_to_end: str, name: str, account: str, remittance: str, returned: str, *, credit: bool) -> Detail:
    name, account = name.strip(), account.strip()
    return Detail(
        end_to_end_id=end_to_end, remittance=remittance.strip(), return_reason=returned.strip(),
        payer=name if credit else "", payer_account=account if credit else "",
        payee="" if credit else name, payee_account="" if credit else account,
    )  # fmt: skip


def _coded(codes: re.Pattern[str], text: str) -> dict[str, str]:
    """Return the first value of each code."""
    first, *pairs = codes.split(text)
    del first
    found: dict[str, str] = {}
    for code, value in zip(pairs[::2], pairs[1::2], strict=True):
        found.setdefault(code, value.strip())
    return found


def _written(reference: str) -> str:
    """Return a reference; what the standard writes for none is none."""
    reference = reference.strip("/ ")
    return "" if reference.upper() in NO_REFERENCE else reference
