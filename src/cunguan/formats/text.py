"""Text of a bank's file (银行文件文本): its lines one by one, whatever they were encoded and ended by.

Shape   lines(stream): (number of the line from 1, its text without the end)
        decoded(raw): UTF-8, and where it is none the Western code page that banks' older hosts write
        decimal_of(text): an exact decimal as banks write one, nothing else that Python takes for a number
Units   a line has at most LINE_MAX bytes
Errors  Wrong: a line is longer than that, or a file in UTF-16 is cut within a character
Source  what is met in the files of banks; UTF-16 is taken only with its byte order mark
"""

import codecs
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO, Final

from cunguan.formats.statement import Wrong
from cunguan.formats.xml import ENCODINGS

#: no line of a statement comes near it
LINE_MAX: Final = 1 << 20

_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def lines(stream: BinaryIO, encoding: str = "") -> Iterator[tuple[int, str]]:
    """Yield the lines of a file; they end with LF, CR LF or CR. `encoding` is only given where the file says its own.

    >>> import io
    >>> list(lines(io.BytesIO(b"one\\r\\ntwo\\rthree")))
    [(1, 'one'), (2, 'two'), (3, 'three')]
    """
    number = 0
    for raw in _raw_lines(stream):
        for text in decoded(raw, encoding).split("\r"):
            number += 1
            yield number, text


def decoded(raw: bytes, encoding: str = "") -> str:
    """Return the text of some bytes.

    >>> decoded("Müller".encode()), decoded("Müller".encode("cp1252")), decoded("存管".encode("gb18030"), "gb18030")
    ('Müller', 'Müller', '存管')
    """
    for name in (encoding or "utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def decimal_of(text: str) -> Decimal | None:
    """Return the number a text is; None where it is none.

    >>> decimal_of("-0012.50"), decimal_of("+7"), decimal_of("1e9"), decimal_of("NaN"), decimal_of("1_000"), decimal_of("")
    (Decimal('-12.50'), Decimal('7'), None, None, None, None)
    """
    return Decimal(text) if _NUMBER(text) else None


def is_encoding(name: str) -> bool:
    """Return whether a name is that of an encoding of text; Python has others, that unpack or compute.

    >>> is_encoding("cp1252"), is_encoding("zlib"), is_encoding("cp99")
    (True, False, False)
    """
    try:
        return codecs.lookup(name).name in ENCODINGS
    except (LookupError, ValueError):
        return False


_NUMBER: Final = re.compile(r"[+-]?(?=\.?[0-9])[0-9]{0,18}(?:\.[0-9]{0,9})?").fullmatch


def _raw_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines as bytes that are ASCII where it matters: UTF-16 becomes UTF-8 on the way."""
    first = stream.readline(LINE_MAX + 1)
    if first.startswith(_UTF_16):
        yield from _utf_16_lines(first, stream)
        return
    line, number = first.removeprefix(codecs.BOM_UTF8), 0
    while line:
        number += 1
        if len(line) > LINE_MAX:
            raise Wrong(f"line {number}", f"it is longer than {LINE_MAX} bytes: no statement of a bank")
        yield line.removesuffix(b"\n").removesuffix(b"\r")
        line = stream.readline(LINE_MAX + 1)


def _utf_16_lines(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")()
    rest, chunk = "", first
    try:
        while chunk:
            *whole, rest = (rest + decoder.decode(chunk)).replace("\r\n", "\n").split("\n")
            yield from (line.encode() for line in whole)
            if len(rest) > LINE_MAX:
                raise Wrong("the file", f"a line is longer than {LINE_MAX} characters: no statement of a bank")
            chunk = stream.read(LINE_MAX)
        yield (rest + decoder.decode(b"", final=True)).encode()
    except UnicodeDecodeError as wrong:
        raise Wrong(f"byte {wrong.start}", "it begins as UTF-16 and does not go on so") from None


def shown(said: str) -> str:
    """Return the form of what should have been a number or a day: where columns are shifted, a name may stand there.

    >>> shown("12,3x"), shown("Anna Muster"), shown("6222021234567890")
    ("'12,3x'", "'xxxx xxxxx…'", "'6222021234…'")
    """
    form = "".join("x" if letter.isalpha() else letter for letter in said[:10])
    return repr(form + "…" * (len(said) > 10))
