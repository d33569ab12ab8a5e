"""Lanmao check file (懒猫对账文件): the zip of five texts a day that platforms' systems of that family already load.

Shape   yyyymmdd_platformNo_TYPE.txt for each type, UTF-8, one record a line, cells divided by `|`, no line of names; a type
        without a record that day is an empty text. COLUMNS has their order
Units   amounts are decimal yuan, written and read by whole numbers; times yyyyMMddHHmmss in the custodian's time zone
Returns bytes of the zip, the same for the same rows; and from a zip its rows and what was no row, line by line
Errors  ArchiveRefused: no such archive, or one that could harm its reader (paths, too much, nested, encrypted): sent again
Source  domain.md (e.2): names of the files, and the columns of RECHARGE, WITHDRAW, COMMISSION and TRANSACTION as a client loads
        them. Assumed, no source was found: the divider, and the columns of BACKROLL_RECHARGE and USER
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from cunguan.formats.archive import ArchiveRefused, members
from cunguan.kernel.currency import exponent_of
from cunguan.kernel.money import MINOR_LIMIT

DIVIDER: Final = "|"
TYPES: Final = ("RECHARGE", "WITHDRAW", "COMMISSION", "TRANSACTION", "BACKROLL_RECHARGE")

#: type -> its columns, in the order they are written
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "RECHARGE": (
        "time", "member", "payCompany", "requestNo", "serial", "opType", "amount", "ccy", "initiatorId", "platformUserNo",
        "no", "bankAbbr", "payType", "arrivedAmount", "remark",
    ),
    "WITHDRAW": (
        "time", "member", "requestNo", "serial", "opType", "amount", "ccy", "initiatorId", "platformUserNo", "no", "bankAbbr",
        "arrivedAmount", "remark", "status", "way", "advance", "speedType", "withdrawType",
    ),
    "COMMISSION": (
        "time", "member", "serial", "opType", "payerPlatformUserNo", "payeePlatformUserNo", "amount", "ccy", "projectNo",
        "remark", "requestNo",
    ),
    "TRANSACTION": (
        "time", "member", "requestNo", "serial", "opType", "amount", "interest", "ccy", "payerId", "payerUserNo", "payeeId",
        "payeeUserNo", "projectNo", "originalRequestNo", "remark", "claimShare", "custom",
    ),
    "BACKROLL_RECHARGE": (
        "time", "member", "requestNo", "serial", "opType", "amount", "ccy", "initiatorId", "platformUserNo",
        "withdrawRequestNo", "rollbackType", "remark",
    ),
    "USER": ("time", "member", "platformUserNo", "userRole", "auditStatus", "availableAmount", "freezeAmount", "remark"),
}  # fmt: skip

#: what an archive may unpack to, all its texts together
UNPACKED_MAX: Final = 256 * 2**20
LINE_MAX: Final = 16_384

_NAME: Final = re.compile(r"([0-9]{8})_([A-Za-z0-9][A-Za-z0-9_.-]{0,99}?)_(" + "|".join((*TYPES, "USER")) + r")\.txt")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # an archive says no time of its own: the same rows are the same bytes

Record = Mapping[str, str]


class BadLine(msgspec.Struct, frozen=True):
    """A line that is no record."""

    type: str
    line: int
    why: str
    text: str


class CheckZip(msgspec.Struct, frozen=True):
    """What an archive holds."""

    day: date
    platform: str
    records: dict[str, list[Record]]
    bad: list[BadLine]


# ── amounts ──────────────────────────────────────────────────────────────────
def decimal(minor: int, currency: str = "CNY") -> str:
    """Return minor units as a decimal number of the currency's own unit.

    >>> decimal(5), decimal(123450), decimal(7, "JPY")
    ('0.05', '1234.50', '7')
    """
    digits = exponent_of(currency)
    if not digits:
        return str(minor)
    whole, part = divmod(minor, 10**digits)
    return f"{whole}.{part:0{digits}}"


def minor(text: str, currency: str = "CNY") -> int:
    """Return a decimal number as minor units, by whole numbers; ValueError for what is none.

    >>> minor("1234.5"), minor("0.05"), minor("7")
    (123450, 5, 700)
    >>> minor("1.005")
    Traceback (most recent call last):
    ...
    ValueError: '1.005' is no amount of CNY
    """
    found, digits = _DECIMAL.fullmatch(text), exponent_of(currency)
    if found is None or len(found[2] or "") > digits:
        raise ValueError(f"{text[:32]!r} is no amount of {currency}")
    amount: int = int(found[1]) * 10**digits + int((found[2] or "").ljust(digits, "0") or "0")
    if amount >= MINOR_LIMIT:
        raise ValueError(f"{text[:32]!r} is larger than any amount")
    return amount


_DECIMAL: Final = re.compile(r"(0|[1-9][0-9]{0,18})(?:\.([0-9]{1,4}))?")


# ── writing ──────────────────────────────────────────────────────────────────
def write(records: Mapping[str, Sequence[Record]], *, platform: str, day: date) -> bytes:
    """Return the archive of a day: the five types, each type in the order given, and USER where there are any."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind in (*TYPES, *(("USER",) if records.get("USER") else ())):
            entry = zipfile.ZipInfo(f"{day:%Y%m%d}_{platform}_{kind}.txt", _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, "".join(_line(record, kind) for record in records.get(kind, ())))
    return out.getvalue()


