"""`cunguan serve`: the door as its own process, killed under load, told to stop, and asked to run as it may not."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cunguan.store import roles
from tests.doors.api.harness import Door, Stack, add_key, free_port
from tests.doors.api.money import bid
from tests.plane.harness import ROOT, as_role

WAIT = 60.0


class Served:
    """A door in processes of its own; `kill` ends all of them without a word."""

    def __init__(self, stack: Stack, *arguments: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._argv = [sys.executable, "-m", "cunguan.config.main", "serve", "--port", str(self.port), *arguments]
        self._environ = {
            **os.environ, "DATABASE_URL": stack.url, "CUNGUAN_DOOR_URL": as_role(stack.url, roles.DOOR),
            "CUNGUAN_HOME": str(stack.home), "PYTHONPATH": str(ROOT / "src"),
        }  # fmt: skip
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            self._argv, env=self._environ, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: self._is_heard() or process.poll() is not None)
        return process

    def _is_heard(self) -> bool:
        try:
            return httpx.get(f"{self.address}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End parent and workers at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(WAIT)

    def again(self) -> None:
        """Start once more at the same place."""
        self.process = self._start()

    def workers(self) -> list[int]:
        """Return the processes of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        if children.exists():
            return [int(pid) for pid in children.read_text().split()]
        told = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout
        return [int(pid) for pid in told.split()]


@contextmanager
def serving(stack: Stack, *arguments: str) -> Iterator[Served]:
    """Serve, and end it whatever happens."""
    found = Served(stack, *arguments)
    try:
        yield found
    finally:
        found.kill()


def until(is_so: Callable[[], bool]) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + WAIT
    while not is_so():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.02)


def insist(door: Door, name: str, number: int, heard: Callable[[], None]) -> int:
    """Send one bid until it is answered as done; return how often that took."""
    for turn in range(1, 1000):
        try:
            found = door.post("/v1/instructions", bid(name, number, amount_minor=1))
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        if found.status_code == 200:
            heard()
            return turn
        assert found.status_code in (202, 503), found.text
    raise AssertionError(f"{name} was never answered")


def test_killed_under_load_it_has_done_once_what_was_acknowledged_and_what_was_sent_again(stack: Stack) -> None:
    answered, enough = [0], threading.Event()
    lock = threading.Lock()

    def heard() -> None:
        with lock:
            answered[0] += 1
            if answered[0] >= 40:
                enough.set()

    names = [f"kill:{n}" for n in range(160)]
    with serving(stack, "--workers", "2") as served:
        door = Door(served.address, add_key(stack.url, "P1"), stack.custodian)
        with ThreadPoolExecutor(16) as callers:
            sent = [callers.submit(insist, door, name, n, heard) for n, name in enumerate(names)]
            assert enough.wait(WAIT)
            served.kill()
            before = answered[0]
            acknowledged = stack.query("SELECT count(*) FROM instruction WHERE lane = 1 AND id LIKE 'kill:%%'")[0][0]
            assert acknowledged >= 40
            served.again()
            turns = [one.result(WAIT) for one in sent]
        door.http.close()
        assert before < len(names) and max(turns) > 1, "the kill met nobody"
    once = stack.query(
        "SELECT count(*), count(DISTINCT id), min(state) FROM instruction WHERE lane = 1 AND id LIKE 'kill:%%'"
    )
    assert once == [(len(names), len(names), "done")]
    assert stack.query("SELECT count(*) FROM hold WHERE lane = 1 AND id LIKE 'kill:%%'") == [(len(names),)]


def test_a_worker_that_dies_is_started_again_and_a_stop_answers_what_is_in(stack: Stack) -> None:
    with serving(stack, "--workers", "1") as served:
        door = Door(served.address, add_key(stack.url, "P1"), stack.custodian)
        assert door.get("/readyz").json() == {"status": "ready", "database": "ready", "plane": "ready"}
        (worker,) = served.workers()
        os.kill(worker, signal.SIGKILL)
        until(lambda: served._is_heard() and served.workers() != [worker])
        with ThreadPoolExecutor(8) as callers:
            sent = [callers.submit(insist_once, door, f"stop:{n}", n) for n in range(64)]
            sent[0].result(WAIT)
            served.process.send_signal(signal.SIGTERM)
            outcomes = [one.result(WAIT) for one in sent]
        assert served.process.wait(WAIT) == 0
        door.http.close()
    known = {name for (name,) in stack.query("SELECT id FROM instruction WHERE lane = 1 AND id LIKE 'stop:%%'")}
    assert {f"stop:{n}" for n, is_done in enumerate(outcomes) if is_done} == known


def insist_once(door: Door, name: str, number: int) -> bool:
    """Send one bid; return whether it was answered, which after the stop it is not."""
    try:
        return door.post("/v1/instructions", bid(name, number, amount_minor=1)).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--host", "0.0.0.0"], 2), (["--cert", "/nowhere", "--key", "/nowhere"], 2), (["--production"], 1)],
)  # fmt: skip
def test_it_does_not_run_where_it_may_not(stack: Stack, arguments: list[str], code: int) -> None:
    with serving(stack, *arguments) as served:
        assert served.process.wait(WAIT) == code
