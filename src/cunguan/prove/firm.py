"""Firm (存管人自有资金): what the firm owes the pool, what clients owe it, and what is unclaimed, row by row.

Reads   posting, authority, shortfall, client_debt, unclaimed
        what one instruction opened on 1030, 1040 or 2310 is a part of its own; a posting names it in `opened`
Source  domain-decisions.md 1, 2, 4, 5; invariants 11 and 30
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

_CODES = ("1030", "1040", "2310")
_SHORTFALLS = PageOf("shortfall", "pool, amount_minor, made_good_minor, cause, seq, state")
_DEBTS = PageOf("client_debt", "holder, account, amount_minor, repaid_minor, seq, state")
_UNCLAIMED = PageOf("unclaimed", "holder, account, amount_minor, given_back_minor, seq, state")


class Part(msgspec.Struct, gc=False):
    """What one instruction opened on an account, and how much of it is left."""

    added: int
    left: int
    is_named: bool = False


class Firm(Claim):
    """Nobody's loss is hidden."""

    name = "firm"
    says = "shortfalls sum to 1030, clients' debts to 1040, unclaimed balances to 2310, each by its own postings"
    pages = (_SHORTFALLS, _DEBTS, _UNCLAIMED)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._parts: dict[tuple[int, int], Part] = {}
        self._begun: dict[str, int] = {}

    # ── appended rows ────────────────────────────────────────────────────────
    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Follow what is owed and unclaimed, part by part."""
        ours, unclaimed = self.books.having(*_CODES), self.books.having("2310")
        orders = {row[0]: row for row in chunk.authorities if (row[2], row[4]) == ("L", "unclaimed_handover")}
        for seq, line, debit, credit, amount, _, _, authority, opened in chunk.postings:
            if debit not in ours and credit not in ours:
                continue
            self.checked += 1
            for account in (debit, credit):
                if account in ours:
                    wrong = self._moved(account, opened, amount, grows=(account == debit) == (account < 0))
                    if wrong is not None:
                        yield self.finding(seq, f"posting {seq}/{line}", *wrong)
            if debit in unclaimed:
                yield from self._leaves(seq, line, debit, credit, amount, orders.get(authority))

    def _moved(self, account: int, opened: int, amount: int, *, grows: bool) -> tuple[Any, ...] | None:
        """Move a part; return what it cannot do, or None."""
        name = self.books.name(account)
        part = self._parts.get((account, opened))
        if grows and part is None:
            self._parts[account, opened] = Part(amount, amount)
            return None if opened else (f"nothing says what opened {name}", "a sequence", "nothing")
        if part is None:
            return f"it takes from {name} what nothing opened there", "a part", opened or "nothing"
        part.left += amount if grows else -amount
        if not 0 <= part.left <= part.added:
            return f"more comes and goes than {opened} opened on {name}", part.added, part.left
        return None

    def _leaves(
        self, seq: int, line: int, debit: int, credit: int, amount: int, order: tuple[Any, ...] | None
    ) -> Iterator[Finding]:
        """Look at unclaimed money that moves: to its owner, or to the authority by an instrument."""
        giver, taker = self.books.accounts[debit], self.books.accounts.get(credit)
        if taker is not None and (taker.code, taker.owner) == ("2010", giver.owner):
            return
        if order is None or order[0] != seq or (order[3], order[1]) != (giver.owner, amount):
            what = f"unclaimed money of {giver.owner} goes to another without an instrument for it"
            yield self.finding(seq, f"posting {seq}/{line}", what, f"L of {giver.owner} for {amount}", "none")

    # ── rows that change ─────────────────────────────────────────────────────
    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare rows with what the postings left of them."""
        self._begun.setdefault(page.name, page.head)
        self.checked += len(page.rows)
        if page.name == "shortfall":
            return self._shortfalls(page)
        return self._rows(page, borne="borne" if page.name == "client_debt" else "handed_over")

    def _shortfalls(self, page: Page) -> Iterator[Finding]:
        firm = {self.books.accounts[number].owner: number for number in self.books.having("1030")}
        debts = {opened: part for (account, opened), part in self._parts.items() if account in self._clients()}
        for name, pool, amount, made, cause, seq, state in page.rows:
            if state != "made_good":
                self.books.shortfalls.setdefault(pool, []).append(name)
            if (made == amount) != (state == "made_good"):
                yield self.finding(seq, f"shortfall {name}", "its state does not fit what was made good", amount, made)
            if cause == "client_debt":
                part = debts.get(seq)
                if part is None or part.added != amount:
                    found = 0 if part is None else part.added
                    yield self.finding(seq, f"shortfall {name}", "no client's debt stands beside it", amount, found)
            else:
                yield from self._compared(f"shortfall {name}", firm.get(pool, 0), seq, amount, amount - made)

    def _clients(self) -> set[int]:
        return self.books.having("1040")

    def _rows(self, page: Page, *, borne: str) -> Iterator[Finding]:
        ends = {"repaid", "given_back"}
        for name, holder, account, amount, gone, seq, state in page.rows:
            row = f"{page.name} {name}"
            known = self.books.accounts.get(account)
            if known is None or known.owner != holder or known.code not in _CODES:
                yield self.finding(seq, row, "its account is not its holder's", holder, self.books.name(account))
            if (gone == amount) != (state in ends):
                yield self.finding(seq, row, "its state does not fit what is left", amount, gone)
            yield from self._compared(row, account, seq, amount, 0 if state == borne else amount - gone)

    def _compared(self, row: str, account: int, seq: int, amount: int, left: int) -> Iterator[Finding]:
        part = self._parts.get((account, seq))
        if part is None:
            yield self.finding(seq, row, "no posting stands for it", amount, 0)
            return
        part.is_named = True
        if (part.added, part.left) != (amount, left):
            yield self.finding(
                seq, row, "its figures are not what was posted (amount, left)", (part.added, part.left), (amount, left)
            )

    # ── the whole ────────────────────────────────────────────────────────────
    def end(self) -> Iterator[Finding]:
        """Find what no row explains, and accounts that are not the sum of their parts; tell cover what is explained."""
        sums: dict[int, int] = {}
        since = min(self._begun.values(), default=0)
        for (account, seq), part in self._parts.items():
            sums[account] = sums.get(account, 0) + part.left
            if part.left and not part.is_named and seq <= since:
                what = "something stands there that no row explains"
                yield self.finding(seq, self.books.name(account), what, 0, part.left)
            else:
                self.books.explained[account] = self.books.explained.get(account, 0) + part.left
        for account in sorted(self.books.having(*_CODES)):
            if sums.get(account, 0) != self.books.balance(account):
                last, name = self.books.last.get(account), self.books.name(account)
                what = "it is not the sum of its parts"
                yield self.finding(last, name, what, sums.get(account, 0), self.books.balance(account))
