"""Back-off: the times of a delivery that fails, exactly."""

from datetime import timedelta
from itertools import count

import pytest

from cunguan.doors.webhooks.backoff import PAUSES, RETRY_AFTER_MAX, pause


def times(endpoint: str, event: str) -> list[timedelta]:
    found = (pause(endpoint, event, failures) for failures in count(1))
    return list(iter(lambda: next(found), None))


def test_goes_on_for_three_days_and_ends() -> None:
    for event in ("evt_1_1_0", "evt_1_2_0", "evt_7_900_4"):
        pauses = times("main", event)
        assert len(pauses) == len(PAUSES)
        assert timedelta(days=3) <= sum(pauses, timedelta()) <= timedelta(days=3.4)


def test_each_pause_is_that_of_the_table_and_at_most_a_tenth_longer() -> None:
    for base, found in zip(PAUSES, times("main", "evt_1_1_0"), strict=True):
        assert base <= found < base * 1.1


def test_the_same_delivery_has_the_same_times_and_another_has_others() -> None:
    assert times("main", "evt_1_1_0") == times("main", "evt_1_1_0")
    assert len({tuple(times(endpoint, event)) for endpoint in "ab" for event in ("evt_1_1_0", "evt_1_2_0")}) == 4


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (timedelta(seconds=1), pause("main", "evt_1_1_0", 1)),  # less than the table: the table
        (timedelta(minutes=2), timedelta(minutes=2)),
        (timedelta(days=9), RETRY_AFTER_MAX),
    ],
)
def test_a_receiver_may_ask_for_more_time(asked: timedelta, expected: timedelta) -> None:
    assert pause("main", "evt_1_1_0", 1, asked) == expected
