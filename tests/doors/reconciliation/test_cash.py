"""R1 on real books: what the bank shows otherwise has its code; what comes later ends by itself; a late statement mends its day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import psycopg
import pytest

from cunguan.doors.reconciliation import handling, run
from cunguan.doors.reconciliation.handling import Act
from cunguan.kernel.codes import Code
from cunguan.reconciliation.daily import Break, Check, Day, Equation
from cunguan.store.engines.duck import Duck
from tests.doors.reconciliation.bank import Movement, shown, tell

FRIDAY, MONDAY, TUESDAY = date(2024, 3, 1), date(2024, 3, 4), date(2024, 3, 5)
NOW = datetime(2024, 3, 6, 1, tzinfo=UTC)
Door = psycopg.Connection[Any]


@pytest.fixture
def owner(books: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner of the books; P1 has closed Monday, and Tuesday is open with nothing in it."""
    with psycopg.connect(books) as connection:
        connection.execute("UPDATE lane_day SET business_date = '2024-03-06' WHERE lane = 1")
        connection.commit()
        yield connection


def reconcile(door: Door, day: date = MONDAY) -> Day:
    return run.reconcile(door, day, NOW)


def cash(day: Day, lane: int = 1) -> tuple[Check, Equation, list[Break]]:
    check = next(one for one in day.checks if (one.rule, one.lane) == ("R1", lane))
    equation = next(one for pool in day.pools if pool.lane == lane for one in pool.equations if one.number == 1)
    return (
        check,
        equation,
        [one for one in day.breaks if one.rule == "R1" and one.lane == lane and one.state != "closed"],
    )


def opening(owner: psycopg.Connection[Any]) -> int:
    """Return what stood on P1's 1010 at the end of Friday."""
    from cunguan.store.sqlfiles import statement

    return int(owner.execute(statement("recon_cash"), {"lane": 1, "seq": 29}).fetchall()[0][-1])


def monday(owner: psycopg.Connection[Any]) -> list[Movement]:
    return shown(owner, 1, 29, 115)


def test_a_bank_that_shows_all_that_was_posted_agrees(door: Door, owner: psycopg.Connection[Any]) -> None:
    closing = tell(owner, MONDAY, opening(owner), monday(owner))
    check, equation, breaks = cash(reconcile(door))
    assert (check.verdict, check.break_count, breaks) == ("agrees", 0, [])
    assert check.compared_count == 2 * len(monday(owner)) > 10
    assert equation.holds and equation.right_minor == closing == 7_762_601


