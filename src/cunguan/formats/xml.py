"""XML (可扩展标记语言): the records of a message, one after the other, whatever its size and whoever wrote it.

Shape   a Shape says by path which fields are read and which elements are records; all else is passed over, in any namespace.
        `records` yields those that are `streamed` at their end, with the record they stand in; the others are kept by theirs
Units   a field is text without white space around it; repeated, its values stand on lines of their own
Errors  Wrong, with the line: a DTD of any kind (so no entity, no outside file, no bomb), what is not well-formed or not of the
        encoding it declares, an encoding that is not in ENCODINGS, more depth, names or length than any bank's file has
Memory  one chunk, and one streamed record with its parts
Source  XML 1.0; ISO 20022 messages, bare or in an envelope. expat of the standard library reads; why, stands in ADR 0027
"""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final, TypeVar
from xml.parsers import expat

import msgspec

from cunguan.formats.statement import Wrong

Value = TypeVar("Value")

CHUNK: Final = 16_384

#: how deep elements may stand in one another; how many names there may be; what one record may have of bytes and of records
DEPTH_MAX: Final = 100
NAMES_MAX: Final = 10_000
LENGTH_MAX: Final = 4 * 2**20
PARTS_MAX: Final = 100_000

#: encodings a bank may declare; UTF-7, EBCDIC and what only computes text are none of them
ENCODINGS: Final = frozenset(
    [
        "ascii", "big5", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "euc_jp", "euc_kr", "gb18030", "gb2312",
        "gbk", "iso8859-1", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-7", "iso8859-9", "iso8859-13",
        "iso8859-15", "koi8-r", "shift_jis", "utf-16", "utf-16-be", "utf-16-le", "utf-8",
    ]
)  # fmt: skip


class Shape:
    """What is read of a kind of record: its fields and its records, by their paths in it."""

    __slots__ = ("fields", "records", "streamed")

    def __init__(self, fields: str, records: "Mapping[str, Shape] | None" = None, *, streamed: bool = False) -> None:
        """`fields`: a line for each, its name and its paths in all versions of the message; `Amt@Ccy` is an attribute."""
        rows = (line.split() for line in fields.splitlines() if line.strip())
        self.fields = tuple((name, path) for name, *paths in rows for path in paths)
        self.records, self.streamed = dict(records or {}), streamed


class _Below(dict[str, "_Place | None"]):
    """Names of elements, with or without the prefix that a file gives them → the places they lead to."""

    def __missing__(self, name: str) -> "_Place | None":
        place = self.get(name.rpartition(":")[2])
        self[name] = place
        return place


class _Place:
    """A place in a file that is read: of a record, of a field, or on the way to one."""

    __slots__ = ("attribute", "attribute_field", "below", "field", "has_more", "path", "shape", "up")

    def __init__(self, path: str, up: "_Place | None") -> None:
        self.path, self.up = path, up or self
        self.below = _Below()
        self.field = self.attribute = self.attribute_field = ""
        self.shape: Shape | None = None
        self.has_more = False

    def at(self, path: str) -> "_Place":
        place, so_far = self, ""
        for step in path.split("/"):
            so_far = f"{so_far}/{step}" if so_far else step
            place = place.below.get(step) or _Place(so_far, place)
            place.up.below[step] = place
        return place

    def holds(self, shape: Shape) -> None:
        """Make this the place of a record."""
        self.shape, self.has_more = shape, True
        for name, path in shape.fields:
            path, _, attribute = path.partition("@")
            place = self.at(path)
            if attribute:
                place.attribute, place.attribute_field, place.has_more = attribute, name, True
            else:
                place.field = name
        for path, each in shape.records.items():
            self.at(path).holds(each)


