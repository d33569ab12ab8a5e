"""Log verification (夜间核验留痕): compares books and log from the first leaf, every night, and tells whoever must know.

When    02:40 UTC
Does    runs `cunguan log verify --full` as a process of its own, with the least of priorities: it takes a core for as long as it
        needs, which the other sweeps of this process cannot give. What came out is kept in the home and shown by
        `cunguan log status`, `cunguan status`, `cunguan prove` and /metrics
Errors  what differs is an alarm, LOG01, and an error in the log for each finding; a run that could not be made is tried again
"""

import asyncio
import logging
import os
import sys

from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Job
from cunguan.doors.log import verifying
from cunguan.doors.telemetry.metrics import ALARMS

log = logging.getLogger(__name__)

CRON = "40 2 * * *"
ALARM = "LOG01"
_NICE = 15


class NotVerified(RuntimeError):
    """The verification ended without a result."""


async def run(context: Context) -> None:
    """Verify, and tell."""
    async with context.pool.connection() as connection:
        rows = await (await connection.execute("SELECT 1 FROM log_origin WHERE closed_at IS NULL")).fetchall()
    if not rows:
        log.info("no log was begun: there is nothing to verify")
        return
    before = verifying.last(context.home)
    code, said = await _apart()
    found = verifying.last(context.home)
    if found is None or found == before:
        raise NotVerified(f"the log was not verified, exit code {code}: {said}")
    tell(found)


def tell(found: verifying.Last) -> None:
    """Say what was found: an alarm where anything differs."""
    if found.holds:
        log.info("books and log agree", extra={"entries": found.found.size, "seconds": found.found.seconds})
        return
    ALARMS.labels(ALARM).inc()
    for one in found.found.findings:
        log.error("books and log differ: %s: %s", one.claim, one)
    log.error("books and log differ in %s places: see docs/runbooks/log-differs.md", found.found.broken)


async def _apart() -> tuple[int, str]:
    asked = [sys.executable, "-m", "cunguan.config.main", "log", "verify", "--full", "--json"]
    process = await asyncio.create_subprocess_exec(
        *asked, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE, preexec_fn=lambda: os.nice(_NICE)
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    return process.returncode or 0, said.decode(errors="replace").strip()[-500:]


JOBS = (Job("log_verify", CRON, run),)
