"""Sharing: planes of one installation share its lanes; whose owner died is taken by the others, and nothing is lost or doubled."""

import asyncio
import itertools
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psycopg
import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.asking import Asking
from cunguan.plane.client import Client
from cunguan.plane.sharing import REST_SECONDS, SHY_SECONDS, Place, Share, Sharing
from tests.conftest import make_home, remove_home
from tests.plane.harness import (
    LANE,
    NAMES,
    THREE,
    TWO,
    ask,
    at_once,
    bid,
    books_hold,
    deposit,
    listing,
    one,
    stored,
    until,
)
from tests.plane.test_lane_move import owner, plane, verb


# ── which lanes are taken ────────────────────────────────────────────────────
class Rounds:
    """A Sharing of the second of two planes, driven round by round."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.taken: list[int] = []
        self.fails: set[int] = set()
        self.is_away, self.now = False, 0.0
        self.sharing = Sharing(Share(1, 2), self._read, lambda: set(self.taken), self._take, lambda: self.now)

    def _read(self) -> Sequence[Place]:
        if self.is_away:
            raise psycopg.OperationalError("PostgreSQL is away")
        return self.places

    def _take(self, lane: int) -> None:
        if lane in self.fails:
            raise RuntimeError("it cannot be opened here")
        self.taken.append(lane)

    def at(self, now: float, *places: Place) -> list[int]:
        """Look once; return the lanes that were taken now."""
        before = list(self.taken)
        self.places, self.now = list(places), now
        self.sharing.round()
        return self.taken[len(before) :]


FREE = [Place(lane, "") for lane in range(4)]
OWNED = [Place(lane, "host:1 /a.sock") for lane in range(4)]
ALL = [0, 1, 2, 3]


def test_a_plane_that_starts_takes_what_begins_here_and_leaves_the_rest_to_the_others_for_a_while() -> None:
    rounds = Rounds()
    assert rounds.at(0.0, *FREE) == [1, 3]
    assert rounds.at(SHY_SECONDS - 0.1, *FREE) == []
    assert sorted(rounds.at(SHY_SECONDS, *FREE)) == [0, 2]


def test_a_plane_does_not_fight_for_what_another_has() -> None:
    rounds = Rounds()
    assert rounds.at(100.0, *OWNED) == rounds.at(200.0, *OWNED) == []
    assert rounds.sharing.addresses == dict.fromkeys(ALL, "/a.sock")


def test_a_plane_takes_at_once_what_its_owner_lost() -> None:
    rounds = Rounds()
    assert rounds.at(0.0, *OWNED) == []
    assert sorted(rounds.at(0.2, *FREE)) == ALL


def test_after_postgresql_was_away_the_owners_come_first() -> None:
    rounds = Rounds()
    assert rounds.at(100.0, *OWNED) == []
    rounds.is_away = True
    assert rounds.at(101.0, *FREE) == []
    rounds.is_away = False
    assert rounds.at(101.5, *FREE) == []
    assert rounds.at(102.0, *OWNED) == []
    assert sorted(rounds.at(110.0, *FREE)) == ALL


def test_what_cannot_be_opened_here_is_left_to_others_for_a_while() -> None:
    rounds = Rounds()
    rounds.fails = {1}
    assert rounds.at(0.0, *FREE) == [3]
    rounds.fails = set()
    assert rounds.at(REST_SECONDS - 0.1, Place(1, "")) == []
    assert rounds.at(REST_SECONDS, Place(1, "")) == [1]


# ── real planes ──────────────────────────────────────────────────────────────
class Two:
    """Two planes that share the lanes of one database, each with a socket."""

    def __init__(self, url: str, home: Path, stack: ExitStack) -> None:
        self.url, self.home, self._stack = url, home, stack
        self.paths = [home / "p1.sock", home / "p2.sock"]
        self.children: dict[int, subprocess.Popen[str]] = {}

    def start(self, place: int) -> None:
        argv = ("--socket", str(self.paths[place]), "--among", f"{place + 1}/2")
        self.children[place] = self._stack.enter_context(plane(self.url, self.home, *argv))

    def kill(self, place: int) -> None:
        self.children[place].kill()
        self.children[place].wait()

    def owners(self) -> dict[int, str]:
        with psycopg.connect(self.url) as connection:
            found = connection.execute("SELECT lane, owner FROM lease WHERE until > clock_timestamp()").fetchall()
        return {lane: Path(name.partition(" ")[2]).name for lane, name in found}


@pytest.fixture
def two(books: str) -> Iterator[Two]:
    home = make_home()
    with ExitStack() as stack:
        found = Two(books, home, stack)
        at_once([partial(found.start, 0), partial(found.start, 1)])
        yield found
    remove_home(home)


class Load:
    """Callers of one loop that go on asking two lanes, and keep what they were answered."""

    def __init__(self, asks: Asking, callers: int = 8) -> None:
        self.answers: dict[tuple[int, str], Answer] = {}
        self._asks, self._numbers, self._stopping = asks, itertools.count(), False
        self._tasks = [asyncio.create_task(self._ask()) for _ in range(callers)]

    async def _ask(self) -> None:
        while not self._stopping:
            number = next(self._numbers)
            lane, asked = _of(number)
            self.answers[lane, asked.id] = await self._asks.ask(lane, asked)

    async def more(self, lane: int, count: int) -> None:
        """Return when so many more of a lane are answered."""
        target = self._of(lane) + count
        while self._of(lane) < target:
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        self._stopping = True
        await asyncio.gather(*self._tasks)

    def _of(self, lane: int) -> int:
        return sum(of == lane for of, _ in self.answers)


def _of(number: int) -> tuple[int, Instruction]:
    if number % 2:
        return LANE, (bid if number % 4 == 1 else deposit)(number, tag="load")
    return TWO, ask(
        TWO, f"load:{number:06}", "deposit_direct", holder="L000", bank_account="bank", amount_minor=100,
        payer_matches=True, reference=f"r{number}",
    )  # fmt: skip


def test_a_lane_whose_owner_is_killed_goes_on_at_the_other_and_loses_nothing(two: Two) -> None:
    until(lambda: two.owners() == {0: "p1.sock", 1: "p2.sock", 2: "p1.sock", 3: "p2.sock"}, "the lanes are shared")

    async def act() -> dict[tuple[int, str], Answer]:
        asks = Asking(two.paths, patience_seconds=120.0)
        load = Load(asks)
        await load.more(LANE, 100)
        heads = [one(two.url, "SELECT token FROM lane WHERE lane = %s", lane) for lane in (0, TWO)]
        two.kill(1)
        await load.more(LANE, 200)
        await asyncio.to_thread(until, lambda: two.owners() == dict.fromkeys(range(4), "p1.sock"), "all are taken")
        await asyncio.to_thread(two.start, 1)
        await load.more(LANE, 100)
        await load.more(TWO, 100)
        assert two.owners() == dict.fromkeys(range(4), "p1.sock"), "who comes back does not fight"
        assert [one(two.url, "SELECT token FROM lane WHERE lane = %s", lane) for lane in (0, TWO)] == heads
        two.kill(0)
        await load.more(LANE, 100)
        await load.more(TWO, 100)
        await asyncio.to_thread(until, lambda: two.owners() == dict.fromkeys(range(4), "p2.sock"), "all come back")
        await load.stop()
        await asks.close()
        return load.answers

    answers = asyncio.run(act())
    assert {answer.code for answer in answers.values()} == {Code.done}
    for lane in (LANE, TWO):
        found = stored(two.url, lane, "load:")
        assert found == {i: (a.seq, "done", 0) for (of, i), a in answers.items() if of == lane}
    books_hold(two.url)


def test_each_plane_hands_on_what_the_other_has_and_a_new_platform_gets_its_lane(two: Two) -> None:
    clients = [Client(path, patience_seconds=60.0) for path in two.paths]
    try:
        for number, client in enumerate(clients):
            assert client.ask(LANE, deposit(number)).code is Code.done
            assert client.ask(TWO, listing(TWO, f"N{number}", amount_minor=1_000)).code is Code.done
            registered = ask(0, f"platform:{4 + number}", "platform_registration", platform=f"P{4 + number}",
                             lane=4 + number, sandbox=True, pack="cn_p2p", **NAMES)  # fmt: skip
            assert client.ask(0, registered).code is Code.done
            assert client.ask(99, deposit(7)).code is Code.unknown_lane
        shared = {**dict.fromkeys((0, TWO, 4), "p1.sock"), **dict.fromkeys((LANE, THREE, 5), "p2.sock")}
        until(lambda: two.owners() == shared, "the new lanes are shared")
    finally:
        for client in clients:
            client.close()
    books_hold(two.url)


def test_a_lane_that_was_moved_stays_where_it_was_put_and_comes_back_when_that_dies(two: Two) -> None:
    first, second = map(str, two.paths)
    until(lambda: owner(two.url) == second, "it begins at the second")
    assert verb(two.url, two.home, "move", str(LANE), "--to", first) == 0
    client = Client(two.paths[1], patience_seconds=60.0)
    try:
        assert [client.ask(LANE, deposit(n)).code for n in range(50)] == [Code.done] * 50
        assert owner(two.url) == first
        two.kill(0)
        assert client.ask(LANE, deposit(50)).code is Code.done
        until(lambda: two.owners() == dict.fromkeys(range(4), "p2.sock"), "the other lanes follow")
    finally:
        client.close()
    books_hold(two.url)


def test_what_was_handed_on_is_not_handed_on_again(two: Two) -> None:
    until(lambda: two.owners().get(LANE) == "p2.sock", "it begins at the second")
    client = Client(two.paths[0])
    try:
        assert client.submit([(LANE, deposit(1))], is_onward=True).result()[0].code is Code.lane_stopped
        group = client.submit([(LANE, deposit(n)) for n in (1, 2)], is_group=True, is_onward=True).result()
        assert [answer.code for answer in group] == [Code.lane_stopped] * 2
        assert client.ask(LANE, deposit(1)).code is Code.done
        assert [answer.code for answer in client.ask_atomic(LANE, [deposit(2), deposit(3)])] == [Code.done] * 2
    finally:
        client.close()
