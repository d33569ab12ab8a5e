"""The chain of an account: what several receipts show together, one line a case."""

import pytest

from cunguan.keys.note_keys import check
from cunguan.transparency.chain import Found, look
from cunguan.transparency.receipt import Result, verify
from tests.transparency.receipt_case import PINS, Act, Journal, Log, journals, month_row

PAID = journals(5)
OTHER = [Journal(300 + n, n, PAID[n - 2].link if n > 1 else "", 20000) for n in range(1, 6)]
MONTH = Act(1, month_row(PAID))


def results(*leaves: Journal | Act) -> list[Result]:
    log = Log(leaves)
    found = [verify(log.file(one), PINS, check) for one in leaves]
    assert all(one.is_good for one in found)
    return found


def act(seq: int = 1, **changed: object) -> Act:
    return Act(seq, month_row(PAID, **changed))


@pytest.mark.parametrize(
    "leaves, told",
    [
        ([PAID[0]], []),
        (PAID[1:4], [("unbroken", 2, 4)]),
        ([PAID[0], PAID[0]], [("given_twice", 1, 1)]),
        ([PAID[0], PAID[4]], [("gap", 2, 4)]),
        ([PAID[0], PAID[2], PAID[4]], [("gap", 2, 2), ("gap", 4, 4)]),
        ([PAID[1], OTHER[1]], [("fork", 2, 2)]),
        ([PAID[0], Journal(102, 2, "ef" * 32)], [("link_broken", 2, 2), ("unbroken", 1, 2)]),
        ([*PAID, MONTH], [("month_whole", 1, 5), ("unbroken", 1, 5)]),
        ([*PAID[:2], *PAID[3:], MONTH], [("missing_of_month", 3, 3)]),
        ([PAID[2], MONTH], [("missing_of_month", 1, 2), ("missing_of_month", 4, 5)]),
        ([MONTH], [("missing_of_month", 1, 5)]),
        ([*PAID, act(closing_minor=49999)], [("sum_of_month_differs", 0, 0), ("unbroken", 1, 5)]),
        ([*PAID, act(last_link="ef" * 32)], [("link_of_month_differs", 5, 5), ("month_whole", 1, 5), ("unbroken", 1, 5)]),
        ([MONTH, act(2, closing_minor=1)], [("month_forked", 0, 0), ("missing_of_month", 1, 5)]),
    ],
    ids=["one", "some", "the same again", "a gap", "two gaps", "a fork", "a link", "a whole month", "one left out",
         "all but one left out", "none", "another sum", "another link", "two statements"],
)  # fmt: skip
def test_tells(leaves: list[Journal | Act], told: list[tuple[str, int, int]]) -> None:
    found = look(results(*leaves))
    assert [(one.what, one.first, one.last) for one in found] == told
    assert all((one.lane, one.account) == (1, 11) for one in found)


def test_a_posting_left_out_and_the_others_numbered_anew_shows_in_the_month() -> None:
    """The custodian hides the third posting, and shows receipts that were made without it."""
    forged = [*PAID[:2], Journal(103, 3, PAID[1].link), Journal(104, 4, "")]
    forged[3] = Journal(104, 4, forged[2].link)
    told = {(one.what, one.first) for one in look(results(*forged, MONTH)) if one.is_wrong}
    assert told == {("missing_of_month", 5)}


def test_months_meet() -> None:
    empty = {"first_number": 6, "last_number": 5, "postings": 0, "opening_minor": 50000, "closing_minor": 50000,
             "previous_link": PAID[4].link, "last_link": PAID[4].link, "month": "2026-04"}  # fmt: skip
    kept = [*PAID, MONTH]
    assert not any(one.is_wrong for one in look(results(*kept, act(2, **empty))))
    for name, other in (("opening_minor", 1), ("first_number", 7), ("previous_link", "ef" * 32)):
        found = look(results(*kept, act(2, **{**empty, name: other})))
        assert Found("months_do_not_meet", 1, 11, month="2026-04") in found, name


def test_far_numbers_are_told_as_fast_as_near_ones() -> None:
    far = Journal(999, 2**62, "ef" * 32)
    assert [(one.first, one.last) for one in look(results(PAID[0], far))] == [(2, 2**62 - 1)]
