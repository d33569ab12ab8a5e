"""Monthly figures from stored runs: the REP027 return and the custody report, and what they say of days that are missing."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from cunguan.doors.papers.moments import Wrong
from cunguan.doors.safeguarding import custody, monthly_pages, paper, rep027
from cunguan.doors.safeguarding.keeping import Activity, Breach, Run, SignOff
from cunguan.doors.safeguarding.month import Month, PoolMonth, month
from cunguan.doors.safeguarding.outcome import Inputs, conclude
from cunguan.policy.safeguarding.engine import Facts, Line, Record, add_up
from cunguan.policy.safeguarding.uk_cass15 import UK_CASS15
from cunguan.store.safeguarding import Loans, Means, Moved, Regime

JUNE = month("2026-06")
AT = datetime(2026, 6, 1, 18, tzinfo=UTC)
MOVED = (
    Moved("deposit_direct", "1010", "2010", 2, 700), Moved("withdrawal_result", "2030", "1010", 1, 50),
    Moved("payout_result", "2030", "1010", 1, 9), Moved("disbursement", "2020", "2010", 3, 300),
    Moved("disbursement", "2010", "2110", 1, 6), Moved("repayment", "2010", "2020", 1, 40),
    Moved("repayment", "2020", "2010", 2, 40), Moved("claim_purchase", "2020", "2010", 1, 20),
    Moved("pool_top_up", "1010", "1030", 1, 30), Moved("prudent_top_up", "1010", "3010", 1, 5),
    Moved("pool_top_up", "3010", "1030", 1, 5),
)  # fmt: skip


def run(number: int, day: int, client: int, cash: int, statement: int | None, *, signed: bool = True) -> Run:
    lines = [Line("client", "A", client), Line("account", "bank", cash), Line("insurance", "policy", 10)]
    records = (Record("bank", "account", cash, statement), Record("policy", "insurance", 10, 10))
    inputs = Inputs("books", 1, "P1", "main", "GBP", number, 0, "00", add_up(lines), Facts(), records)
    outcome = conclude(UK_CASS15, date(2026, 6, day), inputs)
    sign_off = SignOff("r1", AT, "") if signed else None
    return Run(number, AT, outcome, Activity(MOVED, Loans(999, 2, 3)), (), "p1", sign_off)


def breach(number: int, good: date | None, notify: str = "not_made_good_that_day") -> Breach:
    return Breach(number, "shortfall", 5, date(2026, 6, 2), "FCA", notify, "clause", good and 9, good, None, None)


def of(*runs: Run, breaches: tuple[Breach, ...] = (), missing: tuple[date, ...] = ()) -> PoolMonth:
    return PoolMonth(UK_CASS15, "P1", "main", "GBP", runs, breaches, missing)


DAYS = (run(1, 1, 1_000, 990, 990), run(2, 2, 3_000, 2_985, None), run(3, 30, 2_000, 1_990, 1_990))
LETTERS = [Means("bank", "account", 0, "Bank plc", "", date(2026, 6, 1), None, None)]
BOUND = Regime(1, "main", "uk_cass15", "unrelated_payments", "", None, "FRN 900001")


def test_the_return_has_the_months_extremes_and_its_end() -> None:
    found = rep027.return_of(JUNE, of(*DAYS), LETTERS, BOUND)
    assert (found.highest.requirement_minor, found.highest.day) == (3_000, date(2026, 6, 2))
    assert (found.lowest.requirement_minor, found.lowest.day) == (1_000, date(2026, 6, 1))
    assert (found.now.requirement_minor, found.now.resource_minor, found.now.verdict) == (2_000, 2_000, "reconciled")
    assert found.next_day is not None and found.next_day.verdict == "reconciled"
    assert [(held.kind, held.minor) for held in found.held] == [("account", 1_990), ("insurance", 10)]
    assert found.methods == ("insurance_or_guarantee", "segregation") and found.firm == "FRN 900001"
    assert (found.internal_days, found.external_days, found.clients) == (3, 2, 1)
    assert found.adjustments_minor == 3 * 35, "what was paid in from outside; what was used of it is counted once"
    assert found.letters_missing == 1 and found.accounts[0].institution == "Bank plc"
    assert found.due == date(2026, 7, 21), "15 business days after the month's end"
    assert (found.is_compliant, found.is_complete) == (True, True)


@pytest.mark.parametrize(
    ("breaches", "notifiable", "is_compliant"),
    [
        ((breach(2, date(2026, 6, 2)),), 0, True),
        ((breach(2, date(2026, 6, 3)),), 1, False),
        ((breach(2, None),), 1, False),
        ((breach(2, date(2026, 6, 2), "without_delay"),), 1, False),
    ],
)
def test_a_breach_is_notifiable_when_it_was_not_made_good_on_its_day(
    breaches: tuple[Breach, ...], notifiable: int, is_compliant: bool
) -> None:
    found = rep027.return_of(JUNE, of(*DAYS, breaches=breaches), LETTERS, None)
    assert (found.notifiable_breaches, found.is_compliant) == (notifiable, is_compliant)


def test_a_month_with_a_day_left_out_or_not_signed_off_is_not_complete() -> None:
    gap = rep027.return_of(JUNE, of(*DAYS, missing=(date(2026, 6, 3),)), [], None)
    unsigned = rep027.return_of(JUNE, of(*DAYS, run(4, 30, 1, 1, 1, signed=False)), [], None)
    assert (gap.is_complete, gap.is_compliant, gap.firm) == (False, False, "")
    assert (unsigned.is_complete, unsigned.unsigned_runs) == (False, (4,))
    assert "2026-06-03" in "\n".join(monthly_pages.lines(monthly_pages.rep027(gap, 0)))
    assert "未复核的测算" in "\n".join(monthly_pages.lines(monthly_pages.rep027(unsigned, 1)))


def test_the_custody_report_counts_each_volume_once() -> None:
    found = custody.report_of(JUNE, of(*DAYS), lambda one: one.id == 2)
    assert {volume.name: (volume.count, volume.minor) for volume in found.volumes} == {
        "deposits": (6, 2_100), "withdrawals": (3, 150), "lent": (9, 900), "repaid": (6, 120), "compensated": (0, 0),
        "assigned": (3, 60), "fees": (3, 18),
    }  # fmt: skip
    assert (found.loan_balance_minor, found.borrowers, found.lenders) == (999, 2, 3)
    assert (found.custody_balance_minor, found.clients_minor, found.clients) == (1_990, 2_000, 1)
    assert (found.days, found.reconciled_days, found.statements_agree_days) == (3, 2, 2)
    assert (found.early_days, found.is_complete) == ((date(2026, 6, 2),), False)
    page = "\n".join(monthly_pages.lines(monthly_pages.custody(found, 1)))
    assert "资金存管报告 2026-06" in page and "当日未结束即测算的日期" in page and "交易规模" in page


@pytest.mark.parametrize("text", ["2026-6", "2026-13", "2026", "2026-00", "0000-01", "June"])
def test_what_is_no_month_is_told_so(text: str) -> None:
    with pytest.raises(Wrong, match="write it as 2026-06"):
        month(text)


def test_a_month_of_the_calendar_ends_on_its_last_day() -> None:
    assert month("2028-02") == Month(date(2028, 2, 1), date(2028, 2, 29))


def test_the_paper_is_a_pdf_that_is_the_same_each_time_and_a_table_for_a_spreadsheet() -> None:
    pytest.importorskip("typst", reason="the extra `docs` is not installed")
    papers = [
        monthly_pages.custody(custody.report_of(JUNE, of(*DAYS), lambda one: False), 1),
        monthly_pages.rep027(rep027.return_of(JUNE, of(*DAYS), LETTERS, BOUND), 0),
    ]
    assert len(paper.as_pages(papers, ppi=20)) == 2
    made = paper.as_pdf(papers)
    assert made.startswith(b"%PDF-") and made == paper.as_pdf(papers)
    rows = list(csv.reader(io.StringIO(monthly_pages.csv_of(papers))))
    assert len({len(row) for row in rows}) == 1
    assert ["资金存管报告 2026-06", "P1 main GBP", "出借", "9", "9.00"] in rows
