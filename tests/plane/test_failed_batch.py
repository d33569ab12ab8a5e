"""A batch that PostgreSQL refuses, and an instruction that poisons: only the culprit is set aside, nobody else notices."""

from concurrent.futures import Future
from datetime import datetime
from typing import Any

import msgspec
import psycopg
import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Decision, Given, Instruction
from cunguan.kernel.rows import Hold
from cunguan.operations.catalogue import operation, operations
from cunguan.plane.lane import Lane
from cunguan.plane.runner import Runner
from cunguan.store.postgres import PostgresReader, PostgresWriter
from tests.plane.harness import (
    LANE,
    Pause,
    answers,
    balance,
    bid,
    books_hold,
    codes,
    deposit,
    held_back,
    one,
    running,
    stored,
    until,
    waits_at_a_lock,
)

CULPRIT_MINOR = 1_313

#: refuses a bid's mandate as it is updated, which happens at the end of a batch, when the next one is copied already
REFUSES_ALWAYS = """
CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.used_minor - OLD.used_minor = 1313 THEN
        RAISE EXCEPTION 'the test refuses it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER test_refuse BEFORE UPDATE ON mandate FOR EACH ROW EXECUTE FUNCTION test_refuse();
"""
REFUSES_ONCE = """
CREATE SEQUENCE test_times;
CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.used_minor - OLD.used_minor = 1313 AND nextval('test_times') = 1 THEN
        RAISE EXCEPTION 'the test refuses it once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER test_refuse BEFORE UPDATE ON mandate FOR EACH ROW EXECUTE FUNCTION test_refuse();
"""


def run(url: str, script: str) -> None:
    """Run statements as the owner."""
    with psycopg.connect(url) as connection:
        connection.execute(script.encode())


