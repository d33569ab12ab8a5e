"""EVE and ALEVE: fixed widths in bytes of GBK (S-18, S-19)."""

import io
from decimal import Decimal
from itertools import pairwise

import pytest

from cunguan.formats.detect import kind
from cunguan.formats.jiangxi import ALEVE, EVE, Layout, Row, aleve, eve, rows
from cunguan.formats.statement import Entry, Wrong, summaries


def line(layout: Layout, **values: str) -> bytes:
    ends = [0, *(end for _, end in layout.fields)]
    widths = [end - begin for begin, end in pairwise(ends)]
    raw = b""
    for (name, _), width in zip(layout.fields, widths, strict=True):
        value = values.get(name, "").encode("gbk")
        raw += value.rjust(width, b"0") if name in ("amount", "balance") else value.ljust(width)
    assert len(raw) == layout.length
    return raw


POSTING = {
    "bank": "3005", "account": "6212461890000000001", "amount": "12345", "ccy": "156", "crflag": "C", "valdate": "20240202",
    "inpdate": "20240201", "tranno": "000001", "seqno": "000009", "transtype": "7616", "desline": "债权转让款", "balance": "99",
    "revind": "0", "counter_account": "6212461890000000002",
}  # fmt: skip
CARD = {
    "cendt": "0201120000", "cardnbr": "6212461890000000001", "amount": "700", "crflag": "D", "msgtype": "0420",
    "orderno": "W1", "seqno": "000007", "revind": "1", "transtype": "2616",
}  # fmt: skip


def read(layout: Layout, *lines: bytes) -> list[Row | Wrong]:
    return list(rows(io.BytesIO(b"\n".join(lines)), layout))


def test_cuts_by_bytes_so_that_chinese_text_shifts_nothing() -> None:  # S-19
    (found,) = read(ALEVE, line(ALEVE, **POSTING))
    assert isinstance(found, Row)
    assert {name: found[name] for name in POSTING if name not in ("amount", "balance")} == {
        name: value for name, value in POSTING.items() if name not in ("amount", "balance")
    }
    assert (int(found["amount"]), int(found["balance"])) == (12345, 99)


@pytest.mark.parametrize(("layout", "values", "length"), [(ALEVE, POSTING, 370), (EVE, CARD, 138)])
def test_lists_a_line_of_another_length_and_reads_the_rest(
    layout: Layout, values: dict[str, str], length: int
) -> None:  # S-18
    whole = line(layout, **values)
    first, bad, last = read(layout, whole, whole[:-1], whole)
    assert isinstance(first, Row) and isinstance(last, Row) and last.line == 3
    assert isinstance(bad, Wrong) and (bad.where, f"it has {length} bytes" in bad.why) == ("line 2", True)


def test_lists_a_line_that_is_no_gbk() -> None:
    raw = bytearray(line(ALEVE, **POSTING))
    raw[92:94] = b"\xff\xff"
    (bad,) = read(ALEVE, bytes(raw))
    assert isinstance(bad, Wrong) and "(desline)" in bad.why


def test_reads_the_same_with_other_line_ends() -> None:
    whole = line(EVE, **CARD)
    assert list(rows(io.BytesIO(whole + b"\r\n" + whole + b"\r\n\x1a"), EVE)) == read(EVE, whole, whole)


def test_reads_postings_as_entries() -> None:
    found = [part for part in aleve.read(io.BytesIO(line(ALEVE, **POSTING))) if isinstance(part, Entry)]
    (entry,) = found
    assert (entry.amount, entry.credit, entry.currency, str(entry.booked_on)) == (
        Decimal("123.45"),
        True,
        "CNY",
        "2024-02-01",
    )
    assert (entry.information, entry.details[0].payee_account) == ("债权转让款", POSTING["account"])


def test_reads_reversals_of_cards_as_entries() -> None:
    (entry,) = (part for part in eve.read(io.BytesIO(line(EVE, **CARD))) if isinstance(part, Entry))
    assert (entry.amount, entry.credit, entry.reversal, entry.reference) == (Decimal("7.00"), False, True, "W1")


def test_an_amount_that_is_none_is_listed() -> None:
    raw = line(EVE, **CARD)[:46] + b"00000000007x" + line(EVE, **CARD)[58:]
    (found,) = summaries(eve.read(io.BytesIO(raw)))
    assert (found.verdict, found.entry_count) == ("invalid", 0)


def test_is_known_by_its_lines_or_its_name() -> None:
    assert kind(line(ALEVE, **POSTING)) == "aleve"
    assert kind(line(EVE, **CARD)[:-1] + b"\r\n" + line(EVE, **CARD)) == "eve"
    assert kind(b"x" * 50, "3005-ALEVE0001-20240201") == "aleve"


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(Wrong, match="longer than"):
        list(rows(io.BytesIO(b"x" * 10_000), EVE))