class Record:
    """An element that was read: its fields by their names, the records it kept by their paths, the line it ends on.

    `parent` is that of a streamed record, or of one that is not at its end.
    """

    __slots__ = ("fields", "line", "name", "parent", "parts")

    def __init__(self, name: str, parent: "Record | None") -> None:
        self.name, self.parent, self.line = name, parent, 0
        self.fields: dict[str, str] = {}
        self.parts: dict[str, list[Record]] = {}

    def said(self, name: str) -> str:
        """Return a field, empty where it is not there."""
        return self.fields.get(name, "")

    def value(self, name: str, convert: Callable[[str], Value]) -> Value:
        """Return what a field comes to; Wrong where it comes to nothing."""
        try:
            return convert(self.said(name))
        except ValueError as wrong:
            raise self.wrong(str(wrong)) from None

    def within(self, *paths: str) -> "list[Record]":
        """Return the records kept at some paths."""
        found: list[Record] = []
        for path in paths:
            if path in self.parts:
                found += self.parts[path]
        return found

    def wrong(self, why: str) -> Wrong:
        """Return what is wrong with this record."""
        return Wrong(f"line {self.line}, {self.name.rpartition('/')[2]}", why)


# ── what a file is ───────────────────────────────────────────────────────────
#: the element of a message → the message
CONTAINERS: Final = {
    "BkToCstmrAcctRpt": "camt.052",
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
    "GetAcct": "camt.003",
    "RsltnOfInvstgtn": "camt.029",
    "CstmrPmtCxlReq": "camt.055",
    "FIToFIPmtCxlReq": "camt.056",
    "AcctRptgReq": "camt.060",
    "CstmrCdtTrfInitn": "pain.001",
    "CstmrPmtStsRpt": "pain.002",
    "CstmrPmtRvsl": "pain.007",
    "CstmrDrctDbtInitn": "pain.008",
    "FIToFIPmtStsRpt": "pacs.002",
    "FIToFICstmrDrctDbt": "pacs.003",
    "PmtRtr": "pacs.004",
    "FIToFICstmrCdtTrf": "pacs.008",
    "FICdtTrf": "pacs.009",
    "FinInstnCdtTrf": "pacs.009",
    "FIDrctDbt": "pacs.010",
    "FIToFIPmtStsReq": "pacs.028",
}


class Message(msgspec.Struct, frozen=True):
    """What the beginning of an XML file says of it."""

    root: str
    namespace: str
    prefix: str
    is_enveloped: bool
    #: as camt.053.001.08; without a namespace as camt.053; empty: none that is known here
    name: str
    encoding: str
    has_bom: bool
    has_doctype: bool


def is_xml(first: bytes) -> bool:
    """Test whether bytes are the beginning of an XML file, in whatever encoding.

    >>> is_xml(b"<Document>"), is_xml("\\ufeff <a/>".encode("utf-16-le")), is_xml(b":20:START")
    (True, True, False)
    """
    return first[:256].replace(b"\0", b"").lstrip(_MARKS).startswith(b"<")


def message_of(first: bytes) -> Message:
    """Return what a file is, by its first bytes; Wrong where they are no XML that is read here.

    >>> message_of(b'<a:Document xmlns:a="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">').name
    'pain.001.001.09'
    """
    encoding, has_bom = _encoding(first)
    text = _COMMENT.sub("", codecs.getincrementaldecoder(encoding)("ignore").decode(first))
    tags = [found for found in _TAG.finditer(text)]
    if not tags:
        raise Wrong("line 1", "it has no element in its beginning")
    documents = [tag for tag in tags if tag["local"] == "Document"]
    document = documents[0] if documents else tags[0]
    namespace = _namespace(text, document)
    return Message(
        tags[0]["local"], namespace, document["prefix"] or "", document is not tags[0],
        _name(namespace, [tag["local"] for tag in tags]), encoding, has_bom, "<!DOCTYPE" in text[: tags[0].start()],
    )  # fmt: skip


_MARKS: Final = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG: Final = re.compile(r"<(?:(?P<prefix>[\w.-]+):)?(?P<local>[^\W\d][\w.-]*)(?P<rest>(?:\s[^<>]*)?)/?>")
_NAME: Final = re.compile(r"\b[a-z]{4}\.\d{3}\.\d{3}\.\d{2}(?:\.[a-z]{2}\.\d{2})?")


