"""Client debts (客户欠款): what becomes of a debt, and of the shortfall beside it, when a part of it is gone.

When    a client pays his debt, the channel gives it back, or the firm bears it
Shape   Owed: the debt with its holder, its pool and its shortfall, which has the same id. Lowered: the rows and moves
Source  domain-decisions.md 1, 5
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import ClientDebt, Holder, Move, Pool, Row, Shortfall
from cunguan.ledger.book import Book
from cunguan.operations import further
from cunguan.operations.cover import Standing, following, made_good, standing
from cunguan.operations.places import POOL_IN_USE
from cunguan.states.client_debt import CLIENT_DEBT
from cunguan.states.shortfall import SHORTFALL


class Owed(msgspec.Struct, frozen=True, gc=False):
    """A debt with what stands beside it; `available_minor` is what its client could pay with."""

    debt: ClientDebt
    holder: Holder
    shortfall: Shortfall
    standing: Standing
    available_minor: int

    @property
    def left_minor(self) -> int:
        """What is still owed."""
        return self.debt.amount_minor - self.debt.repaid_minor


class Lowered(msgspec.Struct, frozen=True, gc=False):
    """What a smaller debt changes besides its postings."""

    changes: tuple[Row, ...]
    moves: tuple[Move, ...]
    answer: dict[str, object]


def owed(book: Book, debt_id: str) -> Owed | None:
    """Read a debt with what stands beside it."""
    debt = book.get(ClientDebt, debt_id)
    if debt is None:
        return None
    holder, shortfall, pool = book.get(Holder, debt.holder), book.get(Shortfall, debt.id), book.get(Pool, debt.pool)
    further.found(book, debt.holder, "1040")  # the balance of an account is loaded with its row
    assert holder is not None and shortfall is not None and pool is not None, "a debt has a holder, a shortfall, a pool"
    return Owed(debt, holder, shortfall, standing(book, pool), book.balance(holder.available))


def payable(of: Owed | None, amount_minor: int | None = None) -> tuple[Code, str] | None:
    """Return why so much of a debt cannot go, or None; without an amount all that is left of it goes."""
    if of is None:
        return Code.debt_not_found, ""
    if of.debt.state in CLIENT_DEBT.final:
        return Code.state_forbids, f"the debt is {of.debt.state}"
    if of.standing.pool.state not in POOL_IN_USE:
        return Code.pool_not_active, f"the pool is {of.standing.pool.state}"
    if amount_minor is not None and amount_minor > of.left_minor:
        return Code.exceeds_what_is_owed, f"{of.left_minor} is left of it"
    return None


def lowered(of: Owed, amount_minor: int) -> Lowered:
    """Return what follows when so much of a debt is paid; own money that stands for that part is free then."""
    whole = amount_minor == of.left_minor
    event = "repaid_in_full" if whole else "repaid_in_part"
    debt = replace(
        of.debt, repaid_minor=of.debt.repaid_minor + amount_minor, state=CLIENT_DEBT.after(of.debt.state, event)
    )
    stood, stood_moves = stood_for(of, amount_minor, is_own_money=False)
    after = following(of.standing, of.standing.gap_minor - amount_minor, *stood)
    return Lowered(
        (debt, *stood, *after.changes),
        (Move("client_debt", debt.id, event, debt.state), *stood_moves, *after.moves),
        {"state": debt.state, "pool": after.pool.state},
    )


def stood_for(of: Owed, amount_minor: int, *, is_own_money: bool) -> tuple[tuple[Shortfall, ...], tuple[Move, ...]]:
    """Return the debt's shortfall made good by as much of an amount as is open of it."""
    shortfall = of.shortfall
    open_minor = min(amount_minor, shortfall.amount_minor - shortfall.made_good_minor)
    if shortfall.state in SHORTFALL.final or not open_minor:
        return (), ()
    row, move = made_good(shortfall, open_minor, is_own_money=is_own_money)
    return (row,), (move,)
