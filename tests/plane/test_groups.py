"""Groups: in a lane, a group is done whole, in one batch, or nothing of it happened, whatever fails around it."""

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Decision, Given, Instruction
from cunguan.operations.catalogue import operation, operations
from cunguan.plane import runner as runner_module
from cunguan.plane.asking import Asking
from cunguan.plane.client import Client
from cunguan.plane.frames import decode_answers, encode_submit, read_frame, submission
from cunguan.plane.lane import Lane
from cunguan.plane.process import Process
from cunguan.plane.server import Server
from tests.plane.harness import (
    LANE,
    TWO,
    Child,
    answers,
    balance,
    bid,
    books_hold,
    codes,
    deposit,
    held_back,
    listing,
    one,
    rows,
    running,
    stored,
    until,
    waits_at_a_lock,
)
from tests.plane.test_failed_batch import CULPRIT_MINOR, REFUSES_ALWAYS, REFUSES_ONCE, Watched, run
from tests.plane.test_server import connect

POOR = bid(0, tag="poor", amount_minor=10**15)


def handed(lane: Lane, group: Sequence[Instruction]) -> "Future[list[Answer]]":
    """Hand in a group; the future holds its answers."""
    heard: dict[int, Answer] = {}
    future: Future[list[Answer]] = Future()

    def hear(place: int, answer: Answer) -> None:
        heard[place] = answer
        if len(heard) == len(group):
            future.set_result([heard[n] for n in range(len(group))])

    lane.enqueue_group(group, [lambda answer, place=place: hear(place, answer) for place in range(len(group))])  # type: ignore[misc]  # one sink a place
    return future


def asked(lane: Lane, group: Sequence[Instruction]) -> list[Answer]:
    """Hand in a group and wait."""
    return handed(lane, group).result()


def group_of(tag: str, count: int) -> list[Instruction]:
    return [(bid if n % 2 else deposit)(n, tag=tag) for n in range(count)]


def batches_of(url: str, tag: str) -> int:
    """Return in how many batches stands what begins with a tag."""
    return int(
        one(
            url, "SELECT count(DISTINCT b.first_seq) FROM instruction i JOIN batch b ON b.lane = i.lane "
            "AND i.seq BETWEEN b.first_seq AND b.last_seq WHERE i.lane = %s AND starts_with(i.id, %s)", LANE, tag,
        )
    )  # fmt: skip


def test_a_group_is_done_whole_and_heard_again_word_for_word(books: str) -> None:
    group = group_of("g", 30)
    with running(books) as lane:
        first = asked(lane, group)
        assert codes(first) == [Code.done] * 30
        assert [answer.seq for answer in first] == list(range(first[0].seq or 0, (first[0].seq or 0) + 30))
        assert asked(lane, group) == first == answers(lane, group)
        assert asked(lane, list(reversed(group))) == list(reversed(first))
    assert batches_of(books, "g:") == 1
    books_hold(books)


def test_a_refused_member_leaves_nothing_of_its_group(books: str) -> None:
    group = [*group_of("g", 5), POOR, *group_of("h", 5)]
    with running(books) as lane:
        before = rows(books, LANE)
        linked = [Code.linked_item_failed] * 5
        assert codes(asked(lane, group)) == [*linked, Code.mandate_cap_exceeded, *linked]
        assert rows(books, LANE) == before
        again = asked(lane, [one_of for one_of in group if one_of is not POOR])
        assert codes(again) == [Code.done] * 10, "the ids were left free"
    books_hold(books)


def test_a_member_may_live_on_what_its_neighbour_brings(books: str) -> None:
    has = balance(books, "L000", "2010")
    group = [
        deposit(1, tag="g", lender="L000", amount_minor=1_000),
        bid(2, tag="g", lender="L000", amount_minor=has),
        bid(3, tag="g", lender="L000", amount_minor=1_001),
    ]
    with running(books) as lane:
        refused = codes(asked(lane, group))
        assert refused[:2] == [Code.linked_item_failed] * 2 and refused[2] is not Code.done
        assert codes(asked(lane, group[:2])) == [Code.done] * 2
    assert balance(books, "L000", "2010") == 1_000
    books_hold(books)


