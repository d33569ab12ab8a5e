"""Findings (差错): what a claim says of the books, and where the first row breaks it.

Shape   Finding: claim, lane, the sequence or the row, what is wrong, what was expected, what was found
        Result: one claim in one lane: how many rows were checked, how many broke it, the first of them
        Proof: one lane: how far it was read, its digest, the terms of its pools; Report: all of it
Units   minor units; `seq` is None when a row without a sequence is at fault
"""

import msgspec

#: findings kept of one claim in one lane; the others are counted
KEPT = 20


class Finding(msgspec.Struct, frozen=True):
    """One row that breaks a claim; `is_appended` when the row can never change, so that nothing else explains it."""

    claim: str
    lane: int
    seq: int | None
    row: str
    what: str
    expected: str = ""
    found: str = ""
    is_appended: bool = False

    def __str__(self) -> str:
        place = f"lane {self.lane}" + (f" sequence {self.seq}" if self.seq is not None else "")
        figures = f": expected {self.expected}, found {self.found}" if self.expected or self.found else ""
        return f"{place}, {self.row}: {self.what}{figures}"


class Result(msgspec.Struct):
    """One claim in one lane; `not_compared` says what an earlier sequence cannot answer."""

    claim: str
    lane: int
    says: str
    checked: int = 0
    broken: int = 0
    findings: list[Finding] = []
    not_compared: list[str] = []

    @property
    def holds(self) -> bool:
        """Test that no row breaks it."""
        return not self.broken


class Term(msgspec.Struct, frozen=True):
    """One term of one of a pool's three numbers; `side` is left or right of the equals sign."""

    number: int
    side: str
    name: str
    amount_minor: int


class PoolTerms(msgspec.Struct, frozen=True):
    """The three numbers of one pool (domain-decisions 7), each term on its own.

    missing_minor  what liabilities exceed cash by; `shortfalls` are open, and say why
    """

    lane: int
    pool: str
    currency: str
    terms: list[Term]
    missing_minor: int = 0
    shortfalls: list[str] = []


class Proof(msgspec.Struct, frozen=True):
    """One lane: read up to and with `head`."""

    lane: int
    platform: str
    head: int
    postings: int
    digest: str


class Report(msgspec.Struct, frozen=True):
    """What the checker found."""

    holds: bool
    digest: str
    lanes: list[Proof]
    claims: list[Result]
    pools: list[PoolTerms]
    gaps: list[str]
    seconds: float

    @property
    def first(self) -> Finding | None:
        """Return the first finding of the first lane that breaks.

        That is the appended row of the least sequence: what is wrong with rows that change may only follow from it.
        Else it is the row that the first of the claims found, in the order in which they build on each other.
        """
        found = [finding for result in self.claims for finding in result.findings]
        return min(found, key=_place, default=None)


def _place(finding: Finding) -> tuple[int, bool, int]:
    return finding.lane, not finding.is_appended, (finding.seq or 0) if finding.is_appended else 0
