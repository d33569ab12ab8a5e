"""Freezing (冻结执行): what legal orders do to the accounts of one person in one lane.

When    lane 0 says a word of an order; money comes in while an order waits for more; frozen money is taken
Shape   Known: the person's holders and orders of one currency, and what each has frozen. Freezing: the same under change;
        it posts, moves the rows, counts anew which holders are under an order, and reports each change to lane 0
Units   minor units; an order's frozen_minor is all it ever froze and did not give back, with what was taken of it
Order   orders by rank, holders by id
Source  domain-decisions.md 28, 30; docs/adr/0017; invariant 38
"""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from cunguan.kernel.instruction import Given, Posting
from cunguan.kernel.rows import Freeze, Holder, Message, Move, OrderHere, Pool, Row
from cunguan.ledger.book import Book
from cunguan.ledger.templates.legal_freeze import legal_freeze, legal_release
from cunguan.operations.order_words import Report, report_message


class Known(msgspec.Struct, frozen=True, gc=False):
    """A person's money of one currency in this lane, and the orders over it."""

    holders: tuple[Holder, ...]
    available: dict[str, int]
    orders: tuple[OrderHere, ...]
    freezes: tuple[Freeze, ...]


def known(book: Book, person: str, currency: str) -> Known:
    """Collect a person's holders, orders and freezes of one currency."""
    every = book.find(Holder, "person", person)
    pools = book.many(Pool, [holder.pool for holder in every])
    holders = [holder for holder, pool in zip(every, pools, strict=True) if pool and pool.currency == currency]
    orders = [order for order in book.find(OrderHere, "person", person) if order.currency == currency]
    freezes = [freeze for order in orders for freeze in book.find(Freeze, "legal_order", order.id)]
    available = {holder.id: book.balance(holder.available) for holder in holders}
    return Known(tuple(holders), available, tuple(orders), tuple(freezes))


def counted(orders: Iterable[OrderHere]) -> tuple[int, int]:
    """Return how many orders wait for more, and how many are in force."""
    live = [order for order in orders if order.state == "in_force"]
    return sum(order.waits for order in live), len(live)


