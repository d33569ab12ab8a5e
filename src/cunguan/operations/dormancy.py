"""Dormancy (转入久悬): the balance of a client who is not found is set apart for him.

When    law and the contract allow it after their time; `instrument` names what allows it
Reads   the holder with his five balances, his 2310, the pool, the lane's day (to open the account)
Posts   Dr 2010 / Cr 2310, all that is available
Returns Decision; the account is dormant, the unclaimed balance has the instruction's id; it is his at any time
Order   amount, instrument, two names, dates, holder, his state, nothing on its way, the whole balance, size
Source  domain-decisions.md 4 (B13), 8 (authority L)
"""

from datetime import date

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, FurtherAccount, Holder, Move, Pool, Unclaimed
from cunguan.ledger.book import Book
from cunguan.ledger.templates.dormancy import became_unclaimed
from cunguan.operations.authority import by_two_names
from cunguan.operations.further import found, opened
from cunguan.operations.receiving import fits
from cunguan.operations.two_names import two_names
from cunguan.states.account import ACCOUNT
from cunguan.states.unclaimed import UNCLAIMED

KIND = "dormancy"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose balance; `since_date` is the day he was last heard of."""

    holder: str
    amount_minor: int
    since_date: date
    instrument: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What dormancy depends on; `on_its_way_minor` is uncleared, held, outbound and frozen together."""

    day: Day | None
    holder: Holder | None
    pool: Pool | None
    account: FurtherAccount | None
    available_minor: int
    on_its_way_minor: int
    unclaimed_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of dormancy."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    if holder is None:
        return Facts(book.day(), None, None, None, 0, 0, 0)
    account = found(book, holder.id, "2310")
    return Facts(
        day=book.day(),
        holder=holder,
        pool=book.get(Pool, holder.pool),
        account=account,
        available_minor=book.balance(holder.available),
        on_its_way_minor=sum(book.balance(number) for number in holder.accounts() if number != holder.available),
        unclaimed_minor=0 if account is None else book.balance(account.account),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide whether a balance is set apart."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.instrument.strip():
        return refuse(Code.legal_instrument_missing)
    refusal = two_names(body.maker, body.checker)
    if refusal is not None:
        return refuse(refusal)
    if body.since_date > given.business_date:
        return refuse(Code.date_not_next, "he cannot have been heard of later than today")
    if holder is None:
        return refuse(Code.account_not_found)
    if not ACCOUNT.may(holder.state, "became_dormant"):
        return refuse(Code.account_not_active, f"the account is {holder.state}")
    if facts.on_its_way_minor:
        return refuse(Code.account_not_empty, "money of his is uncleared, held, outbound or frozen")
    if body.amount_minor != facts.available_minor:
        return refuse(Code.details_differ, "all that is available is set apart", available_minor=facts.available_minor)
    if not fits(body.amount_minor, (facts.unclaimed_minor,)):
        return refuse(Code.balance_too_large)
    return _accept(instruction.id, body, facts, given)


def _accept(unclaimed: str, body: Body, facts: Facts, given: Given) -> Decision:
    day, holder, pool = facts.day, facts.holder, facts.pool
    assert day is not None and holder is not None and pool is not None
    account = opened(facts.account, day, owner=holder.id, code="2310", pool=pool.id, currency=pool.currency)
    number, amount_minor = account.row.account, body.amount_minor
    state = ACCOUNT.after(holder.state, "became_dormant")
    row = Unclaimed(unclaimed, holder.id, number, amount_minor, 0, body.since_date, given.seq, UNCLAIMED.initial)
    return Decision(
        Code.done,
        postings=became_unclaimed(holder=holder, account=number, amount_minor=amount_minor, authority=given.seq),
        adds=(row, *account.adds), accounts=account.accounts,
        changes=(replace(holder, state=state), *account.changes),
        moves=(Move("account", holder.id, "became_dormant", state),),
        authority=by_two_names(
            given, unclaimed, "L", owner=holder.id, type=KIND, amount_minor=amount_minor, payee=body.instrument,
            maker=body.maker, checker=body.checker,
        ),
    )  # fmt: skip