def test_a_group_of_which_some_is_stored_is_not_done(books: str) -> None:
    old, refused, new = deposit(1, tag="old"), POOR, deposit(2, tag="new")
    with running(books) as lane:
        answers(lane, [old, refused])
        before = rows(books, LANE)
        assert codes(asked(lane, [old, new])) == [Code.batch_differs] * 2
        assert codes(asked(lane, [old, refused])) == [Code.batch_differs] * 2, "a group is done or not there"
        other = deposit(1, tag="old", amount_minor=7)
        assert codes(asked(lane, [other, new])) == [Code.exists_with_different_amount, Code.batch_differs]
        assert codes(asked(lane, [old])) == [Code.done]
        assert rows(books, LANE) == before
    assert "new:" not in str(stored(books, LANE))


#: what no lane takes -> the group, the codes
UNFIT: dict[str, tuple[list[Instruction], list[Code]]] = {
    "one id twice": ([deposit(1), deposit(1)], [Code.linked_item_failed, Code.malformed]),
    "too many": (group_of("g", 1_001), [Code.batch_too_large] * 1_001),
    "an id that is none": (
        [deposit(1), Instruction("a b", "deposit_direct", deposit(1).body)], [Code.linked_item_failed, Code.id_malformed],
    ),
    "a kind that asks lane 0 first": (
        [listing(LANE, "G"), deposit(1)], [Code.kind_not_in_group, Code.linked_item_failed],
    ),
    "one of another lane's": (
        [deposit(1), Instruction("x", "person_registration", operation("person_registration").body(
            "p", "person", "four_elements", "sandbox", "r"))], [Code.linked_item_failed, Code.unknown_lane],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNFIT)
def test_what_no_group_may_be_is_said_and_nothing_is_stored(books: str, name: str) -> None:
    group, expected = UNFIT[name]
    with running(books) as lane:
        before = rows(books, LANE)
        assert codes(asked(lane, group)) == expected
        assert rows(books, LANE) == before


def test_a_group_with_too_many_postings_is_refused_and_one_with_as_many_is_not(
    books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "BATCH_POSTINGS", 10)
    with running(books) as lane:
        assert codes(asked(lane, [deposit(n, tag="large") for n in range(11)])) == [Code.batch_too_large] * 11
        futures = [lane.submit(deposit(n, tag="before")) for n in range(7)]
        assert codes(asked(lane, [deposit(n, tag="fits") for n in range(10)])) == [Code.done] * 10
        assert codes(future.result() for future in futures) == [Code.done] * 7
    assert stored(books, LANE, "large:") == {} and batches_of(books, "fits:") == 1
    books_hold(books)


def test_groups_are_never_split_over_two_batches(books: str) -> None:
    with running(books) as lane:
        with held_back(books):
            futures = [lane.submit(deposit(n, tag="single")) for n in range(700)]
            groups = [handed(lane, group_of(f"g{n}", 400)) for n in range(4)]
            futures += [lane.submit(deposit(n, tag="late")) for n in range(100)]
        assert {answer.code for group in groups for answer in group.result()} == {Code.done}
        assert {future.result().code for future in futures} == {Code.done}
    assert [batches_of(books, f"g{n}:") for n in range(4)] == [1] * 4
    books_hold(books)


def test_who_asks_for_the_same_ids_meanwhile_waits_for_what_becomes_of_them(books: str) -> None:
    with running(books) as lane:
        with held_back(books):
            single = lane.submit(deposit(1, tag="s"))
            until(lambda: waits_at_a_lock(books), "it is in flight")
            mixed = handed(lane, [deposit(1, tag="s"), deposit(2, tag="s")])
            whole = handed(lane, group_of("g", 3))
            again = handed(lane, group_of("g", 3))
            member = lane.submit(group_of("g", 3)[1])
            other = lane.submit(deposit(0, tag="g", amount_minor=9))
        assert single.result().code is Code.done
        assert codes(mixed.result()) == [Code.batch_differs] * 2
        assert codes(whole.result()) == [Code.done] * 3 and again.result() == whole.result()
        assert member.result() == whole.result()[1]
        assert other.result().code is Code.exists_with_different_amount
    assert set(stored(books, LANE, "s:")) == {"s:000001"}
    books_hold(books)


def test_who_waits_behind_a_refused_group_is_decided_for_himself(books: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    with running(books) as lane:
        watched.gate.arm()
        first = lane.submit(deposit(0, tag="first"))
        watched.gate.wait_until_reached()
        refused = handed(lane, [deposit(1, tag="g"), POOR])
        single, group = lane.submit(deposit(1, tag="g")), handed(lane, [deposit(1, tag="g"), deposit(2, tag="g")])
        watched.gate.go_on()
        assert codes(refused.result()) == [Code.linked_item_failed, Code.mandate_cap_exceeded]
        assert codes([first.result(), single.result()]) == [Code.done] * 2
        assert codes(group.result()) == [Code.batch_differs] * 2
    assert set(stored(books, LANE, "g:")) == {"g:000001"}
    books_hold(books)


def test_a_member_that_cannot_be_decided_leaves_nothing_and_is_quarantined_when_it_comes_alone(
    books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = operation("bid_hold")

    def decide(instruction: Instruction, facts: Any, given: Given) -> Decision:
        if instruction.id.endswith("3"):
            raise ZeroDivisionError("poison")
        return original.decide(instruction, facts, given)

    monkeypatch.setitem(operations(), "bid_hold", msgspec.structs.replace(original, decide=decide))
    group = group_of("g", 5)
    with running(books) as lane:
        before = rows(books, LANE)
        heard = asked(lane, group)
        assert codes(heard) == [*[Code.linked_item_failed] * 3, Code.in_doubt, Code.linked_item_failed]
        assert heard[3].seq is None and rows(books, LANE) == before
        alone = lane.submit(group[3]).result()
        assert alone.code is Code.in_doubt and alone.seq is not None
        assert codes(asked(lane, group)) == [Code.batch_differs] * 5
    books_hold(books)


@pytest.mark.parametrize("trigger", [REFUSES_ALWAYS, REFUSES_ONCE], ids=["refused always", "refused once"])
def test_a_group_in_a_batch_that_fails_is_decided_again_whole(
    books: str, monkeypatch: pytest.MonkeyPatch, trigger: str
) -> None:
    run(books, trigger)
    watched = Watched(monkeypatch)
    group = [*group_of("g", 4), bid(9, tag="g", amount_minor=CULPRIT_MINOR)]
    is_poison = trigger == REFUSES_ALWAYS
    with running(books) as lane:
        watched.gate.arm()
        singles = [lane.submit(deposit(0, tag="before"))]
        watched.gate.wait_until_reached()
        future = handed(lane, group)
        singles += [lane.submit(bid(n, tag="after")) for n in range(20, 40)]
        others = handed(lane, group_of("h", 4))
        watched.gate.go_on()
        assert codes(future.result()) == [Code.in_doubt if is_poison else Code.done] * 5
        assert codes(single.result() for single in singles) == [Code.done] * 21
        assert codes(others.result()) == [Code.done] * 4
        if is_poison:
            batches = lane.counts.batches
            assert codes(asked(lane, group)) == [Code.in_doubt] * 5 and lane.counts.batches == batches
    assert len(stored(books, LANE, "g:")) == (0 if is_poison else 5)
    assert is_poison or batches_of(books, "g:") == 1
    books_hold(books)


# ── over the socket ──────────────────────────────────────────────────────────
@pytest.fixture
def path(books: str, home: Path) -> Iterator[Path]:
    """The socket of a plane of this process."""
    with Process(books, owner="test", channels=lambda lane: {}) as process:
        server = Server(process.plane, home / "plane.sock")
        yield server.path
        server.stop()


def by_thread(path: Path, group: Sequence[Instruction]) -> list[Answer]:
    client = Client(path, patience_seconds=60)
    try:
        return client.ask_atomic(LANE, group)
    finally:
        client.close()


def by_loop(path: Path, group: Sequence[Instruction]) -> list[Answer]:
    async def run() -> list[Answer]:
        asks = Asking([path], 60)
        try:
            singles = [asyncio.create_task(asks.ask(LANE, deposit(n, tag="beside"))) for n in range(5)]
            found = await asks.ask_atomic(LANE, group)
            assert {(await single).code for single in singles} == {Code.done}
            return found
        finally:
            await asks.close()

    return asyncio.run(run())


@pytest.mark.parametrize("ask", [by_thread, by_loop])
def test_callers_hand_groups_in(
    books: str, path: Path, ask: Callable[[Path, Sequence[Instruction]], list[Answer]]
) -> None:
    group = group_of("g", 6)
    assert codes(ask(path, [*group, POOR])) == [*[Code.linked_item_failed] * 6, Code.mandate_cap_exceeded]
    first = ask(path, group)
    assert codes(first) == [Code.done] * 6 and ask(path, group) == first
    assert ask(path, []) == []
    books_hold(books)


def test_a_group_that_cannot_be_read_or_is_of_two_lanes_is_refused_whole(books: str, path: Path) -> None:
    good, body = submission(LANE, deposit(1)), msgspec.Raw(msgspec.msgpack.encode({"holder": 7}))
    bad, elsewhere = msgspec.structs.replace(good, id="w", body=body), submission(TWO, deposit(2))
    nowhere = [msgspec.structs.replace(one_of, lane=99) for one_of in (good, submission(LANE, deposit(2)))]
    for items, expected in (
        ([good, bad], [Code.linked_item_failed, Code.malformed]),
        ([good, elsewhere], [Code.linked_item_failed, Code.unknown_lane]),
        (nowhere, [Code.unknown_lane] * 2),
    ):
        with connect(path) as caller:
            caller.sendall(encode_submit(1, items, is_group=True))
            assert answered(caller, 2) == expected
    assert stored(books, LANE, "in:") == {}


def answered(caller: Any, count: int) -> list[Code]:
    heard: dict[int, Code] = {}
    while len(heard) < count:
        data = read_frame(caller)
        assert data is not None
        found = decode_answers(data)
        heard |= {number: answer.code for number, answer in zip(found.numbers, found.answers, strict=True)}
    return [heard[number] for number in sorted(heard)]


def test_a_group_is_whole_or_absent_when_the_plane_is_killed(books: str, home: Path) -> None:
    child = Child(books, home / "plane.sock").start()
    numbers, stop = itertools.count(), threading.Event()
    heard: dict[int, list[Answer]] = {}

    def ask() -> None:
        client = child.client(120.0)
        while not stop.is_set():
            number = next(numbers)
            heard[number] = client.ask_atomic(LANE, group_of(f"k{number}", 7))
        client.close()

    callers = [threading.Thread(target=ask) for _ in range(4)]
    try:
        for caller in callers:
            caller.start()
        for _ in range(2):
            target = len(heard) + 25
            until(lambda target=target: len(heard) >= target, "more groups")  # type: ignore[misc]  # of this round
            child.kill()
            child.start()
        until(lambda: len(heard) >= target + 10, "groups after the last strike")
    finally:
        stop.set()
        for caller in callers:
            caller.join()
        child.stop()
    assert {answer.code for group in heard.values() for answer in group} == {Code.done}
    found = stored(books, LANE, "k")
    assert len(found) == 7 * len(heard)
    assert all(found[answer.id][0] == answer.seq for group in heard.values() for answer in group)
    assert [batches_of(books, f"k{number}:") for number in heard] == [1] * len(heard)
    books_hold(books)
