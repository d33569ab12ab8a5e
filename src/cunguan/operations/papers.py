"""Papers (文件效力): whether a pool may take a deposit, by the papers recorded for its bank accounts.

When    an instruction takes a client's deposit, or books what the bank shows on a pool's account
Reads   the papers of the pool, whether the lane is a sandbox's
Shape   a lane with real money needs them from the first day; a sandbox's from when the first of that pool were recorded, so that
        they can be tried and need not be. A contract is live to the end of its last day, a letter to the end of its review's
Returns whether it may; with a bank account: whether money on that account may become a client's
Source  issue "People" 1; ADR 0046
"""

from collections.abc import Sequence
from datetime import date

from cunguan.kernel.instruction import Given
from cunguan.kernel.rows import PoolPapers
from cunguan.ledger.book import Book

#: what is said where they are missing
WHY = "the pool has no live contract, or no live letter of its bank"


def papers_of(book: Book, pool: str) -> tuple[PoolPapers, ...]:
    """Read the papers of a pool, for an operation that takes a deposit."""
    return tuple(book.find(PoolPapers, "pool", pool))


def let_in(papers: Sequence[PoolPapers], given: Given, bank_account: str = "") -> bool:
    """Return whether a deposit may come in; without a bank account it is enough that one of the pool's has live papers."""
    if not papers and given.sandbox:
        return True
    return any(is_live(one, given.business_date) for one in papers if not bank_account or one.id == bank_account)


def is_live(papers: PoolPapers, day: date) -> bool:
    """Return whether contract and letter hold on a day.

    >>> both = PoolPapers("bank", "main", "c1", date(2024, 3, 4), "l1", date(2024, 3, 1), 7)
    >>> is_live(both, date(2024, 3, 1)), is_live(both, date(2024, 3, 2))
    (True, False)
    """
    return day <= papers.contract_until and day <= papers.review_date
