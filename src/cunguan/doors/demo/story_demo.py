"""Story demo (演示): run the story, read the books, prove them, and print one page of it.

When    `cunguan demo`
Returns StoryResult; it holds when every claim, case and chapter, each trial balance and the bank do
"""

import time

import msgspec

from cunguan.doors.demo import pages, words
from cunguan.doors.demo.books import BooksReader, Cash, Figures, KindCount, Line, People
from cunguan.doors.demo.cases import Outcome
from cunguan.doors.demo.chapters.telling import Told, told
from cunguan.doors.demo.custodian import at_work
from cunguan.doors.demo.database import DemoDatabase
from cunguan.doors.demo.market import CURRENCY
from cunguan.doors.demo.progress import Progress
from cunguan.doors.demo.proof import BankAccount, Proof, compared, proved, summary
from cunguan.doors.demo.story import FIRST_DAY, Story
from cunguan.doors.demo.t_accounts import TAccount, t_accounts
from cunguan.prove.findings import Report


class StoryResult(msgspec.Struct, frozen=True):
    """What a run of the story left, all of it read from the books or from the bank."""

    holds: bool
    seed: int
    months: int
    working_days: int
    instructions: int
    postings: int
    seconds: float
    people: People
    platforms: dict[str, Figures]
    cases: list[Outcome]
    chapters: list[Told]
    kinds: list[KindCount]
    listing: str
    t_accounts: list[TAccount]
    trial_balance: list[Line]
    bank: list[BankAccount]
    proof: Proof
    database: str


def story_demo(
    database: DemoDatabase, book_bytes: int, seed: int, months: int, language: str, progress: Progress
) -> tuple[StoryResult, list[str]]:
    """Run it, and return the result with the page that shows it."""
    begun = time.monotonic()
    with at_work(database, book_bytes, FIRST_DAY, seed, progress) as custodian:
        story = Story(custodian, seed, months)
        story.run(progress)
    progress.say(f"{custodian.caller.answered:,} instructions in {time.monotonic() - begun:.1f} s; now the proof")
    report = proved(database.owner, progress)
    with BooksReader(database.owner) as books:
        cash, shown = books.cash(), story.cases.shown
        bank, balance, outcomes = compared(cash, custodian.bank), books.trial_balance(), story.cases.outcomes(books)
        instructions, postings = books.counts()
        chapters, kinds = told(books), books.kinds()
        holds = (
            report.holds
            and pages.is_even(balance)
            and all(account.agrees for account in bank)
            and all(outcome.holds for outcome in outcomes)
            and all(chapter.holds for chapter in chapters)
        )
        people = books.people()
        platforms = {lane.platform: books.figures(lane.lane) for lane in report.lanes if lane.lane}
        accounts = t_accounts(books, shown.venue.lane, shown.name)
    result = StoryResult(
        holds, seed, months, len(story.days), instructions, postings, round(time.monotonic() - begun, 1), people,
        platforms, outcomes, chapters, kinds, shown.name, accounts, balance, bank, summary(report), database.name,
    )  # fmt: skip
    return result, page(result, report, cash, language)


def page(result: StoryResult, report: Report, cash: list[Cash], language: str) -> list[str]:
    """Return the page of a run."""
    said = {account.reference: account.bank_minor for account in result.bank}
    people = result.people
    return [
        f"Cunguan 存管: two platforms, {result.months} months from {FIRST_DAY} ({result.working_days} working days), "
        f"seed {result.seed}",
        f"{people.persons:,} persons ({people.shared:,} of them on both), {people.lenders:,} lenders' accounts, "
        f"{people.borrowers:,} borrowers', {people.listings:,} listings",
        f"{result.instructions:,} instructions decided, {result.postings:,} postings written",
        *(_platform(name, figures) for name, figures in result.platforms.items()),
        *pages.headed(
            f"Listing {result.listing}, from bid to last repayment: T-accounts 丁字账",
            [
                "Only what this listing posted; deposits and withdrawals of the same people stand elsewhere.",
                *pages.t_account_lines(result.t_accounts, CURRENCY),
            ],
        ),
        *pages.headed("Out of the ordinary 特殊情形, and what the books say of it", pages.outcome_lines(result.cases)),
        *pages.headed(words.heading("chapters", language), pages.told_lines(result.chapters, language)),
        *pages.headed(words.heading("kinds", language), pages.kind_lines(result.kinds, language)),
        *pages.headed("Trial balance 试算平衡表", pages.trial_balance_lines(result.trial_balance)),
        *pages.headed(
            f"Proof 证明, recomputed from {result.postings:,} raw postings", pages.proof_lines(report, cash, said)
        ),
    ]


def _platform(name: str, figures: Figures) -> str:
    lent, repaid, interest, fees = (
        pages.money(minor, CURRENCY).strip()
        for minor in (
            figures.lent_minor, figures.principal_repaid_minor, figures.interest_paid_minor, figures.fee_minor
        )
    )  # fmt: skip
    return f"  {name}: {figures.loans} loans, lent {lent}, repaid {repaid}, interest {interest}, fees {fees} {CURRENCY}"
