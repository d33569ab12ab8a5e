"""Suspense (挂账): every unit on 2210, 2220 and 2230 belongs to an item, and left the item only to a client or its source.

Reads   posting, suspense_item, payout
Source  domain-decisions.md 6, 7; invariants 8 and 14
"""

from collections.abc import Iterator

from cunguan.prove.books import SUSPENSE, Books
from cunguan.prove.buckets import flow
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

#: an item, and what payouts of it the bank has paid, whatever became of them later
_ITEMS = PageOf(
    "suspense_item",
    """pool, code, amount_minor, left_minor, seq, state,
    (SELECT coalesce(sum(payout.amount_minor), 0)::int8 FROM payout
     WHERE payout.lane = suspense_item.lane AND payout.subject = suspense_item.id
     AND payout.kind = 'suspense_return' AND payout.state IN ('settled', 'returned'))""",
)

#: where suspended money may go: to a client, to its source, or to wait for an owner that is not found
_GOES_TO = frozenset({"2010", "1010", "2310"})


class Suspense(Claim):
    """Nobody's money is nobody's twice."""

    name = "suspense"
    says = (
        "items sum to 2210, 2220 and 2230; each goes to clients of its pool, or back to its source on the bank's word"
    )
    pages = (_ITEMS,)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._begun: int | None = None
        self._returned: dict[tuple[int, int], int] = {}

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Follow what is suspended."""
        for seq, line, what, expected, found in flow(self.books, chunk, SUSPENSE):
            yield self.finding(seq, f"posting {seq}/{line}", what, expected, found)
        ours, accounts = self.books.having(*SUSPENSE), self.books.accounts
        for seq, line, debit, credit, amount, _, _, _, opened in chunk.postings:
            if debit not in ours:
                continue
            taker = accounts.get(credit)
            if taker is None or taker.code not in _GOES_TO:
                found = self.books.name(credit)
                yield self.finding(seq, f"posting {seq}/{line}", "it goes to no owner", " ".join(_GOES_TO), found)
            elif taker.code == "1010":
                self._returned[debit, opened] = self._returned.get((debit, opened), 0) + amount

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare items with what the postings did to them."""
        self.checked += len(page.rows)
        self._begun = page.head if self._begun is None else self._begun
        for row in page.rows:
            yield from self._item(*row)

    def _item(
        self, name: str, pool: str, code: str, amount: int, left: int, seq: int, state: str, paid: int
    ) -> Iterator[Finding]:
        row = f"suspense_item {name}"
        place = (self.books.number.get((code, pool), 0), seq)
        bucket = self.books.buckets.get(place)
        if bucket is None:
            yield self.finding(seq, row, "no posting brought its money", amount, 0)
            return
        bucket.is_named = True
        if (bucket.added, bucket.remaining) != (amount, left):
            yield self.finding(
                seq, row, "it is not what the postings say (brought, left)", (bucket.added, bucket.remaining),
                (amount, left),
            )  # fmt: skip
        if (state in ("allocated", "returned_to_source")) is (left > 0):
            yield self.finding(seq, row, "its state does not fit what is left", left, state)
        returned = self._returned.get(place, 0)
        if returned != paid:
            yield self.finding(seq, row, "what left the pool for its source is not what was paid out", returned, paid)

    def end(self) -> Iterator[Finding]:
        """Find suspended money that no item names, and accounts that are not the sum of their items."""
        ours, left = self.books.having(*SUSPENSE), dict[int, int]()
        for (account, seq), bucket in self.books.buckets.items():
            if account not in ours:
                continue
            left[account] = left.get(account, 0) + bucket.remaining
            if bucket.remaining and not bucket.is_named and self._begun is not None and seq <= self._begun:
                yield self.finding(
                    seq, self.books.name(account), "money is suspended, and no item names it", 0, bucket.remaining
                )
        for account in sorted(ours):
            if left.get(account, 0) != self.books.balance(account):
                yield self.finding(
                    self.books.last.get(account), self.books.name(account), "it is not the sum of its items",
                    left.get(account, 0), self.books.balance(account),
                )  # fmt: skip
