"""OFX (开放金融交换): bank, card and cash statements of Open Financial Exchange 1 (SGML) and 2 (XML), read into parts.

Shape   Head for each STMTRS, CCSTMTRS, INVSTMTRS; an Entry for each STMTTRN in it; a Foot with its LEDGERBAL and AVAILBAL
        OFX states no opening balance: a statement is `no_balances` at best. Securities of an investment account are not read
        A file without any statement (a sign-on, a list of accounts) yields nothing
Units   amounts as written, with a sign; days as the bank wrote them, in its own time zone
Errors  Wrong, yielded: an amount that is none (the line is left out), a missing or impossible DTPOSTED (the line counts),
        a response whose status is an error. Wrong, raised: no OFX, a DOCTYPE or an entity of its own, an element too long
Source  OFX 1.6 and 2.2; closing tags of values are optional in SGML, so elements are known by name, never by nesting alone
        ADR 0028 says why no library
"""

import html
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO, Final

import msgspec

from cunguan.formats.statement import Balance, Detail, Entry, Foot, Head, Part, Wrong
from cunguan.formats.text import LINE_MAX, decimal_of, decoded, is_encoding

_STATEMENTS: Final = ("STMTRS", "CCSTMTRS", "INVSTMTRS")
_ACCOUNTS: Final = ("BANKACCTFROM", "CCACCTFROM", "INVACCTFROM")
_BALANCES: Final = {"LEDGERBAL": "CLBD", "AVAILBAL": "CLAV"}
_CHARSET: Final = re.compile(rb"(?:CHARSET:|encoding=[\"'])([\w-]+)", re.ASCII)

#: far more than a statement nests; an element that SGML leaves open stays on the stack until its parent closes
_DEPTH_MAX: Final = 64
#: so much of one element is read before it is refused
_CHUNK: Final = 1 << 16


class Token(msgspec.Struct, frozen=True, gc=False):
    """A tag and the text behind it: `name` begins with a slash when it closes."""

    name: str
    value: str
    line: int


def read(stream: BinaryIO) -> Iterator[Part]:
    """Read the statements of a file, element by element."""
    reader, is_ofx = _Reader(), False
    for token in _tokens(stream):
        is_ofx = is_ofx or token.name == "OFX"
        if is_ofx:
            yield from reader.take(token)
    if not is_ofx:
        raise Wrong("the file", "no element OFX is in it")
    yield from reader.end()


# ── elements ─────────────────────────────────────────────────────────────────
def _tokens(stream: BinaryIO) -> Iterator[Token]:
    """Yield the elements of a file as they come."""
    text = stream.read(_CHUNK)
    encoding = _encoding(text)
    line, rest = 1, b""
    while text:
        *whole, rest = (rest + text).split(b"<")
        for raw in whole:
            yield from _token(raw, line, encoding)
            line += raw.count(b"\n")
        if len(rest) > LINE_MAX:
            raise Wrong(f"line {line}", f"an element is longer than {LINE_MAX} bytes")
        text = stream.read(_CHUNK)
    yield from _token(rest, line, encoding)


def _token(raw: bytes, line: int, encoding: str) -> Iterator[Token]:
    name, closes, value = raw.partition(b">")
    if not closes:
        return
    if name.startswith((b"!DOCTYPE", b"!ENTITY", b"!doctype", b"!entity")):
        raise Wrong(f"line {line}", "a DOCTYPE stands in it; an OFX file has none, and nothing from outside is read")
    if name.startswith(b"![CDATA["):
        content = (name + closes + value).removeprefix(b"![CDATA[").partition(b"]]>")[0]
        yield Token("![CDATA[", decoded(content, encoding), line)
    elif not name.startswith((b"?", b"!")):
        yield Token(
            decoded(name).split()[0].upper() if name.strip() else "", _unescaped(decoded(value, encoding)), line
        )


def _unescaped(text: str) -> str:
    text = text.strip()
    return html.unescape(text) if "&" in text else text


def _encoding(begin: bytes) -> str:
    """Return the encoding a file says it has; OFX 1 says a code page by its number.

    >>> _encoding(b"OFXHEADER:100 CHARSET:1252"), _encoding(b'<?xml version="1.0" encoding="us-ascii"?>'), _encoding(b"")
    ('cp1252', 'us-ascii', '')
    """
    found = _CHARSET.search(begin[:1024])
    name = found[1].decode() if found else ""
    name = f"cp{name}" if name.isdigit() else "" if name.upper() == "NONE" else name
    return name if name and is_encoding(name) else ""


