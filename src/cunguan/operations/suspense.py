"""Suspense (挂账): every unit on 2210, 2220 and 2230 belongs to an item, and each posting there names it.

When    an operation brings money to suspense, or takes it out
Shape   an item has the id of what brought it: a deposit, a withdrawal, a payout, a receipt. The posting that brings it
        is opened by the sequence that brought it, and every posting that takes of it names that sequence
Source  domain-decisions.md 5, 6, 29; the proof recomputes each item (prove/suspense.py)
"""

from msgspec.structs import replace

from cunguan.kernel.instruction import Given
from cunguan.kernel.rows import Deposit, Move, Pool, Row, SuspenseItem, Withdrawal
from cunguan.ledger.book import Book
from cunguan.states.deposit import DEPOSIT
from cunguan.states.suspense_item import SUSPENSE_ITEM
from cunguan.states.withdrawal import WITHDRAWAL

#: what an item's end is called by the withdrawal whose return brought it
WITHDRAWAL_EVENTS = {"allocated": "recredited"}


def suspense_item(
    item_id: str, pool: Pool, code: str, amount_minor: int, given: Given, *, bank_account: str, reference: str,
    owner: str = "", payee_hash: str = "", break_id: str = "",
) -> SuspenseItem:  # fmt: skip
    """Return the item of money that came to suspense now; `payee_hash` is where it came from, if the bank says so."""
    return SuspenseItem(
        item_id, pool.id, bank_account, code, owner, amount_minor, amount_minor, given.business_date, reference,
        payee_hash, break_id, given.seq, SUSPENSE_ITEM.initial,
    )  # fmt: skip


def origin(book: Book, item: SuspenseItem | None) -> Deposit | Withdrawal | None:
    """Read the deposit or the withdrawal that brought an item; other money has none."""
    if item is None:
        return None
    return book.get(Deposit, item.id) or book.get(Withdrawal, item.id)


def moved(
    item: SuspenseItem, came_by: Deposit | Withdrawal | None, event: str, *, left_minor: int
) -> tuple[tuple[Row, ...], tuple[Move, ...]]:
    """Return what changes when something happens to an item: itself, and the deposit or withdrawal that brought it."""
    state = SUSPENSE_ITEM.after(item.state, event)
    changes: tuple[Row, ...] = (replace(item, left_minor=left_minor, state=state),)
    moves: tuple[Move, ...] = (Move("suspense_item", item.id, event, state),)
    if isinstance(came_by, Deposit) and DEPOSIT.may(came_by.state, event):
        then = DEPOSIT.after(came_by.state, event)
        changes, moves = (*changes, replace(came_by, state=then)), (*moves, Move("deposit", came_by.id, event, then))
    its_event = WITHDRAWAL_EVENTS.get(event, "")
    if isinstance(came_by, Withdrawal) and WITHDRAWAL.may(came_by.state, its_event):
        then = WITHDRAWAL.after(came_by.state, its_event)
        changes = (*changes, replace(came_by, state=then))
        moves = (*moves, Move("withdrawal", came_by.id, its_event, then))
    return changes, moves
