"""`cunguan report custody MONTH` (存管报告): the monthly custody report of each pool, from stored runs.

Returns 0 every working day has a run made after it was over, and every run is signed off · 1 some are missing, which are named ·
        2 wrong usage
Units   --format pdf, csv or json, with --out; json is one list, a report a pool; amounts in minor units
"""

import argparse
from typing import Any

from cunguan.doors.cli.database import connected, door_url
from cunguan.doors.cli.report_monthly import add_arguments, hand_over, runs_of
from cunguan.doors.cli.safeguard_shared import language_in, wrong
from cunguan.doors.papers.moments import Wrong
from cunguan.doors.safeguarding import custody, monthly_pages
from cunguan.doors.safeguarding.keeping import Run
from cunguan.policy.safeguarding.rules import RULES
from cunguan.store.history import History


def add_report(reports: Any) -> None:
    """Register the report."""
    says = "the monthly custody report of each pool, from stored runs"
    report = reports.add_parser("custody", help=says, description=says)
    report.set_defaults(run=run)
    report.add_argument("--rule", default="cn_p2p_pool", choices=sorted(RULES), help="whose runs (cn_p2p_pool)")
    add_arguments(report)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print the report of a month."""
    with connected(wiring) as connection, History(door_url(wiring)) as history:
        try:
            of, pools = runs_of(connection, history, arguments.rule, arguments, wiring)
        except Wrong as why:
            return wrong(str(why))

        def is_early(one: Run) -> bool:
            lane = one.outcome.inputs.lane
            return history.seq_on(lane, one.outcome.date) != one.outcome.inputs.upto_seq

        reports = [custody.report_of(of, one, is_early) for one in pools if one.end.activity is not None]
    if not reports:
        return wrong(
            f"the runs of {arguments.rule} in {of} are of firms' own files: the books know what was done, they do not"
        )
    papers = [monthly_pages.custody(one, language_in(arguments, wiring)) for one in reports]
    failed = hand_over(arguments, papers, list(map(custody.told, reports)))
    return failed or (0 if all(one.is_complete for one in reports) else 1)
