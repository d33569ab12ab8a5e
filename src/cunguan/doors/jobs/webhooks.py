"""Webhooks, by themselves (回调任务): plan what is committed, send what is due, forget what is old.

Shape   two sweeps and one job for the registry; the courier of a process stays from round to round
Source  doors/webhooks/; docs/webhooks.md
"""

import asyncio
from datetime import timedelta
from typing import Final
from weakref import WeakKeyDictionary

from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Job, Loop
from cunguan.doors.webhooks.courier import Courier
from cunguan.doors.webhooks.planning import plan
from cunguan.keys.custodian import CustodianKey
from cunguan.store.sqlfiles import statement

#: how long the log of deliveries is kept; what the events are about stays in the books
KEPT: Final = timedelta(days=92)
FORGOTTEN_AT_ONCE: Final = 1_000

_couriers: "WeakKeyDictionary[asyncio.AbstractEventLoop, Courier]" = WeakKeyDictionary()


async def run_planning(context: Context) -> bool:
    """Plan a part; return whether there is more."""
    return await plan(context.pool, context.clock.now())


async def run_courier(context: Context) -> bool:
    """Send what is due; return whether anything is under way."""
    loop = asyncio.get_running_loop()
    courier = _couriers.get(loop)
    if courier is None:
        key = CustodianKey.of(context.keys)
        courier = _couriers[loop] = Courier(context.pool, context.clock, context.is_sandbox, key.sign)
    return await courier.round()


async def forget(context: Context) -> None:
    """Delete the log of what ended long ago, and secrets that nobody signs with."""
    params = {"before": context.clock.now() - KEPT, "limit": FORGOTTEN_AT_ONCE}
    async with context.pool.connection() as connection:
        while (await connection.execute(statement("webhook_tidy"), params)).rowcount:
            pass
        await connection.execute(statement("webhook_tidy_rest"), params)


LOOPS = (Loop("webhook_planning", 0.5, run_planning), Loop("webhook_courier", 0.5, run_courier))
JOBS = (Job("webhook_forgetting", "17 3 * * *", forget),)
