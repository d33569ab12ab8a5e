"""Metrics: a lane counts what it did, and says how it stands."""

from cunguan.plane.process import Process
from tests.plane.harness import LANE, THREE, TWO, answers, bid, deposit, held_back, one, running, until, waits_at_a_lock
from tests.plane.test_groups import POOR, asked


def test_a_lane_counts_what_it_decided_by_code_and_in_how_many_batches(books: str) -> None:
    with running(books) as lane:
        answers(lane, [deposit(n) for n in range(10)])
        answers(lane, [bid(1, tag="poor", amount_minor=10**15), *(bid(n) for n in range(3))])
        answers(lane, [deposit(n) for n in range(10)])  # replays are no decisions
        asked(lane, [deposit(50), deposit(51), POOR])
        found = lane.reading()
    assert found.instructions == {"done": 13, "mandate_cap_exceeded": 2, "linked_item_failed": 2}
    assert 2 <= found.batches <= 14 and found.commit_seconds > 0 and found.recoveries == 0
    assert found.head == one(books, "SELECT head FROM lane WHERE lane = %s", LANE)
    assert (found.lane, found.queued, found.has_lease) == (LANE, 0, True)


def test_a_lane_says_what_waits(books: str) -> None:
    with running(books) as lane:
        with held_back(books):
            futures = [lane.submit(deposit(n)) for n in range(3)]
            until(lambda: waits_at_a_lock(books), "a commit that takes long")
            futures += [lane.submit(deposit(n)) for n in range(3, 3_000)]
            until(lambda: lane.reading().queued, "some wait")
        for future in futures:
            future.result()
        assert lane.reading().queued == 0


def test_a_process_reads_all_its_lanes(books: str) -> None:
    with Process(books, owner="test", channels=lambda lane: {}) as process:
        assert {found.lane for found in process.readings()} == {0, LANE, TWO, THREE}
