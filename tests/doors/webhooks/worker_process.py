"""A worker in a process of its own, to be killed by a test: plans and sends until then. Arguments: URL, lane."""

import asyncio
import sys
from datetime import timedelta

from tests.doors.webhooks.harness import Books, Running, running


async def main(url: str, lane: int) -> None:
    """Say that it is ready, and work for ever."""
    async with running(Books(url, lane, is_open=True), patience=600.0, lease=timedelta(seconds=60)) as worker:
        print("ready", flush=True)
        await _work(worker)


async def _work(worker: Running) -> None:
    while True:
        await worker.plan()
        if not await worker.courier.round():
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
