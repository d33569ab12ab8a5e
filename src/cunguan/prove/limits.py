"""Limits (额度): what was used of a limit is what was done under it: across platforms by reservations, of a day by postings.

Reads   exposure, reservation (lane 0); daily_total, posting
Source  design/lanes.md 1; domain-decisions.md 14, 30
"""

from collections.abc import Iterator

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

#: both directions: an exposure without reservations, and reservations without an exposure
_EXPOSURES = PageOf(
    "exposure",
    "coalesce(reserved_minor, 0), coalesce(open_minor, 0)::int8",
    """exposure FULL JOIN (
        SELECT lane, person || ':' || currency AS id, sum(amount_minor) AS open_minor FROM reservation
        WHERE state IN ('reserved', 'confirmed') GROUP BY 1, 2) reserved USING (lane, id)""",
    rows=200_000,  # each page sums all reservations up
)

_TOTALS = PageOf("daily_total", "amount_minor")

#: kinds of instruction that a pack may cap by pool and business date -> what they debit
CAPPED_BY_DAY = {"red_packet": "2120"}


class Limits(Claim):
    """No reservation is lost, none counts twice."""

    name = "limits"
    says = "the exposure of each person is the sum of his open reservations, a day's total what was done that day"
    pages = (_EXPOSURES, _TOTALS)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._totals: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._counted: set[str] = set()
        self._begun: int | None = None

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Sum up what a rule caps by the day."""
        accounts = self.books.accounts
        for seq, _, debit, _, amount, *_ in chunk.postings:
            giver, kind = accounts.get(debit), chunk.kind_of(seq)
            if giver is not None and CAPPED_BY_DAY.get(kind) == giver.code:
                name = f"{kind}:{giver.owner}:{self.books.day(seq).isoformat()}"
                self._totals[name] = self._totals.get(name, 0) + amount
                self._first.setdefault(name, seq)
        yield from ()

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare each exposure with its reservations, each total with its day."""
        self.checked += len(page.rows)
        if page.name == "daily_total":
            self._begun = page.head if self._begun is None else self._begun
            for name, total in page.rows:
                self._counted.add(name)
                done = self._totals.get(name, 0)
                if done != total:
                    yield self.finding(None, f"daily_total {name}", "it is not what was done that day", done, total)
            return
        for name, reserved, expected in page.rows:
            if reserved != expected:
                yield self.finding(
                    None, f"exposure {name}", "it is not the sum of open reservations", expected, reserved
                )

    def end(self) -> Iterator[Finding]:
        """Find days that nobody counted."""
        for name, seq in self._first.items():
            if self._begun is not None and seq <= self._begun and name not in self._counted:
                done = self._totals[name]
                yield self.finding(seq, f"daily_total {name}", "nobody counted what was done that day", done, 0)
