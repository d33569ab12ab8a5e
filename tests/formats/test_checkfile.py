"""Check file: what is written is read again; what is no row is named with its line, and the rest is there."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.formats.checkfile import (
    KINDS,
    Bad,
    Balance,
    ClaimLine,
    FileDamaged,
    ListingLine,
    Order,
    check,
    columns,
    header,
    rows,
    safe,
    unsafe,
    write,
)

DAY = date(2026, 3, 2)
HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "09-hostile-input"
ORDER = Order("B1", "bid_hold", "done", 60000, "CNY", "ann", "", "L1", 17, "done")

ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:/@+#=-]{0,40}", fullmatch=True)
parties = ids | st.sampled_from(["", "*"])
words = st.from_regex(r"[a-z0-9_]{1,20}", fullmatch=True)
minors = st.integers(0, 2**62 - 1)
few = settings(max_examples=40, deadline=None)
maybe = st.none() | minors
ROWS = {
    "orders": st.builds(Order, ids, words, words, minors, st.sampled_from(["CNY", "EUR"]), parties, parties, parties, maybe,
                        st.none() | words),
    "balances": st.builds(Balance, ids, st.just("CNY"), minors, maybe, maybe, maybe, maybe, maybe),
    "listings": st.builds(ListingLine, ids, parties, words, minors, minors, minors, minors),
    "claims": st.builds(ClaimLine, ids, parties, parties, minors),
}  # fmt: skip
files = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(ROWS[kind], max_size=8, unique_by=lambda row: msgspec.structs.astuple(row)[0]))
)  # fmt: skip


def written(rows_: list[object], kind: str = "orders", form: str = "csv") -> bytes:
    return write(rows_, platform="p1", day=DAY, kind=kind, first_seq=3, last_seq=90, form=form)  # type: ignore[arg-type]


def read(raw: bytes) -> list[object]:
    return [row for _, row in rows(raw)]


@few
@given(files, st.sampled_from(["csv", "jsonl"]))
def test_what_is_written_is_read(file: tuple[str, list[object]], form: str) -> None:
    kind, given_rows = file
    raw = written(given_rows, kind, form)
    assert not check(raw)
    assert header(raw).count == len(given_rows) and (header(raw).first_seq, header(raw).last_seq) == (3, 90)
    assert read(raw) == sorted(given_rows, key=lambda row: msgspec.structs.astuple(row)[0])  # type: ignore[call-overload]
    assert raw == written(list(reversed(given_rows)), kind, form)


@few
@given(files, st.integers(1, 5))
def test_every_line_is_in_one_part_whatever_the_form(file: tuple[str, list[object]], of: int) -> None:
    kind, given_rows = file
    halves = [
        [sorted(msgspec.structs.astuple(row)[0] for _, row in rows(written(given_rows, kind, form), (n, of))) for n in range(of)]  # type: ignore[arg-type]
        for form in ("csv", "jsonl")
    ]  # fmt: skip
    assert halves[0] == halves[1]
    assert sum(map(len, halves[0])) == len(given_rows)


@given(st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])))
def test_no_cell_is_computed_and_each_comes_back(text: str) -> None:
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert unsafe(safe(text)) == text


def test_cells_of_the_hostile_files_are_no_formulas() -> None:
    if not HOSTILE.is_dir():
        pytest.skip("the hostile files are not here: ../shared/data/09-hostile-input")
    cells = json.loads((HOSTILE / "csv-injection/own-cells.json").read_text("utf-8"))
    cells += (HOSTILE / "csv-injection/payloadbox_README.md.txt").read_text("utf-8").splitlines()
    assert all(unsafe(safe(cell)) == cell and safe(cell)[:1] not in "=+-@\t\r＝" for cell in cells if cell)
    # as an id none of them is a row, and none takes another row with it
    lines = [f'"{safe(cell)}",ann,L1,1'.replace("\n", " ").encode() for cell in cells if '"' not in cell]
    raw = damaged(written([ClaimLine("B1", "L1", "ann", 1)], "claims"), more=b"\n".join(lines) + b"\n")
    assert [row for row in read(raw) if not isinstance(row, Bad)] == [ClaimLine("B1", "L1", "ann", 1)]


def damaged(raw: bytes, *, more: bytes) -> bytes:
    """Return a file with lines behind it that its header does not know of."""
    return raw + more


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "it has 0 cells for 10 columns"),
        ("B2,bid_hold,done", "it has 3 cells for 10 columns"),
        ("B2,bid_hold,done,1,CNY,a,b,L1,1,done,more", "it has 11 cells for 10 columns"),
        ('"B2,bid_hold,done,1,CNY,a,b,L1,1,done', "it is no CSV: unexpected end of data"),
        (",bid_hold,done,1,CNY,a,b,L1,1,done", "id cannot be empty, or several"),
        ("a b,bid_hold,done,1,CNY,a,b,L1,1,done", "id cannot be 'a b'"),
        ("=1+1,bid_hold,done,1,CNY,a,b,L1,1,done", "id cannot be '=1+1'"),
        ("B2,Bid Hold,done,1,CNY,a,b,L1,1,done", "kind cannot be 'Bid Hold'"),
        ("B2,bid_hold,done,1,XXX,a,b,L1,1,done", "currency cannot be 'XXX'"),
        ("B2,bid_hold,done,-1,CNY,a,b,L1,1,done", "amount_minor is no whole number of minor units: '-1'"),
        ("B2,bid_hold,done,1.00,CNY,a,b,L1,1,done", "amount_minor is no whole number of minor units: '1.00'"),
        ("B2,bid_hold,done,1e3,CNY,a,b,L1,1,done", "amount_minor is no whole number of minor units: '1e3'"),
        ("B2,bid_hold,done,01,CNY,a,b,L1,1,done", "amount_minor is no whole number of minor units: '01'"),
        ("B2,bid_hold,done,１,CNY,a,b,L1,1,done", "amount_minor is no whole number of minor units: '１'"),
        ("B2,bid_hold,done,,CNY,a,b,L1,1,done", "amount_minor is no whole number of minor units: ''"),
        ("B2,bid_hold,done,4611686018427387904,CNY,a,b,L1,1,done", "amount_minor is below zero, or larger than any amount"),
        ("B2,bid_hold,done,99999999999999999999,CNY,a,b,L1,1,done",
         "amount_minor is below zero, or larger than any amount"),
        ("B2,bid\rhold,done,1,CNY,a,b,L1,1,done", "a control character stands in it; lines end with a line feed"),
        ("B2," + "x" * 20_000, "the line is too long"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_row_is_named_and_the_rest_is_there(line: str, why: str) -> None:
    other = msgspec.structs.replace(ORDER, id="B9")
    raw = written([ORDER]) + line.encode() + b"\n" + written([other]).split(b"\n")[2] + b"\r\n"
    found = read(raw)
    assert found[0] == ORDER and found[2] == other
    assert found[1] == Bad(4, why, line[:120])
    assert [bad.line for bad in check(raw)] == [4, 0, 0, 0]  # the line; and count, sum and hash of the header


def test_a_line_that_is_no_utf8_is_named() -> None:
    raw = written([ORDER]) + b"B\xff,bid_hold\n"
    assert read(raw)[1] == Bad(4, "it is no UTF-8", "B�,bid_hold")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "Input data was truncated"),
        ("[]", "Expected `object`, got `array`"),
        ('{"claim":"B2","listing":"L1","holder":"ann"}', "Object missing required field `principal_minor`"),
        ('{"claim":"B2","listing":"L1","holder":"ann","principal_minor":1.5}', "Expected `int`, got `float` - at `$.principal_minor`"),
        ('{"claim":"B2","listing":"L1","holder":"ann","principal_minor":"1"}', "Expected `int`, got `str` - at `$.principal_minor`"),
        ('{"claim":"B2","listing":"L1","holder":"ann","principal_minor":-1}',
         "principal_minor is below zero, or larger than any amount"),
        ('{"claim":"B2","listing":"L1","holder":"ann","principal_minor":1,"x":1}', "Object contains unknown field `x`"),
    ],
)  # fmt: skip
def test_a_line_of_jsonl_that_is_no_row_is_named(line: str, why: str) -> None:
    first = ClaimLine("B1", "L1", "ann", 1)
    raw = written([first], "claims", "jsonl") + line.encode() + b"\n"
    assert read(raw) == [first, Bad(3, why, line[:120])]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"id,amount\r1,100\r2,200\r",
        b"id,amount\n1,100\n2\n",
        b"{}\n",
        b"\x00" * 100,
        b"cunguan-check-file,2,p1,2026-03-02,orders,0,0,0,0,0,e3b0\nid\n",
        b"cunguan-check-file,1,p1,2026-03-02,secrets,0,0,0,0,0,e3b0\nid\n",
        b"cunguan-check-file,1,p1,2026-02-30,orders,0,0,0,0,0,e3b0\nid\n",
        b"cunguan-check-file,1,,2026-03-02,orders,0,0,0,0,0,e3b0\nid\n",
        b"cunguan-check-file,1,p1,2026-03-02,orders,-1,0,0,0,0,e3b0\nid\n",
        b"cunguan-check-file,1,p1,2026-03-02,claims,0,0,0,0,0,e3b0\nclaim,listing,holder\n",
        b"cunguan-check-file,1,p1,2026-03-02,claims,0,0,0,0,0,e3b0\nclaim,listing,holder,principal_minor,hair\n",
        b"cunguan-check-file,1,p1,2026-03-02,claims,0,0,0,0,0,e3b0\nclaim,listing,holder,principal_minor,claim\n",
        b"cunguan-check-file,1,p1,2026-03-02,claims,0,0,0,0,0,e3b0\n",
        b"x" * 100_000,
    ],
)
def test_what_is_no_check_file_is_refused_whole(raw: bytes) -> None:
    with pytest.raises(FileDamaged):
        check(raw)


def test_a_header_that_promises_other_rows_is_found() -> None:
    raw = written([ORDER]).replace(b"B1,bid_hold,done,60000", b"B1,bid_hold,done,60001")
    assert [bad.why.split(" ")[3] for bad in check(raw)] == ["debit_minor", "sha256"]


def test_columns_may_stand_in_another_order_and_optional_ones_be_left_out() -> None:
    raw = written([ORDER])
    head, names, line, _ = raw.split(b"\n")
    cells = dict(zip(names.split(b","), line.split(b","), strict=True))
    order = [b"currency", b"listing", b"id", b"kind", b"payee", b"payer", b"status", b"amount_minor"]
    turned = b"\n".join([head, b",".join(order), b",".join(cells[name] for name in order), b""])
    assert read(turned) == [msgspec.structs.replace(ORDER, seq=None, code=None)]
    assert [bad.why.split(" ")[3] for bad in check(turned)] == ["sha256"]


def test_a_mark_of_utf8_and_windows_lines_are_taken() -> None:
    raw = b"\xef\xbb\xbf" + written([ORDER]).replace(b"\n", b"\r\n")
    assert read(raw) == [ORDER] and header(raw).platform == "p1"


def test_a_spreadsheet_reads_the_same_cells() -> None:
    raw = written([msgspec.structs.replace(ORDER, payer="*", listing="L=1")])
    assert list(csv.reader(io.StringIO(raw.decode())))[2][5:8] == ["*", "", "L=1"]
    assert [column.name for column in columns("orders")] == list(csv.reader(io.StringIO(raw.decode())))[1]
