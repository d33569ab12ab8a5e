"""Payouts (付款): what each kind of payout means for its subject; the payment itself is the same for all.

When    an operation asks for a payment out of the pool; then payout_sent, payout_result, payout_returned carry it
Shape   asked(): the row, the message for the bank and the posting that sets the money aside, for a decision to hold
        KINDS: one line a kind, with three functions of its subject:
          read     the rows it is about, loaded with the payout
          bound    the hash of the payee that may be paid now; "" when nobody may any more
          follow   what an event of the payout changes about its subject, beside the payout's own postings
        and what becomes of money that is sent back days later: it stands where it stood, or is an item of suspense
Add     a kind, or the subject of one (a legal taking moves its freeze and tells lane 0): write the three functions
        beside the operation that asks for it and name them in its line. An event is one of payout's machine:
        sent_to_bank, bank_confirmed, bank_rejected, timed_out, bank_returned, cancelled
Source  invariant 8; domain-decisions.md 1, 4, 26, 28
"""

from collections.abc import Callable, Sequence

import msgspec

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.instruction import Given, Posting
from cunguan.kernel.rows import (
    BankAccount,
    Freeze,
    Holder,
    Message,
    Move,
    OrderHere,
    Payee,
    Payout,
    Pool,
    Row,
    SuspenseItem,
)
from cunguan.ledger.book import Book
from cunguan.ledger.templates.payout import payout_set_aside
from cunguan.operations import freezing
from cunguan.operations.cover import Standing, following, standing
from cunguan.operations.suspense import moved, origin
from cunguan.operations.withdrawal import CreditTransfer
from cunguan.states.outbox import OUTBOX
from cunguan.states.payout import PAYOUT
from cunguan.states.suspense_item import SUSPENSE_ITEM

About = Sequence[Row | Standing | None]


class Effect(msgspec.Struct, frozen=True, gc=False):
    """What an event changes about the subject; `opened` is what brought the money, where that was not the payout."""

    adds: tuple[Row, ...] = ()
    changes: tuple[Row, ...] = ()
    moves: tuple[Move, ...] = ()
    opened: int = 0
    postings: tuple[Posting, ...] = ()


class PayoutKind(msgspec.Struct, frozen=True):
    """One kind of payout.

    of_platform       no such payment leaves while the pool's cover fails
    to_its_account    what is sent back days later stands where it stood before; else it is an item of suspense
    """

    read: Callable[[Payout, Book], About]
    bound: Callable[[Payout, About], str]
    follow: Callable[[Payout, str, About, Given], Effect]
    of_platform: bool = False
    to_its_account: bool = False


class Asked(msgspec.Struct, frozen=True, gc=False):
    """A payout asked for: what a decision adds and posts."""

    adds: tuple[Payout, Message]
    postings: tuple[Posting, ...]


def asked(
    payout_id: str, kind: str, given: Given, *, subject: str, pool: Pool, bank: BankAccount, account: int,
    came_from: int, owner: str, payee_hash: str, amount_minor: int, authority: int,
) -> Asked:  # fmt: skip
    """Return a payout, its message under the same id, and the posting that sets the money aside, if it must move."""
    assert kind in KINDS, kind
    payout = Payout(
        payout_id, kind, subject, pool.id, bank.id, account, came_from, owner, payee_hash, amount_minor, payout_id,
        authority, given.seq, PAYOUT.initial,
    )  # fmt: skip
    transfer = CreditTransfer(payout_id, payee_hash, amount_minor, pool.currency, bank.reference)
    message = Message(payout_id, bank.channel, "credit_transfer", canonical_json(transfer), given.seq, OUTBOX.initial)
    return Asked((payout, message), payout_set_aside(payout=payout) if came_from else ())


# ── to an account of the platform's, a partner's or the firm's own ───────────
def _payee(payout: Payout, book: Book) -> About:
    return (book.get(Payee, payout.subject),)


def _payee_bound(payout: Payout, about: About) -> str:
    payee = about[0]
    assert isinstance(payee, Payee), "such a payout names its payee"
    return payee.payee_hash if payee.state == "active" else ""


