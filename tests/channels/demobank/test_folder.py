"""The demo bank by folders: the house's own way to it, and what it lays out, without a line."""

import os
import threading
from datetime import UTC, date, datetime
from pathlib import Path

from cunguan.channels.base import Order, Payee
from cunguan.channels.demobank.bank import NOT_HEARD
from cunguan.channels.demobank.calls import BeginDay, Open, Receive, Tell
from cunguan.channels.demobank.folder import FolderCounter
from cunguan.channels.demobank.journal import Journal
from cunguan.channels.iso20022.codec import Codec
from cunguan.channels.iso20022.profile import Bank, FolderWay
from cunguan.operations.withdrawal import CreditTransfer

DAY = date(2026, 3, 2)


def test_takes_orders_and_lays_out_papers(tmp_path: Path) -> None:
    way = FolderWay(tmp_path / "in", tmp_path / "out", 0.0)
    codec = Codec(Bank("house", way, "us", "DEMOCNBJ", True, 2, 24.0))
    for _ in range(2):  # the second time after it ended: it knows what it took, and lays out the same again
        journal = Journal(tmp_path / "journal.jsonl", DAY)
        counter = FolderCounter(tmp_path, journal, threading.Lock())
        journal.do(Open("ref", "P1"))
        journal.do(Receive("r1", "ref", 1_000, "L1"))
        journal.do(Tell("P1", "1-W2", NOT_HEARD))
        with way.transport() as house:
            for name in ("1-W1", "1-W2"):
                transfer = CreditTransfer(name, "", 300, "CNY", "ref")
                order = Order(name, transfer, Payee("Li", "6222"), datetime(2026, 3, 2, tzinfo=UTC), DAY)
                house.put(f"{name}.xml", codec.encode(order))
                os.utime(tmp_path / "in" / f"{name}.xml", (0, 0))
            counter.round()
            journal.do(BeginDay(date(2026, 3, 3)))
            counter.round()
            names = [one.name for one in house.listed("")]
        assert [name.split("-")[1] for name in names[:4]] == [
            "camt.054.xml",
            "camt.054.xml",
            "pain.002.xml",
            "camt.053.xml",
        ]
        assert journal.desk.bank.balance("ref") in (700, 400), "the second order was not heard the first time"
        journal.close()
    assert [line.reference for line in journal.desk.bank.lines] == ["L1", "1-W1", "1-W2"]
