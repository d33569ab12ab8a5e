"""Due: what housekeeping asks a store by name, on a store that has no SQL; one function a statement of store/sql.

Shape   Reads: a twin as housekeeping reads it. DUE: by the statement's name; a statement that housekeeping asks of
        PostgreSQL and that is not here fails the simulation, so that a new timer is never left out of it
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec.structs import astuple

from cunguan.kernel.canonical import key16
from cunguan.kernel.rows import (
    BankAccount,
    ClaimSale,
    Hold,
    LegalOrder,
    Listing,
    Message,
    Pool,
    Reservation,
    Row,
    Run,
    Withdrawal,
)
from tests.store.twins import MemoryTwin, Twin


class Reads:
    """A twin as housekeeping reads it."""

    def __init__(self, store: Twin) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Any:
        """Read what a store reads itself."""
        return getattr(self.store, name)

    def due(self, name: str, *given: Any) -> list[Any]:
        """Return the rows of a statement."""
        if not isinstance(self.store, MemoryTwin):
            return self.store.due(name, *given)
        return DUE[name](self.store, *given)


def _all(store: MemoryTwin, lane: int, kind: type[Row]) -> list[Any]:
    return list(store.all(lane, kind))


def outbox_waiting(store: MemoryTwin, lane: int, states: list[str]) -> list[Any]:
    """Return the messages in some states, oldest first."""
    found = [message for message in _all(store, lane, Message) if message.state in states]
    return [astuple(message) for message in sorted(found, key=lambda message: (message.seq, message.id))]


def runs_running(store: MemoryTwin, lane: int) -> list[Any]:
    """Return the runs under way, with their next step."""
    return [(run.id, run.next_step) for run in _all(store, lane, Run) if run.state == "running"]


def due_listings(store: MemoryTwin, lane: int, day: date, *_: object) -> list[Any]:
    """Return the raises whose time is over."""
    until = {"registered": "raise_until", "raising": "raise_until", "full": "full_by"}
    found = [listing for listing in _all(store, lane, Listing) if listing.state in until]
    return [(listing.id,) for listing in found if getattr(listing, until[listing.state]) < day]


def due_holds(store: MemoryTwin, lane: int, day: date) -> list[Any]:
    """Return the holds past their date that no raise's end releases."""
    found = [hold for hold in _all(store, lane, Hold) if hold.state == "open" and hold.release_by < day]
    return [(hold.id,) for hold in found if hold.purpose not in ("bid", "marketing_bid")]


def due_sales(store: MemoryTwin, lane: int, day: date) -> list[Any]:
    """Return the open sales of claims whose last day is over."""
    return [(sale.id,) for sale in _all(store, lane, ClaimSale) if sale.state == "open" and sale.until < day]


def due_orders(store: MemoryTwin, day: date) -> list[Any]:
    """Return the legal orders whose last day is over, and that day."""
    live = ("waiting", "partly_filled", "in_force")
    found = [order for order in _all(store, 0, LegalOrder) if order.state in live and order.expires < day]
    return [(order.id, order.expires) for order in found]


def payments_stopped(store: MemoryTwin, lane: int, payments: list[str]) -> list[Any]:
    """Return the clients' payments among these that wait, because their pool pays no client."""
    pool_of = {account.id: account.pool for account in _all(store, lane, BankAccount)}
    stopped = {pool.id for pool in _all(store, lane, Pool) if pool.state == "payouts_stopped"}
    found = [row for row in _all(store, lane, Withdrawal) if row.id in payments]
    return [(row.id,) for row in found if pool_of[row.bank_account] in stopped]


def orphans(store: MemoryTwin, kinds: list[str], day: date) -> list[Any]:
    """Return the reservations whose instruction was refused, reserves nothing, or has not come by the review date."""
    found = []
    for reservation in _all(store, 0, Reservation):
        entry = store.keys.get((reservation.lane, key16(reservation.instruction_id)))
        is_over = (
            reservation.review_date <= day if entry is None else entry.state == "refused" or entry.kind not in kinds
        )
        if reservation.state == "reserved" and is_over:
            found.append((reservation.id, reservation.lane, reservation.instruction_id, entry is None))
    return found


DUE: dict[str, Callable[..., list[Any]]] = {
    statement.__name__: statement
    for statement in (
        outbox_waiting,
        runs_running,
        due_listings,
        due_holds,
        due_sales,
        due_orders,
        payments_stopped,
        orphans,
    )
}
