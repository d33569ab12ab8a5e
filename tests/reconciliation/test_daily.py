"""A day's reconciliation: an equation holds when both sides are known and the same; the day is as bad as its worst."""

from datetime import UTC, date, datetime

import pytest

from cunguan.reconciliation.daily import WORDS, Check, Day, Equation, Pool, Term, Verdict


def bank(closing_minor: int, transit_minor: int, ledger_minor: int, missing: str = "") -> Equation:
    left = (Term("bank_closing", closing_minor), Term("payments_in_transit", transit_minor, count=1))
    return Equation(1, "main", "CNY", left, (Term("custody_bank_account", ledger_minor, ("1010",)),), missing)


def day(equations: tuple[Equation, ...], *verdicts: Verdict) -> Day:
    pool = Pool(2, "fair", "main", "CNY", "cn_p2p", "open", (), equations)
    checks = tuple(Check("R1", 2, "main", verdict, 1, 1, 0) for verdict in verdicts)
    return Day(date(2024, 3, 1), 1, datetime(2024, 3, 2, tzinfo=UTC), "x", "", {2: 9}, (pool,), checks, ())


def test_a_payment_in_transit_is_taken_from_what_the_bank_still_shows() -> None:
    one = bank(1000, -300, 700)
    assert (one.left_minor, one.right_minor, one.difference_minor, one.holds) == (700, 700, 0, True)


@pytest.mark.parametrize(
    ("equation", "verdicts", "expected"),
    [
        (bank(7, 0, 7),                  ("agrees", "agrees"),       "agrees"),
        (bank(7, 0, 7),                  ("agrees", "explained"),    "explained"),
        (bank(7, 0, 7),                  ("incomplete", "explained"), "incomplete"),
        (bank(7, 0, 7),                  ("incomplete", "differs"),  "differs"),
        (bank(7, 0, 8),                  ("agrees", "agrees"),       "differs"),
        (bank(0, 0, 8, "no statement"),  ("agrees", "agrees"),       "incomplete"),
        (bank(0, 0, 8, "no statement"),  ("agrees", "differs"),      "differs"),
    ],
)  # fmt: skip
def test_the_day_is_as_bad_as_its_worst(equation: Equation, verdicts: tuple[Verdict, ...], expected: str) -> None:
    assert day((equation,), *verdicts).verdict == expected


def test_every_word_is_in_both_languages() -> None:
    assert all(words.en and words.zh for words in WORDS.values())
