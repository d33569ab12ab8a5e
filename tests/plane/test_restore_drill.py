"""Restore drill: payments, a backup, more payments, a dead server, the backup put back: each payment leaves once.

The bank's own balance and the books' 1010 say so; the proof names the gap and holds.
"""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cunguan.channels.demobank.bank import SUCCESS, Behaviour, DemoBank
from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.plane import highwater
from cunguan.plane.highwater import DatabaseIsBehind
from cunguan.plane.process import Process
from cunguan.plane.restore import ABOVE_MARK, NotDeclared, declare
from cunguan.prove.report import prove
from cunguan.store.embedded.server import Server
from tests.conftest import make_home, remove_home, wheel_binaries
from tests.plane.harness import DAY, LANE, ask, balance, ground, one, until
from tests.plane.test_kill import Load, Plane

NEVER_ARRIVES = Behaviour(answers=False, lost=10**9)
COOLED = date(2026, 3, 20)
BY = {"by": "Li", "and_by": "Wang"}


@pytest.fixture
def other_home() -> Iterator[Path]:
    home = make_home()
    yield home
    remove_home(home)


class Bank(DemoBank):
    """The demo bank, with the account of lane 1."""

    def __init__(self) -> None:
        super().__init__(today=COOLED)
        self.open("r1", "P1", 100 * 100_000_000)

    def channels(self, lane: int) -> dict[str, Any]:
        return {"demobank": self.line("P1")} if lane == LANE else {}

    def paid(self) -> dict[str, int]:
        """Return how often each payment left."""
        found: dict[str, int] = {}
        for line in self.lines:
            assert not line.credit
            found[line.reference] = found.get(line.reference, 0) + 1
        return found


def nobody(lane: int) -> dict[str, Any]:
    return {}


def withdraw(process: Process, name: str, n: int) -> Answer:
    holder = f"L{n:03}"
    return process.plane.ask(LANE, ask(
        LANE, name, "withdrawal", holder=holder, card=f"{holder}:card", bank_account="bank", amount_minor=1_000 + n,
        payee_hash=f"payee:{holder}",
    ))  # fmt: skip


def state(url: str, name: str) -> str:
    return str(one(url, "SELECT state FROM withdrawal WHERE id = %s", name))


def cards(process: Process) -> None:
    for n in range(6):
        holder = f"L{n:03}"
        bound = ask(
            LANE, f"bind:{holder}", "card_binding", holder=holder, card=f"{holder}:card", payee_hash=f"payee:{holder}"
        )
        assert process.plane.ask(LANE, bound).code is Code.done
    close = ask(LANE, f"close:{DAY}", "day_close", date=DAY, next_date=COOLED)
    assert process.plane.ask(LANE, close).code is Code.done


def verb(home: Path, *argv: str) -> int:
    return cli.main(["db", *argv], Wiring({"CUNGUAN_HOME": str(home), "PATH": os.environ["PATH"]}))


def found(url: str, change: str) -> str:
    """Return what the proof finds first after a change behind the plane's back."""
    with psycopg.connect(url) as owner:
        owner.execute(change.encode())
    report = prove(url)
    assert report.first is not None
    return report.first.what


def run_until_settled(url: str, home: Path, bank: Bank, *names: str) -> None:
    with Process(url, owner="test", channels=bank.channels, high_water=home):
        until(lambda: all(state(url, name) == "settled" for name in names), f"{names} are settled")


def lose_it(home: Path, folder: Path, bank: Bank) -> None:
    """Make payments, a backup, more payments; then the server dies for ever."""
    server = Server(home, wheel_binaries())
    url = server.start(tied=True)
    ground(url)
    with Process(url, owner="test", channels=nobody, high_water=home) as process:
        cards(process)
        assert withdraw(process, "W1", 1).code is Code.done
    run_until_settled(url, home, bank, "W1")
    with Process(url, owner="test", channels=nobody, high_water=home) as process:
        assert withdraw(process, "W2", 2).code is withdraw(process, "W3", 3).code is Code.done
        assert verb(home, "backup", str(folder)) == 0
        assert withdraw(process, "W4", 4).code is Code.done
    bank.tell("P1", "W3", NEVER_ARRIVES)
    run_until_settled(url, home, bank, "W2", "W4")
    assert state(url, "W3") in ("sent", "in_doubt")
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    server.stop()


