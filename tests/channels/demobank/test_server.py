"""The demo bank as a process: it takes and lays out files as a bank does, and a kill forgets nothing it answered."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from cunguan.channels.base import Order, Payee
from cunguan.channels.demobank.bank import LATE, NOT_HEARD, REJECT, RETURNED, SUCCESS, Behaviour
from cunguan.channels.demobank.calls import BeginDay, CallOf, Charge, Draw, Open, PayByChannel, Receive, Tell
from cunguan.channels.demobank.counter import AddressWrong, BankRefuses, Counter, local
from cunguan.channels.demobank.journal import Journal, JournalWrong
from cunguan.channels.iso20022.codec import Codec
from cunguan.channels.iso20022.profile import sandbox
from cunguan.channels.transport.base import TransportFailed, TransportRefused
from cunguan.channels.transport.https import Https
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


def order(name: str, amount_minor: int = 600, account: str = "ref") -> bytes:
    """Return the bytes of a payment to the bank."""
    transfer = CreditTransfer(name, "", amount_minor, "CNY", account)
    said = Order(name, transfer, Payee("Li Lei", "622202"), datetime(2024, 3, 4, 9, tzinfo=UTC), DAY)
    return Codec(sandbox("http://127.0.0.1:1")["demobank"]).encode(said)


def handed(address: str, name: str) -> bool:
    """Hand a payment over; return whether the bank said that it has it."""
    with Https(address) as way:
        try:
            way.put(f"{name}.xml", order(name))
        except TransportFailed:
            return False
    return True


def asked(address: str, name: str) -> str:
    """Ask what became of a payment."""
    with Https(address) as way:
        try:
            said = way.status(name)
        except TransportFailed:
            return "silence"
    if said is None:
        return "unknown"
    return Codec(sandbox(address)["demobank"]).decode(said)[0].status


def files(address: str) -> dict[str, bytes]:
    """Return what the bank has laid out."""
    with Https(address) as way:
        return {one.name: b"".join(way.get(one.name)) for one in way.listed("")}


@pytest.mark.parametrize(
    ("name", "behaviour", "is_heard", "status"),
    [
        ("pays", SUCCESS, True, "settled"),
        ("rejects", REJECT, True, "rejected"),
        ("late", LATE, False, "pending"),
        ("mute", MUTE, False, "silence"),
        ("not-heard", NOT_HEARD, False, "unknown"),
    ],
)
def test_a_payment_ends_as_it_was_told(
    bank: Bank, name: str, behaviour: Behaviour, is_heard: bool, status: str
) -> None:
    bank.do(Tell("P1", name, behaviour))
    assert (handed(bank.address, name), asked(bank.address, name)) == (is_heard, status)
    if name == "not-heard":
        assert (handed(bank.address, name), asked(bank.address, name)) == (False, "settled"), "the same file again"


def test_a_kill_forgets_nothing_that_was_answered(bank: Bank) -> None:
    bank.do(Draw("P1", ((RETURNED, 1),)), Receive("r1", "ref", 500, "L2", "L2", "card"), BeginDay(date(2024, 3, 5)))
    assert handed(bank.address, "before-the-kill")
    before = (bank.lines("ref"), files(bank.address))
    bank.end(signal.SIGKILL)
    assert not handed(bank.address, "while-it-is-dead")
    bank.start()
    assert (bank.lines("ref"), files(bank.address)) == before
    assert handed(bank.address, "before-the-kill")
    assert bank.lines("ref") == before[0], "the same payment twice is paid once"
    assert handed(bank.address, "drawn-by-the-rule")
    bank.do(BeginDay(date(2024, 3, 9)))
    returned = [line.reference for line in bank.lines("ref") if line.booking == "return"]
    assert "drawn-by-the-rule" in returned


def test_files_are_listed_in_their_order_and_no_others_are_given(bank: Bank) -> None:
    with Https(bank.address) as way, Https(f"{bank.address}/pay") as channel:
        bank.do(PayByChannel("D1", "ref", 100, 1), BeginDay(date(2024, 3, 12)))
        names = [one.name for one in way.listed("")]
        assert names == sorted(names) and way.listed(names[-2])[0].name == names[-1]
        (settled,) = channel.listed("")
        assert b"".join(channel.get(settled.name)).startswith(b"settlement,1")
        for wrong in (settled.name, "00000001-x.xml", "99999999-camt.054.xml"):
            with pytest.raises(TransportRefused, match="404"):
                b"".join(way.get(wrong))


def test_a_file_of_another_content_under_a_name_that_was_used_is_refused(bank: Bank) -> None:
    with Https(bank.address) as way:
        way.put("used.xml", order("used-1"))
        way.put("used.xml", order("used-1"))
        with pytest.raises(TransportRefused, match="409"):
            way.put("used.xml", order("used-2"))
        way.put("bad.xml", b"<x/>")
    assert any(b"cannot be read" in content for content in files(bank.address).values())


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
        (Charge("c1", "ref", 10**9, "all of it"), "no more than is there"),
        (Charge("c2", "nobody", 1, "x"), "no such account"),
        (PayByChannel("D2", "ref", 10, 10), "less than what is paid"),
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
