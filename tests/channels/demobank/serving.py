"""Serving: the demo bank at its real socket, in this process, so that a test can look into it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from cunguan.channels.demobank.bank import DemoBank
from cunguan.channels.demobank.journal import Journal
from cunguan.channels.demobank.server import BankServer


@contextmanager
def serving(folder: Path, today: date) -> Iterator[tuple[DemoBank, str]]:
    """Run the bank; yield it and its address."""
    journal = Journal(folder / "journal.jsonl", today)
    server = BankServer(0, journal)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield journal.desk.bank, server.address
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()
        journal.close()