def test_planted_differences_have_their_codes_and_leave_the_equation_open(
    door: Door, owner: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = monday(owner)
    credit = next(one for one in lines if one.amount_minor > 0)
    paid = next(one for one in lines if one.amount_minor < 0)
    gone = [one for one in lines if one.amount_minor > 0][1]
    wrong = [one for one in lines if one not in (credit, paid, gone)]
    wrong += [msgspec.structs.replace(credit, amount_minor=credit.amount_minor + 7), paid]
    wrong += [Movement(1, -300, "X1"), Movement(2, -12, "FEE", cause="charge"), Movement(3, 90, "Q")]
    tell(owner, MONDAY, opening(owner), wrong)
    check, equation, breaks = cash(reconcile(door))
    assert {(one.code, one.at_risk_minor) for one in breaks} == {
        ("BRK03", 7), ("BRK08", 300), ("BRK12", 12), ("BRK08", 90), ("BRK09", gone.amount_minor),
    }  # fmt: skip
    assert next(one for one in breaks if one.at_risk_minor == 300).severity == 1, "a debit nobody ordered"
    assert all(one.evidence and one.cause.zh for one in breaks)
    assert (check.verdict, equation.holds) == ("differs", False)
    assert equation.difference_minor == 7 - 300 - 12 + 90 - gone.amount_minor
    assert [one.id for one in cash(reconcile(door))[2]] == [one.id for one in breaks], "found again, it is the same"
    monkeypatch.setattr(Duck, "by_text", False)
    assert cash(reconcile(door))[2] == breaks, "an engine that takes no text finds the same"


def test_what_the_bank_shows_next_day_is_timing_and_ends_by_itself(door: Door, owner: psycopg.Connection[Any]) -> None:
    *lines, late = monday(owner)
    closing = tell(owner, MONDAY, opening(owner), lines)
    check, equation, (found,) = cash(reconcile(door))
    assert (found.code, found.state, check.verdict) == ("BRK09", "open", "differs"), "nobody has seen it yet"
    tell(owner, TUESDAY, closing, [late])
    check, equation, (found,) = cash(reconcile(door))
    assert (found.code, found.state, check.verdict, equation.holds) == ("BRK07", "timing", "explained", True)
    assert [(term.count, abs(term.amount_minor)) for term in equation.left[1:]] == [(1, abs(late.amount_minor))]
    day = reconcile(door, TUESDAY)
    check, equation, breaks = cash(day)
    assert (check.verdict, breaks, equation.holds) == ("agrees", [], True)
    assert [(one.id, one.state) for one in day.breaks if one.rule == "R1" and one.lane == 1] == [(found.id, "closed")]
    check, equation, breaks = cash(reconcile(door, TUESDAY))
    assert (check.verdict, breaks, equation.holds) == ("agrees", [], True), "run again, its line is there as before"
    check, equation, breaks = cash(reconcile(door))
    assert (check.verdict, breaks, equation.holds) == ("explained", [], True), (
        "of Monday it was, and is, a matter of timing"
    )


def test_a_missing_statement_is_said_and_a_late_one_mends_its_day_and_those_after(
    door: Door, owner: psycopg.Connection[Any]
) -> None:
    check, equation, (missing,) = cash(reconcile(door))
    assert (check.verdict, missing.code, equation.missing) == ("incomplete", "BRK15", "statement")
    closing = opening(owner) + sum(one.amount_minor for one in monday(owner))
    tell(owner, TUESDAY, closing, [])
    _, _, breaks = cash(reconcile(door, TUESDAY))
    assert "BRK15" in {one.code for one in breaks}
    tell(owner, MONDAY, opening(owner), monday(owner))
    assert cash(reconcile(door))[0].verdict == "agrees"
    stored = cash(reconcile(door, TUESDAY))
    assert (stored[0].verdict, stored[2]) == ("agrees", []), "run again, after its day before"


def test_a_statement_that_does_not_go_on_where_the_last_ended_is_a_break(
    door: Door, owner: psycopg.Connection[Any]
) -> None:
    closing = tell(owner, MONDAY, opening(owner), monday(owner))
    tell(owner, TUESDAY, closing + 5, [])
    reconcile(door)
    check, _, (found,) = cash(reconcile(door, TUESDAY))
    assert (check.verdict, found.code, found.field, found.at_risk_minor) == ("differs", "BRK15", "opening_minor", 5)


def test_a_break_two_people_closed_stays_closed_and_its_line_goes_on_being_compared(
    door: Door, owner: psycopg.Connection[Any]
) -> None:
    *lines, late = monday(owner)
    closing = tell(owner, MONDAY, opening(owner), lines)
    (found,) = cash(reconcile(door))[2]
    lane, _, name = found.id.partition(":")
    for act in (
        Act(int(lane), name, "owner_named", owner="ann", maker="ann"),
        Act(
            int(lane),
            name,
            "evidence_noted",
            maker="m1",
            checker="c1",
            note="the bank has written",
            reference="letter 9",
        ),
    ):
        assert handling.act(door, act, NOW)[0] is Code.done
    assert cash(reconcile(door))[2] == []
    tell(owner, TUESDAY, closing, [late])
    check, equation, breaks = cash(reconcile(door, TUESDAY))
    assert (check.verdict, breaks, equation.holds) == ("agrees", [], True)
    assert owner.execute("SELECT matched, state FROM recon_break WHERE rule = 'R1'").fetchall() == [(True, "closed")]


def test_what_a_channel_owes_past_its_date_is_a_break_of_r2_until_it_settles(
    door: Door, owner: psycopg.Connection[Any]
) -> None:
    assert [one for one in reconcile(door).breaks if one.rule == "R2"] == []
    (found,) = [one for one in reconcile(door, TUESDAY).breaks if one.rule == "R2"]
    assert (found.code, found.at_risk_minor, found.since) == ("BRK09", 40_000, TUESDAY)
    owner.execute(
        "INSERT INTO bank_settlement VALUES (77, 'fastpay', 1, 'bank', '2024-03-05', 'CNY', 'F1', 1, 39000, 100, 38900, 'waiting')"
    )
    owner.commit()
    breaks = [one for one in reconcile(door, TUESDAY).breaks if one.rule == "R2"]
    assert sorted((one.code, one.at_risk_minor) for one in breaks) == [("BRK03", 1_000), ("BRK09", 40_000)]