def _namespace(text: str, tag: re.Match[str]) -> str:
    """Return the namespace of an element: as its prefix was last said before its end."""
    prefix = f":{re.escape(tag['prefix'])}" if tag["prefix"] else ""
    said = re.findall(rf"xmlns{prefix}\s*=\s*[\"']([^\"']*)[\"']", text[: tag.end()])
    return said[-1] if said else ""


def _name(namespace: str, elements: list[str]) -> str:
    found = _NAME.search(namespace)
    by_element = next((CONTAINERS[plain(each)] for each in elements if plain(each) in CONTAINERS), "")
    return found[0] if found and not found[0].startswith("head.") else by_element


def plain(element: str) -> str:
    """Return the name of a message's element without the version that the first ones bore.

    >>> plain("BkToCstmrStmtV01")
    'BkToCstmrStmt'
    """
    return re.sub(r"V\d\d$", "", element)


def _encoding(first: bytes) -> tuple[str, bool]:
    """Return the encoding of a file and whether a byte order mark says it."""
    if not is_xml(first):
        raise Wrong("byte 0", "it is no XML: it does not begin with <" if first else "it is empty")
    for mark, encoding in _BOMS:
        if first.startswith(mark):
            return encoding, True
    if first[:4] in (b"<\0?\0", b"\0<\0?"):
        return ("utf-16-le" if first[1:2] == b"\0" else "utf-16-be"), False
    declared = _DECLARED.match(first)
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        encoding = ""
    if encoding not in ENCODINGS:
        raise Wrong("line 1", f"it declares the encoding {name[:40]}, which is not read; UTF-8 is best")
    return encoding, False


_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")


# ── reading ──────────────────────────────────────────────────────────────────
def records(stream: BinaryIO, shapes: Mapping[str, Shape], *, begun: bytes = b"") -> Iterator[Record]:
    """Yield the streamed records of the messages in a file; `shapes`: element of a message → what is read of it.

    A message that no shape is for is passed over; its reader must say so if it comes to nothing.
    `begun`: what was already read of the stream.
    """
    chunk = begun or stream.read(CHUNK)
    parser, decode = _Parser(shapes), _decoder(chunk)
    moved = 0
    while True:
        wrong = parser.feed(decode(chunk), is_last=not chunk)
        moved = 0 if parser.ended or parser.has_moved else moved + len(chunk)
        parser.has_moved = False
        yield from parser.ended
        parser.ended.clear()
        if wrong is None and moved > LENGTH_MAX:
            wrong = parser.wrong(f"no record has ended in {LENGTH_MAX} bytes; no bank's file is like that")
        if wrong is not None:
            raise wrong
        if not chunk:
            return
        chunk = stream.read(CHUNK)


def only(stream: BinaryIO, shapes: Mapping[str, Shape], names: str, *, begun: bytes = b"") -> tuple[str, Record]:
    """Return the one message of a file, and its name in full; Wrong where it is none of `names`, or there are several."""
    begun = begun or stream.read(CHUNK)
    message = message_of(begun)
    found = [record for record in records(stream, shapes, begun=begun) if record.name in shapes]
    if not found:
        raise Wrong(message.root, f"it is {message.name or 'no message known here'}, and no {names}")
    if len(found) > 1:
        raise found[1].wrong("it is the second message in the file; each must come in a file of its own")
    return message.name, found[0]


def _decoder(first: bytes) -> Callable[[bytes], bytes | str]:
    """Return what makes of a chunk what expat reads: UTF-8 and UTF-16 it has, and checks; of all others it is given text."""
    encoding, _ = _encoding(first)
    if encoding in ("utf-8", "utf-16"):
        return lambda chunk: chunk
    decoder = codecs.getincrementaldecoder(encoding)("strict")

    def decode(chunk: bytes) -> str:
        try:
            return decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as wrong:
            raise Wrong(f"byte {wrong.start} of a part", f"it is not {encoding}, as it declares to be") from None

    return decode


