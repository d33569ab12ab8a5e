"""Legal orders over lanes: exactly what was ordered is frozen, whoever pays in or out at the same time, wherever it stops."""

import itertools
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.process import Process
from tests.plane.harness import DAY, LANE, NAMES, THREE, TWO, Child, ask, at_once, books_hold, one, running, tidy, until

PERSON, HOLDER = "person:L000", "L000"


def process(url: str) -> Process:
    return Process(url, owner="next", channels=lambda lane: {}, wait_seconds=30.0)


def order(amount_minor: int, name: str = "O1", expires: int = 30) -> Instruction:
    return ask(
        0, name, "legal_order", issuer="court", instrument=name, currency="CNY", amount_minor=amount_minor,
        expires=DAY + timedelta(days=expires), person=PERSON, **NAMES,
    )  # fmt: skip


def paid_in(lane: int, n: int, amount_minor: int) -> Instruction:
    return ask(
        lane, f"in:{n:04}", "deposit_direct", holder=HOLDER, bank_account="bank", amount_minor=amount_minor,
        payer_matches=True, reference=f"r{n}",
    )  # fmt: skip


def set_aside(lane: int, n: int, amount_minor: int) -> Instruction:
    return ask(
        lane, f"aside:{n:04}", "general_hold", holder=HOLDER, amount_minor=amount_minor, reason="race",
        until=DAY + timedelta(days=9), authority="M", **NAMES,
    )  # fmt: skip


def frozen(url: str) -> dict[int, int]:
    """Return 2040 of the person in the two lanes."""
    return {
        lane: int(
            one(
                url, "SELECT balance FROM account JOIN balance USING (lane, account) "
                "WHERE lane = %s AND owner = %s AND code = '2040'", lane, HOLDER,
            )
        )
        for lane in (TWO, THREE)
    }  # fmt: skip


def available(url: str) -> int:
    return int(
        one(
            url, "SELECT sum(balance)::int8 FROM account JOIN balance USING (lane, account) "
            "WHERE lane IN (2, 3) AND owner = %s AND code = '2010'", HOLDER,
        )
    )  # fmt: skip


def is_quiet(url: str) -> bool:
    """Test that every lane has heard what was said to it, and lane 0 what they said."""
    return not one(url, "SELECT count(*) FROM outbox WHERE channel LIKE 'lane:%%' AND state <> 'answered'")


def confirmed(url: str, name: str = "O1") -> tuple[int, str]:
    return (
        int(one(url, "SELECT filled_minor FROM legal_order WHERE lane = 0 AND id = %s", name)),
        str(one(url, "SELECT state FROM legal_order WHERE lane = 0 AND id = %s", name)),
    )


@pytest.fixture
def sixty(books: str) -> str:
    """60.00 on each of two platforms."""
    with running(books, 0, TWO, THREE) as plane:
        for lane in (TWO, THREE):
            assert plane.ask(lane, paid_in(lane, 0, 6_000)).code is Code.done
    return books


def test_a_hundred_over_sixty_and_sixty_freezes_exactly_a_hundred(sixty: str) -> None:
    """64 callers set the same money aside and pay more in, while the order goes from lane to lane."""
    with process(sixty) as here:

        def call(n: int) -> Callable[[], Answer]:
            lane = (TWO, THREE)[n % 2]
            if n == 40:
                return lambda: here.plane.ask(0, order(10_000))
            asked = set_aside(lane, n, 50) if n % 3 == 0 else paid_in(lane, n, 70)
            return lambda: here.plane.ask(lane, asked)

        answers: list[Answer] = at_once([call(n) for n in range(1, 257)])
        until(lambda: is_quiet(sixty), "all messages are answered")
    held = 50 * sum(answer.code is Code.done and answer.id.startswith("aside:") for answer in answers)
    paid = 12_000 + 70 * sum(answer.id.startswith("in:") for answer in answers)
    assert {answer.code for answer in answers} <= {Code.done, Code.insufficient_balance}
    assert sum(frozen(sixty).values()) == 10_000
    assert confirmed(sixty) == (10_000, "in_force")
    assert available(sixty) == paid - held - 10_000
    books_hold(sixty)


