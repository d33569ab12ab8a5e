"""In a thread (线程内): what a handler must not wait for itself: files, a key in hardware, a long comparison.

When    a handler has such work: it is done in a thread, on a connection of the thread's own, and holds up nobody
Errors  whatever the work raises
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import copy_context
from typing import Any, TypeVar

import psycopg

from cunguan.doors.api.context import Context

T = TypeVar("T")


async def in_thread(
    context: Context, act: Callable[[psycopg.Connection[Any]], T], threads: Executor | None = None
) -> T:
    """Do something with a connection of the thread's own; `threads`: those kept for such work, else the loop's."""

    def run() -> T:
        with psycopg.connect(str(context.pool.conninfo), autocommit=True) as connection:
            return act(connection)

    return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, run)
