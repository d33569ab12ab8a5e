"""Registry (任务登记): what the jobs worker does, collected from the files of this folder.

Shape   Loop: a sweep, done again every so many seconds, by one worker at a time
        Job: done at the times of a cron line (UTC), once each, whatever the number of workers; kept by procrastinate
        a module of this folder names its own in LOOPS and JOBS: a new one is a new file
Errors  what `run` raises is logged by its name and tried again, later and later up to a minute
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import msgspec

import cunguan.doors.jobs
from cunguan.doors.api.context import Context

#: True: there is more to do, come again at once
Run = Callable[[Context], Awaitable[bool | None]]


class Loop(msgspec.Struct, frozen=True):
    """A sweep.

    It may be cut off anywhere by the end of its process, and another worker then begins it anew: what it does must be
    harmless when done again, by ids that are derived or by rows that are locked.
    """

    name: str
    every_seconds: float
    run: Run


class Job(msgspec.Struct, frozen=True):
    """What is done at certain times; `cron` is read in UTC. Cut off, it is run again."""

    name: str
    cron: str
    run: Run


@cache
def loops() -> tuple[Loop, ...]:
    """Return every sweep."""
    return _collected("LOOPS")


@cache
def jobs() -> tuple[Job, ...]:
    """Return everything that has its times."""
    return _collected("JOBS")


def _collected(name: str) -> tuple[Any, ...]:
    found: list[Any] = []
    for info in pkgutil.iter_modules(cunguan.doors.jobs.__path__):
        module = importlib.import_module(f"cunguan.doors.jobs.{info.name}")
        found.extend(getattr(module, name, ()))
    assert len({one.name for one in found}) == len(found), f"a name stands twice in {name}"
    return tuple(found)
