"""Seizing (入账续冻): what comes to a client while a legal order waits for more goes on to it in the same journal.

When    after every decision, in one place for all operations: plane/runner.py
Reads   the holders whose orders wait, known since the lane began; of those that gain, the orders and the freezes
Posts   Dr 2010 / Cr 2040 after the decision's own postings, net of what the same journal takes from the account
Returns the decision, longer; nothing of the operation's own is changed
Order   by rank of the orders, holders by id
Source  domain-decisions.md 28; docs/adr/0017
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar, cast

from msgspec.structs import replace

from cunguan.kernel.instruction import Decision, Given, Posting
from cunguan.kernel.rows import Holder, Pool, Row
from cunguan.ledger.book import Book
from cunguan.operations.freezing import Freezing, Known, known

R = TypeVar("R", bound=Row)
Rows = Mapping[tuple[type[Row], str], Row]


def gains(postings: Sequence[Posting], under: Mapping[int, str]) -> dict[str, int]:
    """Return what holders under a waiting order gain by a journal, net; `under` names them by their 2010.

    >>> gains([Posting(-5, 10, 100), Posting(10, 7, 30), Posting(-5, 20, 1)], {10: "L1"})
    {'L1': 70}
    """
    if not any(posting.credit in under for posting in postings):
        return {}
    net: dict[str, int] = {}
    for posting in postings:
        for account, sign in ((posting.credit, 1), (posting.debit, -1)):
            if account in under:
                net[under[account]] = net.get(under[account], 0) + sign * posting.amount_minor
    return {holder: amount for holder, amount in sorted(net.items()) if amount > 0}


def seized(decision: Decision, gain: Mapping[str, int], book: Book, given: Given) -> Decision:
    """Return a decision with what holders gain by it frozen, as far as their orders ask; raise Miss like any load."""
    rows: Rows = {(type(row), row.id): row for row in (*decision.adds, *decision.changes)}
    for (person, currency), holders in _owners(gain, rows, book).items():
        work = Freezing(_as_decided(known(book, person, currency), holders, rows), given)
        for holder in holders:
            work.seize(holder.id, gain[holder.id])
        decision = _longer(decision, work)
    return decision


def opened(decision: Decision) -> dict[int, str]:
    """Return the holders that a decision opens under a waiting order, by their 2010."""
    return {row.available: row.id for row in decision.adds if isinstance(row, Holder) and row.waiting_orders}


def _owners(gain: Iterable[str], rows: Rows, book: Book) -> dict[tuple[str, str], list[Holder]]:
    """Return the holders that gain, by person and currency: his orders are filled together."""
    owners: dict[tuple[str, str], list[Holder]] = {}
    for name in gain:
        holder = rows.get((Holder, name)) or book.get(Holder, name)
        assert isinstance(holder, Holder), f"holder {name} was under an order and is not there"
        pool = book.get(Pool, holder.pool)
        assert pool is not None, f"holder {name} has no pool"
        owners.setdefault((holder.person, pool.currency), []).append(holder)
    return owners


def _as_decided(before: Known, holders: Iterable[Holder], rows: Rows) -> Known:
    """Return what is known with the rows as the decision itself leaves them, and holders that it opens."""

    def now(found: Iterable[R]) -> tuple[R, ...]:
        return tuple(cast("R", rows.get((type(row), row.id), row)) for row in found)

    there = {holder.id for holder in before.holders}
    new = tuple(holder for holder in holders if holder.id not in there)
    available = before.available | dict.fromkeys((holder.id for holder in new), 0)
    return Known((*now(before.holders), *new), available, now(before.orders), now(before.freezes))


def _longer(decision: Decision, work: Freezing) -> Decision:
    adds, changes = work.rows()
    newer = {(type(row), row.id): row for row in changes}
    opened = tuple(newer.pop((type(row), row.id), row) for row in decision.adds)
    return replace(
        decision,
        postings=(*decision.postings, *work.postings),
        adds=(*opened, *adds),
        changes=(*(row for row in decision.changes if (type(row), row.id) not in newer), *newer.values()),
    )
