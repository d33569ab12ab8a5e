"""Held since a restore (灾后暂停付款): which payments may not leave, because books that were restored cannot know whether they did.

When    a payment is about to leave, is found at the bank, or is released by two people
Reads   the lane's last restore, the message, the release
Source  design/lanes.md rule 20
"""

from cunguan.kernel.instruction import Given, Restored
from cunguan.kernel.rows import Message, PaymentRelease
from cunguan.ledger.book import Book
from cunguan.states.outbox import OUTBOX


def release_id(message: str, epoch: int) -> str:
    """Return the id of the release of one payment after one restore."""
    return f"{message}:{epoch}"


def release_of(book: Book, given: Given, message: str) -> PaymentRelease | None:
    """Return the release of a payment since the last restore, read from the book."""
    return None if given.restored is None else book.get(PaymentRelease, release_id(message, given.restored.epoch))


def is_held(restored: Restored | None, message: Message, release: PaymentRelease | None) -> bool:
    """Return whether a payment of before a restore waits for the bank's word.

    What goes to another lane was restored together with that lane, and is no payment.
    """
    if restored is None or release is not None or message.channel.startswith("lane:"):
        return False
    return message.seq <= restored.upto and message.state not in OUTBOX.final
