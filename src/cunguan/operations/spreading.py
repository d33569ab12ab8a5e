"""Spreading (司法冻结跨平台): a person's legal orders in lane 0, while one instruction changes them.

When    an order comes in, a lane reports, an account on another platform is opened, an order is lifted or ends
Shape   Known: his orders, what each lane was told and has answered, the lanes where he may have accounts
        Spreading: the same under change, with the words that follow for the lanes
Order   one lane is asked after the other, in the order of their numbers, each with what is still unfilled; and a person's
        orders by rank, so that a later order finds the earlier one in a lane before it. In a lane that was asked, filled +
        unfilled is what it may freeze; that sum never grows, so nothing is confirmed that a lane was told to give back
Source  domain-decisions.md 28, 30; docs/adr/0017
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given
from cunguan.kernel.rows import LegalOrder, Link, Message, Move, OrderShare, Row
from cunguan.ledger.book import Book
from cunguan.operations.order_words import Report, Word, word_message
from cunguan.states.legal_order import LEGAL_ORDER


class Known(msgspec.Struct, frozen=True, gc=False):
    """A person's orders by rank, their shares, and his lanes."""

    orders: tuple[LegalOrder, ...]
    shares: tuple[OrderShare, ...]
    lanes: tuple[int, ...]


def known(book: Book, person: str) -> Known:
    """Collect a person's orders."""
    orders = sorted(book.find(LegalOrder, "person", person), key=lambda order: order.seq)
    shares = [share for order in orders for share in book.find(OrderShare, "legal_order", order.id)]
    lanes = sorted(link.lane for link in book.find(Link, "person", person))
    return Known(tuple(orders), tuple(shares), tuple(lanes))


def _limit(order: LegalOrder, share: OrderShare) -> int:
    """Return what a lane may freeze in all; where more is taken than the order still asks for, what it keeps if it fails."""
    if order.unfilled_minor >= 0 or share.taking_minor:
        return max(share.filled_minor + order.unfilled_minor, share.taken_minor)
    return share.filled_minor


def share_id(order: str, lane: int) -> str:
    """Return the id of a lane's share of an order."""
    return f"{order}:{lane}"


