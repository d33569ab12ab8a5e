"""Cover (备付覆盖): the pool's three numbers, and what clients are owed is there in cash.

Reads   the sums of all accounts at the last sequence read; pool
        (a)  every 2xxx except 2015, + 3010 = 1010 + 1030 + 1040, per pool
        (b)  2015 = 1020, per pool, and per channel and settlement date by the deposits behind them
        (c)  every 2xxx except 2015 <= 1010 in cash; else the pool is short, by what its shortfalls explain, and says so
Source  domain-decisions.md 1, 3 and 7; invariants 11 and 14
"""

from collections.abc import Iterator

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding, PoolTerms, Term
from cunguan.prove.reading import Page, PageOf

#: the terms of the three numbers: number, side, name, codes of the chart
TERMS = (
    (1, "left",  "custody bank accounts, to be compared with the bank's closing", ("1010",)),
    (2, "left",  "custody bank accounts",            ("1010",)),
    (2, "left",  "firm's top-up receivable",         ("1030",)),
    (2, "left",  "clients' debts",                   ("1040",)),
    (2, "right", "holders: available",               ("2010",)),
    (2, "right", "holders: held",                    ("2020",)),
    (2, "right", "holders: frozen",                  ("2040",)),
    (2, "right", "outbound",                         ("2030",)),
    (2, "right", "suspense",                         ("2210", "2220", "2230")),
    (2, "right", "unclaimed",                        ("2310",)),
    (2, "right", "pool interest",                    ("2240",)),
    (2, "right", "platform and partner accounts",    ("2110", "2120", "2125", "2130", "2140", "2145", "2150", "2155", "2160")),
    (2, "right", "custodian's own",                  ("3010",)),
    (3, "left",  "clearing, owed by channels",       ("1020",)),
    (3, "right", "holders: uncleared",               ("2015",)),
)  # fmt: skip


#: states in which a pool says that cash is missing; a pool that is stopped or not in use says nothing
SHORT, WHOLE = frozenset({"short", "payouts_stopped"}), frozenset({"open", "closing"})


class Cover(Claim):
    """What is owed is there."""

    name = "cover"
    says = "per pool: liabilities without uncleared + 3010 = 1010 + 1030 + 1040; 2015 = 1020; liabilities <= cash, or short"
    pages = (PageOf("pool", "currency, state"),)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self.pools: list[PoolTerms] = []

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare what each pool says of itself with what is missing in it."""
        sums = self._sums()
        for name, currency, state in page.rows:
            missing = _missing(sums.get((name, currency), {}))
            if (missing > 0 and state in WHOLE) or (missing <= 0 and state in SHORT):
                yield self.finding(None, f"pool {name}", f"it is {state}, and so much is missing in it", 0, missing)

    def end(self) -> Iterator[Finding]:
        """Sum the accounts up by pool and code, and compare."""
        sums = self._sums()
        for place in sorted(sums):
            self.checked += 1
            of = sums[place]
            terms = [
                Term(number, side, name, sum(of.get(code, 0) for code in codes)) for number, side, name, codes in TERMS
            ]
            open_ = sorted(self.books.shortfalls.get(place[0], []))
            self.pools.append(PoolTerms(self.books.lane, *place, terms, max(_missing(of), 0), open_))
            yield from self._rules(place, of)
        yield from self._uncleared()

    def _sums(self) -> dict[tuple[str, str], dict[str, int]]:
        sums: dict[tuple[str, str], dict[str, int]] = {}
        for number in self.books.after:
            account = self.books.accounts.get(number)
            if account is not None:
                of = sums.setdefault(account.place, {})
                of[account.code] = of.get(account.code, 0) + self.books.balance(number)
        return sums

    def _rules(self, place: tuple[str, str], of: dict[str, int]) -> Iterator[Finding]:
        row = f"pool {place[0]} {place[1]}"
        owed, cash = _owed(of), of.get("1010", 0)
        assets = cash + of.get("1030", 0) + of.get("1040", 0)
        if owed + of.get("3010", 0) != assets:
            yield self.finding(
                None,
                row,
                "(a) liabilities without uncleared + 3010 are not 1010 + 1030 + 1040",
                assets,
                owed + of.get("3010", 0),
            )
        if of.get("2015", 0) != of.get("1020", 0):
            yield self.finding(
                None, row, "(b) uncleared is not what channels owe", of.get("1020", 0), of.get("2015", 0)
            )
        if owed > cash and not self._is_explained(place, of):
            what = "(c) there is less cash than is owed, and no shortfall explains it"
            yield self.finding(None, row, what, f"at least {owed}", cash)

    def _is_explained(self, place: tuple[str, str], of: dict[str, int]) -> bool:
        """Test that rows account for all that the firm and clients owe the pool: claim firm has looked at each."""
        ours = [number for number in self.books.having("1030", "1040") if self.books.accounts[number].place == place]
        explained = sum(self.books.explained.get(number, 0) for number in ours)
        return explained == of.get("1030", 0) + of.get("1040", 0) and _missing(of) <= explained

    def _uncleared(self) -> Iterator[Finding]:
        """Compare each channel's settlement date with the deposits that came by it."""
        uncleared = self.books.having("2015")
        by_clearing = dict.fromkeys(self.books.having("1020"), 0)
        for (account, _), bucket in self.books.buckets.items():
            if account in uncleared:
                by_clearing[bucket.against] = by_clearing.get(bucket.against, 0) + bucket.remaining
        for clearing, amount in sorted(by_clearing.items()):
            if self.books.balance(clearing) != amount:
                what = "(b) it is not the sum of its uncleared deposits"
                last, name = self.books.last.get(clearing), self.books.name(clearing)
                yield self.finding(last, name, what, amount, self.books.balance(clearing))


def _owed(of: dict[str, int]) -> int:
    return sum(amount for code, amount in of.items() if code.startswith("2") and code != "2015")


def _missing(of: dict[str, int]) -> int:
    return _owed(of) - of.get("1010", 0)
