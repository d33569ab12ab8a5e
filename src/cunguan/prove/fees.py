"""Fees (收费): every fee that came from a client stands as a fee charge, and no more of it was given back than it was.

Reads   posting, instruction, fee_charge
Source  domain-decisions.md 11, 25; invariants 13 and 44
"""

from collections.abc import Iterator

from cunguan.prove.books import OF_HOLDER, Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

_CHARGES = PageOf("fee_charge", "holder, fee_minor, refunded_minor, seq")

#: the schema step since which a fee is written down
_SINCE = 2


class Fees(Claim):
    """Nobody pays a fee that is not written down."""

    name = "fees"
    says = "each fee a client paid is a fee charge of that amount, and refunds stay within it"
    pages = (_CHARGES,)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._taken: dict[tuple[int, str], int] = {}
        self._refunded: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._named: set[str] = set()
        self._begun: int | None = None

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Sum up what came to 2110 from clients, and what refunds gave back."""
        fees, accounts = self.books.having("2110"), self.books.accounts
        for seq, _, debit, credit, amount, *_ in chunk.postings:
            giver = accounts.get(debit)
            if giver is not None and credit in fees and giver.code in OF_HOLDER:
                self.checked += 1
                self._taken[seq, giver.owner] = self._taken.get((seq, giver.owner), 0) + amount
            elif giver is not None and giver.code in ("2110", "1030") and chunk.kind_of(seq) == "fee_refund":
                charge = str(chunk.body_of(seq).get("charge", ""))
                self._refunded[charge] = self._refunded.get(charge, 0) + amount
                self._first.setdefault(charge, seq)
        yield from ()

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare each charge with what was posted for it."""
        self._begun = page.head if self._begun is None else self._begun
        for name, holder, fee, refunded, seq in page.rows:
            row = f"fee_charge {name}"
            taken = self._taken.pop((seq, holder), 0)
            if taken != fee:
                yield self.finding(seq, row, "another fee was taken from him", taken, fee)
            self._named.add(name)
            given_back = self._refunded.get(name, 0)
            if given_back != refunded:
                yield self.finding(seq, row, "another sum of it was given back", given_back, refunded)

    def end(self) -> Iterator[Finding]:
        """Find fees and refunds without a charge."""
        if self._begun is None:
            return
        for (seq, holder), amount in sorted(self._taken.items()):
            if seq <= self._begun and not self.books.is_before(seq, _SINCE):
                yield self.finding(seq, f"2010 of {holder}", "a fee was taken, and no charge names it", 0, amount)
        for charge, seq in self._first.items():
            if seq <= self._begun and charge not in self._named:
                given_back = self._refunded[charge]
                yield self.finding(
                    seq, f"fee_charge {charge}", "a fee was given back that was never taken", 0, given_back
                )
