"""XML: whatever is hostile or broken is refused, in bounded memory; whatever encoding a bank writes is read."""

import tracemalloc
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from pathlib import Path

import pytest

from cunguan.formats import camt, xml
from cunguan.formats.statement import Head, Wrong, summaries
from tests.formats.test_camt import WHOLE, entry, message

ATTACKS = Path(__file__).parents[3] / "shared/data/09-hostile-input/xml-attacks"


def read(raw: bytes) -> list[object]:
    return list(camt.read(BytesIO(raw)))


# ── encodings ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("declared", "encoding", "mark"),
    [
        ("", "utf-8", b""),
        ("", "utf-8", b"\xef\xbb\xbf"),
        ("UTF-8", "utf-8", b"\xef\xbb\xbf"),
        ("UTF-16", "utf-16-le", b"\xff\xfe"),
        ("UTF-16", "utf-16-be", b"\xfe\xff"),
        ("UTF-16", "utf-16-le", b""),
        ("GB18030", "gb18030", b""),
        ("GBK", "gbk", b""),
    ],
)
def test_reads_what_banks_write(declared: str, encoding: str, mark: bytes) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>\r\n' if declared else ""
    raw = (prolog + WHOLE.decode()).encode(encoding)
    (found,) = summaries(camt.read(BytesIO(mark + raw)))
    assert found.verdict == "balanced"
    assert "张三" in str(read(mark + raw))


def test_reads_a_text_cut_by_the_edge_of_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(WHOLE)
    monkeypatch.setattr(xml, "CHUNK", 512)
    for declared, encoding in (("UTF-8", "utf-8"), ("GB18030", "gb18030")):
        prolog = f'<?xml version="1.0" encoding="{declared}"?>'
        for shift in range(4):
            raw = (prolog + " " * shift + WHOLE.decode()).encode(encoding)
            assert read(raw) == whole


@pytest.mark.parametrize("encoding", ["UTF-7", "cp037", "zip", "rot13", "unicode_escape", "x" * 40, "UTF-32"])
def test_refuses_encodings_no_bank_writes(encoding: str) -> None:
    with pytest.raises(Wrong, match="UTF-8 is best"):
        read(f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + WHOLE)


def test_refuses_what_is_not_of_the_encoding_it_declares() -> None:
    with pytest.raises(Wrong, match="not well-formed"):
        read(WHOLE.replace("张".encode(), b"\xc4\xe9"))
    with pytest.raises(Wrong, match="it is not gb18030"):
        read(b'<?xml version="1.0" encoding="GB18030"?>' + WHOLE.replace("张".encode(), b"\xff\xff"))


# ── hostile ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "dtd",
    [
        "<!DOCTYPE d>",
        '<!DOCTYPE d [<!ENTITY a "b">]>',
        '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>',
        '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        "<!-- <x> --><!DOCTYPE d>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_refuses_every_document_type_and_with_it_all_entities(dtd: str, encoding: str) -> None:
    raw = (dtd + WHOLE.decode()).encode(encoding)
    assert xml.message_of(raw).has_doctype
    with pytest.raises(Wrong, match="document type definition"):
        read(raw)


def test_refuses_an_entity_that_nothing_declares() -> None:
    with pytest.raises(Wrong, match="undefined entity"):
        read(WHOLE.replace("张三".encode(), b"&xxe;"))


def test_refuses_what_is_deeper_than_any_file_of_a_bank() -> None:
    with pytest.raises(Wrong, match="deeper than 100"):
        read(message("<a>" * 40_000))


def test_refuses_more_names_than_there_are() -> None:
    with pytest.raises(Wrong, match="too many names"):
        read(message("".join(f"<a{number}/>" for number in range(xml.NAMES_MAX + 1))))


def test_refuses_a_record_of_more_parts_than_any_bank_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "PARTS_MAX", 5)
    details = "<TxDtls><Refs><EndToEndId>E</EndToEndId></Refs></TxDtls>"
    with pytest.raises(Wrong, match="more than the 5th"):
        read(message(entry(details=f"<NtryDtls>{details * 6}</NtryDtls>")))


class Endless(RawIOBase):
    """A file that goes on as long as it is read."""

    def __init__(self, begin: bytes, more: bytes) -> None:
        self.begin, self.more, self.given = begin, more, 0

    def read(self, size: int = -1) -> bytes:
        chunk, self.begin = self.begin, b""
        chunk = chunk or self.more * (size // len(self.more))
        self.given += len(chunk)
        return chunk


@pytest.mark.parametrize("more", [b"<a/>", b"x", b"<!-- -->"])
def test_refuses_what_never_comes_to_a_record_in_bounded_memory(more: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "LENGTH_MAX", 2**18)
    file = Endless(WHOLE[: WHOLE.index(b"<Ntry>")], more)
    tracemalloc.start()
    try:
        with pytest.raises(Wrong, match="no record has ended"):
            list(camt.read(file))  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()
    assert file.given < 2**19


def test_streams_a_long_statement_in_bounded_memory() -> None:
    line = entry().encode()
    begin, end = WHOLE[: WHOLE.index(b"<Ntry>")], WHOLE[WHOLE.index(b"</Stmt>") :]

    class Long(RawIOBase):
        chunks = iter([begin, *[line * 50] * 60, end])

        def read(self, size: int = -1) -> bytes:
            return next(self.chunks, b"")

    tracemalloc.start()
    try:
        assert sum(1 for _ in camt.read(Long())) == 3_002  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 2 * 2**20
    finally:
        tracemalloc.stop()


def attacks() -> Iterator[Path]:
    if not ATTACKS.is_dir():
        pytest.skip("the hostile files are not here: ../shared/data/09-hostile-input")
    yield from sorted(ATTACKS.iterdir())


def test_refuses_the_published_attacks() -> None:
    for path in attacks():
        with path.open("rb") as stream:
            found = list(summaries(camt.read(stream)))
        assert [each.verdict for each in found] == ["invalid"], path.name


def test_decodes_published_chinese_that_declares_gb18030() -> None:
    (path,) = (each for each in attacks() if each.name == "gb18030-declared.xml")
    with path.open("rb") as stream:
        (record,) = xml.records(stream, {"Document": xml.Shape("name Nm", streamed=True)})
    assert record.said("name") == "存管账户：张三"


# ── what a file is ───────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("raw", "name", "enveloped"),
    [
        (WHOLE, "camt.053.001.08", False),
        (b"<BkToCstmrStmtV01/>", "camt.053", False),
        (b'<E><h:AppHdr xmlns:h="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"/><p:Document '
         b'xmlns:p="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08">', "pacs.008.001.08", True),
        (b'<Document xmlns="http://www.six-interbank-clearing.com/de/pain.001.001.03.ch.02.xsd"/>', "pain.001.001.03.ch.02", False),
        (b"<!-- <Document> --><html/>", "", False),
    ],
)  # fmt: skip
def test_says_what_a_file_is(raw: bytes, name: str, enveloped: bool) -> None:
    found = xml.message_of(raw)
    assert (found.name, found.is_enveloped) == (name, enveloped)


def test_a_head_comes_before_the_rest_is_read() -> None:
    parts = camt.read(Endless(WHOLE[: WHOLE.index(b"</Stmt>")], entry().encode()))  # type: ignore[arg-type]
    assert isinstance(next(parts), Head)
