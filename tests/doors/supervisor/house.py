"""The whole house as real processes, for tests: `cunguan up` in a home of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from cunguan.config.wiring import Wiring
from cunguan.doors.cli.status import look

PATIENCE = 60


def cunguan(home: Path, *argv: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a verb in a home, to its end."""
    whole = {**os.environ, "CUNGUAN_HOME": str(home), **environ}
    return subprocess.run(
        [sys.executable, "-m", "cunguan.config.main", *argv],
        env=whole,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def until(is_so: Callable[[], Any], what: str) -> Any:
    """Wait for a condition and return what it said."""
    deadline = time.monotonic() + PATIENCE
    while not (found := is_so()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


def is_gone(pid: int) -> bool:
    """Return whether a process has ended, be it a zombie whom its new parent does not reap."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    place = Path(f"/proc/{pid}/stat")
    return place.exists() and b") Z" in place.read_bytes()


class Up:
    """A running `cunguan up`."""

    def __init__(self, home: Path, *argv: str) -> None:
        self.home = home
        self._errors = (home / "up.err").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cunguan.config.main", "up", "--port", "0", "--json", *argv],
            env={**os.environ, "CUNGUAN_HOME": str(home)}, stdout=subprocess.PIPE, stderr=self._errors, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said, (home / "up.err").read_text()
        self.told: dict[str, Any] = json.loads(said)

    @property
    def credentials(self) -> Path:
        """Where the sandbox platform's credentials lie."""
        return self.home / "sandbox-platform.json"

    def status(self) -> tuple[int, dict[str, Any]]:
        """Look as `cunguan status` does, which takes a process of its own, and return its exit code and what it says."""
        found = look(Wiring({**os.environ, "CUNGUAN_HOME": str(self.home)}))
        return int(bool(found.troubles)), json.loads(msgspec.json.encode(found))

    def well(self) -> dict[str, Any]:
        """Wait until all is well, and return what status says."""
        seen: list[Any] = []

        def look() -> bool:
            seen.append(self.status())
            return bool(seen[-1][0] == 0)

        until(look, f"{seen[-1:]} {self.said()}")
        return dict(seen[-1][1])

    def pids(self) -> dict[str, int]:
        """Return the processes' numbers of now."""
        return {one["name"]: one["pid"] for one in json.loads((self.home / "up.json").read_bytes())["processes"]}

    def said(self) -> str:
        """Return what the supervisor told people."""
        return (self.home / "up.err").read_text()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Signal the supervisor and wait for its end."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._errors.close()
        return code


def texts(folder: Path, names: Sequence[str] = ("*.log", "up.err", "up.json")) -> str:
    """Return everything that was written for people."""
    files = [file for name in names for file in folder.rglob(name) if file.is_file()]
    return "\n".join(file.read_text("utf-8", "replace") for file in files)
