"""Money: what is read, written, divided and shared, each to the last unit."""

import csv
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cunguan.kernel.currency import EXPONENT, UnknownCurrency
from cunguan.kernel.money import (
    MINOR_LIMIT,
    Money,
    div_half_even,
    format_minor,
    parse_minor,
    split,
    split_cumulative,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "08-calendars-currencies" / "currencies"

CURRENCIES = st.sampled_from(sorted(EXPONENT))
AMOUNTS = st.integers(min_value=1 - MINOR_LIMIT, max_value=MINOR_LIMIT - 1)
WEIGHTS = st.lists(st.one_of(st.just(0), st.integers(0, 5), st.integers(0, 10**12)), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("600.00",                       "CNY", 60_000),
        ("600",                          "CNY", 60_000),
        ("600.5",                        "CNY", 60_050),
        ("1,234.50",                     "CNY", 123_450),
        ("1234.50",                      "CNY", 123_450),
        ("-1,234.50",                    "CNY", -123_450),
        ("+0.01",                        "CNY", 1),
        ("-0.00",                        "CNY", 0),
        ("000600.00",                    "CNY", 60_000),
        ("12,345,678",                   "JPY", 12_345_678),
        ("1.234",                        "BHD", 1_234),
        ("1.2345",                       "UYW", 12_345),
        ("46,116,860,184,273,879.03",    "CNY", MINOR_LIMIT - 1),
        ("-46,116,860,184,273,879.03",   "CNY", 1 - MINOR_LIMIT),
    ],
)  # fmt: skip
def test_reads_an_amount_exactly(text: str, currency: str, minor: int) -> None:
    assert parse_minor(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "why"),
    [
        ("0.001",                     "CNY", "3 decimals, CNY takes at most 2"),
        ("1.0",                       "JPY", "1 decimals, JPY takes at most 0"),
        ("1.2345",                    "BHD", "4 decimals, BHD takes at most 3"),
        ("1.000",                     "CNY", "3 decimals"),
        ("",                          "CNY", "is no amount"),
        (" 1.00",                     "CNY", "is no amount"),
        ("1.00\n",                    "CNY", "is no amount"),
        ("1.",                        "CNY", "is no amount"),
        (".50",                       "CNY", "is no amount"),
        ("--1",                       "CNY", "is no amount"),
        ("1-",                        "CNY", "is no amount"),
        ("12,34.00",                  "CNY", "is no amount"),
        ("1,234,56",                  "CNY", "is no amount"),
        (",123",                      "CNY", "is no amount"),
        ("1234,567",                  "CNY", "is no amount"),
        ("0,123.00",                  "CNY", "is no amount"),
        ("1.234,50",                  "CNY", "is no amount"),
        ("1_000",                     "CNY", "is no amount"),
        ("1e3",                       "CNY", "is no amount"),
        ("NaN",                       "CNY", "is no amount"),
        ("Infinity",                  "CNY", "is no amount"),
        ("0x10",                      "CNY", "is no amount"),
        ("¥1.00",                     "CNY", "is no amount"),
        ("١٢",                        "CNY", "is no amount"),
        ("１２",                      "CNY", "is no amount"),
        ("1" * 65,                    "CNY", "is no amount"),
        ("9" * 10_000_000,            "CNY", "is no amount"),
        ("46116860184273879.04",      "CNY", "2**62"),
        ("-46116860184273879.04",     "CNY", "2**62"),
    ],
)  # fmt: skip
def test_refuses_what_it_cannot_read_exactly(text: str, currency: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        parse_minor(text, currency)


@pytest.mark.parametrize("currency", ["cny", "XAU", "XXX", "DEM", "", "CNYX"])
def test_names_no_amount_in_an_unknown_currency(currency: str) -> None:
    for use in (lambda: parse_minor("1", currency), lambda: format_minor(1, currency), lambda: Money(1, currency)):
        with pytest.raises(UnknownCurrency, match=re.escape(repr(currency))):
            use()


@given(AMOUNTS, CURRENCIES)
def test_reads_back_what_it_wrote(minor: int, currency: str) -> None:
    text = format_minor(minor, currency)
    assert parse_minor(text, currency) == minor
    assert parse_minor(text.replace(",", ""), currency) == minor


@given(st.text(alphabet="+-.,0123456789", max_size=12), CURRENCIES)
def test_writes_what_it_read_up_to_separators_and_zeros(text: str, currency: str) -> None:
    try:
        minor = parse_minor(text, currency)
    except ValueError:
        return
    whole, _, part = text.replace(",", "").lstrip("+-").partition(".")
    assert abs(minor) == int(whole) * 10 ** EXPONENT[currency] + int(part or 0) * 10 ** (EXPONENT[currency] - len(part))


@pytest.mark.parametrize("minor", [1.0, True, "1", None])
def test_takes_only_whole_numbers_as_minor_units(minor: object) -> None:
    with pytest.raises(TypeError, match="whole number of minor units"):
        Money(minor, "CNY")  # type: ignore[arg-type]  # the wrong type is what is tested


@pytest.mark.parametrize("minor", [MINOR_LIMIT, -MINOR_LIMIT])
def test_holds_no_amount_beyond_its_bound(minor: int) -> None:
    Money(minor - 1 if minor > 0 else minor + 1, "CNY")
    with pytest.raises(ValueError, match=r"2\*\*62"):
        Money(minor, "CNY")


def test_adds_subtracts_and_compares_within_one_currency() -> None:
    small, large = Money(1, "CNY"), Money(2, "CNY")
    assert small + large == Money(3, "CNY")
    assert small - large == Money(-1, "CNY")
    assert small < large and small <= large and large > small and large >= small and small <= small and small >= small
    assert not (large < small or large <= small or small > large or small >= large)
    assert str(Money(60_000, "CNY")) == "600.00"
    assert small != Money(1, "USD")


def test_does_not_add_or_compare_two_currencies() -> None:
    yuan, dollar = Money(1, "CNY"), Money(1, "USD")
    for use in (
        lambda: yuan + dollar,
        lambda: yuan - dollar,
        lambda: yuan < dollar,
        lambda: yuan <= dollar,
        lambda: yuan > dollar,
        lambda: yuan >= dollar,
    ):
        with pytest.raises(ValueError, match="CNY and USD"):
            use()


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**15))
def test_divides_to_the_nearest_and_a_half_to_the_even(numerator: int, denominator: int) -> None:
    quotient = div_half_even(numerator, denominator)
    off = 2 * abs(numerator - quotient * denominator)
    assert off <= denominator
    if off == denominator:
        assert quotient % 2 == 0
    assert type(quotient) is int


