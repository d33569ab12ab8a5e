"""Claim register (债权登记簿 9010): claims are the sum of their moves, and moves are the money of the same journal.

Reads   claim_move, claim, posting, listing
        lent      Dr 2020 lender (and the red packet beside it) / Cr 2010 borrower   = principal of the lender's claim
        repaid    Dr 2020 borrower / Cr 2010 creditor                              = principal + interest + late charge
Source  invariants 21 and 23; domain-decisions.md 14, 18, 20
"""

from collections.abc import Iterator
from typing import Any

from cunguan.prove.books import Books, Held, Loan
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

#: states of a claim that may still ask for principal
ASKS = frozenset({"active", "on_sale"})


class ClaimRegister(Claim):
    """Who is owed what."""

    name = "claim register"
    says = "each claim is the sum of its moves, never negative; moves are the money that was lent and repaid"
    pages = (PageOf("claim", "listing, holder, principal_minor, interest_minor, late_minor, seq, state"),)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._begun = 0

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Add the moves up, and compare each journal's with its money."""
        self.checked += len(chunk.claim_moves)
        moved: dict[int, list[tuple[Any, ...]]] = {}
        for row in chunk.claim_moves:
            moved.setdefault(row[0], []).append(row)
            yield from self._add(row)
        borrowers = self.books.borrowers(row[6] for row in chunk.claim_moves)
        for seq, rows in moved.items():
            yield from self._money(chunk, seq, rows, {borrowers.get(row[6], "") for row in rows})
        yield from self._unregistered(chunk, moved)

    def _add(self, row: tuple[Any, ...]) -> Iterator[Finding]:
        seq, line, principal, interest, late, name, listing, holder = row
        claim = self.books.claims.get(name)
        if claim is None:
            claim = self.books.claims[name] = Held(listing, holder, seq)
        claim.principal += principal
        claim.interest += interest
        claim.late += late
        loan = self.books.loans.get(listing)
        if loan is None:
            loan = self.books.loans[listing] = Loan()
        loan.lent += max(principal, 0)
        loan.repaid += max(-principal, 0)
        loan.interest += interest
        loan.late += late
        loan.holders.add(holder)
        if claim.principal < 0 or interest < 0 or late < 0:
            yield self.finding(
                seq, f"claim_move {seq}/{line}", f"claim {name} goes below zero", ">= 0", claim.principal
            )
        if (claim.listing, claim.holder) != (listing, holder):
            yield self.finding(
                seq,
                f"claim_move {seq}/{line}",
                f"claim {name} changes hands or listing",
                (claim.listing, claim.holder),
                (listing, holder),
            )

    # ── the journal's money ──────────────────────────────────────────────────
    def _money(self, chunk: Chunk, seq: int, rows: list[tuple[Any, ...]], borrowers: set[str]) -> Iterator[Finding]:
        lent: dict[str, int] = {}
        repaid: dict[str, int] = {}
        for _, _, principal, interest, late, _, _, holder in rows:
            if principal > 0:
                lent[holder] = lent.get(holder, 0) + principal
            else:
                repaid[holder] = repaid.get(holder, 0) - principal + interest + late
        paid_out, paid_back = self._paid(chunk, seq, borrowers)
        for what, expected, found in (("lent", paid_out, lent), ("repaid", paid_back, repaid)):
            for holder in sorted(expected.keys() | found.keys()):
                if expected.get(holder, 0) != found.get(holder, 0):
                    yield self.finding(
                        seq, f"claim_move {seq}", f"the register says another sum {what} for {holder} than was posted",
                        expected.get(holder, 0), found.get(holder, 0),
                    )  # fmt: skip

    def _paid(self, chunk: Chunk, seq: int, borrowers: set[str]) -> tuple[dict[str, int], dict[str, int]]:
        """Return what lenders paid to the borrower in a journal, and what the borrower paid to creditors."""
        accounts = self.books.accounts
        by_bid: dict[int, int] = {}
        lender_of: dict[int, str] = {}
        paid_back: dict[str, int] = {}
        for _, _, debit, credit, amount, _, _, _, opened in chunk.posted.get(seq, ()):
            giver, taker = accounts.get(debit), accounts.get(credit)
            if giver is None or taker is None or taker.code != "2010" or giver.code not in ("2020", "2125"):
                continue
            if giver.owner in borrowers and giver.code == "2020" and taker.owner != giver.owner:
                paid_back[taker.owner] = paid_back.get(taker.owner, 0) + amount
            elif taker.owner in borrowers:
                by_bid[opened] = by_bid.get(opened, 0) + amount
                if giver.code == "2020":
                    lender_of[opened] = giver.owner
        paid_out: dict[str, int] = {}
        for opened, amount in by_bid.items():  # a red packet was opened by the bid beside which it stands
            lender = lender_of.get(opened, "nobody")
            paid_out[lender] = paid_out.get(lender, 0) + amount
        return paid_out, paid_back

    def _unregistered(self, chunk: Chunk, moved: dict[int, Any]) -> Iterator[Finding]:
        """Find held money that went to another client in a journal without a move of the register."""
        held = self.books.having("2020", "2125")
        available = self.books.having("2010")
        accounts = self.books.accounts
        for seq, line, debit, credit, amount, *_ in chunk.postings:
            if (
                debit in held
                and credit in available
                and seq not in moved
                and accounts[debit].owner != accounts[credit].owner
            ):
                yield self.finding(
                    seq,
                    f"posting {seq}/{line}",
                    "held money goes to another client, and the register says nothing",
                    amount,
                    0,
                )

    # ── rows that change ─────────────────────────────────────────────────────
    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare each claim with the sum of its moves."""
        self._begun = self._begun or page.head
        for name, listing, holder, principal, interest, late, seq, state in page.rows:
            claim = self.books.claims.get(name)
            if claim is None:
                yield self.finding(seq, f"claim {name}", "no move of the register made it", 0, principal)
                continue
            claim.is_named = True
            expected = (claim.listing, claim.holder, claim.principal, claim.interest, claim.late, claim.seq)
            found = (listing, holder, principal, interest, late, seq)
            if found != expected:
                yield self.finding(claim.seq, f"claim {name}", "it is not the sum of its moves", expected, found)
            if (state in ASKS) is not (principal > 0):
                yield self.finding(
                    claim.seq,
                    f"claim {name}",
                    f"it is {state} with this principal",
                    "0" if state not in ASKS else "> 0",
                    principal,
                )

    def end(self) -> Iterator[Finding]:
        """Find claims the register made and no row holds."""
        for name, claim in self.books.claims.items():
            if not claim.is_named and claim.seq <= self._begun:
                yield self.finding(claim.seq, f"claim {name}", "its row is gone", claim.principal, "no row")
