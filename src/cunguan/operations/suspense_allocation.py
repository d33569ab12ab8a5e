"""Suspense allocation (挂账入账): an item, or a part of it, goes to the client it belongs to.

When    two people have found the owner of suspended money
Reads   the item, what brought it, its pool, the holder
Posts   Dr 2210, 2220 or 2230 / Cr 2010
Returns Decision; the item is closed by its last unit, and with it the deposit or the return that brought it
Order   amount, reason, two names, item, state, holder, pool, what is left, size
Source  domain.md (e.3) BRK08; domain-decisions.md 4, 29: a closed account takes no credit, it stays in suspense
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Deposit, Holder, Pool, SuspenseItem, Withdrawal
from cunguan.ledger.book import Book
from cunguan.ledger.templates.suspense import suspense_allocated
from cunguan.operations.receiving import creditable, fits
from cunguan.operations.suspense import moved, origin
from cunguan.operations.two_names import two_names

KIND = "suspense_allocation"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of which item is whose; `reason` is what shows it."""

    item: str
    holder: str
    amount_minor: int
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an allocation depends on."""

    item: SuspenseItem | None
    came_by: Deposit | Withdrawal | None
    pool: Pool | None
    holder: Holder | None
    available_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an allocation."""
    body = instruction.body
    assert isinstance(body, Body)
    item, holder = book.get(SuspenseItem, body.item), book.get(Holder, body.holder)
    return Facts(
        item=item,
        came_by=origin(book, item),
        pool=None if item is None else book.get(Pool, item.pool),
        holder=holder,
        available_minor=0 if holder is None else book.balance(holder.available),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one allocation."""
    body, item, holder = instruction.body, facts.item, facts.holder
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reason:
        return refuse(Code.reason_missing, "what shows that it is his")
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if item is None:
        return refuse(Code.suspense_item_not_found)
    if item.state != "open":
        return refuse(Code.state_forbids, f"the item is {item.state}")
    refused = creditable(holder)
    if refused is not None:
        return refuse(refused)
    assert holder is not None
    if holder.pool != item.pool:
        return refuse(Code.pool_differs)
    if body.amount_minor > item.left_minor:
        return refuse(Code.suspense_exceeded, left_minor=item.left_minor)
    if not fits(body.amount_minor, (facts.available_minor,)):
        return refuse(Code.balance_too_large)
    return _accept(body.amount_minor, item, holder, facts)


def _accept(amount_minor: int, item: SuspenseItem, holder: Holder, facts: Facts) -> Decision:
    assert facts.pool is not None, "an item belongs to a pool"
    left_minor = item.left_minor - amount_minor
    event = "allocated_in_part" if left_minor else "allocated"
    changes, moves = moved(item, facts.came_by, event, left_minor=left_minor)
    return Decision(
        Code.done,
        postings=suspense_allocated(pool=facts.pool, item=item, holder=holder, amount_minor=amount_minor),
        changes=changes,
        moves=moves,
        answer={"left_minor": left_minor},
    )