# ── the firm's own money, back to the firm ───────────────────────────────────
def _firm(payout: Payout, book: Book) -> About:
    pool = book.get(Pool, payout.pool)
    assert pool is not None, "a payout belongs to a pool"
    return (book.get(Payee, payout.subject), standing(book, pool))


def _firm_follows(payout: Payout, event: str, about: About, given: Given) -> Effect:
    """Return what follows when it stands in the pool again: that may cover what has gone missing meanwhile."""
    before = about[1]
    assert isinstance(before, Standing)
    if event not in ("bank_rejected", "cancelled", "bank_returned"):
        return Effect()
    after = following(before, before.gap_minor - payout.amount_minor)
    return Effect(changes=after.changes, moves=after.moves)


# ── back to where suspended money came from ──────────────────────────────────
def _item(payout: Payout, book: Book) -> About:
    item = book.get(SuspenseItem, payout.subject)
    return (item, origin(book, item))


def _item_bound(payout: Payout, about: About) -> str:
    item = about[0]
    assert isinstance(item, SuspenseItem), "a return names its item"
    return item.payee_hash


def _item_follows(payout: Payout, event: str, about: About, given: Given) -> Effect:
    item, came_by = about
    assert isinstance(item, SuspenseItem)
    event = "bank_rejected" if event == "cancelled" else event
    if not SUSPENSE_ITEM.may(item.state, event):  # it was sent: nothing new; it came back: that is another item
        return Effect(opened=item.seq)
    left_minor = 0 if event == "bank_confirmed" else item.left_minor
    changes, moves = moved(item, came_by, event, left_minor=left_minor)  # type: ignore[arg-type]  # as `_item` read it
    return Effect(changes=changes, moves=moves, opened=item.seq)


# ── to the authority whose order has frozen it ───────────────────────────────
def _freezes(payout: Payout, book: Book) -> About:
    freeze = book.get(Freeze, payout.subject)
    assert freeze is not None, "a taking names its freeze"
    order = book.get(OrderHere, freeze.legal_order)
    assert order is not None, "a freeze is under an order"
    found = freezing.known(book, order.person, order.currency)
    return (*found.holders, *found.orders, *found.freezes)


def _taking_follows(payout: Payout, event: str, about: About, given: Given) -> Effect:
    known = freezing.Known(
        tuple(row for row in about if isinstance(row, Holder)), {},
        tuple(row for row in about if isinstance(row, OrderHere)), tuple(row for row in about if isinstance(row, Freeze)),
    )  # fmt: skip
    work = freezing.Freezing(known, given)
    was_doubtful = payout.state == "in_doubt"
    if event == "timed_out":
        work.doubt(payout.subject, payout.amount_minor)
    elif event == "bank_confirmed":
        work.taken(payout.subject, payout.amount_minor, was_doubtful=was_doubtful)
    elif event in ("bank_rejected", "cancelled"):
        work.not_taken(payout.subject, payout.amount_minor, was_doubtful=was_doubtful)
    adds, changes = work.rows()
    return Effect(adds=adds, changes=changes, postings=tuple(work.postings))


def _as_ordered(payout: Payout, about: About) -> str:
    """The authority named the payee; an order that was lifted since pays nobody."""
    freeze = next(row for row in about if isinstance(row, Freeze) and row.id == payout.subject)
    order = next(row for row in about if isinstance(row, OrderHere) and row.id == freeze.legal_order)
    return payout.payee_hash if order.state == "in_force" else ""


# ── nothing beside itself ────────────────────────────────────────────────────
def _no_effect(payout: Payout, event: str, about: About, given: Given) -> Effect:
    return Effect()


KINDS: dict[str, PayoutKind] = {
    #                              read      bound          follow
    "platform_money":   PayoutKind(_payee,   _payee_bound,  _no_effect, of_platform=True, to_its_account=True),
    "suspense_return":  PayoutKind(_item,    _item_bound,   _item_follows),
    "top_up_back":      PayoutKind(_firm,    _payee_bound,  _firm_follows, of_platform=True, to_its_account=True),
    "legal_taking":     PayoutKind(_freezes, _as_ordered,   _taking_follows),
}  # fmt: skip
