"""Drawn moments: which checkpoint takes a snapshot, and what the job does about it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from cunguan.doors.jobs import liabilities as job
from cunguan.doors.liabilities.drawing import ONE_IN, draws
from cunguan.keys.note_keys import Cosigner, Ed25519Signer
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import Note, Signature
from tests.conftest import fresh_database
from tests.prove.case import filled

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
LOG = Ed25519Signer("log.example", bytes(32))
WITNESS = Cosigner("witness.example", bytes([1]) * 32)


def note(size: int, *more: Signature) -> Note:
    text = Checkpoint("log.example", size, bytes([size % 256]) * 32).text()
    return Note(text, (LOG.sign(text), *more))


def cosigned(size: int) -> Note:
    blob = size.to_bytes(8, "big") + bytes(
        64
    )  # what draws is any bytes: whether they are the witness's the quorum has looked
    return note(size, Signature("witness.example", WITNESS.key.id, blob))


def sizes(is_cosigned: bool, wins: bool) -> Iterator[int]:
    make = cosigned if is_cosigned else note
    return (size for size in range(1, 5000) if draws(make(size), is_cosigned=is_cosigned) is wins)


def test_one_signature_in_so_many_draws() -> None:
    found = sum(draws(cosigned(size), is_cosigned=True) for size in range(1, 4001))
    assert 10 < found < 50  # 4000 / 144 are 28
    assert ONE_IN == 144


def test_the_logs_own_signature_draws_nothing_beside_a_cosignature() -> None:
    drawn = next(sizes(is_cosigned=False, wins=True))
    assert draws(note(drawn), is_cosigned=False)
    loser = Signature("witness.example", WITNESS.key.id, bytes(72))
    assert not draws(note(drawn, loser), is_cosigned=True)


def test_each_witness_draws_for_itself() -> None:
    winner = next(sizes(is_cosigned=True, wins=True))
    _, drawn = cosigned(winner).signatures
    other = Signature("other.example", b"abcd", bytes(72))
    assert draws(note(winner, other, drawn), is_cosigned=True) and draws(note(winner, drawn, other), is_cosigned=True)


@pytest.fixture(scope="module")
def books(wheel_server_url: str) -> Iterator[str]:
    for url in fresh_database(wheel_server_url):
        filled(url)
        yield url


def checkpoint(books: str, found: Note, at: datetime, is_cosigned: bool) -> None:
    size = int(found.text.split("\n")[1])
    with psycopg.connect(books) as connection:
        connection.execute(
            "INSERT INTO log_checkpoint (log, size, root, at, note, cosigned_at) VALUES (1, %s, %s, %s, %s, %s)",
            (size, bytes(32), at, found.write(), at if is_cosigned else None),
        )


def slots(books: str, home: Path, now: datetime) -> set[tuple[str, str]]:
    context: Any = SimpleNamespace(
        pool=SimpleNamespace(conninfo=books), clock=SimpleNamespace(now=lambda: now), zone=UTC, home=home
    )
    return {(one.snapshot.slot, one.snapshot.drawn_by) for one in job.sweep(context)}


def test_the_job_takes_a_snapshot_a_day_and_what_is_drawn_and_nothing_twice(books: str, tmp_path: Path) -> None:
    daily = ("daily:2026-11-26", "")
    lost, won = next(sizes(is_cosigned=False, wins=False)), next(sizes(is_cosigned=False, wins=True))
    checkpoint(books, note(lost), NOW - timedelta(minutes=50), is_cosigned=False)
    assert slots(books, tmp_path, NOW) == {daily}
    assert slots(books, tmp_path, NOW) == set()

    checkpoint(books, note(won), NOW - timedelta(minutes=30), is_cosigned=False)
    assert slots(books, tmp_path, NOW) == {(f"drawn:1:{won}", "custodian")}
    assert slots(books, tmp_path, NOW + timedelta(minutes=1)) == set()

    # from the first cosignature on the log's own signature draws no more
    drawn = next(size for size in sizes(is_cosigned=True, wins=True) if size not in (lost, won))
    another = next(size for size in sizes(is_cosigned=False, wins=True) if size not in (lost, won, drawn))
    checkpoint(books, cosigned(drawn), NOW + timedelta(minutes=20), is_cosigned=True)
    checkpoint(books, note(another), NOW + timedelta(minutes=40), is_cosigned=False)
    assert slots(books, tmp_path, NOW + timedelta(hours=1)) == {(f"drawn:1:{drawn}", "witness")}


def test_of_ten_minutes_the_first_checkpoint_alone_draws(books: str, tmp_path: Path) -> None:
    with psycopg.connect(books) as connection:
        taken = {int(size) for (size,) in connection.execute("SELECT size FROM log_checkpoint")}
    first = next(size for size in sizes(is_cosigned=True, wins=False) if size not in taken)
    second = next(size for size in sizes(is_cosigned=True, wins=True) if size not in taken)
    later = NOW + timedelta(days=3)
    checkpoint(books, cosigned(first), later + timedelta(minutes=1), is_cosigned=True)
    checkpoint(books, cosigned(second), later + timedelta(minutes=2), is_cosigned=True)
    assert slots(books, tmp_path, later + timedelta(minutes=3)) == {("daily:2026-11-29", "")}


def test_a_pool_whose_books_do_not_sum_holds_up_nobodys_drawn_snapshot(books: str, tmp_path: Path) -> None:
    change = "UPDATE balance SET balance = balance + %s WHERE (lane, account) = (SELECT lane, min(account) FROM balance GROUP BY 1 LIMIT 1)"
    with psycopg.connect(books, autocommit=True) as connection:
        taken = {int(size) for (size,) in connection.execute("SELECT size FROM log_checkpoint")}
        drawn = next(size for size in sizes(is_cosigned=True, wins=True) if size not in taken)
        later = NOW + timedelta(days=6)
        checkpoint(books, cosigned(drawn), later, is_cosigned=True)
        connection.execute(change, (1,))
        assert slots(books, tmp_path, later + timedelta(minutes=1)) == set()
        connection.execute(change, (-1,))
        query = "SELECT DISTINCT slot FROM liability_snapshot WHERE slot IN (%s, %s)"
        found = connection.execute(query, ("daily:2026-12-02", f"drawn:1:{drawn}")).fetchall()
    assert sorted(slot for (slot,) in found) == ["daily:2026-12-02", f"drawn:1:{drawn}"]