class _Parser:
    """What expat has found so far."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.ended: list[Record] = []
        self.has_moved = False
        self.expat = expat.ParserCreate()
        self.expat.buffer_text = True
        self.expat.buffer_size = CHUNK
        self.expat.StartDoctypeDeclHandler = self._doctype
        self._handle(shapes)

    def feed(self, chunk: bytes | str, *, is_last: bool) -> Wrong | None:
        """Read on; what is wrong is returned, for what came before it is still to be taken."""
        try:
            self.expat.Parse(chunk, is_last)
        except expat.ExpatError as wrong:
            said = expat.ErrorString(wrong.code)
            return Wrong(f"line {wrong.lineno}, column {wrong.offset}", f"it is not well-formed: {said}")
        except Wrong as wrong:
            return wrong
        return (
            self.wrong("it has too many names; no bank's file is like that")
            if len(self.expat.intern) > NAMES_MAX
            else None
        )

    def wrong(self, why: str) -> Wrong:
        return Wrong(f"line {self.expat.CurrentLineNumber}", why)

    def _doctype(self, *_: object) -> None:
        raise self.wrong("it has a document type definition; a bank's file has none, and nothing of one is read")

    def _handle(self, shapes: Mapping[str, Shape]) -> None:
        """Give expat its handlers: closures, for they run for every element of the file.

        Outside of a message, whatever envelope there is, elements are only counted; so are those that no place is for.
        White space around fields is gathered with them, and taken off at their end.
        """
        parser, outside = self.expat, _outside(shapes)
        record = nobody = Record("", None)
        fields, at, depth = record.fields, outside, 0
        texts: list[str] = []
        say, forget = texts.append, texts.clear

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal at, record, fields
            below = at.below[name]
            if below is None:
                pass_over()
                return
            at = below
            if below.has_more:
                if below.attribute:
                    _put(fields, below.attribute_field, attributes.get(below.attribute, ""))
                else:
                    record = Record(below.path, record)
                    fields = record.fields

        def end(_: str) -> None:
            nonlocal at, record, fields
            if field := at.field:
                if texts:
                    if text := "".join(texts).strip():
                        fields[field] = f"{fields[field]}\n{text}" if field in fields else text
                    forget()
            elif at.shape is not None:
                forget()
                parent = record.parent or nobody
                self._end(record, at.shape.streamed)
                record = parent
                fields = record.fields
                if at.up is outside:
                    leave()
            at = at.up

        def pass_over() -> None:
            nonlocal depth
            depth += 1
            parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = count, count_back, None

        def count(_: str, __: dict[str, str]) -> None:
            nonlocal depth
            depth = self._deeper(depth)

        def count_back(_: str) -> None:
            nonlocal depth
            depth -= 1
            if not depth:
                parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, say

        def start_outside(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            if outside.below[name] is not None:
                around.append(depth)
                depth = 0
                parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, say
                start(name, attributes)
            else:
                depth = self._deeper(depth)

        def end_outside(_: str) -> None:
            nonlocal depth
            depth -= 1

        def leave() -> None:
            nonlocal depth
            depth = around.pop()
            parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = (
                start_outside,
                end_outside,
                None,
            )

        around: list[int] = []
        parser.StartElementHandler, parser.EndElementHandler = start_outside, end_outside

    def _deeper(self, depth: int) -> int:
        if depth >= DEPTH_MAX:
            raise self.wrong(f"it is deeper than {DEPTH_MAX} elements; no bank's file is like that")
        return depth + 1

    def _end(self, record: Record, streamed: bool) -> None:
        record.line = self.expat.CurrentLineNumber
        self.has_moved = True
        if streamed:
            self.ended.append(record)
            return
        parent, record.parent = (
            record.parent,
            None,
        )  # who keeps it is not kept by it: no cycle, so no work for the collector
        assert parent is not None
        kept = parent.parts.setdefault(record.name, [])
        if len(kept) == PARTS_MAX:
            raise record.wrong(f"it is more than the {PARTS_MAX}th there; no bank's file is like that")
        kept.append(record)


def _outside(shapes: Mapping[str, Shape]) -> _Place:
    """Return the place around messages."""
    outside = _Place("", None)
    for container, shape in shapes.items():
        outside.at(container).holds(shape)
        outside.below[f"{container}V01"] = outside.below[container]
    return outside


def _put(fields: dict[str, str], name: str, text: str) -> None:
    fields[name] = f"{fields[name]}\n{text}" if name in fields else text
