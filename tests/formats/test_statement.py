"""Statements: what their parts add up to, and what is said where they do not."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import pytest

from cunguan.formats.statement import (
    NO_HEAD,
    WRONGS_MAX,
    Balance,
    Entry,
    Foot,
    Head,
    Part,
    Summary,
    Wrong,
    minor,
    summaries,
)

# fmt: off
CASES = """
opening   entries (+ credit, - debit, ? pending, $ in USD)  closing    verdict        what differs, by how much
100.00    +50.00 -20.00                                     130.00     balanced
100.00    +50.00 -20.00                                     130.01     not_balanced   closing 0.01
100.00    +50.00 -20.00                                     129.99     not_balanced   closing -0.01
-5.00     +5.00                                             0.00       balanced
0.00      -7.50                                             -7.50      balanced
100.00    +50.00 ?+20.00                                    150.00     balanced
100.00    +50.00 $+20.00                                    170.00     not_balanced   other_currency -20.00
-         +50.00                                            50.00      no_balances
100.00    +50.00                                            -          no_balances
-         -                                                 -          no_balances
"""
# fmt: on


def amount(text: str) -> Decimal:
    return Decimal(text.strip("?$"))


def entry(text: str) -> Entry:
    value = amount(text)
    status = "pending" if text[0] == "?" else "booked"
    return Entry(abs(value), "USD" if text[0] == "$" else "CNY", value > 0, status)


def balances(**amounts: str) -> tuple[Balance, ...]:
    return tuple(
        Balance(code, Decimal(text).copy_abs(), "CNY", Decimal(text) >= 0)
        for code, text in amounts.items()
        if text != "-"
    )


def head(**amounts: str) -> Head:
    return Head("camt", "camt.053.001.08", "statement", "S1", "A1", "CNY", balances=balances(**amounts))


def only(parts: list[Part]) -> Summary:
    (found,) = summaries(parts)
    return found


def rows() -> Iterator[tuple[str, ...]]:
    header, *lines = CASES.strip("\n").splitlines()
    edges = [header.index(word) for word in ("opening", "entries", "closing", "verdict", "what")] + [None]
    for line in lines:
        yield tuple(line[begin:end].strip() for begin, end in pairwise(edges))


@pytest.mark.parametrize("row", list(rows()), ids=" ".join)
def test_adds_up_or_says_which_sum_differs(row: tuple[str, ...]) -> None:
    opening, entries, closing, verdict, differs = row
    parts: list[Part] = [head(OPBD=opening, CLBD=closing), *map(entry, entries.split() if entries != "-" else [])]
    found = only(parts)
    assert found.verdict == verdict
    assert " ".join(f"{each.what} {each.by}" for each in found.differences) == differs


def test_counts_and_sums_are_of_all_entries_and_booked_of_those_that_are() -> None:
    found = only([head(), entry("+50.00"), entry("-20.00"), entry("?-1.50")])
    assert (found.entry_count, found.credit_count, found.debit_count, found.booked_count) == (3, 1, 2, 2)
    assert (found.credit_sum, found.debit_sum, found.booked_net) == (Decimal("50"), Decimal("21.5"), Decimal("30"))


def test_takes_balances_that_come_after_the_entries() -> None:
    assert only([head(OPBD="1.00"), entry("+2.00"), Foot(balances(CLBD="3.00"))]).verdict == "balanced"


def test_takes_the_balance_of_the_day_before_that_of_a_page() -> None:
    page = Balance("OPBD", Decimal(9), "CNY", True, sub_code="INTM")
    found = only([Head("camt", "", "statement", "S1", "A1", "CNY", balances=(page, *balances(OPBD="1", CLBD="1")))])
    assert (found.opening, found.verdict) == (Decimal(1), "balanced")


def test_takes_the_day_befores_closing_where_no_opening_is_named() -> None:
    assert only([head(PRCD="1.00", CLBD="3.00"), entry("+2.00")]).verdict == "balanced"


@pytest.mark.parametrize(
    ("foot", "differs"),
    [
        (Foot(entry_count=2, entry_sum=Decimal(70), credit_count=1, credit_sum=Decimal("50.000")), []),
        (Foot(debit_count=1, debit_sum=Decimal("20.00")), []),
        (Foot(entry_count=3), ["entry_count 1"]),
        (Foot(entry_sum=Decimal(71)), ["entry_sum 1"]),
        (Foot(credit_count=0, credit_sum=Decimal(51)), ["credit_count -1", "credit_sum 1"]),
        (Foot(debit_count=0, debit_sum=Decimal("19.99")), ["debit_count -1", "debit_sum -0.01"]),
    ],
)
def test_compares_every_sum_the_bank_states(foot: Foot, differs: list[str]) -> None:
    found = only([head(OPBD="0", CLBD="30"), entry("+50"), entry("-20"), foot])
    assert [f"{each.what} {each.by}" for each in found.differences] == differs
    assert found.verdict == ("not_balanced" if differs else "balanced")


def test_keeps_the_banks_references_and_names_those_that_come_twice() -> None:
    lines = [Entry(Decimal(1), "CNY", True, reference=own, bank_reference=bank) for own, bank in
             (("a", ""), ("a", "B1"), ("", "B1"), ("", ""))]  # fmt: skip
    found = only([head(), *lines])
    assert (found.references, found.repeated) == (("a", "B1", "B1"), ("B1",))


def test_adds_up_each_statement_of_a_file_by_itself() -> None:
    both = list(summaries([head(OPBD="0", CLBD="1"), entry("+1"), head(OPBD="0", CLBD="2"), entry("+1")]))
    assert [each.verdict for each in both] == ["balanced", "not_balanced"]


def test_a_file_that_breaks_off_is_invalid_after_what_was_read() -> None:
    def broken() -> Iterator[Part]:
        yield from (head(OPBD="0", CLBD="1"), entry("+1"), Foot(), head(OPBD="0", CLBD="1"), entry("+1"))
        raise Wrong("line 7", "it ends in the middle of an entry")

    whole, part = summaries(broken())
    assert (whole.verdict, part.verdict, part.entry_count) == ("balanced", "invalid", 1)
    assert [(each.where, each.why) for each in part.wrongs] == [("line 7", "it ends in the middle of an entry")]


def test_a_file_of_which_nothing_can_be_read_is_one_invalid_statement() -> None:
    def broken() -> Iterator[Part]:
        raise Wrong("byte 0", "it is empty")
        yield

    (found,) = summaries(broken())
    assert (found.verdict, found.head) == ("invalid", NO_HEAD)


def test_a_line_left_out_makes_it_invalid_even_where_the_rest_adds_up() -> None:
    found = only([head(OPBD="0", CLBD="1"), entry("+1"), *[Wrong("line 2", "no amount")] * (WRONGS_MAX + 1)])
    assert (found.verdict, len(found.wrongs)) == ("invalid", WRONGS_MAX)


def test_minor_units_are_whole() -> None:
    assert minor(Decimal("1.500"), "BHD") == 1500
    with pytest.raises(ValueError, match="no whole number of minor units"):
        minor(Decimal("0.5"), "JPY")


def test_no_sum_is_rounded() -> None:
    many = "100000000000000000"
    found = only(
        [head(OPBD=many, CLBD=f"{many}.00000000000000001"), Entry(Decimal("0.00000000000000001"), "CNY", True)]
    )
    assert (found.verdict, found.differences) == ("balanced", ())


@pytest.mark.parametrize("text", ["123456789012.99999999999999999", "99999999999999999.99", "46116860184273879.04"])
def test_no_amount_is_rounded_to_minor_units_or_larger_than_there_is(text: str) -> None:
    with pytest.raises(ValueError, match="CNY is"):
        minor(Decimal(text), "CNY")


def test_the_largest_amount_is_one() -> None:
    assert minor(Decimal("46116860184273879.03"), "CNY") == 2**62 - 1
