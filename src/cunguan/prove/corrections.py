"""Corrections (更正): each adjustment that was posted mirrors a credit that there was, and all of them at most its amount.

Reads   adjustment, posting, instruction; imported_balance, certificate
Source  domain-decisions.md 9, 31; invariants 1, 8 and 9
"""

from collections.abc import Iterator

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Page, PageOf, Rows

_ADJUSTMENTS = PageOf("adjustment", "of, of_seq, line, holder, amount_minor, seq, state")
#: the clients of each certificate, summed up
_CERTIFICATES = PageOf(
    "certificate",
    "total_minor, holders, seq, (SELECT coalesce(sum(amount_minor), 0)::int8 FROM imported_balance i "
    "WHERE i.lane = certificate.lane AND i.certificate = certificate.id), "
    "(SELECT count(*) FROM imported_balance i WHERE i.lane = certificate.lane AND i.certificate = certificate.id)",
)

_CREDITS = (
    "SELECT p.seq, p.line, p.credit_account, p.amount_minor, i.id FROM posting p JOIN instruction i USING (lane, seq) "
    "WHERE lane = %s AND p.seq = ANY(%s)"
)


class Corrections(Claim):
    """What is taken back was given before."""

    name = "corrections"
    says = "each adjustment names a credit of its client, and takes no more of it; certificates are their clients' sums"
    pages = (_ADJUSTMENTS, _CERTIFICATES)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._corrected: dict[tuple[int, int], int] = {}

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare requests with the credits they name, certificates with what was imported by them."""
        self.checked += len(page.rows)
        return self._adjustments(page) if page.name == "adjustment" else self._certificates(page)

    def _adjustments(self, page: Page) -> Iterator[Finding]:
        rows: Rows = self.books.ask(_CREDITS, sorted({row[2] for row in page.rows}))
        credits = {(seq, line): (account, amount, name) for seq, line, account, amount, name in rows}
        for name, of, of_seq, line, holder, amount, seq, state in page.rows:
            row = f"adjustment {name}"
            account, credited, instruction = credits.get((of_seq, line), (0, 0, ""))
            taker = self.books.accounts.get(account)
            if taker is None or (taker.code, taker.owner) != ("2010", holder) or instruction != of:
                yield self.finding(seq, row, "the credit it names is not there", f"{of} to {holder}", instruction)
                continue
            if state == "posted":
                sum_ = self._corrected[of_seq, line] = self._corrected.get((of_seq, line), 0) + amount
                if sum_ > credited:
                    yield self.finding(seq, row, "more is taken back than was credited", credited, sum_)

    def _certificates(self, page: Page) -> Iterator[Finding]:
        for name, total, holders, seq, sum_, count in page.rows:
            if (sum_, count) != (total, holders):
                yield self.finding(
                    seq, f"certificate {name}", "its clients do not sum to it", (total, holders), (sum_, count)
                )
