"""Months of accounts: stated once, when they are over and in the log; what is left out of a month's receipts shows."""

from types import SimpleNamespace

import psycopg
import pytest

from cunguan.doors.jobs import account_statements
from cunguan.doors.receipts import months
from cunguan.doors.receipts.making import NoReceipt
from cunguan.keys.installation import Keys
from cunguan.keys.note_keys import check
from cunguan.transparency.chain import look
from cunguan.transparency.receipt import Result, verify
from tests.doors.receipts.books import BANK, L7, L7_HELD, L8
from tests.doors.receipts.conftest import Issuing


def results(issuing: Issuing, files: list[bytes]) -> list[Result]:
    found = [verify(one, issuing.pins, check) for one in files]
    assert all(one.is_good for one in found)
    return found


def test_a_month_is_stated_and_its_receipts_are_held_against_it(
    issuing: Issuing, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = issuing.books
    march = [
        books.post((BANK, L7, 10000)),
        books.post((L7, L7_HELD, 4000), (L7, L8, 100)),
        books.post((L7_HELD, L7, 4000)),
    ]
    issuing.take()
    assert issuing.state() == [], "March is not over"
    books.begin("2026-04-01")
    late = books.post((L7, L8, 900))
    with pytest.raises(NoReceipt, match="is not stated yet"):
        issuing.months()
    monkeypatch.setattr(months, "AT_ONCE", 2)
    assert issuing.state() == [("2026-03", 3)], "all accounts with a movement or a balance, none of the platform's"
    assert issuing.state() == [], "once"
    issuing.take()
    issuing.cosign()

    stated = results(issuing, issuing.months())
    assert [
        (one.month.code, one.month.first_number, one.month.last_number, one.month.opening_minor, one.month.closing_minor)
        for one in stated if one.month
    ] == [("2010", 1, 4, 0, 9900), ("2020", 1, 2, 0, 0)]  # fmt: skip
    shown = results(issuing, [issuing.made(one) for one in march])
    told = {(one.what, one.account) for one in look([*stated, *shown])}
    assert told == {("month_whole", L7), ("month_whole", L7_HELD), ("unbroken", L7), ("unbroken", L7_HELD)}

    tampered = look([*stated, shown[0], shown[2]])
    assert {(one.what, one.account, one.first, one.last) for one in tampered if one.is_wrong} == {
        ("missing_of_month", L7, 2, 3), ("missing_of_month", L7_HELD, 1, 1),
    }, "the second instruction was kept back: it moved both accounts"  # fmt: skip

    books.begin("2026-05-01")
    assert issuing.state() == [("2026-04", 2)], "an account without a movement and without a balance has no statement"
    issuing.take()
    issuing.cosign()
    april = results(issuing, issuing.months("2026-04"))
    assert {one.what for one in look([*stated, *april, *shown, *results(issuing, [issuing.made(late)])])} == {
        "month_whole", "unbroken",
    }  # fmt: skip


def test_a_month_that_was_cut_off_is_gone_on_with(issuing: Issuing, monkeypatch: pytest.MonkeyPatch) -> None:
    issuing.books.post((BANK, L7, 100), (BANK, L8, 100))
    issuing.books.begin("2026-04-01")
    issuing.take()
    monkeypatch.setattr(months, "AT_ONCE", 1)
    run = months.statement

    def dies(name: str) -> str:
        return "SELECT broken" if name == "month_run_add" else run(name)

    monkeypatch.setattr(months, "statement", dies)
    with pytest.raises(psycopg.errors.UndefinedColumn):
        issuing.state()
    monkeypatch.setattr(months, "statement", run)
    assert issuing.state() == [("2026-03", 0)], "what was stated stays and is not made again"
    with psycopg.connect(issuing.books.url) as owner:
        acts = owner.execute("SELECT seq, type, subject FROM log_act ORDER BY seq").fetchall()
        assert owner.execute("SELECT count(*), sum(statements) FROM account_statement_run").fetchone() == (1, 2)
    assert acts == [(1, 10, "account_statement:1/11/2026-03"), (2, 10, "account_statement:1/21/2026-03")]


def test_the_job_states_one_month_of_each_lane_a_time(issuing: Issuing) -> None:
    issuing.books.begin("0001-01-01")
    issuing.books.post()  # the lane is opened, before it has a date
    issuing.books.begin("2026-03-01")
    issuing.books.post((BANK, L7, 100))
    issuing.books.begin("2026-05-02")
    issuing.take()
    here = SimpleNamespace(pool=SimpleNamespace(conninfo=issuing.door_url), keys=Keys(issuing.home))
    assert [account_statements.sweep(here) for _ in range(3)] == [True, True, False]  # type: ignore[arg-type]  # all it looks at
    with psycopg.connect(issuing.books.url) as owner:
        stated = owner.execute("SELECT month, postings, closing_minor FROM account_statement ORDER BY month").fetchall()
    assert stated == [("2026-03", 1, 100), ("2026-04", 0, 100)], "a balance is stated, though nothing moved"


def test_what_is_stated_cannot_be_changed(issuing: Issuing) -> None:
    issuing.books.post((BANK, L7, 100))
    issuing.books.begin("2026-04-01")
    issuing.take()
    issuing.state()
    for change in (
        "UPDATE account_statement SET postings = 0",
        "DELETE FROM account_statement_run",
        "TRUNCATE account_statement",
    ):
        with psycopg.connect(issuing.books.url) as owner, pytest.raises(psycopg.DatabaseError, match="append-only"):
            owner.execute(change)
