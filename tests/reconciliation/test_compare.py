"""Comparison: each difference has its code, no line is lost, and a large file takes no large memory."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.formats.checkfile import Balance, ClaimLine, ListingLine, Order, rows, write
from cunguan.reconciliation.compare import Difference, Figures, Row, compare, compare_figures

BASE = Order("B1", "bid_hold", "done", 60000, "CNY", "ann", "", "L1")


def side(*given_rows: Row) -> Callable[[tuple[int, int]], Iterator[tuple[int, Row]]]:
    return lambda part: ((n, row) for n, row in enumerate(given_rows, 3) if n % part[1] == part[0] or part[1] == 1)


def order(name: str = "B1", **other: object) -> Order:
    return msgspec.structs.replace(BASE, id=name, **other)


def codes(found: Iterator[Difference]) -> list[tuple[str, str, str]]:
    return [(one.code, one.key, one.field) for one in found]


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ([order()], [order()], []),
        ([order()], [], [("BRK01", "B1", "")]),
        ([], [order()], [("BRK02", "B1", "")]),
        ([order()], [order(amount_minor=60001)], [("BRK03", "B1", "amount_minor")]),
        ([order()], [order(currency="EUR")], [("BRK03", "B1", "currency")]),
        ([order()], [order(status="refused")], [("BRK04", "B1", "status")]),
        ([order()], [order(), order()], [("BRK05", "B1", "line")]),
        ([], [order(), order()], [("BRK05", "B1", "line"), ("BRK02", "B1", "")]),
        ([order()], [order(payer="bob")], [("BRK06", "B1", "payer")]),
        ([order()], [order(listing="L2")], [("BRK06", "B1", "listing")]),
        ([order()], [order(kind="withdrawal")], [("BRK06", "B1", "kind")]),
        ([order()], [order(amount_minor=1, status="x")], [("BRK04", "B1", "status"), ("BRK03", "B1", "amount_minor")]),
        # what a side does not say is not compared
        ([order(seq=5, code="done")], [order()], []),
        ([order(code="done")], [order(code="barred")], [("BRK04", "B1", "code")]),
        # S-17: one missing, one extra, one amount, one status
        ([order("a"), order("b"), order("c"), order("d")],
         [order("b", amount_minor=1), order("c", status="refused"), order("d"), order("e")],
         [("BRK03", "b", "amount_minor"), ("BRK04", "c", "status"), ("BRK02", "e", ""), ("BRK01", "a", "")]),
    ],
)  # fmt: skip
def test_orders(ours: list[Row], theirs: list[Row], found: list[tuple[str, str, str]]) -> None:
    assert codes(compare("orders", side(*ours), side(*theirs))) == found


@pytest.mark.parametrize(
    ("kind", "ours", "theirs", "found"),
    [
        ("balances", [Balance("ann", "CNY", 5, 5, 0, 0, 0, 0)], [Balance("ann", "CNY", 5)], []),
        ("balances", [Balance("ann", "CNY", 5, 5)], [Balance("ann", "CNY", 4)], [("BRK03", "ann", "total_minor")]),
        ("balances", [Balance("ann", "CNY", 5, 4)], [Balance("ann", "CNY", 5, 5)], [("BRK03", "ann", "available_minor")]),
        ("balances", [], [Balance("ann", "CNY", 0)], []),
        ("balances", [Balance("ann", "CNY", 0)], [], []),
        ("balances", [], [Balance("ann", "CNY", 1)], [("BRK02", "ann", "")]),
        ("listings", [ListingLine("L1", "b", "raising", 9, 8, 0, 0)], [ListingLine("L1", "b", "full", 9, 8, 0, 0)],
         [("BRK04", "L1", "status")]),
        ("listings", [ListingLine("L1", "b", "raising", 9, 0, 0, 0)], [], [("BRK01", "L1", "")]),
        ("claims", [ClaimLine("B1", "L1", "ann", 7)], [ClaimLine("B1", "L1", "bob", 7)], [("BRK06", "B1", "holder")]),
        ("claims", [], [ClaimLine("B1", "L1", "ann", 0)], []),
    ],
)  # fmt: skip
def test_other_kinds(kind: str, ours: list[Row], theirs: list[Row], found: list[tuple[str, str, str]]) -> None:
    assert codes(compare(kind, side(*ours), side(*theirs))) == found


def elsewhere(*there: Order) -> Callable[[Sequence[str]], Mapping[str, Row]]:
    return lambda keys: {row.id: row for row in there if row.id in keys}


def test_the_same_on_another_date_is_a_matter_of_the_cut_off_and_another_amount_is_not() -> None:
    found = compare(
        "orders", side(order("a"), order("b")), side(order("c"), order("d")),
        ours_elsewhere=elsewhere(order("c"), order("d", amount_minor=1)),
        theirs_elsewhere=elsewhere(order("a"), order("b", payer="x")),
    )  # fmt: skip
    assert [(one.code, one.key) for one in found] == [("BRK07", "c"), ("BRK02", "d"), ("BRK07", "a"), ("BRK01", "b")]


@pytest.mark.parametrize(
    ("ours", "theirs", "at_risk_minor"),
    [
        ([order(amount_minor=5)],   [order(amount_minor=7)],  2),
        ([order()],                 [],                       60_000),
        ([],                        [order()],                60_000),
        ([order()],                 [order(payer="bob")],     60_000),
    ],
)  # fmt: skip
def test_a_difference_says_the_money_it_is_about(ours: list[Row], theirs: list[Row], at_risk_minor: int) -> None:
    (found,) = compare("orders", side(*ours), side(*theirs))
    assert (found.currency, found.at_risk_minor) == ("CNY", at_risk_minor)


def test_a_difference_says_both_sides_and_the_line() -> None:
    assert list(compare("orders", side(order()), side(order(amount_minor=1)))) == [
        Difference("BRK03", "orders", "B1", "amount_minor", "60000", "1", 3, "CNY", 59_999)
    ]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ((3, 100, 40), []),
        ((2, 100, 40), [("BRK01", "count")]),
        ((4, 100, 40), [("BRK02", "count")]),
        ((3, 99, 41), [("BRK03", "debit_minor"), ("BRK03", "credit_minor")]),
    ],
)
def test_figures(said: tuple[int, int, int], found: list[tuple[str, str]]) -> None:
    ours = Figures("orders", 3, 100, 40)
    assert [(one.code, one.field) for one in compare_figures(ours, Figures("orders", *said))] == found


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_was_changed_is_what_is_found(data: st.DataObject) -> None:
    names = [f"o{n}" for n in range(data.draw(st.integers(0, 30)))]
    change = {name: data.draw(st.sampled_from(["", "gone", "amount", "status", "party"])) for name in names}
    changed = {"amount": {"amount_minor": 1}, "status": {"status": "refused"}, "party": {"payee": "x"}}
    theirs = [order(name, **changed.get(change[name], {})) for name in names if change[name] != "gone"]
    files = [
        write(one, platform="p", day=date(2026, 3, 2), kind="orders")
        for one in ([order(name) for name in names], theirs)
    ]
    parts = data.draw(st.integers(1, 4))
    found = compare("orders", *((lambda part, raw=raw: rows(raw, part)) for raw in files), parts=parts)  # type: ignore[arg-type, misc]
    expected = {"gone": "BRK01", "amount": "BRK03", "status": "BRK04", "party": "BRK06"}
    assert sorted((one.key, one.code) for one in found) == sorted(
        (name, expected[how]) for name, how in change.items() if how
    )


MEASURED = """
import mmap, resource, sys
from cunguan.formats.checkfile import rows
from cunguan.reconciliation.compare import compare, parts_of
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
streams = [open(name, "rb") for name in sys.argv[1:]]
files = [mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) for stream in streams]
sides = [lambda part, raw=raw: rows(raw, part) for raw in files]
before = peak()
found = list(compare("orders", *sides, parts=parts_of(*map(len, files), part_bytes=2**21)))
print([one.key for one in found], peak() - before)
"""


def lines(count: int, *, changed: int) -> bytes:
    """Return a file of many orders, every so many-th of them changed; written by hand, for it is large."""
    body = "".join(f"order-{n:08},bid_hold,done,{60000 + (n % changed == 1)},CNY,ann,,L1\n" for n in range(count))
    names = "id,kind,status,amount_minor,currency,payer,payee,listing\n"
    return f"cunguan-check-file,1,p,2026-03-02,orders,{count},0,0,0,0,00\n{names}{body}".encode()


def test_two_hundred_thousand_lines_take_bounded_memory(tmp_path: Path) -> None:
    names = [str(tmp_path / side) for side in ("ours", "theirs")]
    for name, changed in zip(names, (300_000, 100_000), strict=True):
        Path(name).write_bytes(lines(200_000, changed=changed))
    said = subprocess.run([sys.executable, "-c", MEASURED, *names], capture_output=True, text=True, check=True).stdout
    found, _, kilobytes = said.rpartition(" ")
    assert found == "['order-00100001']"
    files = sum(Path(name).stat().st_size for name in names) // 1024  # mapped, they count as memory of the process
    assert int(kilobytes) < files + 40 * 1024, said
