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

#: what an archive may unpack to, all its texts together; and how many times larger than it one text may be
UNPACKED_MAX: Final = 256 * 2**20
RATIO_MAX: Final = 200
_SMALL: Final = 2**20  # below it no ratio is looked at: ten equal lines pack well
LINE_MAX: Final = 16_384

_NAME: Final = re.compile(r"([0-9]{8})_([A-Za-z0-9][A-Za-z0-9_.-]{0,99}?)_(" + "|".join((*TYPES, "USER")) + r")\.txt")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # an archive says no time of its own: the same rows are the same bytes

Record = Mapping[str, str]


class ArchiveRefused(Exception):
    """The archive is not read; the message says why."""


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
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError, OSError) as wrong:
        raise ArchiveRefused(f"it is no zip that can be read: {wrong}") from None


def _read(archive: zipfile.ZipFile) -> CheckZip:
    named = [_named(entry, len(archive.infolist())) for entry in archive.infolist()]
    if len({kind for _, _, kind in named}) != len(named) or len({(day, who) for day, who, _ in named}) != 1:
        raise ArchiveRefused("each type stands in it once, all of one date and one platform")
    day, platform, _ = named[0]
    found = CheckZip(_day(day), platform, {}, [])
    left = UNPACKED_MAX
    for entry, (_, _, kind) in zip(archive.infolist(), named, strict=True):
        text = _unpacked(archive, entry, left)
        left -= len(text)
        found.records[kind] = list(_records(text, kind, found.bad))
    return found


def _named(entry: zipfile.ZipInfo, count: int) -> tuple[str, str, str]:
    """Return date, platform and type of a text; what has another name is not looked into."""
    found = _NAME.fullmatch(entry.orig_filename)
    if found is None or not 1 <= count <= len(COLUMNS):
        raise ArchiveRefused(
            f"it holds {entry.orig_filename[:80]!r}; only yyyymmdd_platformNo_TYPE.txt, each type once"
        )
    if entry.flag_bits & 0x1:
        raise ArchiveRefused("it is encrypted")
    if entry.file_size > max(_SMALL, entry.compress_size * RATIO_MAX):
        raise ArchiveRefused(f"{entry.filename} would unpack to {entry.file_size} bytes, from {entry.compress_size}")
    return found[1], found[2], found[3]


def _day(text: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise ArchiveRefused(f"{text} is no date") from None


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Return a text, read no further than it may be long: what the archive says of its size is only a word."""
    most = min(left, max(_SMALL, entry.compress_size * RATIO_MAX))
    try:
        with archive.open(entry) as stream:
            text = stream.read(most + 1)
    except Exception as wrong:  # zlib and zipfile raise many kinds for broken bytes, and none of them is ours
        raise ArchiveRefused(f"{entry.filename} cannot be unpacked: {wrong}") from None
    if len(text) > most:
        raise ArchiveRefused(f"{entry.filename} unpacks to more than it may")
    return text


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
