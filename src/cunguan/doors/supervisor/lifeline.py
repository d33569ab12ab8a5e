"""Lifeline (生命线): what a supervised process holds on to: it ends when its supervisor does, and says when it is ready.

When    the command line begins, in a process that a supervisor started; elsewhere nothing happens
Reads   CUNGUAN_LIFELINE: the reading end of a pipe whose other end only the supervisor has, so that its death, however it
        came, is the end of the pipe; CUNGUAN_READY: the writing end of a pipe for one word
Source  POSIX pipes: the same on Linux and macOS
"""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Final

LIFELINE, READY = "CUNGUAN_LIFELINE", "CUNGUAN_READY"

#: a process that is left alone may finish what it has begun
GRACE_SECONDS: Final = 10.0


def hold(environ: Mapping[str, str]) -> None:
    """Watch the supervisor's end of the pipe in a thread of its own, where there is one."""
    given = environ.get(LIFELINE)
    if given is not None:
        threading.Thread(target=_watch, args=(int(given),), name="lifeline", daemon=True).start()


def say_ready(environ: Mapping[str, str]) -> None:
    """Tell the supervisor, where there is one, that the work has begun."""
    given = environ.get(READY)
    if given is not None:
        try:
            os.write(int(given), b"ready\n")
        except OSError:
            pass  # a supervisor that is gone is told by the other pipe


def _watch(descriptor: int) -> None:
    try:
        while os.read(descriptor, 1):
            pass
    except OSError:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)  # with its own children
    os._exit(1)


@contextlib.contextmanager
def lifeline() -> Iterator[int]:
    """Yield the end of the pipe that children are given; the other end dies with this process."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(writing)
        os.close(reading)