def test_two_orders_larger_than_all_there_is_take_every_credit(sixty: str) -> None:
    with process(sixty) as here:
        asks: list[Callable[[], Answer]] = [lambda: here.plane.ask(0, order(15_000))]
        asks += [lambda n=n: here.plane.ask((TWO, THREE)[n % 2], paid_in((TWO, THREE)[n % 2], n, 100))
                 for n in range(1, 65)]  # type: ignore[misc]  # one number a call  # fmt: skip
        asks.append(lambda: here.plane.ask(0, order(99_000, "O2")))
        assert {answer.code for answer in at_once(asks)} == {Code.done}
        until(lambda: is_quiet(sixty), "all messages are answered")
    total = 12_000 + 6_400
    assert (available(sixty), sum(frozen(sixty).values())) == (0, total)
    filled = {name: confirmed(sixty, name)[0] for name in ("O1", "O2")}
    first = one(sixty, "SELECT id FROM legal_order WHERE lane = 0 ORDER BY seq LIMIT 1")
    assert filled == ({"O1": 15_000, "O2": total - 15_000} if first == "O1" else {"O1": 0, "O2": total})
    books_hold(sixty)


@pytest.mark.parametrize("stop", range(1, 8))
def test_a_crash_between_the_lanes_leaks_nothing(sixty: str, stop: int) -> None:
    """The plane stops after so many messages were handed over, and the answer to the last one is lost."""
    with running(sixty, 0, LANE, TWO, THREE) as plane:
        assert plane.ask(0, order(10_000)).code is Code.done
        handed = 0
        while handed < stop:
            message = _oldest(sixty)
            if message is None:
                break
            origin, lane, instruction, name = message
            assert plane.ask(lane, instruction).code is Code.done
            handed += 1
            if handed < stop:
                note = ask(origin, f"answered:{lane}:{name}", "message_answered", message=name, code="done")
                assert plane.ask(origin, note).code is Code.done
    with process(sixty):
        until(lambda: is_quiet(sixty), "the next plane has carried what was left")
    assert frozen(sixty) == {TWO: 6_000, THREE: 4_000}
    assert confirmed(sixty) == (10_000, "in_force")
    books_hold(sixty)


def _oldest(url: str) -> tuple[int, int, Instruction, str] | None:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT lane, channel, payload, id FROM outbox WHERE channel LIKE 'lane:%' AND state = 'waiting' "
            "ORDER BY seq, id LIMIT 1"
        ).fetchone()
    if row is None:
        return None
    origin, channel, payload, name = row
    said = msgspec.json.decode(bytes(payload))
    lane = int(channel.removeprefix("lane:"))
    return origin, lane, ask(lane, said["id"], said["kind"], **said["body"]), name


def test_a_killed_plane_leaks_nothing(sixty: str, home: Path) -> None:
    """kill -9 while credits come in, and words and reports are under way."""
    child = Child(sixty, home / "plane.sock").start()
    client = child.client(1.0)
    assert client.ask(0, order(30_000)).code is Code.done
    killed = threading.Event()

    def pay(lane: int) -> None:
        for n in itertools.count(1_000 * lane):
            if killed.is_set():
                return
            client.ask(lane, paid_in(lane, n, 10))

    callers = [threading.Thread(target=pay, args=(lane,)) for lane in (TWO, THREE)]
    for caller in callers:
        caller.start()
    until(lambda: sum(frozen(sixty).values()) > 12_100, "some of it came in")
    child.kill()
    killed.set()
    for caller in callers:
        caller.join()
    client.close()
    with process(sixty):
        until(lambda: is_quiet(sixty), "the next plane has carried what was left")
    assert available(sixty) == max(0, sum(frozen(sixty).values()) + available(sixty) - 30_000)
    assert sum(frozen(sixty).values()) == confirmed(sixty)[0]
    books_hold(sixty)


def test_the_timer_ends_an_order_that_nobody_renewed(sixty: str) -> None:
    with process(sixty) as here:
        assert here.plane.ask(0, order(10_000, expires=0)).code is Code.done
        until(lambda: is_quiet(sixty), "it is frozen")
        tidy(here, 0, DAY)
        assert confirmed(sixty) == (10_000, "in_force")
        close = ask(0, f"close:{DAY}", "day_close", date=DAY, next_date=DAY + timedelta(days=1))
        assert here.plane.ask(0, close).code is Code.done
        until(lambda: confirmed(sixty) == (0, "expired"), "the housekeeper ends it on the new day")
        until(lambda: is_quiet(sixty), "the lanes have heard it")
    assert (frozen(sixty), available(sixty)) == ({TWO: 0, THREE: 0}, 12_000)
    books_hold(sixty)