@pytest.mark.parametrize("denominator", [0, -1])
def test_divides_by_no_denominator_below_one(denominator: int) -> None:
    with pytest.raises(ValueError, match="above zero"):
        div_half_even(1, denominator)


@pytest.mark.parametrize(
    ("total", "weights", "start", "shares"),
    [
        (3_333_334, [6_000_000, 3_000_000, 1_000_000], 0, [2_000_001, 1_000_000, 333_333]),  # gold case k.1, row 1
        (100_000,   [6_000_000, 3_000_000, 1_000_000], 0, [60_000, 30_000, 10_000]),
        (50_000,    [5_999_999, 666_667],              0, [45_000, 5_000]),  # k.1, step 7
        (2,         [1, 1, 1],                         0, [1, 1, 0]),
        (2,         [1, 1, 1],                         1, [0, 1, 1]),
        (2,         [1, 1, 1],                         2, [1, 0, 1]),
        (2,         [1, 1, 1],                         5, [1, 0, 1]),
        (1,         [1, 0, 1],                         1, [0, 0, 1]),
        (0,         [0, 0],                            0, [0, 0]),
        (0,         [],                                0, []),
        (7,         [0, 5, 0],                         0, [0, 7, 0]),
        (2**62,     [2**61, 2**61, 1],                 0, [2**61, 2**61 - 1, 1]),
    ],
)  # fmt: skip
def test_splits_to_the_last_unit(total: int, weights: list[int], start: int, shares: list[int]) -> None:
    assert split(total, weights, start) == shares


@given(st.integers(0, 10**15), WEIGHTS, st.integers(-50, 50))
def test_gives_everybody_his_quota_within_one_unit(total: int, weights: list[int], start: int) -> None:
    whole = sum(weights)
    if whole == 0:
        total = 0
    shares = split(total, weights, start)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert share >= 0
        assert weight or not share
        if whole:
            assert total * weight // whole <= share <= -(-total * weight // whole)


