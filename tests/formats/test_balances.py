"""Balance file: read exactly, or refused with the line and what to write."""

import io

import pytest

from cunguan.formats.balances import LINE_MAX, BalancesWrong, read

HEAD = b"pool,currency,kind,name,amount\n"


def test_reads_each_record_in_its_currency() -> None:
    text = '\ufeffpool, currency,kind,name,amount\r\n m , JPY,client,客户,500\r\n\r\nm,BHD,client,,"-1,234.567"\n'
    found = list(read(io.BytesIO(text.encode())))
    assert [(one.line, one.pool, one.name, one.minor) for one in found] == [
        (2, "m", "客户", 500),
        (4, "m", "", -1_234_567),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "line 1: the header must be pool,currency,kind,name,amount"),
        (b"client,amount\n", "line 1: the header must be"),
        (HEAD + b"m,GBP,client,A,5.001\n", "line 2: '5.001' has 3 decimals, GBP takes at most 2"),
        (HEAD + b"m,GBP,client,A,1,234.50\n", "line 2: 6 fields, there must be 5"),
        (HEAD + b"m,GBP,client,A,1\nm,GPB,client,A,1\n", "line 3: 'GPB' is no active ISO 4217 currency"),
        (HEAD + b'm,GBP,client,"A\n', "no CSV"),
        (HEAD + "m,GBP,client,客,1\n".encode("gbk"), "line 2: not UTF-8"),
        (HEAD + b"m,GBP,client,A," + b"1" * LINE_MAX, f"line 2: longer than {LINE_MAX} bytes"),
    ],
)  # fmt: skip
def test_refuses_what_it_cannot_read(content: bytes, says: str) -> None:
    with pytest.raises(BalancesWrong) as wrong:
        list(read(io.BytesIO(content)))
    assert says in str(wrong.value)
