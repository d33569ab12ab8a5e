"""Postings (分录): an amount above zero, between two accounts of one lane, pool and currency.

Reads   posting, account
Source  invariants 1 and 14; design/lanes.md 17
"""

from collections.abc import Iterator
from operator import eq, is_

from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk


class Postings(Claim):
    """Every posting can be one."""

    name = "postings"
    says = "each posting moves more than zero between two accounts of one pool and currency"

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Look at both sides of each posting."""
        self.checked += len(chunk.postings)
        if not self._are_sound(chunk):
            yield from self._unsound(chunk)

    def _are_sound(self, chunk: Chunk) -> bool:
        """Look at all at once: whole columns, one after the other."""
        _, _, debits, credits, amounts, *_ = chunk.columns
        place = self.books.places.get
        gave, took = list(map(place, debits)), list(map(place, credits))
        return (
            all(map(is_, gave, took)) and None not in gave
            and min(amounts, default=1) > 0 and not any(map(eq, debits, credits))
        )  # fmt: skip

    def _unsound(self, chunk: Chunk) -> Iterator[Finding]:
        get = self.books.accounts.get
        for seq, line, debit, credit, amount, *_ in chunk.postings:
            giver, taker = get(debit), get(credit)
            if giver is None or taker is None:
                unknown = debit if giver is None else credit
                yield self.finding(seq, f"posting {seq}/{line}", f"account {unknown} does not exist in this lane")
            elif giver.place is not taker.place:
                yield self.finding(
                    seq, f"posting {seq}/{line}", "its sides stand in two pools", giver.place, taker.place
                )
            if amount <= 0:
                yield self.finding(seq, f"posting {seq}/{line}", "its amount is not above zero", "> 0", amount)
            if debit == credit:
                yield self.finding(seq, f"posting {seq}/{line}", "its sides are one account", "two accounts", debit)
