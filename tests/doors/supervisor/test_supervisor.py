"""The supervisor with small children: what dies comes again, what dies again and again is given up, nobody is left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cunguan.doors.supervisor import state
from cunguan.doors.supervisor.child import Child, Spec
from cunguan.doors.supervisor.lifeline import lifeline
from cunguan.doors.supervisor.supervisor import GaveUp, Stop, Stopped, Supervisor

SRC = Path(__file__).parents[3] / "src"
PYTHON = [sys.executable, "-S", "-E", "-c"]
LIVES = "import os, signal; signal.signal(signal.SIGTERM, lambda *_: os._exit(0)); signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)\nwhile True: signal.pause()"
DIES = "print('these are my last words', flush=True); raise SystemExit(3)"
FORKS = (
    "import os, signal, sys\nif not os.fork():\n    print(os.getpid(), flush=True)\n    signal.pause()\nsignal.pause()"
)


class House:
    """A supervisor and what it said."""

    def __init__(self, line: int, folder: Path) -> None:
        self.stop, self.said = Stop(), []  # type: ignore[var-annotated]
        self.line, self.folder = line, folder
        self.supervisor = Supervisor(self.stop, self.said.append, lambda: None, lambda: None)

    def child(self, name: str, text: str, turn: int = 0, patience: float = 20.0) -> Child:
        spec = Spec(name, [*PYTHON, text], turn, patience, works=lambda: True)
        return Child(spec, dict(os.environ), self.line, self.folder / f"{name}.log")

    def watch_until(self, is_so: Callable[[], bool]) -> None:
        try:
            self.supervisor.wait_until(is_so, "it", 60)
        finally:
            if not is_so():
                self.supervisor.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with lifeline() as line:
        made = House(line, tmp_path)
        yield made
        made.stop.count = 2
        made.supervisor.stop()


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return b") Z" in Path(f"/proc/{pid}/stat").read_bytes() if Path(f"/proc/{pid}/stat").exists() else False


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_process_that_is_killed_is_started_again_and_it_is_said(house: House) -> None:
    child = house.child("one", LIVES)
    house.supervisor.start([child])
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    house.watch_until(lambda: child.starts == 2)
    assert child.pid not in (None, first)
    assert house.said == [
        "one was ended by signal 9 (SIGKILL); it is started again in 0.2 s",
        f"one is started again (pid {child.pid})",
    ]


def test_the_pause_grows_with_each_death(house: House) -> None:
    child = house.child("one", LIVES)
    pauses = []
    for deaths in range(1, 9):
        child.deaths = deaths
        pauses.append(child.pause())
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


def test_a_process_that_never_works_is_given_up_with_its_last_words(house: House) -> None:
    spec = Spec("vain", [*PYTHON, DIES], 0, 1.0, works=lambda: False)
    child = Child(spec, dict(os.environ), house.line, house.folder / "vain.log")
    house.supervisor.start([child])
    with pytest.raises(GaveUp, match=r"(?s)vain ended with 3, 3 times in a row.*these are my last words"):
        house.supervisor.wait_until(lambda: False, "it", 60)


def test_wrong_usage_is_given_up_at_once(house: House) -> None:
    spec = Spec("wrong", [*PYTHON, "raise SystemExit(2)"], 0, 1.0, works=lambda: False)
    child = Child(spec, dict(os.environ), house.line, house.folder / "wrong.log")
    house.supervisor.start([child])
    with pytest.raises(GaveUp, match="wrong ended with 2, 1 times"):
        house.supervisor.wait_until(lambda: False, "it", 60)


def test_what_is_waited_for_has_a_deadline(house: House) -> None:
    house.supervisor.start([house.child("one", LIVES)])
    with pytest.raises(GaveUp, match="paradise took more than"):
        house.supervisor.wait_until(lambda: False, "paradise", 0.3)


def test_they_stop_in_their_order(house: House) -> None:
    order: list[str] = []
    children = [house.child(name, LIVES, turn) for name, turn in (("third", 3), ("first", 1), ("second", 2))]
    house.supervisor.start(children)
    for child in children:
        real = child.ask_to_end
        child.ask_to_end = lambda real=real, child=child: (order.append(child.spec.name), real())[1]  # type: ignore[method-assign]
    house.supervisor.stop()
    assert order == ["first", "second", "third"]
    assert [child.pid for child in children] == [None, None, None]


@pytest.mark.parametrize(("patience", "asked_twice"), [(0.2, False), (600.0, True)])
def test_who_does_not_end_is_killed(house: House, patience: float, asked_twice: bool) -> None:
    child = house.child("deaf", DEAF, patience=patience)
    house.supervisor.start([child])
    until(lambda: child.last_words() == ["deaf"])
    house.stop.count = 2 if asked_twice else 1
    house.supervisor.stop()
    assert child.pid is None
    assert "deaf is killed" in house.said


def test_what_a_dead_process_left_behind_is_ended(house: House) -> None:
    child = house.child("forks", FORKS)
    house.supervisor.start([child])
    until(lambda: bool(child.last_words()))
    left = int(child.last_words()[0])
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    house.watch_until(lambda: child.starts == 2)
    until(lambda: is_gone(left))


def test_a_signal_ends_the_wait(house: House) -> None:
    house.supervisor.start([house.child("one", LIVES)])
    with house.stop.listening():
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with pytest.raises(Stopped):
            house.supervisor.wait_until(lambda: False, "it", 60)
    assert house.stop.count == 1


SUPERVISES = """
import os, sys, signal
from pathlib import Path
from cunguan.doors.supervisor.child import Child, Spec
from cunguan.doors.supervisor.lifeline import lifeline
CHILD = "import os; from cunguan.doors.supervisor.lifeline import hold, say_ready; hold(os.environ); say_ready(os.environ); {}"
with lifeline() as line:
    for name, then in (("one", "import time; time.sleep(1000)"), ("deaf", "import signal; signal.signal(15, signal.SIG_IGN); "
                       "import cunguan.doors.supervisor.lifeline as l; l.GRACE_SECONDS = 0.1; import time; time.sleep(1000)")):
        child = Child(Spec(name, [sys.executable, "-c", CHILD.format(then)], 0, 1.0), dict(os.environ), line, Path(sys.argv[1]) / name)
        child.start()
        while not child.is_ready():
            pass
        print(child.pid, flush=True)
    signal.pause()
"""


def test_no_child_outlives_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(SRC)}
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISES, str(tmp_path)], env=environ, stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        pids = [int(supervisor.stdout.readline()) for _ in range(2)]
        supervisor.kill()
    for pid in pids:
        until(lambda pid=pid: is_gone(pid))  # type: ignore[misc]


def test_a_large_log_is_begun_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cunguan.doors.supervisor.supervisor.LOG_BYTES_MAX", 1_000)
    child = house.child("talks", "print('x' * 2000, flush=True); import signal; signal.pause()")
    house.supervisor.start([child])
    house.watch_until(lambda: (house.folder / "talks.log.1").exists())
    assert child.log.stat().st_size == 0


def test_one_supervisor_has_a_home_and_its_death_leaves_nothing_true(tmp_path: Path) -> None:
    running = state.Running(1, "", "", "", False, True, "", ())
    with state.held(tmp_path):
        state.write(tmp_path, running)
        assert state.seen(tmp_path) == running
        with pytest.raises(state.AlreadyUp, match=r"is up already \(pid 1\)"), state.held(tmp_path):
            pass
    assert (tmp_path / "up.json").exists(), "as a supervisor that was killed would leave it"
    assert state.seen(tmp_path) is None
