"""Housekeeping: what a plane owes goes on after a fault, one lane's trouble is not another's, and nothing leaks in lane 0."""

import socket
from datetime import timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest

from cunguan.kernel.codes import Code
from cunguan.operations import listing_registration
from cunguan.plane import lane as lane_module
from cunguan.plane import server as server_module
from cunguan.plane.client import Client
from cunguan.plane.frames import Submission, encode_submit
from cunguan.plane.process import Process
from cunguan.plane.server import Server
from tests.plane.harness import (
    DAY,
    LANE,
    NAMES,
    TWO,
    Proxy,
    ask,
    books_hold,
    deposit,
    listing,
    one,
    running,
    stored,
    tidy,
    until,
)

ASKED = listing(TWO, "N", amount_minor=1_000_000)
(RESERVE,) = listing_registration.prelude(ASKED, TWO)
LATER = DAY + timedelta(days=3_000)
LOCK = ask(0, "lock:1", "person_lock", act="A1", person="person:L000", reason="stolen phone", maker="m1")


def process(url: str, **given: object) -> Process:
    return Process(url, owner="test", channels=lambda lane: {}, **given)  # type: ignore[arg-type]  # as named there


def reserved_minor(url: str) -> int:
    return int(one(url, "SELECT coalesce(sum(reserved_minor), 0)::int8 FROM exposure WHERE lane = 0"))


def is_locked(url: str) -> bool:
    return bool(one(url, "SELECT count(*) FROM person_here WHERE lane = 1 AND id = 'person:L000' AND state = 'locked'"))


# ── nothing leaks in lane 0 ──────────────────────────────────────────────────
def test_an_id_that_was_used_for_something_else_gives_its_reservation_back(books: str) -> None:
    """The id is taken for ever by an instruction that reserves nothing: what it was reserved for can never come."""
    other = ask(TWO, ASKED.id, "deposit_direct", holder="L000", bank_account="bank", amount_minor=5, payer_matches=True,
                reference="r")  # fmt: skip
    with process(books) as here:
        assert here.plane.ask(TWO, other).code is Code.done
        assert here.plane.ask(TWO, ASKED).code is Code.exists_with_different_kind
        assert reserved_minor(books) == 1_000_000
        tidy(here, 0, DAY)
        tidy(here, 0, LATER)
    assert reserved_minor(books) == 0 and stored(books, TWO, ASKED.id)[ASKED.id][1] == "done"
    books_hold(books)


@pytest.mark.parametrize("name", ["expire:x", "act:1:x", "a b", ""])
def test_what_its_own_lane_would_not_admit_sets_nothing_aside(books: str, name: str) -> None:
    head = one(books, "SELECT head FROM lane WHERE lane = 0")
    with process(books) as here:
        assert here.plane.ask(TWO, msgspec.structs.replace(ASKED, id=name)).code is Code.id_malformed
    assert reserved_minor(books) == 0 and one(books, "SELECT head FROM lane WHERE lane = 0") == head


def test_a_listing_that_stands_keeps_its_reservation_whatever_the_day(books: str) -> None:
    with process(books) as here:
        assert here.plane.ask(TWO, ASKED).code is Code.done
        tidy(here, 0, LATER)
    assert reserved_minor(books) == 1_000_000
    assert len(stored(books, TWO, ASKED.id)) == 1
    books_hold(books)


# ── faults pass ──────────────────────────────────────────────────────────────
def test_messages_are_carried_after_postgresql_was_away(
    books: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "DOUBT_SECONDS", 0.05)
    proxy = Proxy(home / "net", books)
    try:
        with process(proxy.url) as here:
            assert here.plane.ask(LANE, deposit(1)).code is Code.done
            proxy.shut()
            until(lambda: here.plane.ask(LANE, deposit(2)).code is not Code.done, "nothing is answered as done")
            proxy.is_open = True
            until(lambda: here.plane.ask(0, LOCK).code is Code.done, "lane 0 is back")
            until(lambda: is_locked(books), "the lock is carried")
            assert not here.stopped()
    finally:
        proxy.close()
    books_hold(books)


