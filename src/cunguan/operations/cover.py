"""Cover (备付覆盖): whether a pool's cash is enough for what is owed from it, and what follows when it is not.

When    an operation debits 1030 or 1040, or touches 3010, which no client's everyday business does
Shape   Standing: a pool with its open shortfalls and the gap. Following: the rows and moves a new gap brings
Units   gap_minor = 1030 + 1040 - 3010. By the books' first equation that is what liabilities exceed cash by, so nothing
        else can break cover or mend it, and the hot path looks at the pool's state only
Source  domain-decisions.md 1, 2, 4
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import BankAccount, ClientDebt, Move, Pool, Row, Shortfall
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.operations.places import POOL_IN_USE
from cunguan.states.client_debt import CLIENT_DEBT
from cunguan.states.pool import POOL
from cunguan.states.shortfall import SHORTFALL

#: state of a pool and what it must come to -> the moves that bring it there
WAYS: dict[tuple[str, str], tuple[str, ...]] = {
    ("open",            "short"):           ("shortfall_found",),
    ("open",            "payouts_stopped"): ("shortfall_found", "payouts_stopped"),
    ("closing",         "short"):           ("shortfall_found",),
    ("closing",         "payouts_stopped"): ("shortfall_found", "payouts_stopped"),
    ("short",           "payouts_stopped"): ("payouts_stopped",),
    ("payouts_stopped", "short"):           ("payouts_resumed",),
    ("short",           "covered"):         ("made_good",),
    ("payouts_stopped", "covered"):         ("made_good",),
}  # fmt: skip


class Standing(msgspec.Struct, frozen=True, gc=False):
    """How a pool stands before a decision; `own_minor` is the firm's own money in it, 3010."""

    pool: Pool
    shortfalls: tuple[Shortfall, ...]
    own_minor: int
    gap_minor: int


class Following(msgspec.Struct, frozen=True, gc=False):
    """What a decision about cover changes besides its postings."""

    pool: Pool
    changes: tuple[Row, ...]
    moves: tuple[Move, ...]


def standing(book: Book, pool: Pool) -> Standing:
    """Read how a pool stands: its open shortfalls, and its clients' open debts."""
    shortfalls = (row for row in book.find(Shortfall, "pool", pool.id) if row.state not in SHORTFALL.final)
    debts = (row for row in book.find(ClientDebt, "pool", pool.id) if row.state not in CLIENT_DEBT.final)
    owed_minor = sum(debt.amount_minor - debt.repaid_minor for debt in debts)
    own_minor = book.balance(pool_account(pool.base, "3010"))
    return Standing(pool, tuple(shortfalls), own_minor, book.balance(pool.firm) + owed_minor - own_minor)


def following(before: Standing, gap_minor: int, *shortfalls: Shortfall) -> Following:
    """Return what follows from a new gap; `shortfalls` are those the decision has found or moved on."""
    moved = {row.id for row in shortfalls}
    all_open = [row for row in before.shortfalls if row.id not in moved]
    all_open += [row for row in shortfalls if row.state not in SHORTFALL.final]
    pool, moves = before.pool, []  # type: tuple[Pool, list[Move]]
    for event in WAYS.get((pool.state, _wanted(pool, gap_minor, all_open)), ()):
        pool = replace(pool, state=POOL.after(pool.state, event))
        moves.append(Move("pool", pool.id, event, pool.state))
    return Following(pool, (pool,) if moves else (), tuple(moves))


def _wanted(pool: Pool, gap_minor: int, all_open: Sequence[Shortfall]) -> str:
    if gap_minor <= 0:
        return "covered"
    is_serious = any(row.state == "overdue" or row.cause == "unexplained" for row in all_open)
    return "payouts_stopped" if is_serious or gap_minor > pool.line_minor else "short"


def made_good(shortfall: Shortfall, amount_minor: int, *, is_own_money: bool) -> tuple[Shortfall, Move]:
    """Return a shortfall of which so much was made good, by the firm's money or by what came back, and its move."""
    made_minor = shortfall.made_good_minor + amount_minor
    whole, part = ("topped_up", "topped_up_in_part") if is_own_money else ("money_recovered", "recovered_in_part")
    event = whole if made_minor == shortfall.amount_minor else part
    state = SHORTFALL.after(shortfall.state, event)
    return replace(shortfall, made_good_minor=made_minor, state=state), Move("shortfall", shortfall.id, event, state)


def stops_clients(pool: Pool) -> bool:
    """Test that clients' payouts wait: the gap is unexplained, above the line, or was not made good on its day."""
    return pool.state == "payouts_stopped"


def stops_platform(pool: Pool) -> bool:
    """Test that no platform account may pay out: cover fails."""
    return pool.state in ("short", "payouts_stopped")


def in_use(pool: Pool | None, bank: BankAccount | None) -> tuple[Code, str] | None:
    """Return why nothing may be posted between this bank account and its pool, or None."""
    if pool is None:
        return Code.pool_not_found, ""
    if pool.state not in POOL_IN_USE:
        return Code.pool_not_active, f"the pool is {pool.state}"
    if bank is None:
        return Code.bank_account_not_found, ""
    if bank.pool != pool.id:
        return Code.pool_differs, ""
    return None
