"""Metrics (指标): counts and times of all processes of a home, in Prometheus' form.

When    a door answers a request, a loop ends a round; somebody reads GET /metrics
Shape   under `cunguan up` each process writes its figures to files of one folder (PROMETHEUS_MULTIPROC_DIR), which one page
        shows together; a process that is started by itself shows its own
        what the database knows better is asked when the page is read: lanes, queues of jobs and webhooks
Units   seconds; counts. No label holds a platform's, a client's or an instruction's id
Source  prometheus_client's documentation of multiprocess mode
"""

import os
from collections.abc import Iterable, Sequence
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from cunguan.plane.metrics import Reading

# three series for each series, and nobody asks when it began
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library says no types

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
#: a method may be any word: each would be a series that is kept
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

REQUESTS: Final = Histogram(
    "cunguan_api_request_seconds", "Requests at the platforms' door, by endpoint and status", ["method", "endpoint", "status"],
    buckets=BUCKETS,
)  # fmt: skip
ROUNDS: Final = Counter("cunguan_loop_rounds", "Rounds of the sweeps, by how they ended", ["loop", "outcome"])
JOB_RUNS: Final = Counter("cunguan_job_runs", "Runs of daily jobs, by how they ended", ["job", "outcome"])
ALARMS = Counter("cunguan_alarms", "Alarms that were raised, by typology", ["alarm"])

INSTRUCTIONS = Counter(
    "cunguan_lane_instructions", "Instructions that were decided and committed, by code", ["lane", "code"]
)
BATCHES = Counter("cunguan_lane_batches", "Commits of a lane", ["lane"])
COMMIT_SECONDS = Counter(
    "cunguan_lane_commit_seconds", "What PostgreSQL took for a lane's commits, summed up", ["lane"]
)
RECOVERIES = Counter("cunguan_lane_recoveries", "Batches of a lane that failed, and connections it lost", ["lane"])
QUEUED = Gauge(
    "cunguan_lane_queued", "Instructions that wait to be decided", ["lane"], multiprocess_mode="mostrecent"
)  # of the planes that have had a lane the last one knows

LOG_LAG_SECONDS: Final = Gauge(
    "cunguan_log_lag_seconds",
    "How long the oldest committed sequence waited for the last checkpoint",
    multiprocess_mode="mostrecent",
)  # what was committed and is not published yet is what the database's owner could change unseen


@cache
def _request(method: str, endpoint: str, status: int) -> Any:
    """Return one series: looking it up by its labels takes longer than counting."""
    return REQUESTS.labels(method, endpoint, str(status))


def answered(method: str, endpoint: str, status: int, seconds: float) -> None:
    """Count a request; `endpoint` is the path as it is documented, so that there are not more series than endpoints."""
    _request(method if method in METHODS else "other", endpoint, status).observe(seconds)


class LaneFigures:
    """What a plane's lanes say of themselves, carried over into the figures of its process."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Any, ...], float] = {}
        self._lanes: set[int] = set()

    def show(self, readings: Sequence[Reading]) -> None:
        """Add what was counted since the last time; of a lane that is no longer here nothing waits here."""
        for lane in self._lanes - {one.lane for one in readings}:
            QUEUED.labels(lane).set(0)
            self._seen = {key: figure for key, figure in self._seen.items() if key[1] != lane}
        self._lanes = {one.lane for one in readings}
        for one in readings:
            QUEUED.labels(one.lane).set(one.queued)
            self._grown(BATCHES, one.batches, one.lane)
            self._grown(COMMIT_SECONDS, one.commit_seconds, one.lane)
            self._grown(RECOVERIES, one.recoveries, one.lane)
            for code, count in one.instructions.items():
                self._grown(INSTRUCTIONS, count, one.lane, code)

    def _grown(self, counter: Counter, figure: float, *labels: object) -> None:
        key = (counter, *labels)
        before = self._seen.get(key, 0)
        self._seen[key] = figure
        more = figure - before if figure >= before else figure  # less than before: the lane came back and began anew
        if more or not before:
            counter.labels(*labels).inc(more)


class _Files(MultiProcessCollector):
    """The files of all processes, but those that are empty: their process is just making them, or died while it did."""

    def collect(self) -> Any:
        """Return the figures."""
        files = [str(file) for file in Path(self._path).glob("*.db") if _has_content(file)]
        return self.merge(files, accumulate=True)  # type: ignore[no-untyped-call]  # the library says no types


def _has_content(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except OSError:
        return False  # it went with its process


def queued(folder: Path) -> dict[int, int]:
    """Return what waits in each lane, as the planes of a home last said; nothing where none did."""
    if not folder.is_dir():
        return {}
    registry = CollectorRegistry()
    _Files(registry, str(folder))  # type: ignore[no-untyped-call]  # the library says no types
    return {
        int(sample.labels["lane"]): int(sample.value)
        for family in registry.collect()
        for sample in family.samples
        if sample.name == "cunguan_lane_queued"
    }


class Asked(Collector):
    """Figures that were asked of the database for one page."""

    def __init__(self, figures: Iterable[tuple[str, str, str, str, float]]) -> None:
        self._figures = list(figures)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield a family for each name."""
        families: dict[str, GaugeMetricFamily] = {}
        for name, says, label, value, figure in self._figures:
            family = families.setdefault(name, GaugeMetricFamily(name, says, labels=[label]))
            family.add_metric([value], figure)
        return families.values()


def page(figures: Iterable[tuple[str, str, str, str, float]]) -> bytes:
    """Return the page: what all processes have written, and what was asked."""
    registry = CollectorRegistry()
    if os.environ.get(FOLDER):
        _Files(registry)  # type: ignore[no-untyped-call]  # the library says no types
    else:
        registry.register(REGISTRY)
    registry.register(Asked(figures))
    return generate_latest(registry)


def may_read(host: str, networks: Iterable[str]) -> bool:
    """Return whether a caller may read the page: one on this host, or of a network that was named.

    >>> may_read("127.0.0.1", []), may_read("10.1.2.3", []), may_read("10.1.2.3", ["10.0.0.0/8"]), may_read("", [])
    (True, False, True, False)
    """
    try:
        caller = ip_address(host)
    except ValueError:
        return False
    return caller.is_loopback or any(caller in ip_network(network) for network in networks)
