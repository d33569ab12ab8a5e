"""MT940, MT941, MT942, MT950 (SWIFT 对账单): a customer statement as SWIFT FIN fields, read into parts.

Shape   Head at the first line of a statement, an Entry for each :61: with its :86:, and a Foot; a statement begins with :20:
        Head.identity is :20:, number is :28C:, begins the day of the opening balance; kind "report" for an MT942
Units   amounts with a decimal comma, as the field has them; a year below 70 is of this century [K]
Errors  Wrong, yielded: a :61: or a balance that cannot be read, a fragment that has neither opening balance nor line.
        Wrong, raised: nothing in the file is a statement, or it is another MT
        A value date that no calendar has (the 30 February of 30-day banking) leaves value_on empty and stands in `dated`
Source  SWIFT Standards MT category 9: MT940 and MT942; bank dialects: blocks absent, spaces for the entry date, :28: for :28C:,
        :NS: (German banks), wrapped :61:, M for funds code. ADR 0028 says why no library
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO, Final

import msgspec

from cunguan.formats import mt86
from cunguan.formats.statement import Balance, Entry, Foot, Head, Kind, Part, Wrong
from cunguan.formats.text import lines

#: the fields of the messages read here; what looks like another is text of the field before ("…T16" / ":26:37")
_TAG: Final = re.compile(r":(13D|20|21|25P?|28C?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]|NS):(.*)")
_CONTROLS: Final = dict.fromkeys({*range(32), 127} - {9})
_MESSAGE: Final = re.compile(r"\{2:[IO](\d{3})|^:(9\d\d):\s*$")
_STATEMENTS: Final = ("940", "941", "942", "950")

_LINE: Final = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4}|\s{4})?(?P<reversal>R|E)?(?P<mark>[CD])(?P<funds>[A-Z])?\s*(?P<amount>\d{1,18}(?:,\d{0,9})?)\s?"
    r"(?P<type>[A-Z][A-Z0-9]{3})(?P<reference>.*?)(?://(?P<bank>.*))?",
    re.ASCII,
)
_BALANCE: Final = re.compile(
    r"(?P<mark>[CD])(?P<day>\d{6})(?P<currency>[A-Z]{3})(?P<amount>\d{1,18},\d{0,9})", re.ASCII
)
_TOTAL: Final = re.compile(r"(?P<count>\d{1,15})(?P<currency>[A-Z]{3})(?P<amount>\d{1,18},\d{0,9})", re.ASCII)

#: camt's words for the balances of MT940
_BALANCES: Final = {"60": "OPBD", "62": "CLBD", "64": "CLAV", "65": "FWAV"}

#: an :86: has six lines, in the longest dialect seen thirty
_FIELD_LINES_MAX: Final = 1_000

#: so much of a field is told of, by the first two digits of its tag: of a line no more than date, side and amount
_QUOTED: Final = {"60": 40, "61": 24, "62": 40, "64": 40, "65": 40, "90": 40}


class Field(msgspec.Struct, frozen=True):
    """A field: the line it begins in, its tag, and its lines."""

    line: int
    tag: str
    lines: tuple[str, ...]
    message: str

    @property
    def text(self) -> str:
        """Return the whole field as one text; a line that is wrapped goes on without a space."""
        return "".join(self.lines).strip()

    def beginnings(self) -> Iterator[str]:
        """Yield its first line, its first two as one, and all: a statement line may be wrapped, and may have text below."""
        for count in (1, 2, len(self.lines)):
            yield "".join(self.lines[:count]).rstrip()

    def wrong(self, why: str) -> Wrong:
        """Return what is wrong with this field: with its dates and amounts, and nothing a person may be known by."""
        said = self.lines[0].strip()[: _QUOTED.get(self.tag[:2], 0)]
        return Wrong(f"line {self.line}", f":{self.tag}:{said} {why}")


def read(stream: BinaryIO) -> Iterator[Part]:
    """Read the statements of a file, field by field."""
    statement: _Statement | None = None
    for field in _fields(stream):
        if statement is None or field.tag == "20":
            yield from statement.end() if statement else ()
            statement = _Statement(field)
        yield from statement.take(field)
    if statement is None:
        raise Wrong("the file", "it has no field of an MT940 or MT942 (:20:, :25:, :60F:, :61: …)")
    yield from statement.end()


# ── fields ───────────────────────────────────────────────────────────────────
def _fields(stream: BinaryIO) -> Iterator[Field]:
    message, begins, tag = "", 0, ""
    texts: list[str] = []
    for number, text in lines(stream):
        message = _message(text, number) or message
        text = text.translate(_CONTROLS)
        found = _TAG.match(text.lstrip())
        ends = found or text.startswith(("{", "-}")) or text.strip() == "-"
        if ends and tag:
            yield Field(begins, tag, tuple(texts), message)
        if found:
            begins, tag, texts = number, found[1], [found[2]]
        elif ends:
            tag = ""
        elif tag:
            texts.append(text)
            if len(texts) > _FIELD_LINES_MAX:
                raise Wrong(f"line {begins}", f"field :{tag}: has more than {_FIELD_LINES_MAX} lines")
    if tag:
        yield Field(begins, tag, tuple(texts), message)


def _message(text: str, line: int) -> str:
    """Return which message begins here, if one does; another than a statement is refused."""
    found = _MESSAGE.search(text)
    if not found:
        return ""
    name = found[1] or found[2]
    if name not in _STATEMENTS:
        raise Wrong(f"line {line}", f"an MT{name} is no statement; MT940, MT941, MT942 and MT950 are read")
    return name


# ── a statement ──────────────────────────────────────────────────────────────
class _Statement:
    """What is known of one statement until its parts are given away."""

    def __init__(self, first: Field) -> None:
        self.first, self.message = first, first.message
        self.values: dict[str, str] = {}
        self.balances: list[Balance] = []
        self.totals: dict[str, tuple[int, Decimal]] = {}
        self.currency = ""
        self.entry: Entry | None = None
        self.after = first.tag
        self.is_headed = self.has_entries = self.has_opening = False

    def take(self, field: Field) -> Iterator[Part]:
        """Take one field, and yield what is whole by it."""
        kind = field.tag[:2]
        if kind == "61":
            yield from self._flush()
            yield from self._line(field)
        elif kind == "86":
            self._information(field)
        elif kind in _BALANCES:
            yield from self._balance(field)
        elif kind in ("90", "34"):
            yield from self._total(field)
        elif kind in ("20", "25", "28", "13"):
            self.values.setdefault(kind, field.text)
        self.message = "942" if kind in ("34", "13", "90") and not self.message else self.message
        self.after = field.tag if kind not in ("86", "NS") else self.after

    def end(self) -> Iterator[Part]:
        """Yield what is left when the statement is over."""
        yield from self._flush()
        yield from self._headed()
        if self.message != "942" and not (self.has_opening or self.has_entries):
            yield Wrong(
                f"line {self.first.line}",
                "a fragment: neither an opening balance (:60F:) nor a line (:61:); ask the bank for the whole statement",
            )
        yield self._foot()

    # ── its fields ───────────────────────────────────────────────────────────
    def _line(self, field: Field) -> Iterator[Part]:
        self.has_entries = True
        yield from self._headed()
        found = next(filter(None, map(_LINE.fullmatch, field.beginnings())), None)
        if not found:
            yield field.wrong(
                "is no statement line: value date, entry date, C or D, amount with a comma, type, reference"
            )
            return
        self.entry = _entry(found, self.currency, " ".join(text.strip() for text in field.lines[1:]))

    def _information(self, field: Field) -> None:
        if self.entry is not None and self.after == "61":
            about = mt86.read(field.lines, credit=self.entry.credit)
            text = " ".join(part for part in (self.entry.information, about.text) if part)
            detail = msgspec.structs.replace(
                about.detail,
                amount=self.entry.amount, currency=self.entry.currency, credit=self.entry.credit,
                bank_reference=self.entry.bank_reference,
            )  # fmt: skip
            self.entry = msgspec.structs.replace(self.entry, information=text, details=(detail,))

    def _balance(self, field: Field) -> Iterator[Part]:
        if field.tag[:2] != "60":
            yield from self._flush()
        found = _BALANCE.fullmatch(field.text)
        if not found:
            yield from self._headed()
            yield field.wrong("is no balance: C or D, date, currency, amount with a comma")
            return
        day, _ = _date(found["day"])
        self.currency = self.currency or found["currency"]
        code, sub_code = _BALANCES[field.tag[:2]], "INTM" if field.tag.endswith("M") else ""
        if code == "OPBD" and self.has_opening:
            yield from self._headed()
            yield field.wrong("is a second opening balance of one statement; the first is taken")
            return
        self.has_opening = self.has_opening or code == "OPBD"
        self.balances.append(
            Balance(code, _amount(found["amount"]), found["currency"], found["mark"] == "C", day, sub_code)
        )

    def _total(self, field: Field) -> Iterator[Part]:
        self.currency = self.currency or field.text[:3] if field.tag == "34F" else self.currency
        if field.tag == "34F":
            return
        yield from self._flush()
        found = _TOTAL.fullmatch(field.text)
        if found:
            self.totals[field.tag] = (int(found["count"]), _amount(found["amount"]))
        else:
            yield from self._headed()
            yield field.wrong("is no number and sum of entries")

    # ── its parts ────────────────────────────────────────────────────────────
    def _headed(self) -> Iterator[Part]:
        if self.is_headed:
            return
        self.is_headed = True
        message = f"MT{self.message or '940'}"
        kind: Kind = "report" if message == "MT942" else "statement"
        yield Head(
            message.lower(), message, kind, self.values.get("20", ""), self.values.get("25", ""), self.currency,
            number=self.values.get("28", ""), begins=self._begins(), balances=tuple(self.balances),
        )  # fmt: skip
        self.balances = []

    def _begins(self) -> str:
        """Return the day of the opening balance, or the time of a report: many banks write one reference and number for ever."""
        days = [one.day.isoformat() for one in self.balances if one.code == "OPBD" and one.day]
        return next(iter(days), self.values.get("13", ""))

    def _flush(self) -> Iterator[Part]:
        if self.entry is not None:
            yield self.entry
            self.entry = None

    def _foot(self) -> Foot:
        credits, debits = self.totals.get("90C"), self.totals.get("90D")
        return Foot(
            tuple(self.balances),
            credit_count=credits[0] if credits else None,
            credit_sum=credits[1] if credits else None,
            debit_count=debits[0] if debits else None,
            debit_sum=debits[1] if debits else None,
        )


# ── values ───────────────────────────────────────────────────────────────────
def _entry(found: re.Match[str], currency: str, more: str) -> Entry:
    value_on, dated = _date(found["value"])
    is_reversal = found["reversal"] == "R"
    return Entry(
        _amount(found["amount"]), currency, (found["mark"] == "C") != is_reversal, "pending" if found["reversal"] == "E" else "booked",
        booked_on=_entry_date(found["entry"], found["value"]), value_on=value_on, dated=dated, reversal=is_reversal,
        reference=found["reference"].strip(), bank_reference=(found["bank"] or "").strip(), code=found["type"],
        information=more,
    )  # fmt: skip


def _amount(text: str) -> Decimal:
    """Return an amount.

    >>> _amount("380115,1"), _amount("0,"), _amount("000012,34")
    (Decimal('380115.1'), Decimal('0'), Decimal('12.34'))
    """
    return Decimal(text.replace(",", ".").rstrip("."))


@lru_cache(4096)  # a file has few days and many lines
def _date(text: str) -> tuple[date | None, str]:
    """Return the date of YYMMDD, or the text itself where no calendar has such a day.

    >>> _date("240229"), _date("160230")
    ((datetime.date(2024, 2, 29), ''), (None, '160230'))
    """
    year = int(text[:2])
    try:
        return date(year + (2000 if year < 70 else 1900), int(text[2:4]), int(text[4:6])), ""
    except ValueError:
        return None, text


@lru_cache(4096)
def _entry_date(text: str | None, value: str) -> date | None:
    """Return the date of MMDD: of the year that brings it next to the value date.

    >>> _entry_date("0102", "231229"), _entry_date("1231", "240102"), _entry_date("0301", "160230")
    (datetime.date(2024, 1, 2), datetime.date(2023, 12, 31), datetime.date(2016, 3, 1))
    """
    if not text or not text.strip():
        return None
    near = _date(value)[0] or _date(f"{value[:4]}01")[0]
    if near is None:
        return None
    found = (_date(f"{year % 100:02}{text}")[0] for year in (near.year - 1, near.year, near.year + 1))
    return min((day for day in found if day), key=lambda day: abs(day - near), default=None)
