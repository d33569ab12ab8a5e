"""Supervisor (守护进程): watches children and the database until it is told to stop, and stops them in order.

When    `cunguan up`
Does    starts again what died, after a pause that grows; gives up when it dies again and again; keeps up.json true;
        cuts logs that grew large
Shape   one thread looks ten times a second; signals only leave a word
Errors  GaveUp: a process cannot be kept alive; all the others are stopped, and its last words are in the message
"""

import contextlib
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from cunguan.doors.supervisor.child import Child
from cunguan.doors.supervisor.state import ProcessSeen, instant

LOOK_SECONDS: Final = 0.1
TELL_SECONDS: Final = 2.0
LOG_BYTES_MAX: Final = 64 * 2**20

Say = Callable[[str], None]


class GaveUp(RuntimeError):
    """A process cannot be kept alive."""


class Stopped(Exception):
    """Somebody asked to stop while things were still being made ready."""


class Stop:
    """What the signals have said: once, stop in good order; twice, at once."""

    def __init__(self) -> None:
        self.wanted, self.count = threading.Event(), 0

    @property
    def is_hard(self) -> bool:
        """Whether somebody does not want to wait."""
        return self.count > 1

    def _heard(self, number: int, frame: Any) -> None:
        self.count += 1
        self.wanted.set()

    @contextlib.contextmanager
    def listening(self) -> Iterator["Stop"]:
        """Hear SIGINT and SIGTERM."""
        before = {number: signal.signal(number, self._heard) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Supervisor:
    """The children of one home."""

    def __init__(self, stop: Stop, say: Say, changed: Callable[[], None], mend: Callable[[], None]) -> None:
        self.children: list[Child] = []
        self._stop, self._say, self._changed, self._mend = stop, say, changed, mend

    # ── up ───────────────────────────────────────────────────────────────────
    def start(self, children: Sequence[Child]) -> None:
        """Start children; they are watched from now on."""
        for child in children:
            child.start()
            self.children.append(child)
        self._changed()

    def wait_until(self, is_so: Callable[[], bool], what: str, seconds: float) -> None:
        """Watch until something is so, telling what is waited for; GaveUp after so many seconds, Stopped when asked to."""
        began = told = time.monotonic()
        while not is_so():
            now = time.monotonic()
            if now - began > seconds:
                raise GaveUp(f"{what} took more than {seconds:g} s: see the logs in {self.children[0].log.parent}")
            if now - told > TELL_SECONDS:
                self._say(f"waiting for {what}, {now - began:.0f} s")
                told = now
            if self._stop.wanted.wait(LOOK_SECONDS):
                raise Stopped
            self._look()

    def watch(self) -> None:
        """Watch until a stop is asked for."""
        while not self._stop.wanted.wait(LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        self._mend()
        for child in self.children:
            code = child.ended()
            if code is not None:
                self._died(child, code)
            elif child.is_due():
                child.start()
                self._say(f"{child.spec.name} is started again (pid {child.pid})")
                self._changed()
            _cut(child.log)
        self._changed()

    def _died(self, child: Child, code: int) -> None:
        how = f"was ended by signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"ended with {code}"
        self._changed()
        if child.is_hopeless(code):
            words = "".join(f"\n    {line}" for line in child.last_words())
            raise GaveUp(
                f"{child.spec.name} {how}, {child.deaths} times in a row. Its last words, of {child.log}:{words}"
            )
        self._say(f"{child.spec.name} {how}; it is started again in {child.pause():.1f} s")

    # ── down ─────────────────────────────────────────────────────────────────
    def stop(self) -> None:
        """Stop all, the doors first; who does not end in time, or when somebody asks twice, is killed."""
        for turn in sorted({child.spec.turn for child in self.children}):
            self._stop_some([child for child in self.children if child.spec.turn == turn])

    def _stop_some(self, children: list[Child]) -> None:
        began = told = time.monotonic()
        for child in children:
            child.ask_to_end()
        while left := [child for child in children if not child.is_over()]:
            waited = time.monotonic() - began
            for child in left:
                if self._stop.is_hard or waited > child.spec.patience:
                    self._say(f"{child.spec.name} is killed")
                    child.kill()
            if time.monotonic() - told > TELL_SECONDS:
                self._say(f"waiting for {', '.join(child.spec.name for child in left)} to end")
                told = time.monotonic()
            time.sleep(LOOK_SECONDS / 4)
        self._changed()

    # ── told ─────────────────────────────────────────────────────────────────
    def seen(self) -> tuple[ProcessSeen, ...]:
        """Return how the children stand."""
        return tuple(
            ProcessSeen(
                child.spec.name, _state(child), child.pid, child.spec.address, instant(child.started_at),
                child.restarts, str(child.log),
            )
            for child in self.children
        )  # fmt: skip


def _state(child: Child) -> str:
    if child.pid is None:
        return "down"
    return "running" if child.is_ready() else "starting"


def _cut(log: Path) -> None:
    """Begin a log anew when it is large; processes append to it, so that they go on at its beginning."""
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        with log.open("r+b") as file:
            file.truncate()
