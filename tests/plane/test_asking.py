"""Asking: many callers of one loop are answered each for himself, and a plane that is gone is asked again elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.asking import Asking
from cunguan.plane.calls import Call, Waiting, merged
from cunguan.plane.frames import Answers, Submission, decode_submit, split
from cunguan.plane.process import Process
from cunguan.plane.server import Server
from tests.plane.harness import LANE, Child, bid, books_hold, deposit, held_back, stored

T = TypeVar("T")
PATIENCE_SECONDS = 60.0  # a net under a hang, no limit


@pytest.fixture
def path(books: str, home: Path) -> Iterator[Path]:
    """The socket of a plane of this process."""
    with Process(books, owner="test", channels=lambda lane: {}) as process:
        server = Server(process.plane, home / "plane.sock")
        yield server.path
        server.stop()


def asked(places: list[Path], act: Callable[[Asking], Awaitable[T]], patience_seconds: float = PATIENCE_SECONDS) -> T:
    """Return what an act with an Asking returns."""

    async def run() -> T:
        asks = Asking(places, patience_seconds)
        try:
            return await act(asks)
        finally:
            await asks.close()

    return asyncio.run(run())


async def each(asks: Asking, instructions: list[Instruction], lane: int = LANE) -> list[Answer]:
    """Ask for each by itself, all at once."""
    return await asyncio.gather(*(asks.ask(lane, one) for one in instructions))


# ── what is on the wire ──────────────────────────────────────────────────────
def call(*ids: str, is_group: bool = False, heard: list[list[Answer]] | None = None) -> Call:
    told = heard.append if heard is not None else lambda answers: None
    return Call([Submission(LANE, one, "bar", b"\x80") for one in ids], told, is_group)  # type: ignore[arg-type]  # a body


def test_what_is_handed_in_together_is_one_frame_and_a_group_is_one_of_its_own() -> None:
    frames = Waiting().frames([call("a"), call("b", "c"), call("d", "e", is_group=True), call("f"), call()])
    sent = [decode_submit(one) for one in split(bytearray(b"".join(frames)))]
    assert [(one.number, [item.id for item in one.items], one.is_group) for one in sent] == [
        (1, ["a", "b", "c"], False),
        (4, ["d", "e"], True),
        (6, ["f"], False),
        (7, [], False),
    ]


def test_many_are_several_frames_and_each_is_answered_by_its_number() -> None:
    heard: list[list[Answer]] = []
    waiting = Waiting()
    ids = [f"i{n}" for n in range(2_500)]
    frames = split(bytearray(b"".join(waiting.frames([call(*ids, heard=heard)]))))
    assert [len(decode_submit(one).items) for one in frames] == [1_000, 1_000, 500]
    numbers = list(range(2_500, 0, -1))
    waiting.hear(Answers(numbers[1:], [Answer(ids[n - 1], Code.done, n) for n in numbers[1:]]))
    assert heard == [] and waiting
    waiting.hear(Answers(numbers[:1], [Answer(ids[-1], Code.done, 2_500)]))
    assert [answer.id for answer in heard[0]] == ids and not waiting


def test_a_frame_that_came_in_parts_is_read_when_it_is_whole() -> None:
    whole = b"".join(Waiting().frames([call("a")]) + Waiting().frames([call("b")]))
    received = bytearray()
    found = []
    for place in range(len(whole)):
        received += whole[place : place + 1]
        found += split(received)
    assert [decode_submit(one).items[0].id for one in found] == ["a", "b"] and not received


#: what was known, what is said later -> what is known then
MERGED = [
    (Code.in_doubt, Code.lane_stopped, None, Code.in_doubt),
    (Code.in_doubt, Code.lane_busy, None, Code.in_doubt),
    (Code.in_doubt, Code.done, 7, Code.done),
    (Code.in_doubt, Code.in_doubt, 7, Code.in_doubt),
    (Code.lane_busy, Code.lane_stopped, None, Code.lane_stopped),
    (Code.lane_stopped, Code.in_doubt, None, Code.in_doubt),
]


@pytest.mark.parametrize(("before", "now", "seq", "known"), MERGED)
def test_what_may_have_been_decided_stays_in_doubt_until_it_is_answered(
    before: Code, now: Code, seq: int | None, known: Code
) -> None:
    assert merged(Answer("i", before), Answer("i", now, seq)).code is known


# ── a plane ──────────────────────────────────────────────────────────────────
def test_hundreds_at_once_are_answered_each_for_himself(books: str, path: Path) -> None:
    wanted = [(bid if n % 2 else deposit)(n) for n in range(400)]
    found = asked([path], lambda asks: each(asks, [*wanted, bid(1, tag="poor", amount_minor=10**15)]))
    assert [answer.id for answer in found[:-1]] == [one.id for one in wanted]
    assert {answer.code for answer in found[:-1]} == {Code.done} and found[-1].code is Code.mandate_cap_exceeded
    assert stored(books, LANE, "bid:") | stored(books, LANE, "in:") == {
        answer.id: (answer.seq, "done", int(answer.code)) for answer in found[:-1]
    }
    books_hold(books)


def test_one_that_takes_long_holds_up_none_that_was_sent_with_it(books: str, path: Path) -> None:
    async def act(asks: Asking) -> Code:
        with held_back(books):
            slow = asyncio.create_task(asks.ask(LANE, deposit(1)))
            quick = await asks.ask(LANE, Instruction("a b", "deposit_direct", deposit(1).body))
            assert not slow.done()
        assert (await slow).code is Code.done
        return quick.code

    assert asked([path], act) is Code.id_malformed


def test_who_is_cancelled_disturbs_nobody_and_is_decided_all_the_same(books: str, path: Path) -> None:
    async def act(asks: Asking) -> list[Answer]:
        with held_back(books):
            gone = asyncio.create_task(asks.ask(LANE, deposit(1)))
            others = asyncio.gather(*(asks.ask(LANE, deposit(n)) for n in range(2, 20)))
            await asks.ask(LANE, Instruction("a b", "deposit_direct", deposit(1).body))
            gone.cancel()
        return await others

    assert {answer.code for answer in asked([path], act)} == {Code.done}
    assert len(stored(books, LANE, "in:")) == 19


def test_nothing_is_asked_and_nothing_is_answered(path: Path) -> None:
    assert asked([path], lambda asks: asks.ask_all(LANE, [])) == []


def test_where_nobody_is_there_it_is_in_doubt_never_a_failure(home: Path) -> None:
    async def act(asks: Asking) -> tuple[bool, Code]:
        return await asks.is_answered(), (await asks.ask(LANE, deposit(1))).code

    assert asked([home / "nobody.sock", home / "nobody2.sock"], act, 0.1) == (False, Code.in_doubt)


def test_a_plane_says_that_it_is_there_and_the_second_is_asked_where_the_first_is_not(home: Path, path: Path) -> None:
    async def act(asks: Asking) -> tuple[bool, list[Answer]]:
        return await asks.is_answered(), await each(asks, [deposit(n) for n in range(50)])

    is_there, answers = asked([home / "nobody.sock", path], act)
    assert is_there and {answer.code for answer in answers} == {Code.done}


def test_who_waits_while_the_plane_dies_is_answered_by_the_next(books: str, home: Path) -> None:
    child = Child(books, home / "plane.sock").start()

    async def act(asks: Asking) -> list[Answer]:
        assert (await asks.ask(LANE, deposit(0))).code is Code.done
        waiting = asyncio.gather(each(asks, [deposit(n) for n in range(200)]), asks.ask_all(LANE, [bid(1), bid(2)]))
        await asyncio.sleep(0)  # handed in
        child.kill()
        await asyncio.to_thread(child.start)
        return [answer for part in await waiting for answer in part]

    try:
        answers = asked([child.path], act)
    finally:
        child.stop()
    assert {answer.code for answer in answers} == {Code.done}
    found = stored(books, LANE)
    assert all(found[answer.id][0] == answer.seq for answer in answers)
    books_hold(books)
