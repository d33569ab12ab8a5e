"""Metrics: figures of the whole installation for Prometheus; for this host, or networks that the operator named.

When    a monitoring system scrapes; nobody signs
Returns text of Prometheus; 404 to everybody else, as if it were not there
Source  doors/telemetry/metrics.py
"""

from datetime import datetime
from pathlib import Path

from starlette.responses import Response

from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.problem import Problem
from cunguan.doors.log import verifying
from cunguan.doors.telemetry import metrics
from cunguan.kernel.codes import Code
from cunguan.store.sqlfiles import statement

_SAYS = {
    "cunguan_lane_head": ("The last sequence of a lane", "lane"),
    "cunguan_lane_lease_seconds": ("How long a lane's writer has it yet; 0: nobody writes it", "lane"),
    "cunguan_jobs": ("Jobs in the queue, by state", "state"),
    "cunguan_webhooks_waiting": ("Deliveries of webhooks that wait", "lane"),
    "cunguan_webhooks_oldest_seconds": ("How long the oldest delivery of a lane waits", "lane"),
    "cunguan_webhooks_dead": ("Deliveries of webhooks that were given up", "lane"),
    "cunguan_webhooks_failing": ("Endpoints whose last delivery failed, or that were switched off for it", "lane"),
    "cunguan_notices": ("Notices that have not gone out by the message gateway: that wait, or were given up", "state"),
    "cunguan_notices_oldest_seconds": ("How long the oldest of them waits", "state"),
    "cunguan_payments_waiting_for_log": (
        "Payments that wait until the log's witnesses have seen what allows them",
        "lane",
    ),
    "cunguan_payments_waiting_for_log_seconds": ("How long the oldest of them waits", "lane"),
    "cunguan_broken_glass_open": (
        "Acts past the usual way that nobody else has reviewed; above 0 somebody must look",
        "what",
    ),
    "cunguan_log_size": ("Leaves of the log that are stored", "log"),
    "cunguan_log_published_size": ("Leaves of the log under a signed checkpoint", "log"),
    "cunguan_log_cosigned_size": ("Leaves of the log under a checkpoint that the quorum has cosigned", "log"),
    "cunguan_log_behind": ("Committed sequences of a lane that the log has not taken in yet", "lane"),
    "cunguan_webhooks_lag": ("Committed sequences of a lane that are not planned as webhooks yet", "lane"),
    "cunguan_log_verified_age_seconds": ("How long ago books and log were last compared", "log"),
    "cunguan_log_verified_entries": ("Entries of the log that were compared then", "log"),
    "cunguan_log_findings": ("Where books and log differed then; above 0 somebody must look", "log"),
}


async def read(call: Call) -> Response:
    """Return the page."""
    if not metrics.may_read(_caller(call), call.context.metrics_from):
        raise Problem(404, Code.not_found, "there is no such page")
    async with call.context.pool.connection() as connection:
        rows = await (await connection.execute(statement("metrics"))).fetchall()
    rows += _of_log(call.context.home, call.context.clock.now())
    page = metrics.page((name, *_SAYS[name], value, figure) for name, value, figure in rows)
    return Response(page, headers={"Content-Type": metrics.CONTENT_TYPE})


def _of_log(home: Path, now: datetime) -> list[tuple[str, str, float]]:
    last = verifying.last(home)
    if last is None:
        return []
    figures = {
        "age_seconds": (now - last.at).total_seconds(), "entries": last.found.size
    }  # fmt: skip
    named = [(f"cunguan_log_verified_{name}", last.found.origin, float(figure)) for name, figure in figures.items()]
    return [*named, ("cunguan_log_findings", last.found.origin, float(last.found.broken))]


def _caller(call: Call) -> str:
    """Return who asks; what a proxy brings is of nobody on this host."""
    client, headers = call.request.client, call.request.headers
    return client.host if client and not {"forwarded", "x-forwarded-for"} & set(headers.keys()) else ""


ENDPOINTS = (Endpoint("GET", "/metrics", "Figures for Prometheus", "", read, tag="health"),)
