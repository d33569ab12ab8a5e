"""Loan demo (借贷数据演示): a recorded loan book through the plane, its sums read back, the proof.

When    `cunguan demo --loans FILE --mapping M`
Returns LoanResult; it holds when every claim does, the bank agrees, and the books have what the file says
Source  design/loan-books.md; the keys of the JSON are named there
"""

import time

import msgspec

from cunguan.doors.demo import pages
from cunguan.doors.demo.books import BooksReader, Cash, Figures, Line
from cunguan.doors.demo.custodian import at_work
from cunguan.doors.demo.database import DemoDatabase
from cunguan.doors.demo.loan_file import LoanFile, Rejection, Shown
from cunguan.doors.demo.loan_run import LANE, PACK, LoanRun, Options
from cunguan.doors.demo.progress import Progress
from cunguan.doors.demo.proof import BankAccount, Proof, compared, proved, summary
from cunguan.doors.papers.layout import pad
from cunguan.kernel.money import format_minor
from cunguan.prove.findings import Report

SHOWN_REJECTIONS = 10


class LoanResult(msgspec.Struct, frozen=True):
    """What a run left.

    Read from the file: loans_rejected, rejections, repeated_loan_ids, not_posted, over_principal_as_interest_minor,
    rounding_minor_e6, rounded_cells. All other figures are read from the books; late_fee_minor is null where the file
    has no late fee. closed_short counts loans that the file calls completed and the books have not repaid in full.
    """

    holds: bool
    file: str
    currency: str
    pack: str
    seed: int
    lenders: int
    fee_bp: int
    loans: int
    loans_rejected: int
    rejections: list[Rejection]
    repeated_loan_ids: dict[str, list[int]]
    not_posted: list[Shown]
    lent_minor: int
    principal_repaid_minor: int
    interest_paid_minor: int
    late_fee_minor: int | None
    outstanding_minor: int
    fee_minor: int
    over_principal_as_interest_minor: int
    rounding_minor_e6: int
    rounded_cells: int
    closed_short: int
    is_as_in_file: bool
    days: int
    instructions: int
    postings: int
    seconds: float
    trial_balance: list[Line]
    bank: list[BankAccount]
    proof: Proof
    database: str


def loan_demo(
    database: DemoDatabase, book_bytes: int, file: LoanFile, options: Options, progress: Progress
) -> tuple[LoanResult, list[str]]:
    """Run a file, and return the result with the page that shows it."""
    begun = time.monotonic()
    run = LoanRun(file, options)
    progress.say(f"{len(file.loans):,} loans on {run.days:,} days; about {run.total():,} instructions")
    with at_work(database, book_bytes, run.first_day, options.seed, progress) as custodian:
        run.run(custodian, progress)
    progress.say(f"{custodian.caller.answered:,} instructions in {time.monotonic() - begun:.1f} s; now the proof")
    report = proved(database.owner, progress)
    with BooksReader(database.owner) as books:
        figures, cash, balance = books.figures(LANE), books.cash(), books.trial_balance()
        instructions, postings = books.counts()
        short = books.closed_short(LANE, [loan.listing for loan in file.loans if loan.is_closed])
    bank, is_as_in_file = compared(cash, custodian.bank), _is_as_in(file, figures)
    result = LoanResult(
        holds=report.holds and is_as_in_file and pages.is_even(balance) and all(account.agrees for account in bank),
        file=file.path, currency=file.currency, pack=PACK, seed=options.seed, lenders=options.lenders,
        fee_bp=options.fee_bp,
        loans=figures.loans, loans_rejected=len(file.rejections), rejections=file.rejections,
        repeated_loan_ids=file.repeated, not_posted=file.shown,
        lent_minor=figures.lent_minor, principal_repaid_minor=figures.principal_repaid_minor,
        interest_paid_minor=figures.interest_paid_minor,
        late_fee_minor=figures.late_fee_minor if file.has_late_fee else None,
        outstanding_minor=figures.outstanding_minor, fee_minor=figures.fee_minor,
        over_principal_as_interest_minor=file.over_principal_minor, rounding_minor_e6=file.rounding_minor_e6,
        rounded_cells=file.rounded_cells, closed_short=short, is_as_in_file=is_as_in_file, days=run.days,
        instructions=instructions, postings=postings, seconds=round(time.monotonic() - begun, 1),
        trial_balance=balance, bank=bank, proof=summary(report), database=database.name,
    )  # fmt: skip
    return result, page(result, report, cash)


