"""Settlement files: what is written is read back; a line or a total that does not add up, or a cut, and nothing is used."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cunguan.formats.settlement import Order, Settlement, is_settlement, read, write
from cunguan.formats.statement import Wrong

ONE = Settlement(
    "demopay", "r1", date(2024, 3, 4), "CNY", "demopay:2024-03-04:1", (Order("D1", 10_000, 60), Order("D2", 5, 0))
)
TEXT = write(ONE).decode()


def test_writes_lines_that_a_clerk_can_read() -> None:
    assert TEXT.splitlines()[6:] == ["order,gross,fee,net", "D1,100.00,0.60,99.40", "D2,0.05,0.00,0.05",
                                     "total,2,100.05,0.60,99.45"]  # fmt: skip
    assert is_settlement(TEXT.encode())


@given(st.lists(st.tuples(st.integers(1, 10**12), st.integers(0, 10**6)), max_size=20))
def test_reads_what_it_wrote(amounts: list[tuple[int, int]]) -> None:
    orders = tuple(Order(f"D{n}", gross + fee, fee) for n, (gross, fee) in enumerate(amounts))
    made = Settlement("demopay", "r1", date(2024, 3, 4), "CNY", "R", orders)
    assert read(io.BytesIO(write(made))) == made


def test_reads_windows_line_ends_and_a_byte_order_mark() -> None:
    assert read(io.BytesIO(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())) == ONE


@pytest.mark.parametrize(
    ("said", "instead", "where"),
    [
        ("settlement,1", "settlement,2", "line 1"),
        ("channel,demopay", "channel,", "line 2"),
        ("2024-03-04\ncurrency", "2024-02-30\ncurrency", "the head"),
        ("currency,CNY", "currency,XXQ", "the head"),
        ("order,gross", "orders,gross", "line 7"),
        ("0.60,99.40", "0.60,99.41", "line 8"),
        ("D2,0.05", "D 2,0.05", "line 9"),
        ("D2,", "D1,", "line 10"),
        ("0.05,0.00,0.05", "0.050,0.00,0.05", "line 9"),
        ("total,2", "total,3", "line 10"),
        ("0.60,99.45", "0.61,99.44", "line 10"),
        ("\ntotal,2,100.05,0.60,99.45", "", "the end"),
        ("99.45\n", "99.45\nmore\n", "line 10"),
    ],
)
def test_says_where_it_is_wrong(said: str, instead: str, where: str) -> None:
    assert said in TEXT
    with pytest.raises(Wrong) as wrong:
        read(io.BytesIO(TEXT.replace(said, instead, 1).encode()))
    assert wrong.value.where == where
