"""What the inbox read and booked is what the day's reconciliation finds: all of it agrees, and what nobody booked is named."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from msgspec.structs import replace

from cunguan.doors.reconciliation import run
from cunguan.formats.statement import Balance, Entry, Head
from cunguan.reconciliation.daily import Day
from cunguan.store import roles
from tests.doors.inbox.house import ANNA, BERT, credit, debit, pay, running, statement
from tests.plane.harness import LANE, as_role

FIRST, SECOND, THIRD = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def of_day(day: date, opening_minor: int, *entries: Entry) -> list[Any]:
    """Return a day's statement that goes on where the books were."""
    parts = statement(
        *(replace(one, booked_on=day) for one in entries), identity=f"S{day}", opening=f"{Decimal(opening_minor) / 100}"
    )
    head = parts[0]
    assert isinstance(head, Head)
    return [
        replace(head, balances=tuple(replace(one, day=day) for one in head.balances if isinstance(one, Balance))),
        *parts[1:],
    ]


def test_a_day_of_the_inbox_agrees_and_what_nobody_booked_is_named(wheel_database: str, tmp_path: Path) -> None:
    with running(wheel_database, tmp_path) as inbox:
        inbox.bind(ANNA, "Anna Muster", "DE89 3704 0044 0532 0130 00")
        inbox.bind(BERT, "Bert Beispiel", "DE02 1203 0000 0000 2020 51")
        inbox.do("close:2026-03-02", "day_close", date="2026-03-02", next_date="2026-03-03")
        opening = inbox.balance("1010")
        for name in ("W1", "W2"):
            pay(inbox, name, 1_000)
        lines = [
            credit("12.34", "B1", payer="ANNA MUSTER", payer_account="GB33BUKB20201555555555", remittance=ANNA),
            credit("1.00", "B2", payer="Nobody Known"),
            debit("10.00", "B3", end_to_end_id="W1"),
        ]
        inbox.told(*of_day(SECOND, opening, *lines))
        inbox.do("close:2026-03-03", "day_close", date="2026-03-03", next_date="2026-03-04")
        closing = inbox.balance("1010")
        day = reconciled(wheel_database, SECOND)
        assert cash(day) == ("agrees", 6, [])
        assert [one.holds for pool in day.pools if pool.lane == LANE for one in pool.equations] == [True] * 3

        inbox.rows(
            "INSERT INTO bank_order (channel, end_to_end_id, lane, payment, file, at)"
            " VALUES ('demobank', 'called-W2', %s, 'W2', 0, now()) RETURNING payment", LANE,
        )  # fmt: skip
        inbox.do("bank:demobank:W2:settled", "withdrawal_result", withdrawal="W2", status="settled", amount_minor=1_000)
        inbox.told(
            *of_day(
                THIRD, closing, debit("5.00", "B4", end_to_end_id="nobody"), debit("0.30", "B5", code="PMNT/ICDT/CHRG"),
                debit("10.07", "B6", end_to_end_id="called-W2"),
            )
        )  # fmt: skip
        inbox.do("close:2026-03-04", "day_close", date="2026-03-04", next_date="2026-03-05")
        verdict, _, found = cash(reconciled(wheel_database, THIRD))
        assert (verdict, found) == ("differs", [("BRK03", 7), ("BRK08", 500), ("BRK12", 30)])


def reconciled(url: str, day: date) -> Day:
    with psycopg.connect(as_role(url, roles.DOOR), autocommit=True) as door:
        return run.reconcile(door, day, datetime(2026, 3, 5, 9, tzinfo=UTC))


def cash(day: Day) -> tuple[str, int, list[tuple[str, int]]]:
    (check,) = [one for one in day.checks if (one.rule, one.lane) == ("R1", LANE)]
    breaks = [(one.code, one.at_risk_minor) for one in day.breaks if (one.rule, one.lane) == ("R1", LANE)]
    return check.verdict, check.compared_count, sorted(breaks)
