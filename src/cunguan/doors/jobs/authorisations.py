"""Authorisations, swept (授权请求补办): what a client confirmed and the plane has not answered is handed in again.

When    every few seconds; a confirmation is committed before the plane is asked, and the process that heard it may die then
Does    the same instruction under the same id: done once, whoever hands it in. Notes the requests that have expired
Source  doors/api/authorisations.py
"""

from cunguan.doors.api.authorisations import sweep
from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Loop

EVERY_SECONDS = 5.0


async def run(context: Context) -> bool:
    """Sweep once; True while there may be more."""
    return await sweep(context) > 0


LOOPS = (Loop("authorisations", EVERY_SECONDS, run),)
