"""REP027 (英国保障资金月报): the figures of the FCA's monthly safeguarding return, section by section, from stored runs.

When    within 15 business days after the month's end
Shape   one return a pool: sections 3 to 9 for payment services and e-money, 12 to 18 of our counting the same for unrelated
        payment services; 1 and 2 of the firm
Units   minor units of the pool's currency
Source  SUP 16.14A, SUP 16 Annex 29BR [K: the fields' own numbers were not read]; domain.md (f5)
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec

from cunguan.doors.safeguarding.month import DayFigures, Month, PoolMonth
from cunguan.policy.safeguarding.engine import Comparison, Record
from cunguan.store.safeguarding import Means, Regime

RULE: Final = "uk_cass15"
DUE_DAYS: Final = 15
UNRELATED: Final = "unrelated_payments"


class Extreme(msgspec.Struct, frozen=True):
    """The highest or lowest requirement of a month, and its first day."""

    requirement_minor: int
    day: date


class Held(msgspec.Struct, frozen=True):
    """Where the money is at the month's end."""

    kind: str
    count: int
    minor: int


class Account(msgspec.Struct, frozen=True):
    """A place of the money, with its institution and letter as they are recorded; empty: not recorded."""

    name: str
    kind: str
    institution: str
    letter: str


class Return(msgspec.Struct, frozen=True):
    """The return of one pool."""

    month: str
    due: date
    firm: str
    platform: str
    pool: str
    pool_class: str
    is_unrelated: bool
    currency: str
    methods: tuple[str, ...]
    clients: int
    highest: Extreme
    lowest: Extreme
    held: tuple[Held, ...]
    at_end: date
    now: Comparison
    next_day: Comparison | None
    adjustments_minor: int
    internal_days: int
    external_days: int
    missing_days: tuple[date, ...]
    unsigned_runs: tuple[int, ...]
    accounts: tuple[Account, ...]
    letters_missing: int
    breaches: int
    notifiable_breaches: int
    has_notifiable_breach: bool
    is_compliant: bool
    days_run: tuple[DayFigures, ...]

    @property
    def is_complete(self) -> bool:
        """Test that every reconciliation day has a run, and every run was signed off."""
        return not self.missing_days and not self.unsigned_runs


def return_of(of: Month, one: PoolMonth, means: Sequence[Means], regime: Regime | None) -> Return:
    """Return the figures of a pool's month; means and regime as they stand at its last run."""
    figures, inputs = one.end.outcome.figures, one.end.outcome.inputs
    by_requirement = [Extreme(run.outcome.figures.now.requirement_minor, run.outcome.date) for run in one.runs]
    notifiable = sum(breach.notify == "without_delay" or breach.is_late for breach in one.breaches)
    accounts = tuple(_account(record, means) for record in inputs.records)
    is_complete = not one.missing and not one.unsigned
    return Return(
        month=str(of), due=one.pack.calendar.add_working_days(of.last, DUE_DAYS), firm=regime.firm if regime else "",
        platform=one.platform, pool=one.pool, pool_class=inputs.facts.pool_class or next(iter(one.pack.place_within)),
        is_unrelated=inputs.facts.pool_class == UNRELATED, currency=one.currency,
        methods=tuple(sorted({_method(record.kind) for record in inputs.records})), clients=figures.clients,
        highest=max(by_requirement, key=lambda each: each.requirement_minor),
        lowest=min(by_requirement, key=lambda each: each.requirement_minor),
        held=_held(inputs.records), at_end=one.end.outcome.date, now=figures.now, next_day=figures.next_day,
        adjustments_minor=_adjustments_minor(one), internal_days=len(one.runs),
        external_days=sum(run.outcome.external != "incomplete" for run in one.runs), missing_days=one.missing,
        unsigned_runs=one.unsigned, accounts=accounts,
        letters_missing=sum(account.kind == "account" and not account.letter for account in accounts),
        breaches=len(one.breaches), notifiable_breaches=notifiable, has_notifiable_breach=bool(notifiable),
        is_compliant=is_complete and not notifiable, days_run=one.days,
    )  # fmt: skip


def _method(kind: str) -> str:
    return "insurance_or_guarantee" if kind in ("insurance", "guarantee") else "segregation"


def _held(records: Sequence[Record]) -> tuple[Held, ...]:
    kinds = dict.fromkeys(record.kind for record in records)
    return tuple(
        Held(kind, len(of), sum(record.record_minor for record in of))
        for kind in kinds
        if (of := [record for record in records if record.kind == kind])
    )


def _account(record: Record, means: Sequence[Means]) -> Account:
    recorded = next((one for one in means if one.id == record.name), None)
    institution, letter = (recorded.institution, recorded.letter) if recorded else ("", "")
    return Account(record.name, record.kind, institution, letter)


def _adjustments_minor(one: PoolMonth) -> int:
    """Return the own money that came in during the month: what the days' runs saw posted."""
    return sum(
        moved.minor
        for run in one.runs
        for moved in (run.activity.moved if run.activity else ())
        if moved.debit == "1010" and moved.kind in ("pool_top_up", "prudent_top_up")
    )


def told(one: Return) -> dict[str, Any]:
    """Return it as one object for machines."""
    return {"rule": RULE, **msgspec.structs.asdict(one), "is_complete": one.is_complete}