def _line(record: Record, kind: str) -> str:
    unknown = set(record) - set(COLUMNS[kind])
    assert not unknown, f"{kind} has no {unknown}"
    return DIVIDER.join(_plain(record.get(name, "")) for name in COLUMNS[kind]) + "\n"


def _plain(text: str) -> str:
    """Return a text without what would end its cell or its line."""
    return "".join(" " if letter == DIVIDER or ord(letter) < 32 else letter for letter in text)


# ── reading ──────────────────────────────────────────────────────────────────
def read(raw: bytes) -> CheckZip:
    """Return what an archive holds; nothing of it touches a disk, and no more than UNPACKED_MAX the memory."""
    texts: dict[tuple[str, str, str], bytes] = {}
    left = UNPACKED_MAX
    for name, stream in members(io.BytesIO(raw)):
        found = _NAME.fullmatch(name)
        if found is None:
            raise ArchiveRefused(f"it holds {name[:80]!r}; only yyyymmdd_platformNo_TYPE.txt, each type once")
        text = texts[found[1], found[2], found[3]] = stream.read(left + 1)
        left -= len(text)
        if left < 0:
            raise ArchiveRefused(f"its texts come to more than {UNPACKED_MAX} bytes")
    return _read(texts)


def _read(texts: dict[tuple[str, str, str], bytes]) -> CheckZip:
    if len({(day, platform) for day, platform, _ in texts}) != 1:
        raise ArchiveRefused("each type stands in it once, all of one date and one platform")
    day, platform, _ = next(iter(texts))
    found = CheckZip(_day(day), platform, {}, [])
    for (_, _, kind), text in texts.items():
        found.records[kind] = list(_records(text, kind, found.bad))
    return found


def _day(text: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise ArchiveRefused(f"{text} is no date") from None


def _records(text: bytes, kind: str, bad: list[BadLine]) -> Iterator[Record]:
    for number, line in enumerate(text.removesuffix(b"\n").split(b"\n") if text else (), 1):
        try:
            yield _record(line.removesuffix(b"\r"), kind)
        except ValueError as wrong:
            said = "it is no UTF-8" if isinstance(wrong, UnicodeDecodeError) else str(wrong)
            bad.append(BadLine(kind, number, said, line[:120].decode(errors="replace")))


def _record(line: bytes, kind: str) -> Record:
    if len(line) > LINE_MAX:
        raise ValueError("the line is too long")
    cells, names = line.decode().split(DIVIDER), COLUMNS[kind]
    if len(cells) != len(names):
        raise ValueError(f"it has {len(cells)} cells for the {len(names)} columns of {kind}")
    record = dict(zip(names, cells, strict=True))
    for name in ("amount", "interest", "arrivedAmount", "advance", "availableAmount", "freezeAmount", "claimShare"):
        if record.get(name):
            minor(record[name], record.get("ccy") or "CNY")
    return record
