"""`cunguan bench log` (留痕基准): what the log, its checks, the proof of liabilities and sealed fields cost.

Shape   Report (form.py). Each part is a module beside this one: NAME as `--only` asks for it, COUNT of what it measures by default,
        COUNTED the word for it, and `measure`, which makes its own ground, runs `rounds` times and returns its figures with their bars
Source  the issue "Trust nobody", "Speed"
"""

import os
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from cunguan.doors.bench import log_append, log_audit, log_fields, log_liabilities, log_proof, log_receipt
from cunguan.doors.bench.form import Figure, Report, machine

METHOD = [
    "each part makes its own ground and runs several times; a value is the median of its runs, beside it the smallest and the largest",
    "rates and ratios are of this machine and this hour: compare runs of one machine, and look at the spread before at the value",
]

Say = Callable[[str], None]


class Part(Protocol):
    """A part of the bench: a module."""

    NAME: str
    COUNT: int
    COUNTED: str

    def measure(self, count: int, rounds: int, say: Say) -> list[Figure]:
        """Measure with `count` of what is counted; `say` hears what goes on."""


#: in the order they are run
PARTS: tuple[Part, ...] = (
    log_append,
    log_audit,
    log_proof,
    log_receipt,
    log_liabilities,
    log_fields,
)


def measure(say: Say, only: Collection[str] = (), counts: Mapping[str, int] | None = None, rounds: int = 3) -> Report:
    """Run the parts that are asked for, all where none is named."""
    report = Report(machine(), list(METHOD), [], {})
    for part in PARTS:
        if not only or part.NAME in only:
            count = (counts or {}).get(part.NAME, part.COUNT)
            say(f"{part.NAME}: {count:,} {part.COUNTED}, {rounds} rounds")
            report.method.append(f"{part.NAME}: {count:,} {part.COUNTED}")
            report.figures += part.measure(count, rounds, say)
    report.machine["load_after"] = os.getloadavg()[0]
    return report
