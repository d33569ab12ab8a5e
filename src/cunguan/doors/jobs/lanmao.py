"""The dialect, swept (懒猫请求推进与通知): requests whose client did not come back go on, and results are told to servers.

When    every few seconds
Does    both are harmless when done again: steps have ids of their own, a result is told at least once
Source  doors/api/lanmao
"""

from cunguan.doors.api.context import Context
from cunguan.doors.api.lanmao import flow, notify
from cunguan.doors.jobs.registry import Loop

EVERY_SECONDS = 5.0


async def go_on(context: Context) -> None:
    """Go on with open requests once."""
    await flow.sweep(context)


async def tell(context: Context) -> bool:
    """Tell results once; True while there may be more."""
    return await notify.sweep(context) == notify.AT_ONCE


LOOPS = (Loop("lanmao requests", EVERY_SECONDS, go_on), Loop("lanmao notices", EVERY_SECONDS, tell))
