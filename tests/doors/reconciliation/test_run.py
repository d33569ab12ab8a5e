"""A run over a date: sound books have no break; what was changed behind the plane is BRK14; breaks live by their rules."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from cunguan.doors.reconciliation import handling, keeping, run
from cunguan.doors.reconciliation.ground import lanes
from cunguan.doors.reconciliation.handling import Act, Event
from cunguan.kernel.codes import Code
from cunguan.reconciliation.daily import Break, Day
from tests.prove.case import change

DAY = date(2024, 3, 4)
NOW = datetime(2024, 3, 5, 1, tzinfo=UTC)
Door = psycopg.Connection[Any]


def reconcile(door: Door, day: date = DAY) -> Day:
    return run.reconcile(door, day, NOW)


def internal(day: Day) -> list[Break]:
    return [one for one in day.breaks if one.rule == "R5"]


def do(door: Door, one: Break, event: Event, **said: str) -> Code:
    lane, _, name = one.id.partition(":")
    return handling.act(door, Act(int(lane), name, event, **said), NOW)[0]


def test_sound_books_have_no_break_and_their_equations_hold(door: Door) -> None:
    day = reconcile(door)
    assert internal(day) == []
    assert [check.verdict for check in day.checks if check.rule == "R5" and check.compared_count] == [
        "agrees",
        "agrees",
    ]
    pools = {pool.platform: pool for pool in day.pools}
    assert [one.holds for pool in pools.values() for one in pool.equations if one.number > 1] == [True] * 4
    second = next(one for one in pools["P1"].equations if one.number == 2)
    assert {term.key: term.amount_minor for term in second.right}["available"] == 4_030_000
    assert second.left_minor == second.right_minor == 7_762_601
    cover = {check.lane: check for check in day.checks if check.rule == "R6"}
    assert (cover[1].verdict, cover[2].verdict) == ("agrees", "explained"), "the second pool says that it is short"


def test_what_safeguarding_says_of_the_date_stands_beside_it(books: str, door: Door) -> None:
    with psycopg.connect(books) as owner:
        owner.execute(
            "INSERT INTO safeguarding_run (at, lane, platform, pool, currency, rule, rule_hash, day, code_version, inputs_sha256,"
            " outcome, activity, proposed, requirement_minor, resource_minor, external, is_sound, preparer)"
            " VALUES (now(), 1, 'P1', 'main', 'CNY', 'uk_cass15', '', '2024-03-04', 'x', 'x', '', '', '', 820, 790, 'agrees', false, 'ann')"
        )
    (found,) = [check for check in reconcile(door).checks if check.subject == "main uk_cass15"]
    assert (found.rule, found.verdict, found.why.en) == ("R6", "differs", "run 1: 820 required, 790 there")


def test_the_sums_are_those_of_the_date_and_not_of_today(door: Door) -> None:
    before, after = reconcile(door, DAY - timedelta(days=3)), reconcile(door)
    cash = [pool.equations[-2].left_minor for day in (before, after) for pool in day.pools if pool.platform == "P1"]
    assert cash[0] != cash[1] == 7_762_601
    assert before.heads == {1: 29, 2: 58}


def test_a_run_is_kept_as_it_was(door: Door) -> None:
    day = reconcile(door)
    assert keeping.stored(door, DAY) == day
    assert keeping.stored(door, DAY + timedelta(days=1)) is None
    again = reconcile(door)
    assert (again.run, again.inputs_hash) == (day.run + 1, day.inputs_hash)


CHANGED = {
    "2020:L2": ("UPDATE hold SET released_minor = released_minor - 200 WHERE id = 'general'", 200),
    "2030:L1": ("UPDATE balance SET balance = balance + 7 WHERE lane = 1 AND account = (SELECT account FROM account "
                "WHERE lane = 1 AND code = '2030' AND owner = 'L1')", 7),
    "2220:main": ("UPDATE suspense_item SET left_minor = left_minor - 1 WHERE lane = 1 AND code = '2220'", 1),
    "journal 115": ("DELETE FROM instruction WHERE lane = 1 AND seq = 115", 0),
    "journal 40": ("UPDATE journal SET postings = postings + 1 WHERE lane = 1 AND seq = 40", 0),
}  # fmt: skip


def test_what_was_changed_behind_the_plane_is_named_and_stops_the_platform(books: str, door: Door) -> None:
    change(books, *(statement for statement, _ in CHANGED.values()))
    found = internal(reconcile(door))
    assert {one.code for one in found} == {"BRK14"} and {one.severity for one in found} == {1}
    risks = {one.subject: one.at_risk_minor for one in found}
    for subject, (_, at_risk_minor) in CHANGED.items():
        assert [risk for name, risk in risks.items() if name.startswith(subject)] == [at_risk_minor], subject
    assert len(found) == len(CHANGED)
    assert {lane: len(why) for lane, why in run.stops(reconcile(door)).items()} == {1: len(CHANGED)}


def test_what_stops_a_platform_is_never_cut_off_behind_older_breaks(books: str, door: Door) -> None:
    change(books, "UPDATE hold SET released_minor = released_minor - 200 WHERE id = 'general'")
    reconcile(door)
    with psycopg.connect(books) as owner:
        owner.execute(
            "INSERT INTO recon_break SELECT (jsonb_populate_record(b, "
            """'{"id": "R1:older", "rule": "R1", "code": "BRK08", "since": "2024-03-01"}')).* FROM recon_break b"""
        )
    assert [one.code for one in keeping.breaks(door, DAY)] == ["BRK14", "BRK08"]
    assert [one.code for one in keeping.breaks(door, DAY, limit=1)] == ["BRK14"]


def test_banks_work_by_the_calendar_of_the_currency_and_else_of_the_pack(door: Door) -> None:
    (lane, _) = lanes(door, DAY)
    easter_monday = date(2024, 4, 1)
    assert [lane.is_working_day(easter_monday, currency) for currency in ("CNY", "GBP", "USD")] == [True, False, True]


def test_a_control_account_that_sums_again_stays_a_break_until_two_people_close_it(books: str, door: Door) -> None:
    change(books, "UPDATE hold SET released_minor = released_minor - 200 WHERE id = 'general'")
    (found,) = internal(reconcile(door))
    change(books, "UPDATE hold SET released_minor = released_minor + 200 WHERE id = 'general'")
    (still,) = internal(reconcile(door))
    assert (still.id, still.state) == (found.id, "open")
    said = {"maker": "m1", "checker": "c1", "note": "a restore of one table", "reference": "case 7"}
    assert do(door, found, "evidence_noted", **said) is Code.state_forbids, "it has no owner"
    assert do(door, found, "owner_named", owner="ann", maker="m1") is Code.done
    assert do(door, found, "evidence_noted", **said | {"checker": "m1"}) is Code.same_person_twice
    assert do(door, found, "evidence_noted", **said | {"note": " "}) is Code.reason_missing
    assert do(door, found, "evidence_noted", **said) is Code.done
    assert do(door, found, "evidence_noted", **said) is Code.state_forbids
    assert internal(reconcile(door)) == []
    change(books, "UPDATE hold SET released_minor = released_minor - 200 WHERE id = 'general'")
    (again,) = internal(reconcile(door))
    assert (again.id, again.of_earlier) == (f"{found.id}#2", found.id)


def test_a_break_closes_by_a_journal_that_is_there(books: str, door: Door) -> None:
    change(books, "UPDATE hold SET released_minor = released_minor - 200 WHERE id = 'general'")
    (found,) = internal(reconcile(door))
    do(door, found, "owner_named", owner="ann", maker="m1")
    said = {"maker": "m1", "checker": "c1", "note": "mended", "reference": "no-such"}
    assert do(door, found, "entry_posted", **said) is Code.journal_not_found
    assert do(door, found, "entry_posted", **said | {"reference": "fund"}) is Code.done
    lane, _, name = found.id.partition(":")
    moves = handling.moves(door, int(lane), name)
    assert [(one.event, one.state, one.maker, one.checker, one.reference) for one in moves] == [
        ("found", "open", "", "", ""),
        ("owner_named", "owned", "m1", "", ""),
        ("entry_posted", "closed", "m1", "c1", "fund"),
    ]


def test_a_break_that_is_not_there_is_said_so(door: Door) -> None:
    code, why = handling.act(door, Act(1, "x", "owner_named", owner="ann", maker="m1"), NOW)
    assert (code, why) == (Code.break_not_found, "no break is called 1:x")


def test_what_is_written_down_is_never_rewritten(books: str, door: Door) -> None:
    change(books, "UPDATE hold SET released_minor = released_minor - 200 WHERE id = 'general'")
    reconcile(door)
    for statement in (
        "UPDATE break_move SET note = 'x'",
        "DELETE FROM recon_run",
        "UPDATE recon_break SET since = '2020-01-01'",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            door.execute(statement)
    with psycopg.connect(books) as owner, pytest.raises(psycopg.Error, match="append-only"):
        owner.execute("UPDATE break_move SET note = 'x'")


def test_what_is_in_suspense_is_told_by_account_and_age(door: Door, books: str) -> None:
    change(books, "DELETE FROM suspense_item")
    item = "INSERT INTO suspense_item VALUES (1, '{0}', 'main', 'bank:main', '{1}', '', 900, {2}, DATE '{3}' - {4}, '', '', '', 1, '{5}')"
    for n, (code, left, days, state) in enumerate(
        [("2210", 5, 0, "open"), ("2210", 7, 3, "open"), ("2210", 2, 4, "open"), ("2230", 9, 31, "open"), ("2210", 1, 1, "returning"),
         ("2210", 1, -1, "open")]
    ):  # fmt: skip
        change(books, item.format(f"s{n}", code, left, DAY, days, state))
    (pool,) = [one for one in reconcile(door).pools if (one.lane, one.pool) == (1, "main")]
    told = [(one.code, one.bucket, one.count, one.amount_minor) for one in pool.parked]
    assert told == [("2210", "0", 1, 5), ("2210", "2-5", 2, 9), ("2230", ">30", 1, 9)]