@given(st.integers(0, 10**6), WEIGHTS)
def test_gives_the_larger_remainder_its_unit_first(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    if whole == 0:
        return
    shares = split(total, weights)
    rounded_up = [total * w % whole for w, s in zip(weights, shares, strict=True) if s * whole > total * w]
    rounded_down = [total * w % whole for w, s in zip(weights, shares, strict=True) if s * whole < total * w]
    assert not rounded_up or not rounded_down or min(rounded_up) >= max(rounded_down)


@given(st.integers(1, 200), st.integers(0, 60), st.data())
def test_serves_equal_remainders_from_start_on_and_round(total: int, count: int, data: st.DataObject) -> None:
    count += 1
    start = data.draw(st.integers(0, count - 1))
    shares = split(total, [1] * count, start)
    extra = [(position - start) % count < total % count for position in range(count)]
    assert shares == [total // count + one for one in extra]


@pytest.mark.parametrize(
    ("total", "weights", "why"),
    [
        (-1, [1],     "only zero and more"),
        (1,  [2, -1], "a weight is negative"),
        (1,  [0, 0],  "sum to zero"),
        (1,  [],      "sum to zero"),
    ],
)  # fmt: skip
def test_does_not_split_what_nobody_can_be_given(total: int, weights: list[int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        split(total, weights)


def test_splits_among_ten_thousand() -> None:
    weights = [1 + position * 7919 % 10_007 for position in range(10_000)]
    shares = split(123_456_789_01, weights, 4_711)
    assert sum(shares) == 123_456_789_01
    assert sum(split_cumulative(99_999, weights, shares, 4_712)) == 99_999


@given(WEIGHTS, st.lists(st.integers(0, 10**9), max_size=12))
def test_keeps_what_was_ever_paid_within_its_weights(weights: list[int], amounts: list[int]) -> None:
    if sum(weights) == 0:
        return
    paid = [0] * len(weights)
    for start, amount in enumerate(amounts):
        shares = split_cumulative(amount, weights, paid, start)
        assert sum(shares) == amount
        assert min(shares) >= 0
        assert all(weight or not share for weight, share in zip(weights, shares, strict=True))
        target = split(sum(paid) + amount, weights, start)
        # A clamped share stands above its target; what it stands above is missing elsewhere, nowhere more.
        over = sum(max(p - t, 0) for p, t in zip(paid, target, strict=True))
        paid = [p + s for p, s in zip(paid, shares, strict=True)]
        assert sum(max(p - t, 0) for p, t in zip(paid, target, strict=True)) == over


@given(
    st.integers(0, 10**9),
    st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)), min_size=1, max_size=30),
    st.integers(0, 30),
)
def test_never_asks_back_whatever_was_paid_before(amount: int, rows: list[tuple[int, int]], start: int) -> None:
    weights, paid = [w for w, _ in rows], [p for _, p in rows]
    shares = split_cumulative(amount, weights, paid, start)
    target = split(sum(paid) + amount, weights, start)
    assert sum(shares) == amount
    assert all(0 <= s <= max(t - p, 0) for s, t, p in zip(shares, target, paid, strict=True))


def test_gives_every_small_lender_his_turn() -> None:
    weights = [990, *[1] * 10]
    paid = [0] * 11
    for start in range(100):
        paid = [p + s for p, s in zip(paid, split_cumulative(10, weights, paid, start), strict=True)]
    assert paid == [990, *[1] * 10]


def test_takes_a_missing_unit_from_the_largest_share() -> None:
    # 15 among 5 : 3 : 1 with 6 already paid to the third: his target is 2, so 4 too many stand with him.
    assert split_cumulative(9, [5, 3, 1], [0, 0, 6]) == [6, 3, 0]
    # One clamped unit: the others' shares 3 and 2 exceed the 4 by one, and the 3 gives it up.
    assert split(5, [3, 2, 0]) == [3, 2, 0]
    assert split_cumulative(4, [3, 2, 0], [0, 0, 1]) == [2, 2, 0]


@pytest.mark.parametrize(
    ("amount", "weights", "paid", "why"),
    [
        (-1, [1],    [0],     "only zero and more"),
        (1,  [1, 1], [0],     "one paid amount a weight"),
        (1,  [1],    [-1],    "paid amount is negative"),
        (1,  [0],    [0],     "sum to zero"),
        (1,  [],     [],      "sum to zero"),
    ],
)  # fmt: skip
def test_does_not_share_what_cannot_be_followed(amount: int, weights: list[int], paid: list[int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        split_cumulative(amount, weights, paid)


def test_knows_every_active_currency_of_the_published_list() -> None:
    source = SHARED / "codes-all.csv"
    if not source.exists():
        pytest.skip(f"the published list is not here: ../shared/data/{'/'.join(source.parts[-3:])}")
    with source.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["AlphabeticCode"] and not row["WithdrawalDate"]]
    published = {row["AlphabeticCode"]: row["MinorUnit"] for row in rows}
    assert len(published) > 150
    assert {code: int(units) for code, units in published.items() if units.isdigit()} == EXPONENT


def test_takes_and_refuses_the_published_cases_of_minor_units() -> None:
    source = SHARED / "minor-unit-cases-shared.json"
    if not source.exists():
        pytest.skip(f"the published cases are not here: ../shared/data/{'/'.join(source.parts[-3:])}")
    cases = [case for case in json.loads(source.read_text("utf-8")) if case["currency"] in EXPONENT]
    assert len(cases) > 200
    for case in cases:
        try:
            parse_minor(case["amount"], case["currency"])
            accepted = True
        except ValueError:
            accepted = False
        assert accepted == case["accept"], case
