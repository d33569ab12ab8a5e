"""`cunguan report …` (报表): what is told to regulators, platforms and people, each report a module of its own.

When    after a day or a month; the figures come from stored runs
Returns 0 the report is whole · 1 something in it is missing · 2 wrong usage
"""

import importlib
from typing import Any

#: each is doors/cli/report_<name>.py with add_report(reports)
REPORTS = ("custody", "daily", "rep027")


def add_parser(subparsers: Any) -> None:
    """Register `report` and its reports."""
    says = "reports to regulators, platforms and people"
    reports = subparsers.add_parser("report", help=says, description=says).add_subparsers(
        metavar="REPORT", required=True
    )
    for name in REPORTS:
        importlib.import_module(f"cunguan.doors.cli.report_{name}").add_report(reports)
