"""Mandate use (授权额度): what a hold or withdrawal took of a standing authority's cap, given back when it is released.

When    a bid is cancelled, a raise fails, a hold expires, a withdrawal does not leave
Reads   the mandates that the holds name
Returns the mandates with less used of them; one that was revoked or has run out stays so, by its state
Source  docs/adr/0016: a hold names its mandate; domain.md (c.1) A7, A8; invariant 10
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from cunguan.kernel.rows import Hold, Mandate, Withdrawal
from cunguan.ledger.book import Book

Mandates = Mapping[str, Mandate | None]


def mandates_of(book: Book, users: Iterable[Hold | Withdrawal]) -> Mandates:
    """Read the mandates that these holds or withdrawals were made under."""
    names = list(dict.fromkeys(user.mandate for user in users if user.mandate))
    return dict(zip(names, book.many(Mandate, names), strict=True))


def given_back(mandates: Mandates, released: Iterable[tuple[str, int]]) -> tuple[Mandate, ...]:
    """Return the mandates after these amounts were released; an empty name is of a debit he confirmed himself.

    >>> from datetime import date
    >>> M = Mandate("M", "L1", "bid", 100, 60, date(2025, 3, 1), "", 7, "active")
    >>> [mandate.used_minor for mandate in given_back({"M": M}, [("M", 10), ("", 5), ("M", 20)])]
    [30]
    """
    sums: Counter[str] = Counter()
    for name, amount_minor in released:
        if name:
            sums[name] += amount_minor
    return tuple(_less_used(mandates[name], amount_minor) for name, amount_minor in sums.items())


def _less_used(mandate: Mandate | None, amount_minor: int) -> Mandate:
    assert mandate is not None and mandate.used_minor >= amount_minor, "more is given back than was used"
    return replace(mandate, used_minor=mandate.used_minor - amount_minor)
