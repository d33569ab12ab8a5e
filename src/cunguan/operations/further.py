"""Further accounts (另设账户): an account beside the five of a holder and the ten of a pool, opened when first needed.

When    a debt, an unclaimed balance, a partner or a platform's payout has no account yet
Shape   Opening: the account's row; and, where it is new, the account, and the lane's day that counted it
Units   numbers of assets are negative
Source  ledger/chart.py FURTHER_CODES; domain-decisions.md 2
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.rows import Account, Day, FurtherAccount
from cunguan.ledger.book import Book
from cunguan.ledger.chart import CHART, FURTHER_CODES


class Opening(msgspec.Struct, frozen=True, gc=False):
    """An account to post to; `adds`, `accounts` and `changes` go into the decision and are empty when it is there."""

    row: FurtherAccount
    adds: tuple[FurtherAccount, ...] = ()
    accounts: tuple[Account, ...] = ()
    changes: tuple[Day, ...] = ()


def further_id(owner: str, code: str) -> str:
    """Return the id of an owner's account of a code.

    >>> further_id("L7", "1040")
    'L7:1040'
    """
    return f"{owner}:{code}"


def found(book: Book, owner: str, code: str) -> FurtherAccount | None:
    """Read an owner's account of a code; None when it was never needed."""
    return book.get(FurtherAccount, further_id(owner, code))


def opened(known: FurtherAccount | None, day: Day, *, owner: str, code: str, pool: str, currency: str) -> Opening:
    """Return the account, opening it where it is not there; one decision opens at most one this way."""
    assert code in FURTHER_CODES, f"{code} is opened with its holder or pool"
    if known is not None:
        return Opening(known)
    number = day.next_account if CHART[code].side == "credit" else -day.next_account
    row = FurtherAccount(further_id(owner, code), owner, code, pool, number)
    account = Account(number, code, owner, pool, currency)
    return Opening(row, (row,), (account,), (replace(day, next_account=day.next_account + 1),))
