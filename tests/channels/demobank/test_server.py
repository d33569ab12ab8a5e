"""The demo bank as a process: a Channel over HTTP like the one in memory, and a kill forgets nothing it answered."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from cunguan.channels.base import BankAnswer
from cunguan.channels.demobank.bank import LATE, REJECT, RETURNED, SUCCESS, Behaviour
from cunguan.channels.demobank.calls import BeginDay, CallOf, Draw, Open, Receive, Tell
from cunguan.channels.demobank.journal import Journal, JournalWrong
from cunguan.channels.demobank.line import AddressWrong, BankRefuses, Counter, HttpLine, local
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.rows import Message
from cunguan.operations.withdrawal import CreditTransfer

DAY = date(2024, 3, 4)
MUTE = Behaviour(answers=False, mute_days=2)


class Bank:
    """The process."""

    def __init__(self, home: Path) -> None:
        self._environ = {**os.environ, "CUNGUAN_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        self._port = "0"
        self.start()

    def start(self) -> None:
        argv = [sys.executable, "-m", "cunguan.config.main", "demobank", "--port", self._port, "--today", str(DAY)]
        self.process = subprocess.Popen(argv, env=self._environ, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().split()[-1]
        self._port = self.address.rpartition(":")[2]

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def do(self, *calls: CallOf) -> list[Any]:
        async def all_() -> list[Any]:
            async with Counter(self.address) as counter:
                return [await counter.do(call) for call in calls]

        return asyncio.run(all_())

    def lines(self, account: str, after: int = 0) -> list[Any]:
        async def some() -> list[Any]:
            async with Counter(self.address) as counter:
                return await counter.lines(account, after)

        return asyncio.run(some())


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    running = Bank(tmp_path_factory.mktemp("bank"))
    running.do(Open("ref", "P1"), Receive("r0", "ref", 10_000, "L1"))
    yield running
    assert running.end(signal.SIGTERM) == 0


def message(end_to_end_id: str, amount_minor: int = 600, account: str = "ref") -> Message:
    transfer = CreditTransfer(end_to_end_id, "payee", amount_minor, "CNY", account)
    return Message(end_to_end_id, "demobank", "credit_transfer", canonical_json(transfer), 1, "sending")


def said(answer: BankAnswer | None) -> str:
    return "silence" if answer is None else answer.status


@pytest.mark.parametrize(
    ("name", "behaviour", "answer", "asked"),
    [
        ("pays", SUCCESS, "settled", "settled"),
        ("rejects", REJECT, "rejected", "rejected"),
        ("late", LATE, "silence", "pending"),
        ("mute", MUTE, "silence", "silence"),
    ],
)
def test_a_payment_ends_as_it_was_told(bank: Bank, name: str, behaviour: Behaviour, answer: str, asked: str) -> None:
    bank.do(Tell("P1", name, behaviour))
    line = HttpLine(bank.address, "P1")
    assert (said(line.send(message(name))), said(line.query(name))) == (answer, asked)
    assert name in {payment.end_to_end_id for payment in line.payments(DAY) or ()}
    assert said(HttpLine(bank.address, "P2").query(name)) == "unknown"


def test_a_kill_forgets_nothing_that_was_answered(bank: Bank) -> None:
    line = HttpLine(bank.address, "P1")
    bank.do(Draw("P1", ((RETURNED, 1),)), Receive("r1", "ref", 500, "L2", "L2", "card"), BeginDay(date(2024, 3, 5)))
    sent = line.send(message("before-the-kill"))
    before = (bank.lines("ref"), line.payments(DAY), line.events())
    bank.end(signal.SIGKILL)
    assert line.send(message("while-it-is-dead")) is None
    assert line.events() == before[2]
    bank.start()
    assert (bank.lines("ref"), line.payments(DAY), line.events()) == before
    assert line.send(message("before-the-kill")) == sent
    assert bank.lines("ref") == before[0], "the same payment twice is paid once"
    assert said(line.send(message("drawn-by-the-rule"))) == "settled"
    bank.do(BeginDay(date(2024, 3, 9)))
    assert "drawn-by-the-rule" in [event.end_to_end_id for event in line.events() if event.status == "returned"]


def test_a_receipt_is_booked_once_for_its_id(bank: Bank) -> None:
    one = Receive("twice", "ref", 700, "L3", "L3")
    first, second = bank.do(one, one)
    assert first == second
    assert [line.reference for line in bank.lines("ref", first["number"] - 1)][:1] == ["L3"]
    with pytest.raises(BankRefuses, match="another receipt"):
        bank.do(Receive("twice", "ref", 701, "L3", "L3"))


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (Open("ref", "P2"), "another customer"),
        (Receive("x1", "nobody", 1, ""), "no such account"),
        (Receive("x2", "ref", 0, ""), "positive amounts"),
        (Draw("P1", ()), "positive weight"),
        (Draw("P1", ((SUCCESS, 0),)), "positive weight"),
    ],
)
def test_what_the_bank_cannot_do_it_refuses(bank: Bank, call: CallOf, why: str) -> None:
    with pytest.raises(BankRefuses, match=why):
        bank.do(call)


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/nothing", {}, 404),
        ("POST", "/nothing", {"content": b"{}"}, 404),
        ("GET", "/healthz", {"headers": {"Host": "evil.example"}}, 404),
        ("GET", "/lines", {"params": {"account": "ref", "after": "x"}}, 400),
        ("GET", "/lines", {}, 400),
        ("POST", "/day", {"content": b"{"}, 400),
        ("POST", "/day", {"content": b"x" * 70_000}, 400),
        ("GET", "/healthz", {}, 200),
    ],
)
def test_what_cannot_be_read_is_said(bank: Bank, method: str, path: str, sent: dict[str, Any], status: int) -> None:
    assert httpx.request(method, bank.address + path, trust_env=False, **sent).status_code == status


def test_a_day_that_has_begun_stays(bank: Bank) -> None:
    later, earlier = bank.do(BeginDay(date(2024, 4, 1)), BeginDay(date(2024, 3, 20)))
    assert later == earlier == "2024-04-01"


@pytest.mark.parametrize(
    "address", ["http://bank.example:80", "https://127.0.0.1:1", "http://10.0.0.1", "127.0.0.1:8441"]
)
def test_plain_http_stays_on_this_host(address: str) -> None:
    with pytest.raises(AddressWrong):
        local(address)


def test_an_unfinished_last_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, DAY).close()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"type":"open","acc')
    journal = Journal(path, DAY)
    journal.do(Open("ref", "P1"))
    journal.close()
    assert [json.loads(line)["type"] for line in path.read_bytes().splitlines()] == ["begin", "open"]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, DAY).close()
    path.write_bytes(path.read_bytes() + b"{}\n" + b'{"type":"open"}\n')
    with pytest.raises(JournalWrong, match="line 2 of"):
        Journal(path, DAY)


def test_one_process_has_a_journal(tmp_path: Path) -> None:
    first = Journal(tmp_path / "journal.jsonl", DAY)
    with pytest.raises(JournalWrong, match="another demo bank"):
        Journal(tmp_path / "journal.jsonl", DAY)
    first.close()
