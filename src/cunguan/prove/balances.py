"""Balances (余额): what stands in the balance table is the sum of the account's postings.

Reads   balance, account, against the running balances
Source  invariants 2 and 3; design/lanes.md 16
"""

from collections.abc import Iterator

from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import LEAST_NUMBER, Page, PageOf


class Balances(Claim):
    """Every account, also one without a posting."""

    name = "balances"
    says = "each balance is the sum of its account's postings and names the last of them, never below zero"
    pages = (
        PageOf(
            "balance", "balance, seq, code", "balance LEFT JOIN account USING (lane, account)", "account", LEAST_NUMBER
        ),
        PageOf("account", "seq", "account LEFT JOIN balance USING (lane, account)", "account", LEAST_NUMBER),
    )

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare what is stated with what was added up at that moment."""
        return self._balances(page) if page.name == "balance" else self._accounts(page)

    def _balances(self, page: Page) -> Iterator[Finding]:
        self.checked += len(page.rows)
        books = self.books
        last = books.last.get
        for account, balance, seq, code in page.rows:
            expected = books.balance(account)
            posted = last(account)
            if balance != expected:
                yield self.finding(
                    posted, f"balance of {self._name(account)}", "it is not the sum of its postings", expected, balance
                )
            elif posted is not None and seq != posted:
                yield self.finding(
                    posted, f"balance of {self._name(account)}", "it names another last posting", posted, seq
                )
            if balance < 0:
                yield self.finding(posted, f"balance of {self._name(account)}", "it stands below zero", ">= 0", balance)
            if code is None:
                yield self.finding(posted, f"balance of account {account}", "its account does not exist")

    def _accounts(self, page: Page) -> Iterator[Finding]:
        for account, seq in page.rows:
            if seq is None:
                yield self.finding(
                    self.books.last.get(account), self._name(account), "it has no balance", "a balance", "none"
                )

    def _name(self, account: int) -> str:
        self.books.learn((account,))
        return self.books.name(account)
