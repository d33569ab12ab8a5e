"""Detection (格式识别): which reader for these bytes, by what they begin with, never by a name alone.

Shape   kind(begin, name): camt.053.001.08, mt940, bai2, ofx, eve, aleve, csv, archive, another ISO 20022 message, xml: <root>,
        MT103 …; "" for what is nothing known
        reader(begin, name): what has `read(stream)` for such a file
Units   the first BEGIN bytes of a file are enough
Errors  Wrong: no statement of any format read here; it says what the file is instead, and what to do
Source  the formats' own first records; a name decides only between what bytes cannot (EVE and ALEVE of wrong first lines, CSV)
"""

import codecs
import re
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import BinaryIO, Final, Protocol

from cunguan.formats import archive, bai2, camt, jiangxi, mt940, ofx, xml
from cunguan.formats.statement import Part, Wrong
from cunguan.formats.text import decoded

BEGIN: Final = 16_384

_FIN: Final = re.compile(r"\{2:[IO](\d{3})")
_MT940: Final = re.compile(r"^\s*:(?:\d\d[A-Z]?|NS):", re.MULTILINE)
_BAI2: Final = re.compile(r"\s*0[0-3],[^,\n]*,")
_CSV: Final = re.compile(r"^[^\n<{]*[,;\t|][^\n]*$", re.MULTILINE)

#: SWIFT's statements
_STATEMENTS: Final = ("940", "941", "942", "950")


class Reader(Protocol):
    """What reads the statements of one format."""

    def read(self, stream: BinaryIO, /) -> Iterator[Part]:
        """Yield the parts of a file."""


_READERS: Final[dict[str, ModuleType | SimpleNamespace]] = {
    "mt940": mt940,
    "bai2": bai2,
    "ofx": ofx,
    "eve": jiangxi.eve,
    "aleve": jiangxi.aleve,
}


def kind(begin: bytes, name: str = "") -> str:
    """Return what a file is that begins so.

    >>> kind(b"01,BANK,ME,240201,0800,7,,,2/"), kind(b":20:REF"), kind(b"{1:F01X}{2:I103X}"), kind(b"OFXHEADER:100")
    ('bai2', 'mt940', 'MT103', 'ofx')
    >>> kind(b'<D:Document xmlns:D="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'), kind(b"<html>"), kind(b"hello")
    ('camt.053.001.08', 'xml: html', '')
    """
    if archive.is_archive(begin):
        return "archive"
    text = _text(begin)
    if "OFXHEADER" in text[:1000] or re.search(r"<OFX>", text, re.IGNORECASE):
        return "ofx"
    if xml.is_xml(begin):
        return _xml(begin)
    message = _FIN.search(text)
    if message:
        return "mt940" if message[1] in _STATEMENTS else f"MT{message[1]}"
    if _BAI2.match(text):
        return "bai2"
    if _MT940.search(text):
        return "mt940"
    found = _jiangxi(begin, name)
    if found:
        return found
    is_csv = _CSV.search(text[:4096]) and "\0" not in text and not text.lstrip().startswith(("{", "["))
    return "csv" if is_csv else ""


def reader(begin: bytes, name: str = "") -> Reader:
    """Return what reads a file that begins so."""
    found = kind(begin, name)
    if found in _READERS:
        return _READERS[found]
    if xml.is_xml(begin) and found != "ofx":
        return camt  # which reads statements, and says of any other file what is wrong with it
    raise Wrong("the file", _WHY.get(found, f"an {found} is no statement of an account"))


_WHY: Final = {
    "": "it begins like no statement that is read here (camt.052/053/054, MT940, MT942, BAI2, OFX, EVE, ALEVE, CSV)",
    "csv": "it may be CSV; a mapping must say which column is what",
    "archive": "it is an archive; its files are read one by one",
}


# ── what it begins with ──────────────────────────────────────────────────────
def _text(begin: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if begin.startswith(mark):
            return begin[: len(begin) // 2 * 2].decode(encoding, errors="replace")
    return decoded(begin.removeprefix(codecs.BOM_UTF8))


def _xml(begin: bytes) -> str:
    """Return the message an XML file carries, or its first element."""
    try:
        message = xml.message_of(begin)
    except Wrong:
        return "xml"
    return message.name or f"xml: {message.root}"


def _jiangxi(begin: bytes, name: str) -> str:
    """Return which of the two a file is: by the bytes of one of its first lines, else by its name."""
    for line in begin.split(b"\n")[:5]:
        for layout, flag in ((jiangxi.ALEVE, 43), (jiangxi.EVE, 58)):
            if len(line.rstrip(b"\r")) == layout.length and line[flag : flag + 1] in (b"C", b"D"):
                return layout.name
    found = re.search(r"(?<![a-z])(al)?eve(?![a-z])", name.rpartition("/")[2], re.IGNORECASE)
    return found[0].lower() if found else ""
