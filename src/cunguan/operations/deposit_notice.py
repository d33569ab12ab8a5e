"""Deposit notice (充值通知): a channel says that a client has paid; the money is not in the pool yet.

When    a payment channel confirms a client's payment that it will settle on a later date
Reads   the holder, the pool's papers, the channel's clearing account for that date, the lane's day (to open the account)
Posts   Dr 1020 channel and date / Cr 2015 holder
Returns Decision; the deposit's id is the instruction's id
Order   amount, channel, lane, holder, pool, its papers, size
Source  domain.md (c.2) B1; domain-decisions.md 1(b), 5, 29
"""

from datetime import date

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Account, Clearing, Day, Deposit, Holder, Pool, PoolPapers
from cunguan.ledger.book import Book
from cunguan.ledger.templates.deposit_notice import deposit_notice
from cunguan.operations.papers import WHY, let_in, papers_of
from cunguan.operations.places import POOL_WORKS
from cunguan.operations.receiving import creditable, fits
from cunguan.states.deposit import DEPOSIT

KIND = "deposit_notice"
VERSION = 1
LANE = "platform"
AUTHORITY = "S"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payment a channel owes the pool; `reference` is the channel's own."""

    holder: str
    channel: str
    settle_date: date
    amount_minor: int
    reference: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an uncleared deposit depends on."""

    day: Day | None
    holder: Holder | None
    pool: Pool | None
    papers: tuple[PoolPapers, ...]
    clearing: Clearing | None
    balances_minor: tuple[int, ...]


def clearing_id(pool: str, channel: str, settle_date: date) -> str:
    """Return the id of a clearing account; a channel's name has no colon, so that two never share one.

    >>> clearing_id("main", "demobank", date(2024, 3, 4))
    'main:demobank:2024-03-04'
    """
    return f"{pool}:{channel}:{settle_date.isoformat()}"


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a deposit notice."""
    body = instruction.body
    assert isinstance(body, Body)
    day = book.day()
    holder = book.get(Holder, body.holder)
    if holder is None:
        return Facts(day, None, None, (), None, (0,))
    pool = book.get(Pool, holder.pool)
    clearing = book.get(Clearing, clearing_id(holder.pool, body.channel, body.settle_date))
    owed_minor = 0 if clearing is None else book.balance(clearing.account)
    papers = papers_of(book, holder.pool)
    return Facts(day, holder, pool, papers, clearing, (owed_minor, book.balance(holder.uncleared)))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one deposit notice."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not is_id(body.channel) or ":" in body.channel:
        return refuse(Code.details_missing, "a channel has a name of letters, digits and _./@+#=-")
    if facts.day is None:
        return refuse(Code.lane_not_open)
    refusal = creditable(facts.holder)
    if refusal is not None:
        return refuse(refusal)
    assert facts.pool is not None, "a holder belongs to a pool"
    if facts.pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {facts.pool.state}")
    if not let_in(facts.papers, given):
        return refuse(Code.pool_without_papers, WHY)
    if not fits(body.amount_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    return _accept(instruction.id, body, facts, given)


def _accept(deposit: str, body: Body, facts: Facts, given: Given) -> Decision:
    holder, pool, day = facts.holder, facts.pool, facts.day
    assert holder is not None and pool is not None and day is not None
    clearing, accounts = facts.clearing, ()  # type: tuple[Clearing | None, tuple[Account, ...]]
    adds: tuple[Clearing | Deposit, ...] = ()
    changes: tuple[Day, ...] = ()
    if clearing is None:
        name = clearing_id(pool.id, body.channel, body.settle_date)
        clearing = Clearing(name, pool.id, body.channel, body.settle_date, -day.next_account)
        adds += (clearing,)
        accounts = (Account(clearing.account, "1020", name, pool.id, pool.currency),)
        changes = (replace(day, next_account=day.next_account + 1),)
    adds += (Deposit(deposit, holder.id, body.channel, clearing.id, body.amount_minor, given.seq, DEPOSIT.initial),)
    postings = deposit_notice(
        clearing=clearing.account, holder=holder, amount_minor=body.amount_minor, opened=given.seq
    )
    return Decision(Code.done, postings=postings, adds=adds, changes=changes, accounts=accounts)
