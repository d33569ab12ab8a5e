"""Form (度量表): what every bench prints: figures with their baseline, the machine, and how it was measured.

Shape   Figure: value and baseline in `unit`, ratio = value / baseline, the bar and whether it holds,
        the smallest, middle and largest of the runs. Report: figures, machine, method, CPU µs an instruction
"""

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec


class Runs(msgspec.Struct, frozen=True):
    """The spread of the runs behind a value."""

    min: float
    median: float
    max: float


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a bench."""

    name: str
    unit: str
    value: float
    runs: Runs
    baseline: float | None = None
    ratio: float | None = None
    bar: str | None = None
    holds: bool | None = None


class Report(msgspec.Struct):
    """A bench."""

    machine: dict[str, object]
    method: list[str]
    figures: list[Figure]
    cpu_us_per_instruction: dict[str, float]


def figure(
    name: str,
    unit: str,
    runs: Sequence[float],
    *,
    baseline: float | None = None,
    ratio: float | None = None,
    bar: str | None = None,
    meets: Callable[[float], bool] | None = None,
) -> Figure:
    """Return a figure from its runs; the bar is met by the ratio, or by the value where there is none."""
    value = statistics.median(runs)
    if ratio is None and baseline is not None:
        ratio = value / baseline
    holds = None if meets is None else meets(value if ratio is None else ratio)
    return Figure(name, unit, value, Runs(min(runs), value, max(runs)), baseline, ratio, bar, holds)


def machine() -> dict[str, object]:
    """Return what was measured on."""
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
    }


def cpu_seconds(pid: int) -> float:
    """Return the CPU time a process has used so far; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process in MB; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def lines(report: Report) -> list[str]:
    """Return the report as lines a person reads."""
    out = [", ".join(f"{name} {value}" for name, value in report.machine.items()), *report.method, ""]
    for one in report.figures:
        text = f"{one.name:<52} {one.value:>12,.1f} {one.unit:<10}"
        if one.ratio is not None:
            text += f" ratio {one.ratio:6.2f}"
        if one.bar is not None:
            text += f"  bar {one.bar}: {'holds' if one.holds else 'FALLS SHORT'}"
        out.append(f"{text}  [{one.runs.min:,.1f} .. {one.runs.max:,.1f}]")
    cpu = ", ".join(f"{name} {value:.1f}" for name, value in report.cpu_us_per_instruction.items())
    return [*out, "", f"CPU µs an instruction: {cpu}"] if cpu else out