class Freezing:
    """The orders over a person's money, while one instruction changes them."""

    def __init__(self, before: Known, given: Given) -> None:
        self._given = given
        self._before: dict[tuple[type[Row], str], Row] = {
            (type(row), row.id): row for row in (*before.holders, *before.orders, *before.freezes)
        }
        self._available = dict(before.available)
        self._reported: dict[str, None] = {}
        self.holders = {holder.id: holder for holder in before.holders}
        self.orders = {order.id: order for order in before.orders}
        self.freezes = {freeze.id: freeze for freeze in before.freezes}
        self.postings: list[Posting] = []
        self.moves: list[Move] = []

    # ── what orders do ───────────────────────────────────────────────────────
    def fill(self, order: str) -> None:
        """Freeze what is available, up to what the order may."""
        for holder in sorted(self.holders):
            self._freeze(order, holder, min(self._available[holder], self._room(order)))

    def seize(self, holder: str, amount_minor: int) -> None:
        """Let what has come to a holder go on to the orders that wait, by rank."""
        for order in sorted(self.orders.values(), key=lambda order: order.rank):
            part = min(amount_minor, self._room(order.id))
            self._freeze(order.id, holder, part)
            amount_minor -= part

    def give_back(self, order: str) -> None:
        """Give back what is frozen above the limit, as far as it is still here; an order that has ended keeps nothing."""
        for freeze in sorted(self.freezes.values(), key=lambda freeze: freeze.id):
            here = self.orders[order]
            limit = here.limit_minor if here.state == "in_force" else 0
            amount = min(freeze.left_minor, here.frozen_minor - limit)
            if freeze.legal_order != order or amount <= 0:
                continue
            holder = self.holders[freeze.holder]
            self.postings.append(legal_release(freeze=freeze, holder=holder, amount_minor=amount))
            self._grow(freeze, here, -amount)

    # ── what is taken ────────────────────────────────────────────────────────
    def take(self, freeze: str, amount_minor: int) -> None:
        """Let an amount go on its way to the authority."""
        self._taking(freeze, amount_minor, 0)

    def doubt(self, freeze: str, amount_minor: int) -> None:
        """Know no more what has become of an amount on its way."""
        order = self.orders[self.freezes[freeze].legal_order]
        self.put(replace(order, doubtful_minor=order.doubtful_minor + amount_minor))

    def taken(self, freeze: str, amount_minor: int, *, was_doubtful: bool) -> None:
        """Take an amount as paid."""
        self._clear(freeze, amount_minor, was_doubtful)
        self._taking(freeze, -amount_minor, amount_minor)

    def not_taken(self, freeze: str, amount_minor: int, *, was_doubtful: bool) -> None:
        """Have an amount back that was not paid; under an order that has ended it goes on to its owner."""
        self._clear(freeze, amount_minor, was_doubtful)
        self._taking(freeze, -amount_minor, 0)
        self.give_back(self.freezes[freeze].legal_order)

    def _clear(self, freeze: str, amount_minor: int, was_doubtful: bool) -> None:
        if was_doubtful:
            self.doubt(freeze, -amount_minor)

    def _taking(self, name: str, taking_minor: int, taken_minor: int) -> None:
        freeze = self.freezes[name]
        order = self.orders[freeze.legal_order]
        self.freezes[name] = replace(
            freeze, taking_minor=freeze.taking_minor + taking_minor, taken_minor=freeze.taken_minor + taken_minor
        )
        self.put(
            replace(order, taking_minor=order.taking_minor + taking_minor, taken_minor=order.taken_minor + taken_minor)
        )

    def _room(self, order: str) -> int:
        here = self.orders[order]
        return here.limit_minor - here.frozen_minor if here.waits else 0

    def _freeze(self, order: str, holder: str, amount_minor: int) -> None:
        if amount_minor <= 0:
            return
        here, of = self.orders[order], self.holders[holder]
        name = freeze_id(order, holder)
        freeze = self.freezes.get(name) or Freeze(name, order, holder, of.frozen, 0, 0, 0, here.seq)
        self.postings.append(legal_freeze(holder=of, amount_minor=amount_minor, authority=here.seq))
        self._available[holder] -= amount_minor
        self._grow(freeze, here, amount_minor)

    def _grow(self, freeze: Freeze, order: OrderHere, amount_minor: int) -> None:
        self.freezes[freeze.id] = replace(freeze, frozen_minor=freeze.frozen_minor + amount_minor)
        self.put(replace(order, frozen_minor=order.frozen_minor + amount_minor))

    def put(self, order: OrderHere) -> None:
        """Take an order as it is now; lane 0 hears of it."""
        self.orders[order.id] = order
        self._reported[order.id] = None

    # ── what is written ──────────────────────────────────────────────────────
    def rows(self) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Return the rows to add and those to change."""
        before = self._before
        now: list[Row] = [*self._holders(), *self.orders.values(), *self.freezes.values()]
        adds = [row for row in now if (type(row), row.id) not in before]
        changes = [row for row in now if before.get((type(row), row.id), row) is not row]
        return (*adds, *map(self._report, self._reported)), tuple(changes)

    def _holders(self) -> list[Holder]:
        counts = counted(self.orders.values())
        return [
            holder
            if (holder.waiting_orders, holder.legal_orders) == counts
            else replace(holder, waiting_orders=counts[0], legal_orders=counts[1])
            for holder in self.holders.values()
        ]

    def _report(self, order: str) -> Message:
        here, given = self.orders[order], self._given
        return report_message(
            Report(
                order, given.lane, given.seq, here.frozen_minor, here.taking_minor, here.taken_minor,
                here.doubtful_minor,
            )
        )  # fmt: skip


def freeze_id(order: str, holder: str) -> str:
    """Return the id of what an order has frozen of a holder."""
    return f"{order}:{holder}"
