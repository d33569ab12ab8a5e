"""Break types: how bad a break is, by what is at risk, how old it is, and what it is."""

import pytest

from cunguan.reconciliation.breaks import CODES, severity


@pytest.mark.parametrize(
    ("code", "at_risk_minor", "currency", "age_days", "expected"),
    [
        ("BRK09", 0,             "CNY",  0, 4),
        ("BRK09", 0,             "CNY",  6, 3),
        ("BRK09", 10_000_00,     "CNY",  1, 4),
        ("BRK09", 10_000_01,     "CNY",  1, 3),
        ("BRK09", 10_000_00,     "CNY",  2, 3),
        ("BRK09", 1_000_000_00,  "CNY", 31, 1),
        ("BRK09", 1_000_000_00,  "CNY",  5, 2),
        ("BRK09", 1_000_000_01,  "CNY",  5, 1),
        ("BRK09", 10_000,        "JPY",  1, 4),
        ("BRK09", 10_001,        "JPY",  1, 3),
        ("BRK14", 1,             "CNY",  0, 1),
    ],
)  # fmt: skip
def test_severity_grows_with_money_and_age(
    code: str, at_risk_minor: int, currency: str, age_days: int, expected: int
) -> None:
    assert severity(code, at_risk_minor, currency, age_days) == expected


def test_a_debit_nobody_ordered_is_always_the_worst() -> None:
    assert severity("BRK08", 1, "CNY", 0, unordered=True) == 1
    assert severity("BRK08", 1, "CNY", 0) == 4


def test_the_seventeen_have_words_in_both_languages() -> None:
    assert list(CODES) == [f"BRK{number:02}" for number in range(1, 18)]
    assert all(words.en and words.zh for kind in CODES.values() for words in (kind.says, kind.cause, kind.act))