class Spreading:
    """The orders of one person, while one instruction changes them."""

    def __init__(self, before: Known, given: Given) -> None:
        self._given, self._lanes = given, list(before.lanes)
        self._before: set[Row] = {*before.orders, *before.shares}
        self._ids = {(type(row), row.id) for row in self._before}
        self.orders = {order.id: order for order in before.orders}
        self.shares = {share.id: share for share in before.shares}
        self._messages: list[Message] = []
        self._moves: list[Move] = []

    # ── what happens ─────────────────────────────────────────────────────────
    def begin(self, order: LegalOrder) -> None:
        """Take in a new order: it is asked for when those before it were."""
        self.orders[order.id] = order
        self._ask_next()

    def link(self, lane: int) -> None:
        """Know of another lane of the person: orders that are not filled reach it."""
        self._lanes = sorted({*self._lanes, lane})
        self._ask_next()

    def hear(self, said: Report) -> None:
        """Confirm what a lane has frozen, as far as the order is unfilled; what is taken of it stands in any case.

        A lane has less than was confirmed only where a taking that had overtaken a lift was rejected.
        """
        order, share = self.orders[said.order], self.shares[share_id(said.order, said.lane)]
        new = min(said.frozen_minor - share.filled_minor, max(order.unfilled_minor, 0))
        filled = max(share.filled_minor + new, said.taking_minor + said.taken_minor)
        paid = said.taken_minor - share.taken_minor
        self.shares[share.id] = replace(
            share, filled_minor=filled, taking_minor=said.taking_minor, taken_minor=said.taken_minor,
            doubtful_minor=said.doubtful_minor, heard_seq=said.seq,
        )  # fmt: skip
        self.orders[order.id] = replace(
            order,
            filled_minor=order.filled_minor + filled - share.filled_minor,
            taken_minor=order.taken_minor + paid,
            next_lane=0 if order.next_lane == said.lane else order.next_lane,
        )
        if order.state not in LEGAL_ORDER.final:
            self._follow(order.id, is_paid=paid > 0)
        self._tell(order.id)
        self._ask_next()

    def lift(self, name: str, amount_minor: int) -> None:
        """Let go of a part: first what is unfilled, then what is frozen, from the last lane on."""
        order = self.orders[name]
        down = max(amount_minor - order.unfilled_minor, 0)
        self.orders[name] = replace(
            order, lifted_minor=order.lifted_minor + amount_minor, filled_minor=order.filled_minor - down
        )
        for share in reversed(self._of(name)):
            part = min(down, share.filled_minor - share.taking_minor - share.taken_minor)
            self.shares[share.id] = replace(share, filled_minor=share.filled_minor - part)
            down -= part
        assert down == 0, f"order {name} has less frozen than it says"
        self._move(name, "lifted_in_part")
        self._follow(name)
        self._tell(name)

    def end(self, name: str, event: str) -> None:
        """End an order: all goes back but what was taken."""
        order = self.orders[name]
        self.orders[name] = replace(
            order, lifted_minor=order.amount_minor - order.taken_minor, filled_minor=order.taken_minor
        )
        for share in self._of(name):
            self.shares[share.id] = replace(share, filled_minor=share.taken_minor)
        self._move(name, event)
        self._tell(name)
        self._ask_next()

    def change(self, order: LegalOrder, event: str) -> None:
        """Change an order in what no lane has to know."""
        self.orders[order.id] = order
        self._move(order.id, event)

    # ── what follows ─────────────────────────────────────────────────────────
    def _follow(self, name: str, *, is_paid: bool = False) -> None:
        """Move the order to where its figures stand."""
        order, shares = self.orders[name], self._of(name)
        asked = order.amount_minor - order.lifted_minor
        is_taking = any(share.taking_minor for share in shares)
        if order.state == "waiting" and order.filled_minor:
            order = self._move(name, "moved_up")
        if order.state == "partly_filled" and order.filled_minor >= asked:
            order = self._move(name, "filled")
        if order.state in ("partly_filled", "in_force") and (is_taking or is_paid):
            order = self._move(name, "taking_sent")
        if order.state == "taking" and any(share.doubtful_minor for share in shares):
            order = self._move(name, "timed_out")
        if order.state in ("taking", "taking_in_doubt") and not is_taking:
            self._taking_ended(order, asked, is_paid)

    def _taking_ended(self, order: LegalOrder, asked: int, is_paid: bool) -> None:
        if order.taken_minor >= asked:
            self._move(order.id, "bank_confirmed")
        elif order.filled_minor >= asked and not is_paid:
            self._move(order.id, "bank_rejected")
        else:
            self._move(order.id, "confirmed_in_part")
            if order.filled_minor >= asked:
                self._move(order.id, "filled")

    def _move(self, name: str, event: str) -> LegalOrder:
        order = self.orders[name]
        order = self.orders[name] = replace(order, state=LEGAL_ORDER.after(order.state, event))
        self._moves.append(Move("legal_order", name, event, order.state))
        return order

    def _tell(self, name: str) -> None:
        """Say to each lane what it may freeze now, where that is something else, and to all that the order has ended."""
        order = self.orders[name]
        has_ended = order.state in LEGAL_ORDER.final
        for share in self._of(name):
            limit = _limit(order, share)
            if limit != share.limit_minor or (has_ended and not self._has_ended(name)):
                self._say(order, replace(share, limit_minor=limit, word=share.word + 1))

    def _has_ended(self, name: str) -> bool:
        return any(
            isinstance(row, LegalOrder) and row.id == name and row.state in LEGAL_ORDER.final for row in self._before
        )

    def _ask_next(self) -> None:
        """Ask the next lane for the first time, when none is being asked."""
        if any(order.next_lane for order in self.orders.values()):
            return
        for order in sorted(self.orders.values(), key=lambda order: order.seq):
            if order.state in LEGAL_ORDER.final or order.unfilled_minor <= 0:
                continue
            for lane in self._lanes:
                if share_id(order.id, lane) not in self.shares:
                    self._ask(order, lane)
                    return

    def _ask(self, order: LegalOrder, lane: int) -> None:
        self.orders[order.id] = replace(order, next_lane=lane)
        self._say(order, OrderShare(share_id(order.id, lane), order.id, lane, order.unfilled_minor, 0, 0, 0, 0, 1, 0))

    def _say(self, order: LegalOrder, share: OrderShare) -> None:
        self.shares[share.id] = share
        ended = order.state if order.state in LEGAL_ORDER.final else ""
        word = Word(
            order.id, order.person, order.issuer, order.instrument, order.currency, order.amount_minor, order.seq,
            order.maker, order.checker, share.word, share.limit_minor, ended,
        )  # fmt: skip
        self._messages.append(word_message(word, share.lane, self._given.seq))

    def _of(self, name: str) -> list[OrderShare]:
        return sorted(
            (share for share in self.shares.values() if share.legal_order == name), key=lambda share: share.lane
        )

    # ── what is written ──────────────────────────────────────────────────────
    def decision(self, *adds: Row, **answer: object) -> Decision:
        """Return all that was changed, with other rows of the instruction."""
        now: list[Row] = [*self.orders.values(), *self.shares.values()]
        new = [row for row in now if (type(row), row.id) not in self._ids]
        changed = [row for row in now if (type(row), row.id) in self._ids and row not in self._before]
        return Decision(
            Code.done, adds=(*adds, *new, *self._messages), changes=tuple(changed), moves=tuple(self._moves),
            answer=answer,
        )  # fmt: skip
