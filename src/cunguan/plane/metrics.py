"""Metrics (运行指标): what a lane counts while it works, cheap enough to be always on.

Shape   Counts: plain numbers that only grow, kept by the lane's own threads; Reading: them and what stands now, for an exporter
        that reads it now and then (prometheus_client and the like stay outside the plane)
Units   seconds; instructions by the name of their code, those of groups that were refused too
"""

from collections import Counter

import msgspec

from cunguan.kernel.codes import Code
from cunguan.store.batch import Batch


class Counts:
    """What one lane did since its start here."""

    def __init__(self) -> None:
        self.codes: Counter[Code] = Counter()
        self.batches = 0
        self.commit_seconds = 0.0  # from the end of a batch being sent to PostgreSQL's answer, summed up
        self.recoveries = 0

    def landed(self, batch: Batch) -> None:
        """Count a batch that is committed."""
        self.batches += 1
        for entry in batch.entries:
            self.codes[entry.decision.code] += 1


class Reading(msgspec.Struct, frozen=True):
    """One lane at one moment.

    instructions    decided and committed, by code; their sum over `batches` is the size of a batch
    commit_seconds  in all; over `batches` it is what a commit takes
    recoveries      batches that failed, or connections to PostgreSQL that were lost
    queued          what waits to be decided
    head            the last sequence committed here
    has_lease       whether the lease is surely ours
    """

    lane: int
    instructions: dict[str, int]
    batches: int
    commit_seconds: float
    recoveries: int
    queued: int
    head: int
    has_lease: bool
