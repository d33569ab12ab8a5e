"""`cunguan jobs` (任务): the jobs worker: sweeps and daily jobs of the doors, as a process of its own.

When    an operator runs it, under `cunguan up` or another supervisor; several may run, nothing is done twice
Does    what doors/jobs/ registers; --list prints it; stops on SIGTERM and Ctrl-C when what runs has ended its round
        says at its start where a production has no message gateway: notices wait then, and are not lost
Returns 0 after a clean stop, 1 when the database may not be used, or the gateway that is named
Source  doors/jobs/registry.py
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from typing import Any

from psycopg_pool import AsyncConnectionPool

from cunguan.desks.notices.http_sender import HttpSender, Told, complaint
from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import jobs, loops
from cunguan.doors.jobs.worker import work
from cunguan.doors.supervisor.lifeline import say_ready
from cunguan.doors.telemetry import logs
from cunguan.plane.asking import Asking
from cunguan.store.postgres import check_schema

log = logging.getLogger(__name__)

NO_GATEWAY = (
    "no message gateway: what clients should be told outside the portal waits; set CUNGUAN_NOTICE_URL (docs/notices.md)"
)


def add_parser(subparsers: Any) -> None:
    """Register `jobs`."""
    verb = subparsers.add_parser("jobs", help="run the sweeps and daily jobs of the doors")
    verb.add_argument("--production", action="store_true", help="nothing that only a sandbox may do")
    verb.add_argument("--list", action="store_true", help="print what there is to do, and when, and end")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Run the worker until it is told to stop."""
    if arguments.list:
        return _list()
    if arguments.production and (said := wiring.keys.complaint()) is not None:
        print(f"cunguan jobs: {said}", file=sys.stderr)
        return 1
    if said := complaint(Told(**wiring.notices)):
        print(f"cunguan jobs: {said}", file=sys.stderr)
        return 1
    logs.set_up("jobs", wiring.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cunguan.config.settings")  # the kinds of notices hold words
    if arguments.production and not wiring.notices:
        log.warning(NO_GATEWAY)
    owner_url = wiring.database().start()
    check_schema(wiring.door_url(owner_url))
    asyncio.run(_work(wiring, wiring.door_url(owner_url), not arguments.production))
    return 0


def _list() -> int:
    for loop in loops():
        print(f"{loop.name:30} every {loop.every_seconds:g} s")
    for job in jobs():
        print(f"{job.name:30} {job.cron} (UTC)")
    return 0


async def _work(wiring: Any, url: str, is_sandbox: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    asking = Asking(wiring.planes)
    sender = _sender(wiring)
    async with AsyncConnectionPool(url, min_size=1, max_size=8, kwargs={"autocommit": True}) as pool:
        context = Context(
            asking, pool, wiring.environ.get("CUNGUAN_ADDRESS", ""), wiring.home, is_sandbox,
            bank=wiring.bank, zone=wiring.zone, engine=wiring.engine, held=wiring.keys, sender=sender,
        )  # fmt: skip
        logs.announce("the jobs worker runs")
        say_ready(wiring.environ)
        await work(url, context, loops(), jobs(), stop)
    await asking.close()
    if sender is not None:
        await sender.close()


def _sender(wiring: Any) -> HttpSender | None:
    """Return the gateway that is named; it words notices as the pages do, by Django's catalogues."""
    if not wiring.notices:
        return None
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    return HttpSender(Told(**wiring.notices))
