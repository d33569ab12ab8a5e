"""Child (子进程): one supervised process: started, found dead, started again after a pause, stopped.

Shape   Spec: what is started, in which turn it stops, how one sees that it works
        Child: the process of now, and the history that decides whether it may come again
Units   seconds of the monotonic clock
Errors  what ended is told by `ended`; a process that dies again and again is `is_hopeless`
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from cunguan.doors.supervisor.lifeline import LIFELINE, READY

#: under which name a process writes its log (telemetry/logs.py)
PROCESS: Final = "CUNGUAN_PROCESS"

PAUSE_SECONDS, PAUSE_SECONDS_MAX = 0.2, 10.0
#: a process that lived so long has come back to life: earlier deaths count no more
WELL_SECONDS: Final = 60.0
#: so many deaths, one shortly after the other: about half a minute
DEATHS_MAX: Final = 8
#: one that never worked is given up sooner
VAIN_STARTS_MAX: Final = 3
WRONG_USAGE: Final = 2


class Spec(msgspec.Struct, frozen=True):
    """What is started.

    turn      in which order it stops: the doors first
    patience  how long it may take to end after it was asked to
    works     whether it answers; None: it says so by the pipe (lifeline.py)
    """

    name: str
    argv: Sequence[str]
    turn: int
    patience: float
    address: str = ""
    environ: Mapping[str, str] = {}
    works: Callable[[], bool] | None = None


class Child:
    """One process, and those that were it before."""

    def __init__(self, spec: Spec, environ: Mapping[str, str], lifeline: int, log: Path) -> None:
        self.spec, self.log = spec, log
        self._environ, self._lifeline = {**environ, **spec.environ}, lifeline
        self._process: subprocess.Popen[bytes] | None = None
        self._said: int | None = None
        self._is_ready = self._has_worked = False
        self.starts, self.deaths, self.since, self.due = 0, 0, 0.0, 0.0
        self.started_at = 0.0  # by the wall clock, for people

    # ── start ────────────────────────────────────────────────────────────────
    def start(self) -> None:
        """Start it in a session of its own: the terminal's Ctrl-C is the supervisor's, who stops all in order."""
        self._forget_word()
        self._said, word = os.pipe()
        environ = {**self._environ, LIFELINE: str(self._lifeline), READY: str(word), PROCESS: self.spec.name}
        log = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            self._process = subprocess.Popen(
                self.spec.argv, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                pass_fds=(self._lifeline, word),
            )  # fmt: skip
        finally:
            os.close(word)
            os.close(log)
        self._is_ready = False
        self.starts += 1
        self.since, self.started_at = time.monotonic(), time.time()

    @property
    def pid(self) -> int | None:
        """The process's number; None while it is down."""
        return self._process.pid if self._process is not None else None

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return max(self.starts - 1, 0)

    def is_ready(self) -> bool:
        """Return whether it has begun its work since it was started."""
        if not self._is_ready and self._process is not None:
            self._is_ready = self.spec.works() if self.spec.works is not None else self._has_said()
            self._has_worked |= self._is_ready
        return self._is_ready

    def _has_said(self) -> bool:
        assert self._said is not None
        os.set_blocking(self._said, False)
        try:
            return bool(os.read(self._said, 16))
        except BlockingIOError:
            return False

    # ── death ────────────────────────────────────────────────────────────────
    def ended(self) -> int | None:
        """Return how the process ended if it just did: its exit code, or minus the signal; what it left behind is ended too."""
        if self._process is None or (code := self._process.poll()) is None:
            return None
        self._signal(signal.SIGKILL)  # workers of its own that outlived it hold its port
        self._process = None
        lived = time.monotonic() - self.since
        self.deaths = 1 if lived > WELL_SECONDS else self.deaths + 1
        self.due = time.monotonic() + self.pause()
        return code

    def pause(self) -> float:
        """Return how long it stays down after its last death."""
        return min(PAUSE_SECONDS * 2.0 ** (self.deaths - 1), PAUSE_SECONDS_MAX)

    def is_hopeless(self, code: int) -> bool:
        """Return whether starting it again will not help."""
        if not self._has_worked and (code == WRONG_USAGE or self.starts >= VAIN_STARTS_MAX):
            return True
        return self.deaths >= DEATHS_MAX

    def is_due(self) -> bool:
        """Return whether it is down and may be started."""
        return self._process is None and time.monotonic() >= self.due

    # ── stop ─────────────────────────────────────────────────────────────────
    def ask_to_end(self) -> None:
        """Ask for a stop in good order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End it at once, with its own children."""
        self._signal(signal.SIGKILL)

    def is_over(self) -> bool:
        """Return whether nothing of it runs."""
        if self._process is None:
            return True
        if self._process.poll() is None:
            return False
        self._signal(signal.SIGKILL)
        self._process = None
        self._forget_word()
        return True

    def last_words(self, count: int = 8) -> list[str]:
        """Return the last lines of its log."""
        try:
            return self.log.read_text("utf-8", "replace").splitlines()[-count:]
        except FileNotFoundError:
            return []

    def _signal(self, number: signal.Signals) -> None:
        """Signal the process's own group, whose number nobody else gets while a member lives."""
        assert self._process is not None
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass  # nobody is left in it

    def _forget_word(self) -> None:
        if self._said is not None:
            os.close(self._said)
            self._said = None
