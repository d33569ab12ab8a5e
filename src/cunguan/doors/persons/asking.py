"""Asking (线程内查询): personal data for a handler: in a thread with a connection of its own, for a key may lie in hardware."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg

from cunguan.doors.api.context import Context

T = TypeVar("T")


async def ask(context: Context, act: Callable[[psycopg.Connection[Any]], T]) -> T:
    """Do something with a connection of the thread's own."""

    def run() -> T:
        with psycopg.connect(str(context.pool.conninfo), autocommit=True) as connection:
            return act(connection)

    return await asyncio.to_thread(run)
