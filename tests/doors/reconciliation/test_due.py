"""Due dates: what is over is run once, a statement makes its date due again, and a broken control account stops its platform."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import psycopg

from cunguan.doors.jobs import reconciliation
from cunguan.doors.reconciliation.due import due
from cunguan.kernel.codes import Code
from tests.doors.reconciliation.bank import tell
from tests.operations.cash import LANE
from tests.operations.pool_case import open_pool, pay_fees
from tests.prove.case import change

FRIDAY, MONDAY = date(2024, 3, 1), date(2024, 3, 4)
Door = psycopg.Connection[Any]


def context(url: str) -> Any:
    clock = SimpleNamespace(now=lambda: datetime(2024, 3, 6, 1, tzinfo=UTC))
    return SimpleNamespace(pool=SimpleNamespace(conninfo=url), clock=clock, engine="duckdb")


def test_what_is_over_is_run_once_and_again_when_more_of_it_came(books: str, door: Door) -> None:
    assert due(door) == [FRIDAY], "P1 has closed Friday, and Monday is open"
    with psycopg.connect(books) as owner:
        owner.execute("UPDATE lane_day SET business_date = '2024-03-05' WHERE lane = 1")
    assert due(door) == [MONDAY], "where nothing was ever run, the last that is over"
    assert reconciliation.sweep(context(books)) == []
    assert due(door) == []
    with psycopg.connect(books) as owner:
        tell(owner, MONDAY, 0, [])
    assert due(door) == [MONDAY]


def test_a_broken_control_account_asks_for_a_stop_the_plane_takes_once(books: str) -> None:
    change(books, "UPDATE hold SET released_minor = released_minor - 200 WHERE id = 'general'")
    ((lane, asked),) = reconciliation.sweep(context(books))
    assert (lane, asked.kind) == (1, "outgoing_stop")
    plane = open_pool()
    body = {
        "break_id": asked.body.break_id,
        "found_date": asked.body.found_date.isoformat(),
        "reason": asked.body.reason,
    }
    for _ in range(2):
        assert plane.submit(LANE, asked.id, asked.kind, **body).code is Code.done, "asked again it is the same answer"
    assert pay_fees(plane).code is Code.outgoing_stopped
