"""Running balances (逐笔余额): the balance after each posting follows from the posting before it on the account.

Reads   posting
Makes   the sum of every account: the one place where postings are added up
Source  invariants 2 and 3; design/lanes.md 16
"""

from collections.abc import Iterator
from itertools import chain

from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk


class RunningBalances(Claim):
    """Nothing was changed, left out or put in another order."""

    name = "running balances"
    says = "the balances after each posting follow from the posting before on each account, never below zero"

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Add each posting up; where a stated balance differs, go on from what is stated and remember by how much."""
        self.checked += len(chunk.postings)
        after = self.books.after
        get = after.get
        for seq, line, debit, credit, amount, debit_after, credit_after in zip(*chunk.columns[:7], strict=True):
            expected = get(debit, 0) + (amount if debit < 0 else -amount)
            if debit_after != expected or debit_after < 0:
                yield from self._differs(seq, line, debit, expected, debit_after)
            after[debit] = debit_after
            expected = get(credit, 0) + (amount if credit > 0 else -amount)
            if credit_after != expected or credit_after < 0:
                yield from self._differs(seq, line, credit, expected, credit_after)
            after[credit] = credit_after
        seqs, _, debits, credits, *_ = chunk.columns
        both, twice = zip(debits, credits, strict=True), zip(seqs, seqs, strict=True)
        self.books.last.update(zip(chain.from_iterable(both), chain.from_iterable(twice), strict=True))

    def _differs(self, seq: int, line: int, account: int, expected: int, stated: int) -> Iterator[Finding]:
        drift = self.books.drift
        drift[account] = drift.get(account, 0) + expected - stated
        what = f"the balance of {self.books.name(account)} does not follow"
        if expected == stated:
            what = f"{self.books.name(account)} stands below zero"
        yield self.finding(seq, f"posting {seq}/{line}", what, expected, stated)
