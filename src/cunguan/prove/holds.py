"""Holds (冻结): what was held is captured for its own purpose, released to its owner, or still there.

Reads   posting, hold, run, withdrawal, listing
Source  domain-decisions.md 12, 13, 14; invariants 5, 6, 7 and 12
"""

from collections.abc import Iterator

from cunguan.prove.books import Books, Bucket
from cunguan.prove.buckets import flow
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

_CODES = ("2020", "2125")
_HOLDS = PageOf(
    "hold", "owner, account, purpose, listing, amount_minor, captured_minor, released_minor, authority, seq, state"
)
#: a withdrawal's fee waits in 2020 under the withdrawal, with no hold of its own
_FEES = PageOf("withdrawal", "holder, fee_minor, fee_authority, seq")


class Holds(Claim):
    """Each hold is used once, for what it is for."""

    name = "holds"
    says = "captured + released + remaining = amount, by the postings; payees fit the purpose; open holds = 2020, 2125"
    pages = (_HOLDS, _FEES)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._begun: dict[str, int] = {}

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Follow what is held."""
        for seq, line, what, expected, found in flow(self.books, chunk, _CODES):
            yield self.finding(seq, f"posting {seq}/{line}", what, expected, found)

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare rows with what the postings did to their buckets."""
        self._begun.setdefault(page.name, page.head)
        return self._holds(page) if page.name == "hold" else self._fees(page)

    def _holds(self, page: Page) -> Iterator[Finding]:
        self.checked += len(page.rows)
        borrowers = self.books.borrowers(row[4] for row in page.rows if row[4])
        for row in page.rows:
            name, owner, account, purpose, listing, amount, captured, released, authority, seq, state = row
            bucket = self.books.buckets.get((account, seq))
            if bucket is None:
                yield self.finding(seq, f"hold {name}", "no posting opened it", amount, "nothing")
                continue
            bucket.is_named = True
            for what, expected, found in (
                ("amount", bucket.added, amount),
                ("captured", bucket.captured, captured),
                ("released", bucket.released, released),
                ("authority", bucket.authority, authority),
            ):
                if expected != found:
                    yield self.finding(seq, f"hold {name}", f"{what} is not what the postings did", expected, found)
            if state not in _states(bucket):
                yield self.finding(
                    seq, f"hold {name}", "its state does not fit what is left", " or ".join(_states(bucket)), state
                )
            held = self.books.accounts.get(account)
            if held is None or held.owner != owner or held.code not in _CODES:
                yield self.finding(
                    seq, f"hold {name}", "its account is not its owner's held money", owner, self.books.name(account)
                )
            yield from self._payees(name, purpose, listing, borrowers.get(listing), bucket)

    def _payees(self, name: str, purpose: str, listing: str, borrower: str | None, bucket: Bucket) -> Iterator[Finding]:
        """Find payees that the purpose does not allow: bid → borrower, repayment and compensation → creditors, fee → 2110."""
        for account, seq in bucket.paid_to():
            payee = self.books.accounts.get(account)
            code, owner = (payee.code, payee.owner) if payee is not None else ("", "")
            if purpose in ("bid", "marketing_bid"):
                allowed, fits = f"2010 of {borrower}", code == "2010" and owner == borrower
            elif purpose == "general":
                allowed, fits = "nobody", False
            elif purpose in ("repayment", "compensation"):
                loan = self.books.loans.get(listing)
                allowed, fits = (
                    f"a creditor of {listing}",
                    code == "2010" and loan is not None and owner in loan.holders,
                )
            else:
                allowed, fits = "2110", code == "2110"
            if not fits:
                yield self.finding(
                    seq, f"hold {name}", f"a {purpose} is paid to another", allowed, self.books.name(account)
                )

    def _fees(self, page: Page) -> Iterator[Finding]:
        for name, holder, fee, authority, seq in page.rows:
            account = self.books.number.get(("2020", holder))
            bucket = self.books.buckets.get((account, seq)) if account is not None else None
            if bucket is None:
                if fee:
                    yield self.finding(seq, f"withdrawal {name}", "no posting holds its fee", fee, 0)
                continue
            if bucket.is_named:
                continue
            bucket.is_named = True
            if bucket.added != fee or bucket.authority != authority:
                yield self.finding(
                    seq,
                    f"withdrawal {name}",
                    "its fee and who allowed it are not as posted",
                    (bucket.added, bucket.authority),
                    (fee, authority),
                )
            yield from self._payees(name, "fee", "", None, bucket)

    def end(self) -> Iterator[Finding]:
        """Find money that is held for nothing, and accounts that are not the sum of their holds."""
        held: dict[int, int] = {}
        ours = self.books.having(*_CODES)
        since = min(self._begun.values(), default=0)
        for (account, seq), bucket in self.books.buckets.items():
            if account not in ours:
                continue
            held[account] = held.get(account, 0) + bucket.remaining
            if bucket.remaining and not bucket.is_named and seq <= since:
                yield self.finding(
                    seq, self.books.name(account), "money is held, and no hold names it", 0, bucket.remaining
                )
        for account in sorted(ours):
            if held.get(account, 0) != self.books.balance(account):
                what = "it is not the sum of what is open"
                last, name = self.books.last.get(account), self.books.name(account)
                yield self.finding(last, name, what, held.get(account, 0), self.books.balance(account))


def _states(bucket: Bucket) -> tuple[str, ...]:
    if bucket.remaining:
        return ("open",)
    if not bucket.released:
        return ("captured",)
    return ("captured", "released") if bucket.captured else ("released",)
