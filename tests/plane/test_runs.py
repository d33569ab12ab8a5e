"""Runs: a disbursement and a repayment too large for one journal, cut off in the middle, are gone on with by the next plane."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import step_id
from cunguan.kernel.instruction import Instruction
from cunguan.plane.process import Process
from tests.plane.harness import (
    LANE,
    LENDERS,
    Child,
    answers,
    ask,
    bid,
    books_hold,
    deposit,
    listing,
    one,
    running,
    stored,
    until,
)

HOLDS, EACH_MINOR = 2_500, 100
TOTAL_MINOR = HOLDS * EACH_MINOR
PER_LENDER_MINOR = TOTAL_MINOR // len(LENDERS)
INTEREST_MINOR = 2_500  # 12 % a year, one month
DISBURSE = ask(LANE, "disburse:R", "disbursement", listing="R")
REPAY = ask(
    LANE, "repay:R:1", "repayment", listing="R", borrower="B", plan_row=1, principal_minor=TOTAL_MINOR,
    interest_minor=INTEREST_MINOR,
)  # fmt: skip


@pytest.fixture
def crowd(books: str) -> Iterator[str]:
    """Books with a full listing R of 2,500 holds, its borrower with money for the interest."""
    with running(books, 0, LANE) as plane:
        asked = [listing(LANE, "R", amount_minor=TOTAL_MINOR), deposit(0, lender="B", amount_minor=10_000)]
        asked += [bid(n, tag="run", amount_minor=EACH_MINOR, listing="R") for n in range(HOLDS)]
        futures = [plane.submit(LANE, one) for one in asked]
        assert {future.result().code for future in futures} == {Code.done}
    yield books


def step(run: str, number: int) -> Instruction:
    return ask(LANE, step_id(run, number), "run_step", run=run, step=number)


def state(url: str, table: str, id: str) -> str:
    return str(one(url, f"SELECT state FROM {table} WHERE lane = %s AND id = %s", LANE, id))


def next_step(url: str, run: str) -> int:
    return int(one(url, "SELECT coalesce(max(next_step), 0) FROM run WHERE lane = %s AND id = %s", LANE, run))


def is_finished_once(url: str, run: str) -> None:
    """Assert that each step was done once, under its own id, and nothing of the run was refused."""
    steps = one(url, "SELECT steps FROM run WHERE lane = %s AND id = %s", LANE, run)
    found = {id: row[1] for id, row in stored(url, LANE, f"step:{run}:").items()}
    assert found == {step_id(run, number): "done" for number in range(1, steps + 1)}
    assert state(url, "run", run) == "finished"


def balances(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return dict(connection.execute(
            "SELECT owner, balance FROM account JOIN balance USING (lane, account) WHERE lane = %s AND code = '2010' "
            "AND (owner = 'B' OR owner LIKE %s)", (LANE, "L%"),
        ).fetchall())  # fmt: skip


def is_lent_once(url: str) -> None:
    is_finished_once(url, DISBURSE.id)
    assert state(url, "listing", "R") == "disbursed"
    paid = one(
        url, "SELECT count(*) || ':' || sum(captured_minor) FROM hold WHERE listing = 'R' AND state = 'captured'"
    )
    assert paid == f"{HOLDS}:{TOTAL_MINOR}"


def test_a_run_that_was_abandoned_after_a_step_is_gone_on_with(crowd: str) -> None:
    before = balances(crowd)
    with running(crowd, 0, LANE) as plane:  # lanes alone: nobody goes on with the run
        assert plane.ask(LANE, DISBURSE).code is Code.done
        assert plane.ask(LANE, step(DISBURSE.id, 1)).code is Code.done
    assert state(crowd, "listing", "R") == "disbursing" and next_step(crowd, DISBURSE.id) == 2
    with Process(crowd, owner="next", channels=lambda lane: {}) as process:
        until(lambda: state(crowd, "listing", "R") == "disbursed", "the listing is disbursed")
        assert process.plane.ask(LANE, DISBURSE).code is Code.done, "the parent again is a replay"
    is_lent_once(crowd)
    assert balances(crowd) == {**before, "B": before["B"] + TOTAL_MINOR}
    with running(crowd, 0, LANE) as plane:
        assert plane.ask(LANE, REPAY).code is Code.done
        assert [one.code for one in answers(plane.lanes[LANE], [step(REPAY.id, n) for n in (1, 2, 3)])] == [
            Code.done
        ] * 3
    assert next_step(crowd, REPAY.id) == 4
    with Process(crowd, owner="last", channels=lambda lane: {}):
        until(lambda: state(crowd, "listing", "R") == "repaid", "the listing is repaid")
    is_finished_once(crowd, REPAY.id)
    share = PER_LENDER_MINOR + INTEREST_MINOR // len(LENDERS)
    lenders = {name: before[name] + share for name in LENDERS}
    assert balances(crowd) == {**lenders, "B": before["B"] - INTEREST_MINOR}
    books_hold(crowd)


def test_a_plane_killed_again_and_again_in_its_runs_pays_each_once(crowd: str, home: Path) -> None:
    before = balances(crowd)
    child = Child(crowd, home / "plane.sock").start()
    client = child.client(120.0)
    try:
        for instruction in (DISBURSE, REPAY):
            assert client.ask(LANE, instruction).code is Code.done
            for reached in (2, 5):  # killed somewhere behind each, wherever it is then
                until(lambda run=instruction.id, least=reached: next_step(crowd, run) >= least, "a step is done")
                child.kill()
                child.start()
            until(lambda run=instruction.id: state(crowd, "run", run) == "finished", "the run is finished")
            assert client.ask(LANE, instruction).code is Code.done, "the parent again is a replay"
    finally:
        client.close()
        child.stop()
    is_lent_once_and_repaid = state(crowd, "listing", "R")
    assert is_lent_once_and_repaid == "repaid"
    is_finished_once(crowd, DISBURSE.id)
    is_finished_once(crowd, REPAY.id)
    share = PER_LENDER_MINOR + INTEREST_MINOR // len(LENDERS)
    assert balances(crowd) == {**{name: before[name] + share for name in LENDERS}, "B": before["B"] - INTEREST_MINOR}
    books_hold(crowd)
