"""Anchors (时间戳锚定任务): once an hour the log's newest checkpoint is stamped by the authorities of `log-anchors`.

When    at seven minutes past every hour
Does    what doors/log/anchors.py does, in a thread; nothing where no authority is named
Errors  an authority that does not answer, or is not believed, is logged; the next hour asks again
"""

import asyncio
import logging
import os
from datetime import datetime
from pathlib import Path

import psycopg

from cunguan.doors import extras
from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Job
from cunguan.doors.log.anchors import AnchorWrong, hourly

log = logging.getLogger(__name__)


async def run(context: Context) -> None:
    """Ask all authorities."""
    await asyncio.to_thread(stamp, str(context.pool.conninfo), context.home, context.clock.now())


def stamp(url: str, home: Path, now: datetime) -> None:
    """Let the newest checkpoint be stamped."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            made, wrong = hourly(connection, home, os.environ, now)
    except AnchorWrong as why:
        return log.warning("nothing was stamped: %s", why)
    except ImportError as missing:
        if (told := extras.to_type(missing)) is None:
            raise
        return log.error("nothing was stamped: %s", told)
    for one in made:
        log.info("checkpoint %s was stamped at %s by %s", one.size, one.stamped_at, one.authority)
    for said in wrong:
        log.error("no stamp: %s", said)


JOBS = (Job("log_anchors", "7 * * * *", run),)