# ── statements ───────────────────────────────────────────────────────────────
class _Reader:
    """Where we are: the elements that are open, and what was said of the statement they stand in."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.values: dict[str, str] = {}
        self.line: dict[str, str] = {}
        self.line_begins = 0
        self.balances: dict[str, dict[str, str]] = {}
        self.last = ""
        self.is_headed = False

    def take(self, token: Token) -> Iterator[Part]:
        """Take one element."""
        if token.name == "![CDATA[":
            self._value(self.last, token.value)
        elif token.name.startswith("/"):
            yield from self._close(token.name[1:], token.line)
        elif token.value:
            self._value(token.name, token.value)
            yield from self._status(token)
        else:
            yield from self._begin(token)
        self.last = token.name if token.name != "![CDATA[" else self.last

    def end(self) -> Iterator[Part]:
        """Say so when a statement breaks off."""
        if "STMTTRN" in self.open or any(name in self.open for name in _STATEMENTS):
            yield from self._headed()
            raise Wrong("the end of the file", "the statement breaks off: its closing tag is missing")

    def _begin(self, token: Token) -> Iterator[Part]:
        if token.name in _STATEMENTS:
            self.values, self.balances, self.is_headed = {}, {}, False
        elif token.name == "STMTTRN":
            self.line, self.line_begins = {}, token.line
            yield from self._headed()
        self.open.append(token.name)
        if len(self.open) > _DEPTH_MAX:
            raise Wrong(f"line {token.line}", f"elements stand {_DEPTH_MAX} deep: no OFX")

    def _value(self, name: str, value: str) -> None:
        """Keep a value where the open elements say it belongs; what an account or a line does not have twice is kept once."""
        kept = next((self.balances.setdefault(code, {}) for code in _BALANCES if code in self.open), None)
        if kept is None:
            kept = self.line if "STMTTRN" in self.open else self.values
        is_other = name == "ACCTID" and not any(one in self.open for one in _ACCOUNTS)
        kept.setdefault("OTHERACCTID" if is_other else name, value)

    def _status(self, token: Token) -> Iterator[Part]:
        if token.name == "CODE" and "STATUS" in self.open and token.value not in ("0", "INFO"):
            yield Wrong(f"line {token.line}", f"the bank answers with the error {token.value} in place of a statement")

    def _close(self, name: str, line: int) -> Iterator[Part]:
        if name not in self.open:
            return
        if name == "STMTTRN":
            yield from self._line()
        if name in _STATEMENTS:
            yield from self._headed()
            yield Foot(tuple(self._foot_balances()))
        while self.open.pop() != name:
            pass

    # ── its parts ────────────────────────────────────────────────────────────
    def _headed(self) -> Iterator[Part]:
        if self.is_headed or not any(name in self.open for name in _STATEMENTS):
            return
        self.is_headed = True
        values = self.values
        begins, ends = values.get("DTSTART", ""), values.get("DTEND", "")
        yield Head(
            "ofx", "OFX", "statement", f"{begins[:8]}/{ends[:8]}" if ends else "", values.get("ACCTID", ""),
            values.get("CURDEF", "").upper(), account_scheme=values.get("ACCTTYPE", ""), begins=begins, ends=ends,
        )  # fmt: skip

    def _line(self) -> Iterator[Part]:
        said, where = self.line, f"line {self.line_begins}, transaction {self.line.get('FITID', '')}".rstrip()
        amount, posted = _amount(said.get("TRNAMT", "")), said.get("DTPOSTED", "")
        if amount is None:
            yield Wrong(where, f"amount {said.get('TRNAMT', '')!r} is no number; the line is left out")
            return
        booked_on = _day(posted)
        if booked_on is None:
            yield Wrong(
                where, f"DTPOSTED is {posted!r}, no day of any calendar; the line counts, without a booking date"
            )
        yield _entry(said, amount, booked_on, self.values.get("CURDEF", "").upper())

    def _foot_balances(self) -> Iterator[Balance]:
        currency = self.values.get("CURDEF", "").upper()
        for name, code in _BALANCES.items():
            said = self.balances.get(name, {})
            amount = _amount(said.get("BALAMT", ""))
            if amount is not None:
                yield Balance(code, abs(amount), currency, amount >= 0, _day(said.get("DTASOF", "")))


# ── values ───────────────────────────────────────────────────────────────────
def _entry(said: dict[str, str], amount: Decimal, booked_on: date | None, currency: str) -> Entry:
    credit = amount >= 0
    name, account = said.get("NAME", ""), said.get("OTHERACCTID", "")
    text = said.get("MEMO", "")
    detail = Detail(
        abs(amount), currency, credit, bank_reference=said.get("FITID", ""), remittance=text,
        payer=name if credit else "", payer_account=account if credit else "",
        payee="" if credit else name, payee_account="" if credit else account,
    )  # fmt: skip
    return Entry(
        abs(amount), currency, credit, booked_on=booked_on, value_on=_day(said.get("DTAVAIL", "")),
        reference=said.get("CHECKNUM", "") or said.get("REFNUM", ""), bank_reference=said.get("FITID", ""),
        code=said.get("TRNTYPE", ""), information=" ".join(part for part in (name, text) if part), details=(detail,),
        dated="" if booked_on else said.get("DTPOSTED", ""),
    )  # fmt: skip


def _amount(text: str) -> Decimal | None:
    """Return an amount; None where it is none.

    >>> _amount("-00000000001500.0000"), _amount("12,50"), _amount("$120"), _amount("NaN")
    (Decimal('-1500.0000'), Decimal('12.50'), None, None)
    """
    return decimal_of(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)


def _day(text: str) -> date | None:
    """Return the day of YYYYMMDD…

    >>> _day("20090401122017.000[-5:EST]"), _day("20120231"), _day("")
    (datetime.date(2009, 4, 1), None, None)
    """
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
