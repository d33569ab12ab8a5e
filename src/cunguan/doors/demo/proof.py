"""Proof (证明) at the end of a demo: the independent checker's word, and the bank's own.

Shape   Proof: what is printed as JSON; it holds only when every claim does
        BankAccount: the bank's own balance beside the books' 1010
"""

from typing import Final

import msgspec

from cunguan.doors.demo.bank import SharedBank
from cunguan.doors.demo.books import Cash
from cunguan.doors.demo.progress import Progress
from cunguan.prove.findings import Report
from cunguan.prove.report import prove

UNIT: Final = "sequences proved"


class ClaimCount(msgspec.Struct, frozen=True):
    """One claim over all lanes."""

    holds: bool
    checked: int
    broken: int


class Proof(msgspec.Struct, frozen=True):
    """What the checker found."""

    holds: bool
    claims: dict[str, ClaimCount]
    first: str | None
    digest: str
    seconds: float


class BankAccount(msgspec.Struct, frozen=True):
    """One bank account, as the bank and as the books have it."""

    reference: str
    bank_minor: int
    books_minor: int

    @property
    def agrees(self) -> bool:
        """Whether the two say the same."""
        return self.bank_minor == self.books_minor


def proved(url: str, progress: Progress) -> Report:
    """Prove all lanes, with progress."""
    progress.begin()
    report = prove(url, progress=lambda what, done, total: progress.say(f"{what}, {done:,} of {total:,}"))
    progress.clear()
    return report


def summary(report: Report) -> Proof:
    """Return the proof as it is printed."""
    claims: dict[str, ClaimCount] = {}
    for result in report.claims:
        before = claims.get(result.claim, ClaimCount(True, 0, 0))
        claims[result.claim] = ClaimCount(
            before.holds and result.holds, before.checked + result.checked, before.broken + result.broken
        )
    first = None if report.first is None else str(report.first)
    return Proof(report.holds, claims, first, report.digest, report.seconds)


def compared(cash: list[Cash], bank: SharedBank) -> list[BankAccount]:
    """Return each bank account as both sides have it."""
    return [BankAccount(one.reference, bank.balance(one.reference), one.balance_minor) for one in cash]
