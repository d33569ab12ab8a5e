"""Freezes (司法冻结): what legal orders have frozen is what the rows say, never above the order, and nothing slips past one.

Reads   posting, instruction (the words of lane 0), order_here, legal_freeze, holder_account; order_share, legal_order
        2040  only from its owner's 2010 and back, or on to the bank by a taking, each time under one order
        word  the last one heard gives the limit; while less is frozen the order waits, and its clients' 2010 is empty
Source  domain-decisions.md 28, 30; invariants 4 and 38; docs/adr/0017
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

WORD, TAKING = "legal_order_here", "legal_taking"

_ORDERS = PageOf(
    "order_here", "person, currency, limit_minor, frozen_minor, taking_minor, taken_minor, word, seq, state"
)
_FREEZES = PageOf("legal_freeze", "legal_order, holder, account, frozen_minor, taking_minor + taken_minor, seq")
_HOLDERS = PageOf(
    "holder_account",
    "person, currency, base, waiting_orders, legal_orders",
    """(SELECT h.lane, h.id, h.person, p.currency, h.base, h.waiting_orders, h.legal_orders
        FROM holder_account h JOIN pool p ON p.lane = h.lane AND p.id = h.pool
        WHERE h.waiting_orders <> 0 OR h.legal_orders <> 0
           OR EXISTS (SELECT FROM order_here o WHERE o.lane = h.lane AND o.person = h.person)) under""",
)
#: what lane 0 has confirmed of this lane, and whether each side has heard all that the other said
_SHARES = PageOf(
    "order_share",
    "filled_minor, frozen_minor, is_quiet",
    """(SELECT h.lane, h.id, s.filled_minor, h.frozen_minor, s.word = h.word AND NOT EXISTS (
            SELECT FROM outbox m WHERE m.lane = h.lane AND m.kind = 'legal_order_report' AND m.state <> 'answered'
            AND starts_with(m.id, 'report:' || h.id || ':')) AS is_quiet
        FROM order_here h LEFT JOIN order_share s ON s.lane = 0 AND s.legal_order = h.id AND s.for_lane = h.lane) share""",
)
_TOTALS = PageOf(
    "legal_order",
    "amount_minor, filled_minor, taken_minor, filled, taken",
    """(SELECT o.lane, o.id, o.amount_minor, o.filled_minor, o.taken_minor, coalesce(sum(s.filled_minor), 0)::int8 AS filled,
            coalesce(sum(s.taken_minor), 0)::int8 AS taken
        FROM legal_order o LEFT JOIN order_share s ON s.lane = o.lane AND s.legal_order = o.id
        GROUP BY o.lane, o.id, o.amount_minor, o.filled_minor, o.taken_minor) total""",
)


class Order(msgspec.Struct, gc=False):
    """An order as this lane has heard of it; `frozen` with what is taken, `taken` with what is being taken."""

    seq: int
    person: str
    currency: str
    word: int = 0
    limit: int = 0
    ended: bool = False
    frozen: int = 0
    taken: int = 0

    @property
    def waits(self) -> bool:
        """Test that the next credit goes to it."""
        return not self.ended and self.frozen < self.limit


class Freezes(Claim):
    """What is frozen, and what should be."""

    name = "freezes"
    says = "2040 is the sum of its freezes; no order has more than it may; what came in under a waiting order is frozen"
    pages = (_ORDERS, _FREEZES, _HOLDERS, _SHARES, _TOTALS)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._orders: dict[str, Order] = {}
        self._by_seq: dict[int, Order] = {}
        self._of: dict[tuple[str, str], list[Order]] = {}
        self._frozen: dict[tuple[int, int], tuple[int, int]] = {}  # (2040, order's sequence) -> frozen, taken of it
        self._takings: dict[int, Order | None] = {}  # sequence of a taking -> the order it was for

    # ── appended rows ────────────────────────────────────────────────────────
    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Follow words and postings in their order; a lane without orders has nothing to follow."""
        words = {row[0] for row in chunk.instructions if row[4] == WORD and row[5] == "done"}
        if not words and not self._orders and not self.books.having("2040"):
            return
        for seq in sorted(words | chunk.posted.keys()):
            if seq in words:
                self._hear(seq, chunk.body_of(seq))
            elif chunk.kind_of(seq) == TAKING:
                self._takings[seq] = self._orders.get(chunk.body_of(seq)["order"])
            yield from self._follow(seq, chunk.posted.get(seq, []))

    def _hear(self, seq: int, body: dict[str, Any]) -> None:
        order = self._orders.get(body["order"])
        if order is None:
            order = self._orders[body["order"]] = self._by_seq[seq] = Order(seq, body["person"], body["currency"])
            self._of.setdefault((order.person, order.currency), []).append(order)
        if body["word"] > order.word:
            order.word, order.limit = body["word"], body["limit_minor"]
            order.ended = order.ended or bool(body["ended"])

    def _follow(self, seq: int, postings: list[tuple[Any, ...]]) -> Iterator[Finding]:
        frozen, available = self.books.having("2040"), self.books.having("2010")
        after: dict[int, int] = {}
        for _, line, debit, credit, amount, debit_after, credit_after, _, opened in postings:
            if debit in frozen or credit in frozen:
                self.checked += 1
                wrong = self._move(debit, credit, amount, opened)
                if wrong is not None:
                    yield self.finding(seq, f"posting {seq}/{line}", *wrong)
            if self._orders:
                after |= {account: left for account, left in ((debit, debit_after), (credit, credit_after))
                          if account in available}  # fmt: skip
        for account, left in after.items():
            if left and any(order.waits for order in self._over(account)):
                what = "money stays available while a legal order waits for it"
                yield self.finding(seq, self.books.name(account), what, 0, left)

    def _over(self, account: int) -> list[Order]:
        owner = self.books.accounts[account]
        return self._of.get((self.books.person(owner.owner), owner.place[1]), [])

    def _move(self, debit: int, credit: int, amount: int, opened: int) -> tuple[Any, ...] | None:
        """Take one posting of 2040 in; return what is wrong with it, or None."""
        giver, taker = self.books.accounts.get(debit), self.books.accounts.get(credit)
        if giver is None or taker is None or giver.owner != taker.owner or {giver.code, taker.code} not in _WAYS:
            return (
                "frozen money comes from or goes to where it may not",
                "its owner's 2010 or 2030",
                self.books.name(credit),
            )
        comes = taker.code == "2040"
        account, other = (credit, giver.code) if comes else (debit, taker.code)
        order = self._by_seq.get(opened) if other == "2010" else self._takings.get(opened)
        if order is None or order not in self._over(account):
            return "it is under no order over its owner", "a legal order", opened or "nothing"
        sign = 1 if comes else -1
        was, gone = self._frozen.get((account, order.seq), (0, 0))
        if other == "2010":
            was, order.frozen = was + sign * amount, order.frozen + sign * amount
        else:
            gone, order.taken = gone - sign * amount, order.taken - sign * amount
        self._frozen[account, order.seq] = (was, gone)
        return None if 0 <= gone <= was else ("more leaves than the order has frozen", was, gone)

    # ── rows that change ─────────────────────────────────────────────────────
    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare rows with what words and postings say."""
        self.checked += len(page.rows)
        compare: dict[str, Callable[..., Iterator[tuple[str, Any, Any]]]] = {
            "order_here": self._order, "legal_freeze": self._freeze, "holder_account": self._holder,
            "order_share": self._share, "legal_order": self._total,
        }  # fmt: skip
        compared = compare[page.name]
        for row in page.rows:
            for what, expected, found in compared(*row):
                if expected != found:
                    yield self.finding(None, f"{page.name} {row[0]}", what, expected, found)

    def _order(
        self, name: str, person: str, currency: str, limit: int, frozen: int, taking: int, taken: int, word: int, seq: int,
        state: str,
    ) -> Iterator[tuple[str, Any, Any]]:  # fmt: skip
        order = self._orders.get(name)
        if order is None:
            yield "lane 0 never spoke of it here", "a word", "none"
            return
        yield "it is another's", (order.seq, order.person, order.currency), (seq, person, currency)
        yield "it is not what lane 0 said last", (order.word, order.limit, order.ended), (word, limit, state == "ended")
        yield "it is not what was frozen", order.frozen, frozen
        yield "it is not what is taken", order.taken, taking + taken
        if frozen > max(limit, taking + taken):
            yield "more is frozen than it may", limit, frozen

    def _freeze(
        self, name: str, order: str, holder: str, account: int, frozen: int, taken: int, seq: int
    ) -> Iterator[tuple[str, Any, Any]]:
        yield "it is not what was frozen and taken", self._frozen.get((account, seq)), (frozen, taken)
        of, under = self.books.accounts.get(account), self._by_seq.get(seq)
        yield "it is another's", holder, "nobody" if of is None else of.owner
        yield "it is under another order", under is not None and under is self._orders.get(order), True
        yield "its id is not that of order and holder", f"{order}:{holder}", name

    def _holder(
        self, name: str, person: str, currency: str, base: int, waiting: int, in_force: int
    ) -> Iterator[tuple[str, Any, Any]]:
        orders = [order for order in self._of.get((person, currency), []) if not order.ended]
        counts = (sum(order.waits for order in orders), len(orders))
        yield "the orders over it, waiting and in force, are others", counts, (waiting, in_force)
        if counts[0]:
            yield "money is available while a legal order waits for it", 0, self.books.balance(base)

    def _share(self, name: str, filled: int | None, frozen: int, is_quiet: bool) -> Iterator[tuple[str, Any, Any]]:
        if filled is None:
            yield "lane 0 knows of no share of this lane", "a share", "none"
        elif is_quiet:
            yield "all was said and heard, and lane 0 has confirmed another amount than is frozen here", frozen, filled

    def _total(
        self, name: str, amount: int, filled: int, taken: int, of_lanes: int, taken_of_lanes: int
    ) -> Iterator[tuple[str, Any, Any]]:
        yield "it is not filled by what its lanes have", of_lanes, filled
        yield "it is not what its lanes have taken", taken_of_lanes, taken
        if filled > amount:
            yield "more is frozen than was ordered", f"at most {amount}", filled

    def end(self) -> Iterator[Finding]:
        """Find accounts that are not the sum of what orders have frozen there."""
        left: dict[int, int] = {}
        for (account, _), (frozen, taken) in self._frozen.items():
            left[account] = left.get(account, 0) + frozen - taken
        for account in sorted(self.books.having("2040")):
            if left.get(account, 0) != self.books.balance(account):
                what, last = "it is not the sum of its freezes", self.books.last.get(account)
                yield self.finding(
                    last, self.books.name(account), what, left.get(account, 0), self.books.balance(account)
                )


#: what may stand on the two sides of a posting of frozen money
_WAYS = ({"2010", "2040"}, {"2040", "2030"})