class Watched:
    """How many batches were copied and instructions decided; and a gate before a batch is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.copied = self.decided = 0
        self.gate = Pause()
        copy, feed, open_ = PostgresWriter.copy, Runner.feed, Runner.open

        def counting_copy(writer: PostgresWriter, batch: Any) -> None:
            copy(writer, batch)
            self.copied += 1

        def counting_feed(runner: Runner, items: Any) -> int:
            taken = feed(runner, items)
            self.decided += taken
            return taken

        def waiting_open(runner: Runner, now: datetime) -> None:
            self.gate.here()
            open_(runner, now)

        monkeypatch.setattr(Runner, "open", waiting_open)
        monkeypatch.setattr(PostgresWriter, "copy", counting_copy)
        monkeypatch.setattr(Runner, "feed", counting_feed)

    def one_batch(self, lane: Lane, asked: list[Instruction]) -> "list[Future[Answer]]":
        """Hand in instructions that are decided in one batch."""
        self.gate.arm()
        futures = [lane.submit(asked[0])]
        self.gate.wait_until_reached()
        futures += [lane.submit(one) for one in asked[1:]]
        self.gate.go_on()
        return futures


@pytest.mark.parametrize(
    ("trigger", "outcome"),
    [(REFUSES_ALWAYS, "quarantined"), (REFUSES_ONCE, "done")],
    ids=["refused always", "refused once"],
)
def test_a_batch_that_fails_with_the_next_copied_and_the_one_after_decided_is_decided_again_in_the_same_order(
    books: str, monkeypatch: pytest.MonkeyPatch, trigger: str, outcome: str
) -> None:
    run(books, trigger)
    watched = Watched(monkeypatch)
    parts = [[bid(n, tag=tag) for n in range(7)] for tag in ("n", "n+1", "n+2")]
    parts[0][3] = bid(3, tag="n", amount_minor=CULPRIT_MINOR)
    with running(books) as lane:
        head = lane.submit(deposit(0)).result().seq
        watched.copied = watched.decided = 0
        with held_back(books):  # batch n has sent its end and waits at the fence
            futures = watched.one_batch(lane, parts[0])
            until(lambda: waits_at_a_lock(books), "batch n at the fence")
            futures += watched.one_batch(lane, parts[1])
            until(lambda: watched.copied == 2, "batch n+1 copied")
            futures += watched.one_batch(lane, parts[2])
            until(lambda: watched.decided == 21, "batch n+2 decided")
            assert watched.copied == 2
            assert not any(future.done() for future in futures)
        heard = [future.result() for future in futures]
        again = answers(lane, [one for part in parts for one in part])
    assert [answer.seq for answer in heard] == list(range(head + 1, head + 22)), "the order changed"
    states = {name: state for name, (_, state, _) in stored(books, LANE, "n").items()}
    assert states.pop("n:000003") == outcome
    assert set(states.values()) == {"done"} and len(states) == 20
    assert [a.code for a in heard if a.id != "n:000003"] == [Code.done] * 20
    assert heard[3].code is (Code.done if outcome == "done" else Code.in_doubt)
    assert again == heard
    books_hold(books)


def test_one_in_a_thousand_that_cannot_be_decided_is_quarantined_alone(
    books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = operation("bid_hold")

    def decide(instruction: Instruction, facts: Any, given: Given) -> Decision:
        if instruction.id.endswith("500"):
            raise ZeroDivisionError("poison")
        return original.decide(instruction, facts, given)

    monkeypatch.setitem(operations(), "bid_hold", msgspec.structs.replace(original, decide=decide))
    with running(books) as lane:
        heard = answers(lane, [bid(n) for n in range(3_000)])
        poisoned = [answer for answer in heard if answer.code is not Code.done]
        assert [answer.id for answer in poisoned] == ["bid:000500", "bid:001500", "bid:002500"]
        assert answers(lane, [bid(n) for n in (500, 501)]) == [heard[500], heard[501]]
    _is_alone(books, poisoned, 3_000)


def test_one_in_a_thousand_that_postgresql_refuses_is_quarantined_alone(books: str) -> None:
    run(books, "ALTER TABLE hold ADD CONSTRAINT test_hold_is_lucky CHECK (amount_minor <> 1313) NOT VALID")
    asked = [bid(n, amount_minor=CULPRIT_MINOR if n == 1_234 else 100) for n in range(2_000)]
    with running(books) as lane:
        heard = answers(lane, asked)
        assert not lane.is_stopped
    _is_alone(books, [answer for answer in heard if answer.code is not Code.done], 2_000)
    assert stored(books, LANE, "bid:001234")["bid:001234"][0] == heard[1_234].seq


def test_one_that_cannot_be_written_in_binary_is_quarantined_alone(books: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original = operation("bid_hold")

    def decide(instruction: Instruction, facts: Any, given: Given) -> Decision:
        decision = original.decide(instruction, facts, given)
        if instruction.id.endswith("013"):
            adds = tuple(msgspec.structs.replace(row, seq=2**63) for row in decision.adds if isinstance(row, Hold))
            return msgspec.structs.replace(decision, adds=adds)
        return decision

    monkeypatch.setitem(operations(), "bid_hold", msgspec.structs.replace(original, decide=decide))
    with running(books) as lane:
        heard = answers(lane, [bid(n) for n in range(100)])
        assert not lane.is_stopped
    _is_alone(books, [answer for answer in heard if answer.code is not Code.done], 100)


def test_a_full_disk_or_a_deadlock_is_nobodys_fault(books: str) -> None:
    run(books, REFUSES_ONCE.replace("'check_violation'", "'disk_full'"))
    with running(books) as lane:
        heard = answers(lane, [bid(n, amount_minor=CULPRIT_MINOR if n == 3 else 100) for n in range(10)])
    assert set(codes(heard)) == {Code.done}
    books_hold(books)


def test_a_database_that_refuses_the_plane_itself_stops_the_lane_and_blames_nobody(books: str) -> None:
    run(books, REFUSES_ALWAYS.replace("'check_violation'", "'insufficient_privilege'"))
    with running(books) as lane:
        heard = answers(lane, [bid(n, amount_minor=CULPRIT_MINOR if n == 3 else 100) for n in range(10)])
        assert set(codes(heard)) == {Code.in_doubt} and lane.is_stopped
        assert lane.submit(bid(99)).result().code is Code.lane_stopped
    assert not stored(books, LANE, "bid:")
    books_hold(books)


def test_a_store_that_fails_while_facts_are_read_quarantines_nobody(
    books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, failed = PostgresReader.rows, []

    def rows(self: PostgresReader, *given: Any) -> Any:
        if len(failed) < 2:
            failed.append(1)
            self._connection.close()
        return original(self, *given)

    monkeypatch.setattr(PostgresReader, "rows", rows)
    with running(books) as lane:
        assert set(codes(answers(lane, [bid(n) for n in range(50)]))) == {Code.done}
    assert len(failed) == 2
    books_hold(books)


def test_a_caller_who_cannot_hear_harms_neither_the_others_nor_the_lane(books: str) -> None:
    heard: list[Answer] = []

    def deaf(answer: Answer) -> None:
        raise OSError("he hung up")

    with running(books) as lane:
        for n in range(20):
            lane.enqueue(bid(n), deaf if n % 2 else heard.append)
        assert lane.submit(bid(20)).result().code is Code.done
        assert not lane.is_stopped
        future = lane.submit(bid(21))
        assert not future.cancel(), "what was handed in cannot be taken back"
        assert future.result().code is Code.done
    assert [answer.id for answer in heard] == [bid(n).id for n in range(0, 20, 2)]
    assert len(stored(books, LANE, "bid:")) == 22


def _is_alone(url: str, poisoned: list[Answer], count: int) -> None:
    found = stored(url, LANE, "bid:")
    quarantined = {name for name, (_, state, _) in found.items() if state == "quarantined"}
    assert quarantined == {answer.id for answer in poisoned} and quarantined
    assert all(answer.code is Code.in_doubt and answer.seq == found[answer.id][0] for answer in poisoned)
    assert len(found) == count and sum(state == "done" for _, state, _ in found.values()) == count - len(poisoned)
    for answer in poisoned:
        assert one(url, "SELECT count(*) FROM posting WHERE lane = %s AND seq = %s", LANE, answer.seq) == 0
        assert one(url, "SELECT count(*) FROM hold WHERE lane = %s AND id = %s", LANE, answer.id) == 0
    assert balance(url, "L000", "2020") == sum(
        100 for name, (_, state, _) in found.items() if state == "done" and int(name[4:]) % 100 == 0
    )
    books_hold(url)
