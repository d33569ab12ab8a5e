"""Detection: what a file is, by its bytes."""

import pytest

from cunguan.formats import detect
from cunguan.formats.statement import Wrong

HEAD = '<E><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"/>'
CAMT = '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'

# fmt: off
KINDS = [
    (CAMT.encode(),                                         "camt.053.001.08"),
    (b"\xef\xbb\xbf" + CAMT.encode(),                       "camt.053.001.08"),
    (CAMT.encode("utf-16"),                                 "camt.053.001.08"),
    (f'{HEAD}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03">'.encode(), "pain.002.001.03"),
    (b"<html><body>",                                       "xml: html"),
    (b":20:REF\n:25:1\n",                                   "mt940"),
    (b"\r\n{1:F01X}{2:I940XN}{4:\r\n:20:A",                 "mt940"),
    (b"{1:F01X}{2:I103XN}{4:\n:20:A",                       "MT103"),
    (b"01,BANK,ME,240201,0800,7,,,2/\n",                    "bai2"),
    (b"OFXHEADER:100\nDATA:OFXSGML\n<OFX>",                 "ofx"),
    (b'<?xml version="1.0"?><?OFX OFXHEADER="200"?><OFX>',  "ofx"),
    (b"PK\x03\x04",                                         "archive"),
    (b"\x1f\x8b\x08",                                       "archive"),
    (b"day,amount\n2024-02-01,5\n",                         "csv"),
    (b"day;amount\n2024-02-01;5\n",                         "csv"),
    (b"hello",                                              ""),
    (b"",                                                   ""),
    (bytes(range(256)),                                     ""),
]
# fmt: on


@pytest.mark.parametrize(("begin", "kind"), KINDS)
def test_knows_a_file_by_what_it_begins_with(begin: bytes, kind: str) -> None:
    assert detect.kind(begin) == kind


@pytest.mark.parametrize(
    ("begin", "kind"), [one for one in KINDS if one[1] in ("mt940", "bai2", "ofx") or one[1].startswith("camt")]
)
def test_gives_its_reader(begin: bytes, kind: str) -> None:
    assert detect.reader(begin).read is not None


@pytest.mark.parametrize(
    ("begin", "why"),
    [
        (b"hello", "begins like no statement"),
        (b"a,b\n1,2", "a mapping"),
        (b"PK\x03\x04", "archive"),
    ],
)
def test_says_what_a_file_is_that_no_reader_reads(begin: bytes, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        detect.reader(begin)
