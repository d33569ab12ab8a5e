"""The connection is lost around a COMMIT: what is true is asked of PostgreSQL, and everybody is answered once."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from itertools import count
from pathlib import Path

import msgspec
import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane import lane as lane_module
from cunguan.plane.lane import Lane
from cunguan.store import postgres
from tests.plane.harness import (
    CUT,
    HOLD,
    LANE,
    PASS,
    Link,
    Proxy,
    answers,
    bid,
    books_hold,
    codes,
    deposit,
    one,
    rows,
    running,
    statement_of,
    stored,
    until,
    waits_at_a_lock,
)


@pytest.fixture
def proxy(books: str, home: Path) -> Iterator[Proxy]:
    """A network between the lane and its database."""
    made = Proxy(home / "net", books)
    yield made
    made.close()


class Once:
    """A rule that says its word for the first message that fits, and lets all others pass."""

    def __init__(self, word: str, fits: Callable[[bytes, bytes], bool]) -> None:
        self._word, self._fits = word, fits
        self.links: list[Link] = []

    def __call__(self, link: Link, kind: bytes, payload: bytes) -> str:
        """Judge one message."""
        if self.links or not self._fits(kind, payload):
            return PASS
        self.links.append(link)
        return self._word


def is_committed(kind: bytes, payload: bytes) -> bool:
    """Return whether the server says that it has committed."""
    return kind == b"C" and payload == b"COMMIT\0"


@pytest.mark.parametrize("was_committed", [True, False], ids=["it was committed", "it was not"])
def test_a_commit_whose_answer_is_lost_is_answered_from_what_is_stored_once(
    books: str, proxy: Proxy, was_committed: bool
) -> None:
    asked = [bid(n) for n in range(200)] + [deposit(n) for n in range(100)]
    with running(proxy.url) as lane:
        head = lane.submit(deposit(1, tag="first")).result().seq
        if was_committed:
            proxy.down = rule = Once(CUT, is_committed)
        else:
            proxy.up = rule = Once(CUT, lambda kind, payload: statement_of(kind, payload) == "commit")
        heard = answers(lane, asked)
        assert rule.links, "no COMMIT was cut"
        again = answers(lane, asked)
        assert not lane.is_stopped
    assert set(codes(heard)) == {Code.done}
    assert [answer.seq for answer in heard] == list(range(head + 1, head + 301))
    assert [msgspec.msgpack.encode(a) for a in again] == [msgspec.msgpack.encode(a) for a in heard]
    assert one(books, "SELECT head FROM lane WHERE lane = %s", LANE) == head + 300
    books_hold(books)


@pytest.mark.parametrize("first_held", ["advance", "commit"])
def test_a_ghost_batch_is_hung_up_on_so_that_it_holds_nobody_up(books: str, proxy: Proxy, first_held: str) -> None:
    asked = [bid(n) for n in range(100)]
    with running(proxy.url) as lane:
        lane.submit(deposit(1, tag="first")).result()
        futures, ghost = cut_off(proxy, lane, asked, first_held)
        heard = [future.result() for future in futures]
        before = rows(books, LANE)
        ghost.release()
        assert not [payload for kind, payload in ghost.heard if is_committed(kind, payload)]
        assert rows(books, LANE) == before
        assert answers(lane, asked) == heard
    assert set(codes(heard)) == {Code.done}
    assert len(stored(books, LANE, "bid:")) == 100
    books_hold(books)


@pytest.mark.parametrize("first_held", ["advance", "commit"])
def test_a_ghost_batch_that_cannot_be_hung_up_on_is_waited_for_or_refused_by_the_raised_fence(
    books: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, first_held: str
) -> None:
    names = count()
    monkeypatch.setattr(postgres, "writer_name", lambda lane: f"unknown {next(names)}")  # as when another role wrote it
    asked = [bid(n) for n in range(100)]
    with running(proxy.url) as lane:
        head = lane.submit(deposit(1, tag="first")).result().seq
        token = one(books, "SELECT token FROM lane WHERE lane = %s", LANE)
        futures, ghost = cut_off(proxy, lane, asked, first_held)
        if first_held == "advance":
            until(lambda: one(books, "SELECT token FROM lane WHERE lane = %s", LANE) > token, "the fence raised")
        else:
            until(lambda: waits_at_a_lock(books), "the fence waiting for the ghost")
        assert not any(future.done() for future in futures)
        ghost.release()
        heard = [future.result() for future in futures]
        assert answers(lane, asked) == heard
    assert any(b"CG001" in payload for _, payload in ghost.heard) is (first_held == "advance")
    assert any(is_committed(*message) for message in ghost.heard) is (first_held == "commit")
    assert [answer.seq for answer in heard] == list(range(head + 1, head + 101))
    assert set(codes(heard)) == {Code.done}
    books_hold(books)


def cut_off(proxy: Proxy, lane: Lane, asked: list[Instruction], first_held: str) -> tuple["list[Future[Answer]]", Link]:
    """Hand in a batch whose end is held on its way, and cut its sender off: PostgreSQL thinks that he is slow."""
    rule = proxy.up = Once(HOLD, lambda kind, payload: statement_of(kind, payload) == first_held)
    futures = [lane.submit(one_) for one_ in asked]
    until(lambda: rule.links and rule.links[0].is_held.is_set(), "the batch held up")
    rule.links[0].cut_client()
    return futures, rule.links[0]


def test_without_a_connection_callers_are_in_doubt_and_the_same_id_later_has_its_first_answer(
    books: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "DOUBT_SECONDS", 0.05)
    asked = [bid(n) for n in range(100)]
    late = [deposit(n, tag="late") for n in range(10)]
    with running(proxy.url) as lane:
        first = answers(lane, asked[:50])

        def shut(link: Link, kind: bytes, payload: bytes) -> str:
            if statement_of(kind, payload) == "commit":
                proxy.shut()
            return PASS

        proxy.up = shut
        doubted = answers(lane, asked[50:])
        assert set(codes(doubted)) == {Code.in_doubt} and not any(answer.seq for answer in doubted)
        assert set(codes(answers(lane, late))) == {Code.lane_stopped}, "nothing is taken that cannot be decided"
        proxy.up = lambda link, kind, payload: PASS
        proxy.is_open = True
        until(lambda: lane.submit(late[0]).result().code is Code.done, "the connection")
        again = answers(lane, asked)
        assert set(codes(answers(lane, late))) == {Code.done}
        assert not lane.is_stopped
    assert set(codes(again)) == {Code.done} and again[:50] == first
    assert len({answer.seq for answer in again}) == 100
    books_hold(books)


def test_a_lane_that_is_stopped_without_a_connection_ends_and_leaves_everybody_in_doubt(
    books: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "DOUBT_SECONDS", 0.05)
    with running(proxy.url) as lane:
        assert lane.submit(deposit(1)).result().code is Code.done
        proxy.shut()
        futures = [lane.submit(bid(n)) for n in range(10)]
    assert {future.result().code for future in futures} <= {Code.in_doubt, Code.lane_stopped}
    assert not stored(books, LANE, "bid:")
    books_hold(books)


def test_a_connection_that_comes_and_goes_loses_and_doubles_nothing(books: str, proxy: Proxy) -> None:
    asked = [bid(n) for n in range(600)]
    seen = 0

    def every_so_often(link: Link, kind: bytes, payload: bytes) -> str:
        nonlocal seen
        if (kind == b"Q" and b"COPY" in payload) or kind == b"B":
            seen += 1
            return CUT if seen % 97 == 0 else PASS
        return PASS

    with running(proxy.url) as lane:
        proxy.up = every_so_often
        heard = [answer for start in range(0, 600, 20) for answer in answers(lane, asked[start : start + 20])]
        proxy.up = lambda link, kind, payload: PASS
        assert not lane.is_stopped, lane.stopped_because
        assert answers(lane, asked) == heard
    assert seen > 97, "nothing was cut"
    assert set(codes(heard)) == {Code.done}
    books_hold(books)