def _is_as_in(file: LoanFile, figures: Figures) -> bool:
    """Compare the books with the file's accepted rows, sum by sum."""
    loans = file.loans
    lent, principal = sum(loan.amount_minor for loan in loans), sum(loan.principal_minor for loan in loans)
    said = (
        len(loans), lent, principal, sum(loan.interest_minor for loan in loans),
        sum(loan.late_minor for loan in loans), lent - principal,
    )  # fmt: skip
    return said == (
        figures.loans, figures.lent_minor, figures.principal_repaid_minor, figures.interest_paid_minor,
        figures.late_fee_minor, figures.outstanding_minor,
    )  # fmt: skip


# ── the page ─────────────────────────────────────────────────────────────────
def page(result: LoanResult, report: Report, cash: list[Cash]) -> list[str]:
    """Return the page of a run."""
    said = {account.reference: account.bank_minor for account in result.bank}
    return [
        f"Cunguan 存管: {result.file}, {result.currency}, seed {result.seed}, {result.lenders:,} lenders",
        f"pack {result.pack}: no cap and no rate rule was applied; the file's loans were made under other law",
        f"{result.instructions:,} instructions decided, {result.postings:,} postings written, {result.days:,} days",
        *pages.headed("The loan book, as the books have it 借贷总账", _figures(result)),
        *pages.headed("The file 数据文件", _file(result)),
        *pages.headed("Trial balance 试算平衡表", pages.trial_balance_lines(result.trial_balance)),
        *pages.headed(
            f"Proof 证明, recomputed from {result.postings:,} raw postings", pages.proof_lines(report, cash, said)
        ),
    ]


def _figures(result: LoanResult) -> list[str]:
    named = (
        ("lent 放款", result.lent_minor),
        ("principal repaid 已还本金", result.principal_repaid_minor),
        ("outstanding 未还本金", result.outstanding_minor),
        ("interest paid 已付利息", result.interest_paid_minor),
        ("late fees 罚息", result.late_fee_minor),
        (f"fees, {result.fee_bp} bp 服务费", result.fee_minor),
    )
    lines = [f"  {pad('loans 借款笔数', 36)}{result.loans:>{pages.MONEY},}"]
    for name, minor in named:
        amount = "not in the file".rjust(pages.MONEY) if minor is None else pages.money(minor, result.currency)
        lines.append(f"  {pad(name, 36)}{amount}")
    lines.append(f"{pages.tick(result.is_as_in_file)} the sums are those of the file's accepted rows, to the last unit")
    return lines


def _file(result: LoanResult) -> list[str]:
    currency = result.currency
    over, rounding = format_minor(result.over_principal_as_interest_minor, currency), result.rounding_minor_e6
    lines = [
        f"  rows rejected: {result.loans_rejected:,}",
        *(f"    line {rejection.line}: {rejection.reason}" for rejection in result.rejections[:SHOWN_REJECTIONS]),
    ]
    if result.loans_rejected > SHOWN_REJECTIONS:
        lines.append(f"    and {result.loans_rejected - SHOWN_REJECTIONS:,} more: --json lists all")
    lines += [
        f"  {over} of principal above the loans, at most one unit each, is posted as interest",
        f"  {result.rounded_cells:,} cells rounded half-even, which added {rounding:,} millionths of a minor unit",
        f"  completed in the file with principal still outstanding: {result.closed_short:,}",
    ]
    for loan_id, where in result.repeated_loan_ids.items():
        lines.append(f"  loan {loan_id} stands on lines {', '.join(map(str, where))}: each is a loan of its own")
    for shown in result.not_posted:
        amount = format_minor(shown.sum_minor, currency)
        lines.append(f"  {shown.column}: {amount} in {shown.cells:,} cells, shown and not posted")
    return lines