def test_a_lock_that_a_busy_lane_turned_away_is_carried_when_it_has_room(
    books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with process(books) as here:
        monkeypatch.setattr(lane_module, "QUEUE_ITEMS", 0)
        asked: list[object] = []
        here.plane.lanes[0].enqueue(LOCK, asked.append, own=True)  # type: ignore[call-arg]  # the lane itself
        until(lambda: asked, "lane 0 decided")
        until(lambda: one(books, "SELECT count(*) FROM outbox WHERE lane = 0 AND state = 'waiting'"), "it waits")
        assert not is_locked(books)
        monkeypatch.undo()
        until(lambda: is_locked(books), "the lock is carried")
    books_hold(books)


def test_a_raise_that_a_busy_lane_did_not_end_is_ended_when_it_has_room(
    books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = DAY + timedelta(days=10)
    close = ask(LANE, f"close:{DAY.isoformat()}", "day_close", date=DAY, next_date=after)
    with process(books) as here:
        monkeypatch.setattr(lane_module, "QUEUE_ITEMS", 0)
        answered: list[object] = []
        here.plane.lanes[LANE].enqueue(close, answered.append, own=True)  # type: ignore[call-arg]  # the lane itself
        until(lambda: answered, "the day is closed")
        assert one(books, "SELECT business_date FROM lane_day WHERE lane = 1") == after
        monkeypatch.undo()
        until(lambda: not one(books, "SELECT count(*) FROM listing WHERE lane = 1 AND state = 'raising'"), "all ended")
    assert one(books, "SELECT count(*) FROM listing WHERE lane = 1 AND state = 'failed'") == 8
    books_hold(books)


def test_a_lane_that_cannot_be_opened_is_said_and_harms_no_other(books: str, home: Path) -> None:
    platform = ask(
        0, "platform:4", "platform_registration", platform="P4", lane=4, pack="none_recorded", sandbox=True, **NAMES
    )  # fmt: skip
    opening = ask(4, "open:4", "lane_opening", platform="P4", pack="none_recorded", sandbox=True, business_date=DAY,
                  pools=[], bank_accounts=[], **NAMES)  # fmt: skip
    with process(books, wait_seconds=0.0) as here:
        server = Server(here.plane, home / "plane.sock")
        client = Client(server.path, patience_seconds=0.0)
        assert client.ask(0, platform).code is Code.done
        with running(books, 4):
            refused, others = client.ask_all([(4, opening), (LANE, deposit(1))])
            assert refused.code is Code.lane_stopped and "another process" in refused.why
            assert others.code is Code.done
        assert client.ask(4, opening).code is Code.done, "it is tried again when it is asked for"
        client.close()
        server.stop()
    books_hold(books)


def test_a_caller_who_never_reads_is_hung_up_on_in_the_end(
    books: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "UNREAD_MAX", 20)
    frame = encode_submit(1, [Submission(LANE, "w" * 200, "gift", msgspec.Raw(b"\x80"))] * 500)
    with process(books) as here:
        server = Server(here.plane, home / "plane.sock")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as deaf:
            deaf.connect(str(server.path))
            with pytest.raises(OSError, match=r"pipe|reset"):
                for _ in range(10_000):
                    deaf.sendall(frame)
        client = Client(server.path)
        assert client.ask(LANE, deposit(1)).code is Code.done
        client.close()
        server.stop()


def test_a_stop_without_postgresql_ends_and_says_nothing_wrong(
    books: str, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(lane_module, "DOUBT_SECONDS", 0.05)
    proxy = Proxy(home / "net", books)
    try:
        with process(proxy.url, high_water=tmp_path) as here:
            assert here.plane.ask(LANE, deposit(1)).code is Code.done
            proxy.shut()
    finally:
        proxy.close()
    with psycopg.connect(books) as connection:
        connection.execute("UPDATE lease SET until = '-infinity'")
    with process(books, high_water=tmp_path) as here:
        assert here.plane.ask(LANE, deposit(2)).code is Code.done
    books_hold(books)