def test_every_payment_leaves_once_whatever_was_restored(
    home: Path, other_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bank, folder = Bank(), tmp_path / "backup"
    lose_it(home, folder, bank)
    before = bank.balance("r1")
    for mark in home.glob("high-water-*.json"):
        shutil.copy(mark, other_home)  # the operator has kept it apart
    capsys.readouterr()
    assert verb(other_home, "restore", str(folder), "--into", str(other_home), "--verify", "--json") == 0
    restored = json.loads(capsys.readouterr().out)
    assert restored["holds"] and restored["digest"]
    assert verb(other_home, "restore", str(folder), "--into", str(other_home)) == 1, "there is a database already"
    server = Server(other_home, wheel_binaries())
    url = server.start(tied=True)
    try:
        # it refuses to start, and one person cannot change that
        with pytest.raises(DatabaseIsBehind, match="older copy"):
            Process(url, owner="test", channels=bank.channels, high_water=other_home).start()
        assert verb(other_home, "declare-restore", "--reason", "disk lost", "--by", "Li", "--and", "Li ") == 1
        with pytest.raises(DatabaseIsBehind):
            Process(url, owner="test", channels=bank.channels, high_water=other_home).start()
        mark = highwater.kept(highwater.seen(url), other_home)
        assert mark is not None
        head = restored["heads"]["1"]
        assert mark.heads["1"] > head
        assert verb(other_home, "declare-restore", "--reason", "disk lost", "--by", "Li", "--and", "Wang") == 0
        assert one(url, "SELECT count(DISTINCT installation) FROM epoch") == 1, "it is still the same installation"
        assert one(url, "SELECT head FROM lane WHERE lane = 1") == mark.heads["1"] + ABOVE_MARK

        # what may have left is held, and listed
        capsys.readouterr()
        assert verb(other_home, "held-payments", "--json") == 1
        assert [item["payment"] for item in json.loads(capsys.readouterr().out)["held"]] == ["W2", "W3"]
        with Process(url, owner="test", channels=bank.channels, high_water=other_home) as process:
            # W2 had left: the bank says so, and it is settled without a byte; W4 is the bank's alone
            until(lambda: state(url, "W2") == "settled", "the bank's word on W2 is in the books")
            unmatched = "SELECT count(*) FROM instruction WHERE kind = 'payment_unmatched' AND state = 'done'"
            until(lambda: one(url, unmatched) == 1, "what the bank has and the books do not is noted")
            assert state(url, "W3") == "held"
            assert bank.balance("r1") == before
            # other business goes on meanwhile
            assert withdraw(process, "W5", 5).code is Code.done
            until(lambda: state(url, "W5") == "settled", "a new payment leaves")
            verb(other_home, "held-payments", "--json")
            listed = json.loads(capsys.readouterr().out)
            assert [item["payment"] for item in listed["held"]] == ["W3"]
            assert [(item["end_to_end_id"], item["amount_minor"]) for item in listed["unmatched"]] == [("W4", 1_004)]
            # W3: nobody at the bank knows it; two people let it go
            bank.tell("P1", "W3", SUCCESS)
            names = {"reason": "not on the statement to the 20th", "maker": "Li", "checker": "Wang"}
            release = ask(LANE, "release:W3", "payment_release", payment="W3", **names)
            assert process.plane.ask(LANE, release).code is Code.done
            until(lambda: state(url, "W3") == "settled", "W3 leaves")
            # W4: the platform asks again under its id, as it does with what it never saw settled
            assert withdraw(process, "W4", 4).code is Code.done
            until(lambda: state(url, "W4") == "settled", "W4 meets the bank's word")
        assert verb(other_home, "held-payments") == 0
        assert bank.paid() == dict.fromkeys(("W1", "W2", "W3", "W4", "W5"), 1)
        assert bank.balance("r1") == balance(url, "bank", "1010")
        report = prove(url)
        assert report.holds, report.first
        gap = f"lane 1: {head + 1} to {mark.heads['1'] + ABOVE_MARK}, declared by epoch 2 (disk lost)"
        assert gap in report.gaps
        assert (
            found(url, "INSERT INTO payment_release VALUES (1, 'W2:2', 'W2', 2, 5)") == "two people did not release it"
        )
        left = "it left again after the restore of epoch 2, released by nobody"
        assert found(url, "DELETE FROM payment_release") == left
        with Process(url, owner="test", channels=nobody, high_water=other_home):
            pass  # and it starts like any other
        with pytest.raises(NotDeclared, match="two different names"):
            declare(url, other_home, reason="x", by="Li", and_by="")
        with (
            Process(url, owner="test", channels=nobody, high_water=other_home),
            pytest.raises(NotDeclared, match="plane"),
        ):
            declare(url, other_home, reason="x", **BY)
    finally:
        server.stop()


def test_a_backup_under_load_is_restored_to_books_that_hold(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:

    server = Server(home, wheel_binaries())
    url = server.start(tied=True)
    try:
        ground(url)
        plane = Plane(url, home)
        try:
            with Load(home / "plane.sock") as load:
                load.wait_for(200)
                assert verb(home, "backup", str(tmp_path / "one"), "--json") == 0
                taken = json.loads(capsys.readouterr().out)
                load.wait_for(200)
        finally:
            assert plane.stop() == 0
        assert verb(home, "restore", str(tmp_path / "one"), "--verify", "--json") == 0
        found = json.loads(capsys.readouterr().out)
        assert found["holds"] and found["missing"] == []
        assert found["heads"]["1"] >= taken["heads"]["1"] > 0
        assert taken["is_verified"]
    finally:
        server.stop()


def test_a_backup_that_lost_a_byte_is_refused(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "one"
    assert verb(home, "start") == 0
    try:
        assert verb(home, "upgrade") == 0
        assert verb(home, "backup", str(folder)) == 0
        assert verb(home, "backup", str(folder)) == 1, "a backup is never written over another"
        assert verb(home, "restore", str(folder)) == 2
        victim = max((folder / "data" / "base").rglob("*"), key=lambda path: path.stat().st_size)
        with victim.open("r+b") as file:
            file.seek(100)
            byte = file.read(1)
            file.seek(100)
            file.write(bytes([byte[0] ^ 1]))
        capsys.readouterr()
        assert verb(home, "restore", str(folder), "--verify") == 1
        assert "damaged" in capsys.readouterr().err
    finally:
        verb(home, "stop")


def test_a_restored_home_without_a_mark_does_not_start_either(
    home: Path, other_home: Path, tmp_path: Path, wheel_database: str
) -> None:
    assert verb(home, "start") == 0
    try:
        assert verb(home, "upgrade") == 0
        assert verb(home, "backup", str(tmp_path / "one")) == 0
    finally:
        verb(home, "stop")
    assert verb(other_home, "restore", str(tmp_path / "one"), "--into", str(other_home)) == 0
    server = Server(other_home)
    url = server.start(tied=True)
    try:
        with pytest.raises(DatabaseIsBehind, match="came out of a backup"):
            highwater.check(url, other_home)
        assert declare(url, other_home, reason="drill", **BY).epoch == 2
        highwater.check(url, other_home)
    finally:
        server.stop()
