"""BAI2 (BAI2 余额报告): a cash management balance report, record by record, read into parts.

Shape   Head for each account (03), an Entry for each detail (16), a Foot at its trailer (49). Balances: 010 opening ledger,
        015 closing ledger, 040/045 available, 030/060 current. Head.identity is file id, group date and account order
Units   whole minor units of the account's currency in the file, exact decimals here; a currency that is not said counts two
Order   the control totals of accounts, groups (98) and the file (99), and their numbers of records, are added up here: what
        differs stands in Foot.differences of an account; of a group or the file it is yielded as Wrong
Errors  Wrong, yielded: a record that is none or cannot be read. Wrong, raised: the file does not begin with 01, or breaks off
Source  BAI Cash Management Balance Reporting Specifications, version 2; one record a line: `/` ends it but may stand in a text
        ADR 0028 says why no library
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO, Final

import msgspec

from cunguan.formats.statement import Balance, Detail, Difference, Entry, Foot, Head, Part, Wrong
from cunguan.formats.text import lines
from cunguan.kernel.currency import EXPONENT

_BALANCES: Final = {"010": "OPBD", "015": "CLBD", "030": "ITBD", "040": "OPAV", "045": "CLAV", "060": "ITAV"}
_RECORDS: Final = ("01", "02", "03", "16", "49", "88", "98", "99")

#: fields that follow the kind of funds: none, a date and a time, three amounts; D says itself how many
_FUNDS: Final = {"V": 2, "S": 3}


class Record(msgspec.Struct, frozen=True):
    """A record with what its 88 records add; `lines` counts them."""

    line: int
    code: str
    fields: tuple[str, ...]
    lines: int

    def field(self, at: int) -> str:
        """Return a field, empty where the record ends before it."""
        return self.fields[at].strip() if at < len(self.fields) else ""

    def wrong(self, why: str) -> Wrong:
        """Return what is wrong with this record: with its type and amount, and nothing a person may be known by."""
        said = "".join(f",{field[:20]}" for field in self.fields[:2]) if self.code == "16" else ""
        return Wrong(f"line {self.line}", f"record {self.code}{said} {why}")


def read(stream: BinaryIO) -> Iterator[Part]:
    """Read the accounts of a file, record by record."""
    report = _Report()
    for record in _records(stream):
        if isinstance(record, Wrong):
            yield from report.wrong(record)
        else:
            yield from report.take(record)
    yield from report.end()


# ── records ──────────────────────────────────────────────────────────────────
def _records(stream: BinaryIO) -> Iterator[Record | Wrong]:
    """Yield records, each with its continuations."""
    held: tuple[int, str, list[str], int] | None = None
    for number, raw in lines(stream):
        text = raw.strip("\x00\x1a").rstrip()
        if not text.strip():
            continue
        code, after = text[:2], text[2:3]
        if code == "88" and held is not None and after in (",", ":"):
            held = (held[0], held[1], [*held[2], text[3:]], held[3] + 1)
            continue
        if held is not None:
            yield _record(*held)
        held = None
        if code in _RECORDS and after == ",":
            held = (number, code, [text[3:]], 1)
        elif number == 1:
            raise Wrong("line 1", f"a BAI2 file begins with record 01, this one with {text[:2]!r}")
        else:
            yield Wrong(f"line {number}", f"{text[:3]!r} begins no record of BAI2 (01, 02, 03, 16, 49, 88, 98, 99)")
    if held is not None:
        yield _record(*held)


def _record(line: int, code: str, texts: list[str], count: int) -> Record:
    """Put a record together: an 88 goes on with fields, or with the text at its end."""
    fields: list[str] = []
    for at, text in enumerate(texts):
        ended = text.rstrip().endswith("/")
        parts = (text.rstrip()[:-1] if ended else text).split(",")
        if at and code == "16" and fields:
            parts = [f"{fields.pop()} {','.join(parts)}".strip()]
        fields += parts
    return Record(line, code, tuple(fields), count)


# ── the report ───────────────────────────────────────────────────────────────
class _Account(msgspec.Struct):
    """What is known of the account that is open."""

    head: Head
    places: int
    control: int
    records: int


class _Report:
    """Where we are in the file, and what its trailers must come to."""

    def __init__(self) -> None:
        self.account: _Account | None = None
        self.file_id = self.group_currency = ""
        self.group_date: date | None = None
        self.accounts = 0
        self.group, self.file = [0, 0, 0], [0, 0, 0]  # control total, accounts or groups, records
        self.begun = self.ended = False

    def take(self, record: Record) -> Iterator[Part]:
        """Take one record."""
        if not self.begun and record.code != "01":
            raise record.wrong("comes before record 01")
        self.group[2] += record.lines
        self.file[2] += record.lines
        match record.code:
            case "01":
                self.begun, self.file_id = True, record.field(4)
                self.file, self.group = [0, 0, record.lines], [0, 0, 0]
            case "02":
                self.group = [0, 0, record.lines]
                self.group_date, self.group_currency = _day(record.field(3)), record.field(5)
            case "03":
                yield from self._close()
                yield from self._open(record)
            case "16":
                yield from self._detail(record)
            case "49":
                yield from self._close(record)
            case "98":
                yield from self._close()
                yield from self._trailer(record, self.group, "group")
                self.file[0] += self.group[0]
                self.file[1] += 1
            case "99":
                yield from self._trailer(record, self.file, "file")
                self.ended = True
            case _:
                yield record.wrong("goes on from no other record")

    def wrong(self, wrong: Wrong) -> Iterator[Part]:
        """Take a line that is no record: it counts as one, since somebody wrote it."""
        self.group[2] += 1
        self.file[2] += 1
        if self.account is not None:
            self.account.records += 1
        yield wrong

    def end(self) -> Iterator[Part]:
        """Say so when the file breaks off."""
        yield from self._close()
        if not self.ended:
            raise Wrong("the end of the file", "record 99 is missing: the file breaks off")

    # ── an account ───────────────────────────────────────────────────────────
    def _open(self, record: Record) -> Iterator[Part]:
        currency = record.field(1) or self.group_currency
        places = EXPONENT.get(currency, 2)
        self.accounts += 1
        balances, control, bad = _summary(record, currency, places, self.group_date)
        day = self.group_date.isoformat() if self.group_date else ""
        head = Head(
            "bai2", "BAI2", "statement", f"{self.file_id}/{day}/{self.accounts}", record.field(0), currency,
            number=self.file_id, begins=day, ends=day, balances=tuple(balances),
        )  # fmt: skip
        self.account = _Account(head, places, control, record.lines)
        yield head
        yield from (record.wrong(f"has {text!r} where an amount is due") for text in bad)

    def _detail(self, record: Record) -> Iterator[Part]:
        account = self.account
        if account is None:
            yield record.wrong("stands in no account (03)")
            return
        account.records += record.lines
        amount = _number(record.field(1) or "0")
        if amount is None:
            yield record.wrong("has no amount; it is left out")
            return
        account.control += amount
        credit = _is_credit(record.field(0))
        if credit is None:
            if amount:
                yield record.wrong("has a type that is neither credit nor debit; it is left out")
            return
        yield _entry(record, Decimal(amount).scaleb(-account.places), credit, account.head.currency, self.group_date)

    def _close(self, record: Record | None = None) -> Iterator[Part]:
        account, self.account = self.account, None
        if account is None:
            if record is not None:
                yield record.wrong("closes no account (03)")
            return
        self.group[1] += 1
        if record is None:
            self.group[0] += account.control
            yield Wrong(f"account {account.head.identity}", "its trailer (49) is missing, so nothing says it is whole")
            yield Foot()
            return
        account.records += record.lines
        said = _number(record.field(0))
        self.group[0] += said or 0
        yield Foot(differences=tuple(_differences(account, said, _number(record.field(1)))))

    # ── trailers ─────────────────────────────────────────────────────────────
    def _trailer(self, record: Record, found: list[int], of: str) -> Iterator[Part]:
        parts = "accounts" if of == "group" else "groups"
        for at, name in enumerate(("control total", f"number of {parts}", "number of records")):
            said = _number(record.field(at))
            if said != found[at]:
                yield record.wrong(f"states a {name} of {record.field(at) or 'nothing'}; the {of} comes to {found[at]}")


def _differences(account: _Account, control: int | None, records: int | None) -> Iterator[Difference]:
    """Compare what a trailer states with what the account came to."""
    found = Decimal(account.control).scaleb(-account.places)
    if control != account.control:
        yield Difference("control_total", Decimal(control or 0).scaleb(-account.places), found)
    if records != account.records:
        yield Difference("record_count", Decimal(records or 0), Decimal(account.records))


# ── values ───────────────────────────────────────────────────────────────────
def _summary(record: Record, currency: str, places: int, day: date | None) -> tuple[list[Balance], int, list[str]]:
    """Return the balances of an 03, the sum of its amounts, and amounts that are none."""
    balances: list[Balance] = []
    bad: list[str] = []
    control, at = 0, 2
    while at < len(record.fields):
        code, text = record.field(at), record.field(at + 1)
        amount = _number(text or "0")
        if amount is None:
            bad.append(text)
        elif code:
            control += amount
            if code in _BALANCES and text:
                value = Decimal(abs(amount)).scaleb(-places)
                balances.append(Balance(_BALANCES[code], value, currency, amount >= 0, day))
        at += 3
        at += _funds(record, at)
    return balances, control, bad


def _funds(record: Record, at: int) -> int:
    """Return how many fields the kind of funds takes, itself included."""
    kind = record.field(at)
    if kind == "D":
        return 2 + 2 * (_number(record.field(at + 1)) or 0)
    return 1 + _FUNDS.get(kind, 0)


def _entry(record: Record, amount: Decimal, credit: bool, currency: str, day: date | None) -> Entry:
    funds = record.field(2)
    at = 2 + _funds(record, 2)
    bank_reference, reference = record.field(at), record.field(at + 1)
    text = ",".join(record.fields[at + 2 :]).strip()
    detail = Detail(amount, currency, credit, bank_reference=bank_reference, end_to_end_id=reference, remittance=text)
    return Entry(
        amount, currency, credit, booked_on=day, value_on=_day(record.field(3)) if funds == "V" else None,
        reference=reference, bank_reference=bank_reference, code=record.field(0), information=text, details=(detail,),
    )  # fmt: skip


def _is_credit(code: str) -> bool | None:
    """Return whether a type of detail is a credit; None: it moves nothing.

    >>> _is_credit("142"), _is_credit("451"), _is_credit("890"), _is_credit("935")
    (True, False, None, True)
    """
    number = _number(code) or 0
    if 100 <= number < 400 or 920 <= number < 960:
        return True
    return False if 400 <= number < 700 or 960 <= number < 1000 else None


def _number(text: str) -> int | None:
    return int(text) if _WHOLE(text) else None


_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}").fullmatch


def _day(text: str) -> date | None:
    """Return the day of YYMMDD or YYYYMMDD."""
    text = text.strip()
    try:
        year = int(text[:-4])
        return date(year if year > 99 else 2000 + year, int(text[-4:-2]), int(text[-2:]))
    except (ValueError, OverflowError):
        return None
