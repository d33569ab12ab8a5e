"""Restored: books whose lane was restored, for the tests of what is held since then."""

from msgspec.structs import replace

from cunguan.kernel.instruction import Restored
from cunguan.kernel.rows import Message
from tests.operations.cash import LANE, open_books, withdraw
from tests.operations.driver import Books

NAMES = {"reason": "not on any statement", "maker": "m1", "checker": "c1"}


def restore(books: Books, epoch: int = 2) -> Restored:
    """Let everything that stands in the lane be of before a restore."""
    head = books.store.head(LANE)
    restored = Restored(epoch, head.head, books.business_date(LANE))
    books.store.heads[LANE] = replace(head, restored=restored)
    books.runners[LANE].load()
    return restored


def with_payment(**body: object) -> Books:
    """Return books with withdrawal W1 of 600.00, waiting to leave when they were restored."""
    books = open_books()
    withdraw(books, **body)
    restore(books)
    return books


def message(books: Books, name: str = "W1") -> Message:
    """Return a payment's message."""
    return books.get(LANE, Message, name)
