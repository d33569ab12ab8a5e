"""`cunguan report rep027 MONTH` (英国保障资金月报): the figures of the FCA's monthly safeguarding return, from stored runs.

Returns 0 every reconciliation day has a run and every run is signed off · 1 some are missing, which are named · 2 wrong usage
Units   --format pdf, csv or json, with --out; json is one list, a return a pool; amounts in minor units
"""

import argparse
from typing import Any

from cunguan.doors.cli.database import connected, door_url
from cunguan.doors.cli.report_monthly import add_arguments, hand_over, runs_of
from cunguan.doors.cli.safeguard_shared import language_in, wrong
from cunguan.doors.papers.moments import Wrong
from cunguan.doors.safeguarding import month, monthly_pages, rep027
from cunguan.doors.safeguarding.rep027 import Return
from cunguan.store import safeguarding as store
from cunguan.store.history import History


def add_report(reports: Any) -> None:
    """Register the report."""
    says = "the FCA's monthly safeguarding return, from stored runs of uk_cass15"
    report = reports.add_parser("rep027", help=says, description=says)
    report.set_defaults(run=run)
    add_arguments(report)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print the return of a month."""
    with connected(wiring) as connection, History(door_url(wiring)) as history:
        try:
            of, pools = runs_of(connection, history, rep027.RULE, arguments, wiring)
        except Wrong as why:
            return wrong(str(why))
        returns = [_return(history, of, one) for one in pools]
    papers = [monthly_pages.rep027(one, language_in(arguments, wiring)) for one in returns]
    failed = hand_over(arguments, papers, list(map(rep027.told, returns)))
    return failed or (0 if all(one.is_complete for one in returns) else 1)


def _return(history: History, of: month.Month, one: month.PoolMonth) -> Return:
    inputs, day = one.end.outcome.inputs, one.end.outcome.date
    regimes = {(each.lane, each.pool): each for each in store.regimes(history, day) if each.rule == rep027.RULE}
    means = store.means(history, inputs.lane, one.pool, day) if inputs.lane else []
    return rep027.return_of(of, one, means, regimes.get((inputs.lane, one.pool)))
