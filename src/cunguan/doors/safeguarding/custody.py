"""Monthly custody report (存管报告): what a custodian tells platform and regulator of a pool's month, from stored runs.

Shape   trading volume, loan balance, custody balance, numbers of borrowers and lenders; and how the days were reconciled
Reads   of each day its last run: what was posted on it, and what stood at its end. A day whose run was made before it was over is
        named: its volume is not whole
Units   minor units of the pool's currency
Source  网络借贷资金存管业务指引 第十七条 [K]; domain.md (f1). Complaints are not kept here yet
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import msgspec

from cunguan.doors.safeguarding.keeping import Run
from cunguan.doors.safeguarding.month import DayFigures, Month, PoolMonth
from cunguan.store.safeguarding import Moved

_CLIENT: Final = frozenset({"2020", "2010", "2125", "2120"})

#: volume -> which postings are it, each counted once
VOLUMES: Final[dict[str, Callable[[Moved], bool]]] = {
    "deposits":    lambda m: m.credit == "2010" and m.debit in ("1010", "2015", "2210"),
    "withdrawals": lambda m: m.debit == "2030" and m.credit == "1010" and m.kind != "payout_result",
    "lent":        lambda m: m.kind == "disbursement" and m.credit == "2010" and m.debit in _CLIENT,
    "repaid":      lambda m: m.kind in ("repayment", "guarantor_repayment") and m.debit == "2020" and m.credit == "2010",
    "compensated": lambda m: m.kind == "compensation" and m.credit == "2010" and m.debit in _CLIENT,
    "assigned":    lambda m: m.kind == "claim_purchase" and m.credit == "2010" and m.debit in _CLIENT,
    "fees":        lambda m: m.credit == "2110" and m.debit in _CLIENT,
}  # fmt: skip


class Volume(msgspec.Struct, frozen=True):
    """How often, and how much."""

    name: str
    count: int
    minor: int


class Report(msgspec.Struct, frozen=True):
    """The report of one pool."""

    month: str
    platform: str
    pool: str
    currency: str
    rule: str
    at_end: date
    volumes: tuple[Volume, ...]
    loan_balance_minor: int
    custody_balance_minor: int
    clients_minor: int
    clients: int
    borrowers: int
    lenders: int
    reconciled_days: int
    days: int
    missing_days: tuple[date, ...]
    early_days: tuple[date, ...]
    statements_agree_days: int
    breaches: int
    breaches_late: int
    unsigned_runs: tuple[int, ...]
    days_run: tuple[DayFigures, ...]

    @property
    def is_complete(self) -> bool:
        """Test that every working day has a run that was made after it was over, and every run was signed off."""
        return not self.missing_days and not self.early_days and not self.unsigned_runs


def report_of(of: Month, one: PoolMonth, is_early: Callable[[Run], bool]) -> Report:
    """Return the report of a pool's month."""
    figures, activity = one.end.outcome.figures, one.end.activity
    assert activity is not None, "the books' own runs know what was done"
    sums = {term.kind: term.minor for term in (*figures.requirement, *figures.resource)}
    return Report(
        month=str(of), platform=one.platform, pool=one.pool, currency=one.currency, rule=one.pack.id,
        at_end=one.end.outcome.date, volumes=tuple(_volume(name, is_it, one) for name, is_it in VOLUMES.items()),
        loan_balance_minor=activity.loans.outstanding_minor,
        custody_balance_minor=sum(record.record_minor for record in one.end.outcome.inputs.records
                                  if record.kind in ("account", "unplaced")),
        clients_minor=sums.get("client", one.end.outcome.inputs.held.sums["client"]), clients=figures.clients,
        borrowers=activity.loans.borrowers, lenders=activity.loans.lenders,
        reconciled_days=sum(run.outcome.figures.is_sound for run in one.runs), days=len(one.runs),
        missing_days=one.missing, early_days=tuple(run.outcome.date for run in one.runs if is_early(run)),
        statements_agree_days=sum(run.outcome.external == "agrees" for run in one.runs), breaches=len(one.breaches),
        breaches_late=sum(breach.is_late for breach in one.breaches), unsigned_runs=one.unsigned,
        days_run=one.days,
    )  # fmt: skip


def _volume(name: str, is_it: Callable[[Moved], bool], one: PoolMonth) -> Volume:
    found = [moved for run in one.runs if run.activity for moved in run.activity.moved if is_it(moved)]
    return Volume(name, sum(moved.count for moved in found), sum(moved.minor for moved in found))


def told(one: Report) -> dict[str, Any]:
    """Return it as one object for machines."""
    return {**msgspec.structs.asdict(one), "is_complete": one.is_complete}
